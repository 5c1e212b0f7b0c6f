"""Coded interviews by hand: agreement, what was named, themes, periods."""

from __future__ import annotations

import math
from dataclasses import replace

import made_up_view as made
import pandas as pd
import pytest
from made_up_codes import codes

from audit.indicators.coded_interviews import coded_interviews
from audit.qualitative import (
    Agreement,
    agreement,
    code_frequencies,
    periods_of,
    reliability_row,
    themes,
)
from core.tables.results import THEMES
from core.windows import Period, Window

ALIKE = Agreement(9, 2, 9, 0.8, 0.9)
SPOKEN = {
    "a1": "late-, thanks+", "a2": "late-", "a3": "late-, thanks+", "a4": "thanks+",
    "a5": "no answer-", "b1": "late-", "b2": "thanks+",
}  # fmt: skip


def named(table: pd.DataFrame) -> dict[tuple[str, str, str], tuple[int, int]]:
    keys = table[["group_id", "code", "polarity"]].itertuples(index=False, name=None)
    counts = table[["n_interviewees", "n_interviews"]].itertuples(index=False, name=None)
    return dict(zip(keys, counts, strict=True))


def test_codes_are_counted_by_interviewee_in_the_group_and_all_above() -> None:
    found = named(code_frequencies(codes(SPOKEN), made.groups()))
    assert found == {
        ("a", "late", "negative"): (3, 5), ("a", "thanks", "positive"): (3, 5),
        ("a", "no answer", "negative"): (1, 5),
        ("b", "late", "negative"): (1, 2), ("b", "thanks", "positive"): (1, 2),
        ("org", "late", "negative"): (4, 7), ("org", "thanks", "positive"): (4, 7),
        ("org", "no answer", "negative"): (1, 7),
    }  # fmt: skip


def test_a_code_counts_when_most_coders_gave_it_with_one_polarity() -> None:
    both = codes({"a1": "late-", "a2": "late-", "a3": "late-"})
    one = codes({"a4": "late-", "a5": "thanks+"}, coders="x")
    other = codes({"a4": "late~", "a5": "thanks+"}, coders="y")
    alone = codes({"a6": "late-"}, coders="x")
    found = named(code_frequencies(pd.concat([both, one, other, alone]), made.groups()))
    # a4: one coder says negative, one mixed: neither is a majority of two; a6 has one coder.
    assert found["a", "late", "negative"] == (4, 6)
    assert found["a", "late", "mixed"] == (0, 6)
    assert found["a", "thanks", "positive"] == (1, 6)


def test_two_polarities_of_one_coder_are_mixed() -> None:
    found = named(code_frequencies(codes({"a1": "late-, late+"}), made.groups()))
    assert found == {("a", "late", "mixed"): (1, 1), ("org", "late", "mixed"): (1, 1)}


@pytest.mark.parametrize(
    ("floor", "expected"),
    [
        (5, {("a", "late"), ("a", "thanks"), ("org", "late"), ("org", "thanks")}),
        (6, {("org", "late"), ("org", "thanks")}),
        (8, set()),
    ],
)
def test_a_theme_has_three_interviewees_five_interviews_and_the_floor(
    floor: int, expected: set[tuple[str, str]]
) -> None:
    table = themes(code_frequencies(codes(SPOKEN), made.groups()), ALIKE, floor)
    shown = table[table["is_theme"]]
    assert set(shown[["group_id", "code"]].itertuples(index=False, name=None)) == expected
    assert set(THEMES.names) == {*table.columns, "window_id"}


def test_no_theme_passes_coders_who_disagree() -> None:
    frequencies = code_frequencies(codes(SPOKEN), made.groups())
    unsure = replace(ALIKE, on_polarity=0.5)
    assert not themes(frequencies, unsure, 5)["is_theme"].any()
    assert unsure.why == "the coders agree too little (alpha 0.50; .67 is needed)"
    assert reliability_row(unsure)[["kind", "value", "is_enough"]].to_numpy().tolist() == [
        ["krippendorff", 0.5, False]
    ]


def test_agreement_by_hand() -> None:
    # Interviews a1 ... a4, codes late and thanks: 8 units. x gives late to a1 a2 a3, thanks to a4;
    # y gives late to a1 a2, thanks to a3 a4. Units: 3 yes-yes, 2 disagree, 3 no-no; n = 16,
    # n_yes = n_no = 8: D_o = 4/16, D_e = 2*64/240, alpha = 1 - .25/.5333 = .53125.
    x = codes({"a1": "late-", "a2": "late-", "a3": "late-", "a4": "thanks+"}, coders="x")
    y = codes({"a1": "late-", "a2": "late-", "a3": "thanks+", "a4": "thanks+"}, coders="y")
    found = agreement(pd.concat([x, y]))
    assert (found.n_interviews, found.n_coders, found.n_shared) == (4, 2, 4)
    assert found.on_codes == pytest.approx(0.53125)
    # Polarity where both gave the code: late-, late-, thanks+: always the same, alpha 1.
    assert found.on_polarity == pytest.approx(1.0)
    assert found.lowest == pytest.approx(0.53125)
    assert not found.is_enough


def test_one_coder_leaves_agreement_unknown_and_the_gate_closed() -> None:
    found = agreement(codes(SPOKEN, coders="x"))
    assert math.isnan(found.lowest)
    assert not found.is_enough
    assert "two coders" in found.why


def test_where_every_polarity_is_the_same_the_codes_decide() -> None:
    found = agreement(codes({"a1": "late-", "a2": "thanks-", "a3": "late-, thanks-"}))
    assert math.isnan(found.on_polarity)
    assert found.lowest == pytest.approx(1.0)
    assert found.is_enough


def test_interviews_belong_to_the_period_that_holds_them_or_the_nearest() -> None:
    first = Period((Window(0, 100, 128),))
    last = Period((Window(1, 128, 156),))
    days = pd.Series([99, 100, 127, 128, 155, 183, 184, 60, None], dtype="Int32")
    found = periods_of(days, [first, last]).tolist()
    # 28 days away at most: 155 + 28 = 183; 100 - 40 is too early.
    assert found[:6] == [0, 0, 0, 1, 1, 1]
    assert [pd.isna(cell) for cell in found[6:]] == [True, True, False]
    assert found[8] == 1


def test_the_indicator_sees_the_interviews_of_its_period_only() -> None:
    view = made.view(with_edges=False)
    table = codes(SPOKEN)
    here = table["interview_id"].str.startswith("b")
    view = replace(view, tables=replace(view.tables, codes=table.assign(is_here=here)))
    assert set(coded_interviews(view)["group_id"]) == {"b", "org"}
    assert coded_interviews(made.view(with_edges=False)).empty
