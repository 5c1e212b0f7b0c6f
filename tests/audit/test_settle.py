"""What would settle an open verdict; numbers from the tables of the method page and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audit.statistics.effects import detectable_effect
from audit.statistics.reliability import respondents_needed
from audit.statistics.settle import (
    OpenVerdict,
    Pulse,
    Wider,
    answers_for_gap,
    answers_for_mean,
    items_for_scale,
    people_before_data,
    people_to_see,
    settle_words,
    up_to_five,
)

NOBODY_KNOWS = OpenVerdict(
    verdict="not_enough_evidence",
    layer="behaviour",
    why="not_significant",
    n_people=10,
    mde=0.77,
    effect=-0.2,
    target=0.40,
    target_words="a gap of 10 points",
    wider=Wider("Sales", suffices=True, smallest="10 points"),
    most_people=19,
)


@pytest.mark.parametrize(
    ("n", "mde"),
    [(5, 1.08), (8, 0.86), (10, 0.77), (15, 0.62), (20, 0.54), (40, 0.38), (110, 0.23)],
)  # fmt: skip
def test_the_people_needed_agree_with_the_table_of_detectable_effects(n: int, mde: float) -> None:
    assert float(detectable_effect(np.array([float(n)]))[0]) == pytest.approx(mde, abs=0.006)
    # The table is rounded to .01: the people it leads back to lie within one step of five.
    assert abs(people_before_data(mde) - up_to_five(n)) <= 5


@pytest.mark.parametrize(("icc1", "n"), [(0.10, 21), (0.15, 13.2), (0.20, 9.3), (0.25, 7)])
def test_the_answers_needed_agree_with_the_table_of_reliabilities(icc1: float, n: float) -> None:
    assert respondents_needed(icc1) == pytest.approx(n, abs=0.04)
    assert answers_for_mean(icc1) == up_to_five(n)


def test_a_mean_of_fewer_than_eight_answers_is_never_asked_for() -> None:
    # ICC1 = .40: .70 x .60 / (.40 x .30) = 3.5 answers would do, but eight are the floor.
    assert answers_for_mean(0.40) == 10


def test_people_grow_with_the_square_of_the_effect() -> None:
    # 10 (.77 / .40)^2 = 37.06; half the effect takes four times as many: 148.2.
    assert people_to_see(10, 0.77, 0.40) == 40
    assert people_to_see(10, 0.77, -0.20) == 150
    assert people_to_see(10, 0.77, 0.0) == 0


def test_a_gap_of_three_tenths_of_an_sd_takes_about_190_answers() -> None:
    # ((3.3 + .84) / .30)^2 = 190.4.
    assert answers_for_gap(0.30) == 195
    assert answers_for_gap(0.5) == 70


def test_items_follow_spearman_brown() -> None:
    # r = .40: .70 x .60 / (.40 x .30) = 3.5; r = .30: 5.4; r = .60: 1.6, but three at least.
    assert [items_for_scale(r) for r in (0.40, 0.30, 0.60)] == [4, 6, 3]


def test_more_people_a_wider_group_or_a_survey_would_settle_it() -> None:
    says = settle_words(NOBODY_KNOWS)
    assert says is not None
    assert "About 40 people would be needed to see a gap of 10 points." in says
    assert "More weeks would not help" in says
    assert "Sales as a whole is large enough to show a gap of 10 points" in says
    # 13.2 answers at the usual ICC1, up to 15; 15 / .70 = 21.4, up to 25.
    assert (
        "survey of 4 items with about 15 answers (25 people asked, at a response of 70 %)" in says
    )


def test_a_watch_is_told_what_would_confirm_its_own_gap() -> None:
    watch = replace(NOBODY_KNOWS, verdict="desert_watch", effect=-0.55)
    # 10 (.77 / .55)^2 = 19.6.
    assert "About 20 people would be needed to confirm a gap of this size." in str(
        settle_words(watch)
    )


def test_a_wider_group_that_would_not_do_is_told_with_its_size() -> None:
    says = settle_words(replace(NOBODY_KNOWS, wider=Wider("Sales", False, "15 points")))
    assert "Even Sales as a whole shows only gaps of about 15 points or more." in str(says)
    assert "No wider group" in str(settle_words(replace(NOBODY_KNOWS, wider=None)))


def test_a_group_too_small_for_a_mean_of_its_own_is_sent_to_the_wider_one() -> None:
    says = settle_words(replace(NOBODY_KNOWS, most_people=9))
    assert "(about 15 answers are needed): ask all of Sales." in str(says)
    dense = replace(NOBODY_KNOWS, most_people=9, pulse=Pulse(icc1=0.25))
    # Where groups differ more, 7 answers do; eight are the floor, and they are told in fives.
    assert "about 10 answers" in str(settle_words(dense))


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("too_few_observations", "More weeks would help"),
        ("too_few_windows", "12 weeks"),
        ("not_persistent", "came and went"),
        ("coverage", "More complete data"),
    ],
)
def test_where_people_are_not_the_limit_more_weeks_or_data_are_asked_for(
    why: str, words: str
) -> None:
    says = str(settle_words(replace(NOBODY_KNOWS, why=why, mde=None)))
    assert words in says
    assert "would not help" not in says


def test_a_gap_that_would_have_shown_needs_no_more_people() -> None:
    says = str(settle_words(replace(NOBODY_KNOWS, mde=0.30)))
    assert says.startswith("A gap of 10 points would have shown here")


def test_a_settled_verdict_needs_nothing() -> None:
    assert settle_words(replace(NOBODY_KNOWS, verdict="desert")) is None
    assert settle_words(replace(NOBODY_KNOWS, verdict="typical")) is None


def test_an_open_survey_verdict_asks_for_answers_not_for_another_wave() -> None:
    felt = replace(
        NOBODY_KNOWS, layer="perception", why="low_reliability", mde=1.5, target=0.5,
        target_words="a gap of 0.5 SD", most_people=None,
    )  # fmt: skip
    assert "Asking the same people again adds no answers." in str(settle_words(felt))
    # 10 (1.5 / .5)^2 = 90.
    assert "About 90 answers would be needed to see a gap of 0.5 SD." in str(
        settle_words(replace(felt, why="not_significant"))
    )
    assert "at least half" in str(settle_words(replace(felt, why="coverage")))


def test_without_numbers_no_digit_is_said_of_the_group() -> None:
    for layer in ("behaviour", "perception"):
        says = str(settle_words(replace(NOBODY_KNOWS, layer=layer, has_numbers=False)))
        assert says
        assert not any(letter.isdigit() for letter in says)
