"""Indicators of recognition by reactions, with numbers worked out by hand."""

from __future__ import annotations

import made_up_traffic as traffic
import made_up_view as made
import numpy as np
import pandas as pd
import pytest

from audit.indicators import recognition_equity
from audit.indicators.recognition_coverage import recognition_coverage
from audit.indicators.recognition_equity import recognition_junior, recognition_remote
from audit.view import WindowView


def reacted(pairs: list[tuple[str, str]], **more: object) -> WindowView:
    seen = traffic.chats([(p, "a7") for p in made.PEOPLE if p not in ("a7", "c5")])
    edges = pd.concat([seen, traffic.reactions(pairs)], ignore_index=True)
    return traffic.with_tables(made.view(), edges=edges, **more)


def test_recognition_needs_two_different_colleagues() -> None:
    view = reacted([("a1", "a0"), ("b1", "a0"), ("a2", "a1")])
    found = recognition_coverage(view).set_index("subject_id")
    assert found.loc["a0", ["value", "n"]].tolist() == [1, 2]
    assert found.loc["a1", ["value", "n"]].tolist() == [0, 1]
    assert found.loc["b0", "value"] == 0
    # c5 is not on the tool: not observed there, which is not the same as 0.
    assert "c5" not in found.index


def test_a_reaction_thirteen_weeks_ago_is_forgotten() -> None:
    end = made.PERIOD.end_day
    base = traffic.chats([(p, "a7") for p in made.PEOPLE if p != "a7"])
    parts = [base, traffic.reactions([("a1", "a0")])]
    late = traffic.reactions([("b1", "a0")], end - 84)
    early = traffic.reactions([("b1", "a0")], end - 91)
    for other, value in ((late, 1.0), (early, 0.0)):
        history = pd.concat([*parts, other], ignore_index=True)
        view = traffic.with_tables(made.view(), history=history)
        found = recognition_coverage(view).set_index("subject_id")
        assert found.loc["a0", "value"] == value


def test_without_reactions_nobody_was_observed() -> None:
    assert recognition_coverage(traffic.with_tables(made.view(), edges=made.edges())).empty


def test_recognition_is_compared_within_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    # a: remote a0 (1), a1 (0) against a2, a3 on site (both 1): -.5, weight 2 * 2 / 4 = 1.
    # b: remote b0 (1) against b1, b2, b3 (0): 1, weight 1 * 3 / 4.
    far, near = ("a0", "a1", "b0"), ("a2", "a3", "b1", "b2", "b3")
    pairs = [(giver, p) for p in ("a0", "a2", "a3", "b0") for giver in ("c0", "c1")]
    modes = {**dict.fromkeys(far, "remote"), **dict.fromkeys(near, "onsite"), "a4": "hybrid"}
    view = reacted(pairs, people=traffic.roster(modes=modes))
    few = recognition_remote(view)
    assert few["value"].isna().all()
    assert set(few["why"]) == {recognition_equity.TOO_FEW}
    monkeypatch.setattr(recognition_equity, "LEAST_PER_SIDE", 2)
    found = recognition_remote(view).set_index("group_id")
    assert found.loc["a", "value"] == pytest.approx(-0.5)
    assert found.loc["org", "value"] == pytest.approx((-0.5 + 0.75) / 1.75)
    assert found.loc["org", "n_people"] == 8
    # Within team and side people differ in a0, a1 only: SS = .5 on 8 - 4 degrees of freedom.
    error = 1.645 * np.sqrt(0.5 / 4 / 1.75)
    assert found.loc["org", "high"] - found.loc["org", "value"] == pytest.approx(error)
    assert np.isnan(found.loc["b", "value"])


def test_junior_people_are_those_below_the_most_even_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition_equity, "LEAST_PER_SIDE", 2)
    # Levels 1 (a0), 2 (a1-a3), 3 (a4-a7): the cut at 3 leaves four on each side.
    levels = {"a0": 1, "a1": 2, "a2": 2, "a3": 2, **{f"a{i}": 3 for i in range(4, 8)}}
    pairs = [(giver, p) for p in ("a0", "a1", "a4") for giver in ("c0", "c1")]
    view = reacted(pairs, people=traffic.roster(levels=levels))
    found = recognition_junior(view).set_index("group_id")
    assert found.loc["a", "value"] == pytest.approx(1 / 4 - 2 / 4)
    one = reacted(pairs, people=traffic.roster(levels=dict.fromkeys(made.PEOPLE, 3)))
    assert recognition_junior(one).empty
