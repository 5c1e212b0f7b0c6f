"""What a user would do otherwise: ways of marking groups by their messages alone.

Every way takes a made-up company and gives -1 (cold), +1 (warm) or 0 per group, by group_id.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from audit.statistics.permutation import benjamini_hochberg
from audit.validate.planted import PlantedCompany

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

LEAST_PEOPLE = 8
PACKAGE_LEAST = 5
"""vivainsights: `mingroup=5` in create_bar and create_rank; the league table's, too."""
PACKAGE_MARKED = 5
"""vivainsights: create_rank's plot mode 1 marks the top and bottom five groups."""
TAIL = 0.05
FDR = 0.10
DRAWS = 4999
"""esda's default of 999 cannot pass the false discovery rate with 80 groups."""


@dataclass(frozen=True)
class Units:
    """Raw numbers of every group of a company, in the order of its truth: teams come first."""

    group_ids: list[str]
    is_team: BoolArray
    n_people: FloatArray
    inside: BoolArray
    """(groups, people)."""
    n: FloatArray
    """Messages per person."""
    answered: FloatArray
    """Answers per person."""
    between: FloatArray
    """(teams, teams) messages between teams, both ways, none within."""

    def rates(self) -> FloatArray:
        """Share of messages answered in each group."""
        rates: FloatArray = (self.inside @ self.answered) / np.maximum(self.inside @ self.n, 1.0)
        return rates

    def by_id(self, sign: FloatArray) -> pd.Series:
        """Marks by group."""
        return pd.Series(np.nan_to_num(sign).astype(np.int64), index=self.group_ids)


def units_of(company: PlantedCompany) -> Units:
    """Count messages and answers once for all ways."""
    truth, seen = company.truth, company.observations
    person = pd.Index(company.members["subject_id"])
    at = person.get_indexer(seen["recipient_id"])
    n = np.bincount(at, minlength=len(person)).astype(np.float64)
    answered = np.bincount(at, seen["is_answered"].astype(float), minlength=len(person))
    group = pd.Index(truth["group_id"])
    inside = np.zeros((len(group), len(person)), dtype=np.bool_)
    places = company.group_people
    inside[group.get_indexer(places["group_id"]), person.get_indexer(places["subject_id"])] = True
    is_team = (truth["kind"] == "team").to_numpy()
    team = inside[is_team].argmax(axis=0)
    between = np.zeros((int(is_team.sum()),) * 2)
    np.add.at(between, (team[person.get_indexer(seen["sender_id"])], team[at]), 1.0)
    between += between.T
    np.fill_diagonal(between, 0.0)
    size = truth["n_people"].to_numpy(dtype=np.float64)
    return Units(group.tolist(), is_team, size, inside, n, answered, between)


def league_table(units: Units) -> pd.Series:
    """Bottom and top 5 % of teams by their share of answered messages."""
    listed = _listed(units)
    return units.by_id(_ends(units.rates(), listed, max(1, round(TAIL * int(listed.sum())))))


def raw_rate(units: Units) -> pd.Series:
    """Two-proportion z-test of each group against the rest, every message independent."""
    n = units.inside @ units.n
    x = units.inside @ units.answered
    n_rest, x_rest = units.n.sum() - n, units.answered.sum() - x
    share = units.answered.sum() / units.n.sum()
    gap = x / np.maximum(n, 1.0) - x_rest / np.maximum(n_rest, 1.0)
    se = np.sqrt(share * (1 - share) * (1 / np.maximum(n, 1.0) + 1 / np.maximum(n_rest, 1.0)))
    p = 2 * stats.norm.sf(np.abs(gap / se))
    return units.by_id(_discovered(p, np.sign(gap), units.n_people >= LEAST_PEOPLE))


def person_t_test(units: Units) -> pd.Series:
    """Welch's t-test of the persons' own rates inside a group against those outside."""
    seen = units.n > 0
    rate = units.answered[seen] / units.n[seen]
    p, gap = np.ones(len(units.group_ids)), np.zeros(len(units.group_ids))
    for row, inside in enumerate(units.inside[:, seen]):
        if 1 < inside.sum() < inside.size - 1:
            found = stats.ttest_ind(rate[inside], rate[~inside], equal_var=False)
            p[row], gap[row] = found.pvalue, found.statistic
    return units.by_id(_discovered(p, np.sign(gap), units.n_people >= LEAST_PEOPLE))


def hot_spots(units: Units, rng: np.random.Generator) -> pd.Series:
    """Local Gi* of the teams' rates over the teams they write to beyond chance.

    Binary weights, the team itself included; conditional permutation as in esda (the team's own
    value stays, its neighbours are drawn from the others), two-sided.
    """
    listed = np.flatnonzero(units.is_team & (units.n_people >= LEAST_PEOPLE))
    x = units.rates()[listed]
    neighbours = _neighbours(units.between[np.ix_(listed, listed)])
    p, sign = np.ones(len(units.group_ids)), np.zeros(len(units.group_ids))
    for row, unit in enumerate(listed):
        near = np.flatnonzero(neighbours[row])
        if near.size == 0:
            continue
        others = np.delete(x, row)
        drawn = rng.permuted(np.tile(others, (DRAWS, 1)), axis=1)[:, : near.size].sum(axis=1)
        observed = x[near].sum()
        high, low = (drawn >= observed).sum(), (drawn <= observed).sum()
        p[unit] = min(1.0, 2.0 * (min(high, low) + 1.0) / (DRAWS + 1.0))
        sign[unit] = np.sign(x[row] + observed - (near.size + 1) * x.mean())
    tested = np.isin(np.arange(p.size), listed)
    return units.by_id(_discovered(p, sign, tested))


def package_ranks(units: Units) -> pd.Series:
    """Rank means of persons as create_rank of vivainsights does: five lowest, five highest."""
    return units.by_id(_ends(_person_means(units), _listed(units), PACKAGE_MARKED))


def package_means(units: Units) -> pd.Series:
    """Read create_bar of vivainsights by eye: a mean more than one SD of all means away."""
    mean, listed = _person_means(units), _listed(units)
    z = (mean - mean[listed].mean()) / mean[listed].std()
    return units.by_id(np.where(listed & (np.abs(z) > 1), np.sign(z), 0.0))


def _person_means(units: Units) -> FloatArray:
    seen = units.n > 0
    rate = units.answered / np.maximum(units.n, 1.0)
    inside = units.inside & seen
    return np.asarray((inside @ rate) / np.maximum(inside.sum(axis=1), 1), dtype=np.float64)


def _listed(units: Units) -> BoolArray:
    return units.is_team & (units.n_people >= PACKAGE_LEAST)


def _ends(value: FloatArray, listed: BoolArray, count: int) -> FloatArray:
    """-1 for the lowest, +1 for the highest `count` of the listed."""
    order = np.flatnonzero(listed)[np.argsort(value[listed], kind="stable")]
    sign = np.zeros(value.size)
    sign[order[:count]], sign[order[-count:]] = -1.0, 1.0
    return sign


def _discovered(p: FloatArray, sign: FloatArray, tested: BoolArray) -> FloatArray:
    """Signs of those within the false discovery rate."""
    q = benjamini_hochberg(np.where(tested, p, np.nan))
    return np.where(np.nan_to_num(q, nan=1.0) <= FDR, sign, 0.0)


def _neighbours(between: FloatArray) -> BoolArray:
    """Pairs of teams that write to each other more than their volumes alone would give."""
    volume = between.sum(axis=1)
    expected = np.outer(volume, volume) / max(float(volume.sum()), 1.0)
    near: BoolArray = between > expected
    np.fill_diagonal(near, False)
    return near
