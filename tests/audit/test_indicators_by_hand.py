"""Every indicator on a company of 24 people; numbers by hand, see `made_up_view`."""

from __future__ import annotations

import made_up_view as made
import numpy as np
import pytest

from audit.indicators.after_hours import after_hours
from audit.indicators.boundary_mix import boundary_mix
from audit.indicators.felt_listening import felt_listening
from audit.indicators.isolation import isolation
from audit.indicators.psychological_safety import psychological_safety
from audit.indicators.reciprocity import reciprocity
from audit.indicators.response_rate import response_rate
from audit.indicators.upward_reply import upward_reply


def test_response_rate_gives_the_sums_of_eligible_people_by_window() -> None:
    weeks = made.person_weeks([("a0", 10, 6, 5.0), ("stranger", 10, 6, 5.0)])
    found = response_rate(made.view(weeks=weeks))
    assert found["person_id"].tolist() == ["a0", "a0"]
    assert found["window_id"].tolist() == [0, 1]
    assert found["excess"].tolist() == [1.0, 1.0]


def test_inferred_and_linked_answers_never_meet() -> None:
    weeks = made.person_weeks([("a0", 10, 6, 5.0)]).assign(reply_quality="pseudo")
    assert response_rate(made.view(weeks=weeks)).empty


def test_after_hours_is_the_share_received_out_of_hours() -> None:
    counts = made.person_counts(
        [("a0", "received_off_hours", 1, 4), ("a1", "received_off_hours", 0, 5)]
    )
    found = after_hours(made.view(counts=counts)).set_index(["window_id", "subject_id"])
    assert found.loc[(0, "a0"), "value"] == 0.25
    assert found.loc[(0, "a1"), "value"] == 0.0
    # Smoothed so that a share of 0 is no certainty: (0.5 / 6)(5.5 / 6) / 5.
    assert found.loc[(0, "a1"), "variance"] == pytest.approx(0.5 / 6 * 5.5 / 6 / 5)


def test_isolation_counts_people_with_fewer_than_two_mutual_ties() -> None:
    found = isolation(made.view())
    first = found[found["window_id"] == 0].set_index("subject_id")
    assert (first.loc[[f"a{i}" for i in range(8)], "value"] == 0).all()
    assert (first.loc[["b0", "b2", "c0", "c2"], "value"] == 1).all()
    assert first.loc["a0", "n"] == 8  # seven in a, and c0


def test_people_without_any_message_are_not_observed_rather_than_isolated() -> None:
    found = isolation(made.view())
    assert not found["subject_id"].isin([f"c{i}" for i in range(4, 8)]).any()


def test_reciprocity_is_one_where_everything_is_returned() -> None:
    found = reciprocity(made.view()).set_index("group_id")
    assert found.loc["a", "value"] == pytest.approx(1.0)
    assert found.loc["c", "value"] == pytest.approx(1.0)
    # b: 8 arcs reach members of b in each window, 2 of them are returned.
    assert found.loc["b", "value"] < 0.25
    assert found.loc["b", "n_observations"] == 16
    assert found.loc["a", "n_people"] == 8
    # Eight people of b are written to; b1 gets one of eight arcs, as everybody does.
    assert found.loc["b", "top_share"] == pytest.approx(1 / 8)


def test_boundary_mix_compares_ties_outside_with_ties_inside() -> None:
    found = boundary_mix(made.view()).set_index("group_id")
    # a: 28 ties inside make 56 ends, 2 go outside: (2 - 56) / 58.
    assert found.loc["a", "value"] == pytest.approx(-54 / 58)
    # c: one tie inside makes 2 ends, 2 go outside: 0.
    assert found.loc["c", "value"] == pytest.approx(0.0)
    # b: one tie inside, none outside.
    assert found.loc["b", "value"] == pytest.approx(-1.0)
    # The whole: 2 ties of 32 cross its lowest groups: (2 - 30) / 32.
    assert found.loc["org", "value"] == pytest.approx(-28 / 32)
    # Degrees alone: 64 ends, 58 in a, 2 in b, 4 in c.
    assert found.loc["org", "expected"] == pytest.approx(
        1 - 2 * ((58 / 64) ** 2 + (2 / 64) ** 2 + (4 / 64) ** 2)
    )
    assert found.loc["a", "expected"] == pytest.approx(1 - 2 * 58 / 64)


def test_upward_reply_stands_for_five_managers_or_more() -> None:
    four = [(f"a{i}", 10, 5, 5.0) for i in range(4)]
    assert upward_reply(made.view(weeks=made.person_weeks(four, "answered_up"))).empty
    five = [*four, ("a4", 10, 10, 5.0)]
    found = upward_reply(made.view(weeks=made.person_weeks(five, "answered_up")))
    row = found.set_index("group_id").loc["a"]
    # 30 of 50 answered, 25 expected, in each window.
    assert row["value"] == pytest.approx(0.6)
    assert row["expected"] == pytest.approx(0.5)
    assert row["n_people"] == 5
    assert row["n_observations"] == 100
    # Each manager has 20 messages; excess 0, 0, 0, 0, 10 around a mean of 2.
    spread = (4 * 2**2 + 8**2) * 5 / 4
    assert row["se"] == pytest.approx(np.sqrt(spread) / 100)
    assert row["top_share"] == pytest.approx(0.2)


def test_the_same_managers_are_never_counted_in_two_units() -> None:
    # c7 spends the first window in b: only the window in the main team counts.
    rows = [(f"b{i}", 10, 5, 5.0) for i in range(4)] + [("c7", 10, 5, 5.0)]
    found = upward_reply(made.view(weeks=made.person_weeks(rows, "answered_up")))
    assert found["group_id"].tolist() == ["org"]
    assert found["n_people"].tolist() == [5]
    assert found["n_observations"].tolist() == [90]


def test_scales_give_one_score_a_form_and_nothing_where_nobody_was_asked() -> None:
    asked = made.answers({"a-1": 5.0, "b-1": 3.0})
    found = felt_listening(made.view(asked=asked)).set_index("subject_id")
    assert found["value"].to_dict() == {"a-1": 5.0, "b-1": 3.0}
    assert psychological_safety(made.view(asked=asked)).empty
    assert felt_listening(made.view()).empty
