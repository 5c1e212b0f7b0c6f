"""The ways of marking that ours is compared with: each does what its name says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from audit.validate.planted import PlantedCompany, Scenario, planted_company
from benchmarks import peers
from benchmarks.verdicts_vs_peers import Tally, summary, tallied
from graph.autocorrelation import getis_ord


@pytest.fixture(scope="module")
def company() -> PlantedCompany:
    return planted_company(Scenario(n_people=400, planted=1.5), np.random.default_rng(3))


@pytest.fixture(scope="module")
def units(company: PlantedCompany) -> peers.Units:
    return peers.units_of(company)


def test_rates_are_those_of_the_messages(company: PlantedCompany, units: peers.Units) -> None:
    seen = company.observations.rename(columns={"recipient_id": "subject_id"})
    rows = seen.merge(company.group_people, on="subject_id")
    wanted = rows.groupby("group_id")["is_answered"].mean()
    found = pd.Series(units.rates(), index=units.group_ids)
    assert found[wanted.index].to_numpy() == pytest.approx(wanted.to_numpy())


def test_tables_mark_both_ends_and_nothing_else(units: peers.Units) -> None:
    ranks, rates = peers.package_ranks(units), pd.Series(units.rates(), index=units.group_ids)
    assert ranks.value_counts().to_dict()[1] == ranks.value_counts().to_dict()[-1] == 5
    league = peers.league_table(units)
    middle = rates[league == 0].index.intersection(pd.Index(units.group_ids)[units.is_team])
    assert rates[league == 1].min() >= rates[middle].quantile(0.9)


def test_a_planted_team_is_marked_on_its_side_by_every_test_of_teams(
    company: PlantedCompany, units: peers.Units
) -> None:
    truth = company.truth.set_index("group_id")
    planted = truth[truth["is_planted"]]
    for way in (peers.raw_rate, peers.person_t_test, peers.package_means, peers.package_ranks):
        marks = way(units)[planted.index]
        assert (marks == np.sign(planted["effect"])).mean() >= 0.5, way.__name__
        assert (marks != -np.sign(planted["effect"])).all(), way.__name__


def test_messages_taken_as_independent_find_differences_where_there_are_none() -> None:
    null = peers.units_of(planted_company(Scenario(n_people=400), np.random.default_rng(4)))
    assert (peers.raw_rate(null) != 0).sum() > 5
    assert (peers.person_t_test(null) != 0).sum() <= 3


def test_gi_star_marks_where_its_z_is_large(units: peers.Units) -> None:
    # A planted neighbourhood: all teams of one circle are cold, all others are as they were.
    size = int(units.is_team.sum())
    circle = np.arange(size) < 8
    between = np.where(circle[:, None] == circle[None, :], 10.0, 0.1)
    rng = np.random.default_rng(5)
    rate = np.where(circle, 0.3, 0.6) + rng.normal(0, 0.02, size)
    n = np.full(units.n.size, 100.0)
    team = units.inside[units.is_team].argmax(axis=0)
    cold = replace(
        units,
        n_people=np.full(units.n_people.size, 9.0),
        n=n,
        answered=n * rate[team],
        between=between,
    )
    marks = peers.hot_spots(cold, rng)[units.is_team]
    near = between > np.outer(between.sum(axis=1), between.sum(axis=1)) / between.sum()
    np.fill_diagonal(near, False)
    z = getis_ord(cold.rates()[units.is_team], near.astype(float), star=True)
    assert (marks[:8] == -1).all()
    assert (np.sign(z[marks.to_numpy() != 0]) == marks[marks != 0]).all()


def test_false_flags_and_recall_by_hand(company: PlantedCompany) -> None:
    truth = company.truth.set_index("group_id")
    planted = truth.index[truth["is_planted"]]
    free = truth.index[~truth["holds_planted"]]
    marks = pd.Series(0, index=truth.index)
    marks[planted[0]] = int(np.sign(truth.loc[planted[0], "effect"]))
    marks[planted[1]] = -int(np.sign(truth.loc[planted[1], "effect"]))
    marks[free[0]] = 1
    tally = tallied("way", "planted", company, marks)
    assert (tally.n_flags, tally.n_false, tally.n_found) == (3, 1, 1)
    rows = [tally, *(Tally("way", name, 2, 2, 0, 0) for name in ("null", "shocks"))]
    table = summary(pd.DataFrame(rows))
    assert table.loc["way", "±1.0: FDR"] == pytest.approx(1 / 3)
    assert table.loc["way", "±1.0: recall"] == pytest.approx(1 / len(planted))
    assert table.loc["way", "null: any false flag"] == 1.0
