"""Indicators of the network on the 24 people of `made_up_view`; numbers worked out by hand."""

from __future__ import annotations

import made_up_traffic as traffic
import made_up_view as made
import numpy as np
import pandas as pd
import pytest

from audit.indicators.attention_coverage import attention_coverage
from audit.indicators.boundary_mix import boundary_mix
from audit.indicators.bridge_concentration import bridge_concentration
from audit.indicators.coldness_neighbours import FEW, ONE_NUMBER, coldness_neighbours
from audit.indicators.embeddedness import embeddedness
from audit.indicators.hybrid_equity import hybrid_equity
from audit.indicators.leader_reach import leader_reach
from audit.indicators.newcomers import UNDER_HALF, newcomers
from audit.indicators.reciprocity import reciprocity
from audit.indicators.tie_survival import TOO_FEW, tie_survival
from audit.indicators.upward_initiation import upward_initiation
from audit.view import WindowView

QUARTER = 84
WEEK = 7


def by_group(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.set_index("group_id")


def in_both_windows(pairs: list[tuple[str, str]], **more: object) -> pd.DataFrame:
    parts = [traffic.chats(pairs, w.first_day) for w in made.WINDOWS]
    return pd.concat(parts, ignore_index=True).assign(**more)


def led_company() -> WindowView:
    """a0 leads on level 2 and manages a1 to a4; b0 on level 2 manages b1 to b7."""
    managers = {f"a{i}": "a0" for i in range(1, 5)} | {f"b{i}": "b0" for i in range(1, 8)}
    levels = dict.fromkeys(made.PEOPLE, 4) | {"a0": 2, "b0": 2}
    return traffic.with_tables(made.view(), people=traffic.roster(levels, None, managers))


def test_leaders_reach_whom_they_write_to_beyond_their_own_people() -> None:
    found = by_group(leader_reach(led_company()))
    # a0 writes to all of a: a5, a6, a7 are reached; a1 to a4 hear from their manager, and a0
    # hears from nobody above: 3 of 8.
    assert found.loc["a", "value"] == pytest.approx(3 / 8)
    # b0 writes to its own people only.
    assert found.loc["b", "value"] == 0
    # c: a0 writes to c0; seen are c0 to c3.
    assert found.loc["c", "value"] == pytest.approx(1 / 4)
    assert found.loc["c", "n_people"] == 4
    # c7's first window in b does not count: 8 + 8 + 4 people.
    assert found.loc["org", "value"] == pytest.approx(4 / 20)
    # Nobody of eight: Wilson at n = 8 is 2.706 / (8 + 2.706).
    assert found.loc["b", "low"] == 0
    assert found.loc["b", "high"] == pytest.approx(0.2527, abs=1e-4)


def test_without_levels_nobody_is_known_to_lead() -> None:
    view = traffic.with_tables(made.view(), people=traffic.roster())
    assert leader_reach(view).empty


def test_managers_attend_to_those_with_whom_they_write_alone_both_ways() -> None:
    found = attention_coverage(led_company())
    first = found[found["window_id"] == 0].set_index("subject_id")
    # a: both ways in the first of two fortnights with each of four: 4 of 8.
    assert first.loc["a0", ["value", "n"]].tolist() == [0.5, 8]
    # b: b1 answers in the first fortnight, six others never: 1 of 14.
    assert first.loc["b0", "value"] == pytest.approx(1 / 14)
    smoothed = 1.5 / 15
    assert first.loc["b0", "variance"] == pytest.approx(smoothed * (1 - smoothed) / 7)


def test_a_meeting_of_two_is_attention_and_a_reaction_or_a_round_mail_is_not() -> None:
    view = led_company()
    second = made.MONDAY + 2 * WEEK
    alone = traffic.chats([("b0", "b2")], second).assign(channel="meeting")
    thumbs = traffic.reactions([("b0", "b3"), ("b3", "b0")], second)
    rounds = traffic.chats([("b0", "b4"), ("b4", "b0")], second).assign(n_direct=0)
    edges = pd.concat([view.tables.edges, alone, thumbs, rounds], ignore_index=True)
    found = attention_coverage(traffic.with_tables(view, edges=edges))
    first = found[found["window_id"] == 0].set_index("subject_id")
    # b1 once, and now b2 once: 2 of 14.
    assert first.loc["b0", "value"] == pytest.approx(2 / 14)


def five_managers(last: int = 5) -> WindowView:
    """a0 to a4 manage one each of b0 to b4; a0 on level 1, the others on level 2."""
    managers = {f"b{i}": f"a{i}" for i in range(5)}
    levels = dict.fromkeys(made.PEOPLE, 4) | {"a0": 1} | {f"a{i}": 2 for i in range(1, 5)}
    opened = [(1, 2), (1, 1), (1, 1), (1, 1), (0, 1)][:last]
    counts = [(f"a{i}", "talks_with_reports", *n) for i, n in enumerate(opened)]
    counts.append(("a5", "talks_answered", 9, 9))
    view = made.view(counts=made.person_counts(counts))
    return traffic.with_tables(view, people=traffic.roster(levels, None, managers))


def test_who_opens_counts_between_managers_and_their_own_people_alone() -> None:
    found = by_group(upward_initiation(five_managers()))
    # In each of two windows six conversations of managers with own reports, four from below.
    assert found.loc["a", "value"] == pytest.approx(4 / 6)
    assert found.loc["a", ["n_people", "n_observations"]].tolist() == [5, 12]
    # Level 1: 2 of 4; level 2: 6 of 8; all of them are in a.
    assert found.loc["a", "expected"] == pytest.approx(4 / 6)
    assert set(found.index) == {"a", "org"}


def test_four_managers_are_too_few_to_speak_of() -> None:
    assert upward_initiation(five_managers(4)).empty


def joined(weeks_of_ties: dict[str, list[int]]) -> WindowView:
    """Return a company all of whom joined in the first week; mutual contacts begin as given."""
    rows = [
        traffic.chats([(person, f"a{place}"), (f"a{place}", person)], made.MONDAY + WEEK * week)
        for person, weeks in weeks_of_ties.items()
        for place, week in enumerate(weeks)
    ]
    people = traffic.roster()
    hired = people["person_id"].isin(list(weeks_of_ties))
    people = people.assign(joined_day=people["joined_day"].mask(hired, made.MONDAY))
    history = pd.concat(rows, ignore_index=True)
    return traffic.with_tables(made.view(), people=people, history=history)


def test_newcomers_wait_until_the_week_of_their_fifth_mutual_contact() -> None:
    # Fifth contacts in weeks 1, 2, 3, 4 after joining (the week of joining is 1); b4 and b5 get
    # there in week 6, b6 and b7 never do: half of eight are there in week 4.
    ends = [0, 1, 2, 3, 5, 5]
    ties = {f"b{i}": [0, 0, 0, 0, end] for i, end in enumerate(ends)}
    ties |= {"b6": [0], "b7": [0]}
    found = by_group(newcomers(joined(ties)))
    assert found.loc["b", "value"] == 4
    assert found.loc["b", ["n_people", "n_observations"]].tolist() == [8, 6]
    assert found.loc["b", "low"] <= 4 <= found.loc["b", "high"]


def test_without_half_of_them_there_the_reason_is_said() -> None:
    ties = {f"b{i}": [0, 0, 0, 0, 1] if i < 3 else [0] for i in range(8)}
    found = by_group(newcomers(joined(ties)))
    assert np.isnan(found.loc["b", "value"])
    assert found.loc["b", "why"] == UNDER_HALF


def test_what_was_written_before_joining_is_no_contact_of_a_newcomer() -> None:
    view = joined({f"b{i}": [0, 0, 0, 0, 2] for i in range(8)})
    now = view.tables.history
    before = now.assign(week=now["week"] - QUARTER)
    early = traffic.with_tables(view, history=pd.concat([before, now], ignore_index=True))
    assert by_group(newcomers(early)).loc["b", "value"] == 3


def test_seven_newcomers_are_too_few() -> None:
    assert newcomers(joined({f"b{i}": [0, 0, 0, 0, 0] for i in range(7)})).empty


def test_a_bridge_holds_its_share_of_the_ties_outside() -> None:
    found = by_group(bridge_concentration(made.view()))
    # Outside a: a0 to c0 and a1 to c1, once in each window.
    assert found.loc["a", "value"] == pytest.approx(0.5)
    assert found.loc["a", "n_observations"] == 4
    assert found.loc["a", "top_share"] == found.loc["a", "value"]
    # Eight people of a hold ties; b has none outside.
    assert found.loc["a", "n_people"] == 8
    assert "b" not in found.index
    # Across the lowest groups four people hold one end each.
    assert found.loc["org", "value"] == pytest.approx(1 / 4)
    # Wilson for 1 of 2 ties a window, by hand: .5 - 1.645 sqrt(.125 + 2.706 / 16) / 2.353.
    assert found.loc["a", "low"] == pytest.approx(0.1209, abs=1e-4)


def test_ties_in_a_circle_are_embedded_and_lone_ones_are_not() -> None:
    found = by_group(embeddedness(made.view()))
    # a: 56 of 58 ends are inside the clique of eight, the two to c stand alone.
    assert found.loc["a", "value"] == pytest.approx(56 / 58)
    assert found.loc["b", "value"] == 0
    assert found.loc["c", "value"] == 0
    assert found.loc["org", "value"] == pytest.approx(56 / 64)
    assert found.loc["a", "n_observations"] == 2 * 58


def lasting(pairs_before: list[tuple[str, str]]) -> WindowView:
    """Return the usual company, which three windows before had two-way contact as given."""
    both = [*pairs_before, *((b, a) for a, b in pairs_before)]
    history = pd.concat([in_both_windows(both).assign(week=lambda d: d["week"] - QUARTER),
                         made.edges()], ignore_index=True)  # fmt: skip
    return traffic.with_tables(made.view(), history=history)


def test_ties_survive_if_they_are_there_three_windows_later() -> None:
    clique = [(f"a{i}", f"a{j}") for i in range(8) for j in range(i)]
    found = by_group(tie_survival(lasting([*clique, *((f"a{i}", f"b{i}") for i in range(8))])))
    # 28 ties in a last, 8 across do not: of 64 ends in a 56 last.
    assert found.loc["a", "value"] == pytest.approx(56 / 64)
    assert found.loc["a", "n_observations"] == 2 * 64
    # Kind by kind (inside lasts, across does not) that is what the company has.
    assert found.loc["a", "expected"] == pytest.approx(56 / 64)
    assert np.isnan(found.loc["b", "value"])
    assert found.loc["b", "why"] == TOO_FEW


def test_a_company_without_earlier_weeks_has_no_survival() -> None:
    view = traffic.with_tables(made.view(), history=made.edges())
    assert tie_survival(view).empty


def test_hybrid_equity_needs_twenty_of_each_and_looks_within_teams() -> None:
    modes = {person: "remote" if i % 2 else "onsite" for i, person in enumerate(made.PEOPLE)}
    # Remote people answer 4 of 20, on-site people 6, where 5 are expected; info 20 / 4 = 5.
    rows = [(p, 20, 4 if modes[p] == "remote" else 6, 5.0) for p in made.PEOPLE]
    view = traffic.with_tables(
        made.view(weeks=made.person_weeks(rows)), people=traffic.roster(None, modes)
    )
    found = by_group(hybrid_equity(view))
    assert found["value"].isna().all()
    assert found.loc["org", "n_people"] == 24
    assert found.loc["org", "why"].startswith("fewer than 20 remote")


def test_coldness_is_one_number_and_needs_thirty_groups() -> None:
    weeks = made.person_weeks([(p, 10, 4 + i % 3, 5.0) for i, p in enumerate(made.PEOPLE)])
    found = by_group(coldness_neighbours(made.view(weeks=weeks)))
    assert found["value"].isna().all()
    assert found.loc["org", "why"] == FEW
    assert found.loc["a", "why"] == ONE_NUMBER


def test_reciprocity_and_mix_hold_their_value_in_their_interval() -> None:
    for rows in (reciprocity(made.view()), boundary_mix(made.view())):
        assert (rows["low"] <= rows["value"] + 1e-9).all()
        assert (rows["value"] <= rows["high"] + 1e-9).all()
    # In a everything is returned by everybody: nothing to draw.
    found = by_group(reciprocity(made.view()))
    assert found.loc["a", ["low", "high"]].tolist() == pytest.approx([1.0, 1.0])
    assert found.loc["b", "low"] < found.loc["b", "high"]
