"""Indicators of messages, waits and conversations, with numbers worked out by hand."""

from __future__ import annotations

import made_up_traffic as traffic
import made_up_view as made
import numpy as np
import pandas as pd
import pytest

from audit.indicators.after_hours_pull import after_hours_pull
from audit.indicators.automated_share import automated_share
from audit.indicators.channel_openness import channel_openness
from audit.indicators.external_response import customer_response, supplier_response
from audit.indicators.hierarchy_asymmetry import hierarchy_asymmetry
from audit.indicators.human_touch import human_touch
from audit.indicators.leadership_modelling import (
    leaders_after_hours,
    leaders_attention,
    leaders_upward_reply,
)
from audit.indicators.neglect_tail import neglect_tail
from audit.indicators.participation import participation
from audit.indicators.response_time import UNDER_HALF, response_time, waiting_time
from audit.registry import indicators
from audit.thin import thin_groups
from audit.view import WindowView


@pytest.mark.parametrize(
    ("indicator", "outcome"),
    [
        (neglect_tail, "neglected"),
        (after_hours_pull, "answered_off_hours"),
        (customer_response, "answered_customer"),
        (supplier_response, "answered_supplier"),
    ],
)
def test_reply_indicators_read_their_own_outcome_and_no_other(indicator, outcome) -> None:
    weeks = pd.concat(
        [
            made.person_weeks([("a0", 10, 3, 2.0)], outcome),
            made.person_weeks([("a1", 10, 6, 5.0)], "answered"),
        ]
    )
    found = indicator(made.view(weeks=weeks))
    assert found["person_id"].tolist() == ["a0", "a0"]
    assert found["excess"].tolist() == [1.0, 1.0]


def waiting(rows: list[traffic.Wait]) -> WindowView:
    return traffic.with_tables(made.view(), waits=traffic.waits(rows))


def test_the_median_wait_is_when_half_are_answered() -> None:
    # 100 messages to a: 60 answered after 2 h, 40 never, watched for 10 h.
    rows = [(f"a{i % 8}", f"a{(i + 1) % 8}", 2.0 if i < 60 else None, 10.0) for i in range(100)]
    view = waiting(rows)
    row = response_time(view).set_index("group_id").loc["a"]
    assert row["value"] == pytest.approx(2.0)
    assert (row["n_people"], row["n_observations"]) == (8, 100)
    # Two hours in which all wait, then 14 h in which 4 of 10 do: 2 + 14 * .4.
    assert waiting_time(view).set_index("group_id").loc["a", "value"] == pytest.approx(7.6)


def test_a_message_watched_for_a_short_time_only_counts_for_that_time() -> None:
    # 20 watched for half an hour; of the other 80 half are answered after 1 h: S = .5. Of all
    # 100 only 40 are known to be answered, which would leave no median.
    early = [("a0", f"a{1 + i % 7}", None, 0.5) for i in range(20)]
    rest = [("a0", f"a{1 + i % 7}", 1.0 if i < 40 else None, 20.0) for i in range(80)]
    view = waiting([*early, *rest])
    assert response_time(view).set_index("group_id").loc["a", "value"] == pytest.approx(1.0)
    means = waiting_time(view).set_index("group_id")
    assert means.loc["a", "value"] == pytest.approx(1 + 15 * 0.5)


def test_no_median_where_fewer_than_half_are_ever_answered() -> None:
    rows = [("c0", f"c{1 + i % 6}", 1.0 if i < 49 else None, 30.0) for i in range(100)]
    view = waiting(rows)
    row = response_time(view).set_index("group_id").loc["c"]
    assert np.isnan(row["value"])
    assert row["why"] == UNDER_HALF
    assert waiting_time(view).set_index("group_id").loc["c", "value"] == pytest.approx(
        1 + 15 * 0.51
    )


def test_a_wait_needs_a_hundred_messages_and_an_interval_holds_its_value() -> None:
    rows = [
        ("b0", f"b{1 + i % 7}", None if i % 3 == 0 else 0.5 + (i * (1 + i % 7)) % 9, 20.0)
        for i in range(99)
    ]
    few = waiting_time(waiting(rows)).set_index("group_id").loc["b"]
    assert np.isnan(few["value"])
    assert (few["why"], few["n_people"]) == ("too_few_messages", 7)
    assert set(response_time(waiting(rows))["why"]) == {"too_few_messages"}
    row = waiting_time(waiting([*rows, ("b0", "b1", 3.0, 20.0)])).set_index("group_id").loc["b"]
    assert row["low"] < row["value"] < row["high"]


def talked(talks: list[dict[str, int]]) -> WindowView:
    return traffic.with_tables(made.view(), talks=traffic.talks(talks))


def test_evenness_is_a_mean_over_conversations_inside_the_group() -> None:
    # 20 talks of a with 4, 2 and 2 of 8 messages, and one with b in it that only the whole holds.
    own = [{"a0": 4, "a1": 2, "a2": 2}] * 20
    found = participation(talked([*own, {"a0": 3, "a1": 3, "b0": 3}])).set_index("group_id")
    assert sorted(found.index) == ["a", "org"]
    assert found["why"].isna().all()
    # All 8 messages are drawn: H = -(1/2 ln 1/2 + 2 * 1/4 ln 1/4) = 1.0397; / ln 3.
    assert found.loc["a", "value"] == pytest.approx(1.0397208 / np.log(3))
    assert found.loc["a", "n_observations"] == 20
    assert found.loc["org", "n_observations"] == 21
    assert found.loc["a", "n_people"] == 3
    assert found.loc["a", "top_share"] == pytest.approx(0.5)


def test_evenness_needs_twenty_conversations() -> None:
    few = participation(talked([{"a0": 4, "a1": 2, "a2": 2}] * 19))
    assert few["n_observations"].eq(19).all()
    assert few["value"].isna().all()
    assert set(few["why"]) == {"too_few_threads"}
    assert participation(made.view()).empty


def test_openness_is_the_share_of_team_messages_that_the_team_can_read() -> None:
    counts = made.person_counts(
        [
            *((f"a{i}", "sent_in_team_visible", 5, 20) for i in range(8)),
            *((f"b{i}", "sent_in_team_visible", 10, 10) for i in range(8)),
        ]
    )
    found = channel_openness(made.view(counts=counts)).set_index("group_id")
    # a: 2 windows of 8 people: 80 of 320. b: 160 messages are too few.
    assert found.loc["a", "value"] == pytest.approx(0.25)
    assert found.loc["a", "n_observations"] == 320
    assert np.isnan(found.loc["b", "value"])
    assert found.loc["b", "why"] == "too_few_messages"
    assert found.loc["org", "value"] == pytest.approx((80 + 160) / (320 + 160))


def both_ways(managers: int, up_excess: float = 1.0) -> WindowView:
    up = [(f"a{i}", 10, 6, 6 - up_excess) for i in range(managers)]
    down = [(f"b{i}", 10, 5, 5.5) for i in range(5)] + [(f"a{i}", 10, 5, 5.5) for i in range(5, 8)]
    down += [(f"a{i}", 10, 5, 5.5) for i in range(3)]
    weeks = [made.person_weeks(up, "answered_up_as_peer")]
    weeks.append(made.person_weeks(down, "answered_down_as_peer"))
    return made.view(weeks=pd.concat(weeks))


def test_hierarchy_asymmetry_is_the_gap_up_less_the_gap_down() -> None:
    found = hierarchy_asymmetry(both_ways(5)).set_index("group_id")
    # Up 1 of 10 more than between peers, down half of one of 10 less: .1 + .05, all alike.
    assert found.loc["a", ["value", "low", "high"]].tolist() == pytest.approx([0.15] * 3)
    assert found.loc["a", "n_people"] == 5
    assert found.loc["a", "n_observations"] == 2 * (50 + 60)
    assert hierarchy_asymmetry(both_ways(4)).empty


def test_the_automated_share_is_a_mean_over_people_not_over_messages() -> None:
    counts = made.person_counts(
        [("a0", "received_automated", 5, 10), ("a1", "received_automated", 0, 90)]
    )
    row = automated_share(made.view(counts=counts)).set_index("group_id").loc["a"]
    assert row["value"] == pytest.approx(0.25)
    assert (row["n_people"], row["n_observations"]) == (2, 200)


def test_human_touch_counts_what_got_any_answer() -> None:
    own = [("a0", "talks_answered", 30, 30), ("a1", "talks_answered", 8, 20)]
    found = human_touch(made.view(counts=made.person_counts(own))).set_index("group_id")
    # Two windows: 2 * 38 of 2 * 50 answered conversations.
    assert found.loc["a", "value"] == pytest.approx(0.76)
    assert found.loc["a", ["n_observations", "n_people"]].tolist() == [100, 2]
    assert found.loc["a", "top_share"] == pytest.approx(0.6)
    fewer = made.person_counts([own[0], ("a1", "talks_answered", 8, 19)])
    assert human_touch(made.view(counts=fewer))["value"].isna().all()


def leading(n: int) -> pd.DataFrame:
    people = [f"a{i}" for i in range(n)]
    levels = {p: 2 if p in people else 3 for p in made.PEOPLE}
    managers = {f"b{i}": f"a{i % n}" for i in range(8)}
    return traffic.roster(levels=levels, managers=managers)


def test_leaders_are_looked_at_together_and_from_five_on() -> None:
    counts = made.person_counts(
        [(p, "sent_off_hours", 1 if p[0] == "a" else 9, 10) for p in made.PEOPLE]
    )
    weeks = made.person_weeks([(p, 10, 8 if p[0] == "a" else 1, 5.0) for p in made.PEOPLE],
                              "answered_up")  # fmt: skip
    view = traffic.with_tables(made.view(counts=counts, weeks=weeks), people=leading(5))
    late = leaders_after_hours(view)
    assert late["group_id"].tolist() == ["org"]
    assert late["value"].tolist() == pytest.approx([0.1])
    assert late["n_people"].tolist() == [5]
    assert leaders_upward_reply(view)["value"].tolist() == pytest.approx([0.8])
    four = traffic.with_tables(view, people=leading(4))
    assert leaders_after_hours(four).empty
    assert leaders_upward_reply(four).empty


def test_leaders_attention_counts_fortnights_with_contact_of_the_two_alone() -> None:
    # b0-b7 report to a0-a4. b0 and a0 write to each other in the first week of each window.
    pairs = [("b0", "a0"), ("a0", "b0"), *((f"b{i}", "b0") for i in range(1, 8))]
    edges = pd.concat([traffic.chats(pairs, w.first_day) for w in made.WINDOWS])
    view = traffic.with_tables(made.view(), edges=edges, people=leading(5))
    # 8 reports, 2 windows of 2 fortnights; one of 2 fortnights for one pair in each window.
    found = leaders_attention(view)
    assert found["value"].tolist() == pytest.approx([2 / 32])
    assert found["n_people"].tolist() == [5]


def test_a_class_outside_needs_thirty_contacts_before_a_group_is_judged() -> None:
    meta = indicators.get("customer_response").meta
    rows = [(f"x{i}", f"a{i % 8}") for i in range(30)]
    few = [(f"x{i}", f"b{i % 8}") for i in range(29)] * 4
    contacts = pd.concat(
        [traffic.contacts([*rows, *few], "customer"), traffic.contacts(rows, "supplier")]
    )
    view = traffic.with_tables(made.view(), contacts=contacts)
    assert view.contacts("customer").to_dict() == {"a": 30, "b": 29, "org": 30}
    thin = thin_groups(meta, view, customer_response(view))
    assert thin.to_dict() == {"b": "too_few_contacts", "c": "too_few_contacts"}


def test_an_evening_pull_needs_a_hundred_messages_before_a_group_is_judged() -> None:
    meta = indicators.get("after_hours_pull").meta
    rows = [("a0", 50, 5, 4.0), ("b0", 49, 5, 4.0)]
    view = made.view(weeks=made.person_weeks(rows, "answered_off_hours"))
    thin = thin_groups(meta, view, after_hours_pull(view))
    assert thin.to_dict() == {"b": "too_few_messages", "c": "too_few_messages"}
