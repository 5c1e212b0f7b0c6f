"""Krippendorff's alpha against the worked examples of its author."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.statistics.agreement import Matrix, krippendorff_alpha


def counts(*coders: str) -> Matrix:
    """Return codes per unit from one line per coder; "." means that a unit was not coded."""
    columns = [line.split() for line in coders]
    values = sorted({code for line in columns for code in line} - {"."})
    units = zip(*columns, strict=True)
    return np.array([[unit.count(value) for value in values] for unit in units], dtype=np.float64)


def test_four_coders_with_missing_codes_as_published() -> None:
    # Krippendorff 2011, section C: 12 units, nominal alpha = .743.
    table = counts(
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
    assert krippendorff_alpha(table) == pytest.approx(0.743, abs=0.0005)


def test_two_coders_and_two_categories_as_published() -> None:
    # Krippendorff 2011, section A: Meg and Owen, alpha = .095.
    table = counts("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
    assert krippendorff_alpha(table) == pytest.approx(0.095, abs=0.0005)


def test_two_coders_and_five_categories_as_published() -> None:
    # Krippendorff 2011, section B: Ben and Gerry, alpha = .692.
    table = counts("a a b b d c c c e d d a", "b a b b b c c c e d d d")
    assert krippendorff_alpha(table) == pytest.approx(0.692, abs=0.0005)


def test_two_coders_by_hand() -> None:
    # Units: yes-yes, yes-no, no-no. o_yn = o_ny = 1, n_y = n_n = 3, n = 6:
    # D_o = 2/6, D_e = 2*9/30, alpha = 1 - .3333/.6 = 4/9.
    assert krippendorff_alpha(counts("y y n", "y n n")) == pytest.approx(4 / 9)


def test_nothing_to_disagree_about_is_not_agreement() -> None:
    assert math.isnan(krippendorff_alpha(counts("a a a", "a a a")))
    assert math.isnan(krippendorff_alpha(counts("a b a", ". . .")))
    assert math.isnan(krippendorff_alpha(np.zeros((0, 2))))


@given(st.lists(st.tuples(st.sampled_from("ab."), st.sampled_from("ab.")), min_size=2))
def test_units_of_one_code_change_nothing(units: list[tuple[str, str]]) -> None:
    lines = [" ".join(line) for line in zip(*units, strict=True)]
    both = [unit for unit in units if "." not in unit]
    alone = krippendorff_alpha(counts(*lines))
    if not both:
        assert math.isnan(alone)
        return
    kept = krippendorff_alpha(counts(*[" ".join(line) for line in zip(*both, strict=True)]))
    assert alone == pytest.approx(kept, nan_ok=True)
    assert math.isnan(alone) or alone <= 1.0
