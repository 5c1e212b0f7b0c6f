"""Verdicts with people or a channel missing: by hand, and against whole judgements."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from small_tree import effects_of, two_level_tree

from audit.identifiability import senders_elsewhere
from audit.robustness import DELETIONS, missing_people, side, without_channel
from audit.statistics.effects import GroupSet, PersonEffects
from audit.statistics.rejudging import Yardstick, words_without
from audit.statistics.verdicts import JudgeRules, judge
from audit.validate.nulls import prepared
from audit.validate.planted import Scenario, planted_company

RULES = JudgeRules(draws=1999)
Whole = tuple[PersonEffects, GroupSet, pd.DataFrame]


@pytest.fixture(scope="module")
def company() -> Whole:
    scenario = Scenario(n_people=300, n_departments=4, planted=1.2)
    effects, groups = prepared(planted_company(scenario, np.random.default_rng(3)))
    return effects, groups, judge(effects, groups, RULES, np.random.default_rng(1))


def _words(judgement: pd.DataFrame, yardstick: Yardstick) -> list[str]:
    ids = list(yardstick.groups.group_ids)
    return [str(word) for word in judgement.set_index("group_id").loc[ids, "verdict"]]


def test_with_nobody_left_out_every_verdict_is_that_of_the_full_judgement(company: Whole) -> None:
    effects, groups, judgement = company
    yardstick = Yardstick.of(effects, groups, judgement, RULES)
    nobody = np.zeros((1, len(effects.persons)), dtype=bool)
    again = words_without(yardstick, nobody)[0].tolist()
    assert again == _words(judgement, yardstick)
    assert len({*again}) >= 3


def test_fast_judgements_without_people_agree_with_whole_ones(company: Whole) -> None:
    # A whole judgement permutes anew and fits the variances anew; the fast one keeps both.
    effects, groups, judgement = company
    yardstick = Yardstick.of(effects, groups, judgement, RULES)
    rng, n = np.random.default_rng(5), len(effects.persons)
    left_out = np.array([rng.random(n).argsort() < 0.2 * n for _ in range(8)])
    fast = words_without(yardstick, left_out)
    alike, same_side = [], []
    for row, gone in enumerate(left_out):
        kept = np.flatnonzero(~gone)
        fewer = replace(
            effects,
            persons=effects.persons.iloc[kept].reset_index(drop=True),
            weight=effects.weight[kept],
            spread=effects.spread[kept],
            window_effect=effects.window_effect[:, kept],
            window_weight=effects.window_weight[:, kept],
        )
        inside = replace(groups, members=sparse.csr_array(groups.members[:, kept]))
        whole = judge(fewer, inside, replace(RULES, min_people=2), np.random.default_rng(row))
        words = np.array(_words(whole, yardstick))
        alike.append(np.mean(words == fast[row]))
        same_side.append(np.mean(side(words) == side(fast[row])))
    assert np.mean(alike) >= 0.90
    assert np.mean(same_side) >= 0.95


def test_a_clear_effect_stays_and_one_at_the_edge_does_not(company: Whole) -> None:
    effects, groups, judgement = company
    yardstick = Yardstick.of(effects, groups, judgement, RULES)
    rows = missing_people(yardstick, judgement, np.random.default_rng(2))
    assert (rows["n"] == DELETIONS).all()
    assert rows["value"].between(0, 1).all()
    assert (rows["is_enough"] == (rows["value"] >= 0.80)).all()
    by_kind = rows.groupby("kind")["value"].mean()
    assert by_kind["missing_10"] >= by_kind["missing_20"] >= by_kind["missing_30"]
    # The group with the smallest |t| of those flagged is the first to be lost.
    flagged = judgement[judgement["verdict"].str.contains("desert|hotspot")].set_index("group_id")
    edge, clear = flagged["z"].abs().idxmin(), flagged["z"].abs().idxmax()
    kept = rows[rows["kind"] == "missing_30"].set_index("group_id")["value"]
    assert kept[edge] < kept[clear]
    assert kept[clear] == 1.0


def test_a_turned_indicator_is_judged_again_on_its_own_side() -> None:
    # High is cold: team 0 has much of it, so it is the desert, in the full and the fast judgement.
    rng = np.random.default_rng(4)
    team = np.repeat([f"t{i}" for i in range(8)], 12)
    values = rng.normal(0, 0.3, team.size) + np.where(team == "t0", 1.5, 0.0)
    effects = effects_of(values, np.full(team.size, 14.0), list(team), windows=3)
    groups = two_level_tree(effects, {f"t{i}": f"d{i // 4}" for i in range(8)})
    rules = replace(RULES, higher_is="colder")
    judgement = judge(effects, groups, rules, np.random.default_rng(1))
    yardstick = Yardstick.of(effects, groups, judgement, rules)
    words = dict(
        zip(
            yardstick.groups.group_ids,
            words_without(yardstick, np.zeros((1, team.size), dtype=bool))[0],
            strict=True,
        )
    )
    assert words["t0"] == "desert"


def test_a_group_of_which_nobody_is_left_is_not_judged(company: Whole) -> None:
    effects, groups, judgement = company
    yardstick = Yardstick.of(effects, groups, judgement, RULES)
    gone = np.zeros((1, len(effects.persons)), dtype=bool)
    gone[0, yardstick.groups.people(len(yardstick.groups) - 1)] = True
    assert words_without(yardstick, gone)[0, -1] == "not_enough_evidence"


def test_the_side_of_a_word() -> None:
    words = np.array(["desert", "desert_watch", "hotspot", "hotspot_watch", "typical"])
    assert side(words).tolist() == [-1, -1, 1, 1, 0]


def test_the_channel_without_which_a_verdict_changes_is_named() -> None:
    verdicts = pd.Series({"a": "desert", "b": "typical", "c": "hotspot"})
    judged = {
        "chat": pd.Series({"a": "desert_watch", "b": "typical"}),
        "email": pd.Series({"a": "typical", "b": "typical"}),
    }
    rows = without_channel(verdicts, judged).set_index("group_id")
    # a: stays on its side without chat, not without mail; c could not be judged without either.
    assert rows.loc["a", ["detail", "value", "n", "is_enough"]].tolist() == [
        "email",
        0.5,
        2,
        False,
    ]
    assert rows.loc["b", ["detail", "value", "n", "is_enough"]].tolist() == ["chat", 1.0, 2, True]
    assert rows.loc["c", "n"] == 0
    assert np.isnan(rows.loc["c", "value"])
    assert not rows.loc["c", "is_enough"]


def test_the_share_from_senders_elsewhere_by_hand() -> None:
    # x writes 3 into u and 7 into v: elsewhere for u, at home in v. y writes 4 into u alone.
    # z splits 2 and 2: half is not more than half, so z is elsewhere for both.
    edges = pd.DataFrame(
        [("x", "u1", 3), ("x", "v1", 7), ("y", "u1", 1), ("y", "u2", 3), ("z", "u2", 2),
         ("z", "v1", 2)],
        columns=["source_id", "target_id", "n_messages"],
    )  # fmt: skip
    people = pd.DataFrame(
        [("u", "u1"), ("u", "u2"), ("v", "v1"), ("org", "u1"), ("org", "u2"), ("org", "v1")],
        columns=["group_id", "person_id"],
    )
    rows = senders_elsewhere(edges, people).set_index("group_id")
    # u: 3 + 4 + 2 = 9 arrive, 3 + 2 from elsewhere; v: 7 + 2, of which 2; org: nobody elsewhere.
    assert rows["value"].to_dict() == pytest.approx({"u": 5 / 9, "v": 2 / 9, "org": 0.0})
    assert rows["is_enough"].to_dict() == {"u": True, "v": True, "org": False}
    weekly = pd.concat([edges, edges], ignore_index=True)
    pd.testing.assert_frame_equal(senders_elsewhere(weekly, people).set_index("group_id"), rows)
