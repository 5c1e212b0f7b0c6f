"""Weights of those who answered: margins by hand, bounds, merging, order."""

import numpy as np
import pandas as pd
import pytest

from audit.statistics.raking import RakeRules, rake, raked


def _forms(**columns):
    return pd.DataFrame(columns)


def test_one_margin_by_hand():
    # 30 of 40 forms are a, half of those asked: w = .5 / .75 = 2/3 and .5 / .25 = 2.
    forms = _forms(level=["a"] * 30 + ["b"] * 10)
    weights = rake(forms, {"level": pd.Series({"a": 50, "b": 50})})
    assert weights[:30].tolist() == pytest.approx([2 / 3] * 30)
    assert weights[30:].tolist() == pytest.approx([2.0] * 10)


def test_two_margins_meet_the_published_fit():
    # Deming and Stephan's method on [[40, 30], [35, 50]] with rows (60, 40) and columns (50, 50):
    # the fitted table keeps the odds ratio of the sample, 40 * 50 / (30 * 35) = 1.904762.
    table = {("a", "x"): 40, ("a", "y"): 30, ("b", "x"): 35, ("b", "y"): 50}
    rows = [key for key, n in table.items() for _ in range(n)]
    forms = pd.DataFrame(rows, columns=["level", "site"])
    margins = {"level": pd.Series({"a": 60, "b": 40}), "site": pd.Series({"x": 50, "y": 50})}
    found = raked(forms, margins)
    cell = forms.assign(w=found.weights).groupby(["level", "site"])["w"].sum()
    share = cell / cell.sum()
    assert found.is_converged
    assert share.groupby("level").sum().to_dict() == pytest.approx({"a": 0.6, "b": 0.4})
    assert share.groupby("site").sum().to_dict() == pytest.approx({"x": 0.5, "y": 0.5})
    odds = share["a", "x"] * share["b", "y"] / (share["a", "y"] * share["b", "x"])
    assert odds == pytest.approx(2000 / 1050)


def test_a_sample_that_fits_keeps_weights_of_one_and_a_design_effect_of_one():
    forms = _forms(level=["a"] * 20 + ["b"] * 20)
    found = raked(forms, {"level": pd.Series({"a": 0.5, "b": 0.5})})
    assert found.weights.tolist() == [1.0] * 40
    assert found.design_effect == pytest.approx(1.0)


def test_weights_stay_in_bounds_and_a_margin_that_cannot_be_met_is_told():
    forms = _forms(level=["a"] * 95 + ["b"] * 5)
    found = raked(forms, {"level": pd.Series({"a": 0.5, "b": 0.5})})
    assert found.weights.max() <= 4.0
    assert found.weights.mean() == pytest.approx(1.0)
    # 5 forms of weight at most 4 in 100 carry a fifth, not a half.
    assert not found.is_converged
    assert found.gap == pytest.approx(0.3, abs=0.01)


def test_small_cells_are_merged_with_the_next_smallest():
    # c has 2 forms: it joins b. Together 12 of 42 forms, asked 30 of 60.
    forms = _forms(site=["a"] * 30 + ["b"] * 10 + ["c"] * 2)
    weights = rake(forms, {"site": pd.Series({"a": 30, "b": 20, "c": 10})})
    assert set(weights[30:]) == {weights[30]}
    assert weights[30:].sum() / weights.sum() == pytest.approx(0.5)


def test_a_margin_with_one_cell_left_is_not_used():
    found = raked(_forms(site=["a"] * 30 + ["b"] * 2), {"site": pd.Series({"a": 10, "b": 50})})
    assert found.margins == ()
    assert found.weights.tolist() == [1.0] * 32


def test_forms_that_do_not_tell_their_cell_keep_their_share():
    forms = _forms(level=["a"] * 30 + ["b"] * 10 + [None] * 10)
    weights = rake(forms, {"level": pd.Series({"a": 1, "b": 1})})
    assert weights[40:].sum() / weights.sum() == pytest.approx(0.2)
    assert weights[:30].sum() == pytest.approx(weights[30:40].sum())


def test_no_form_no_weight():
    assert rake(_forms(level=[]), {"level": pd.Series({"a": 1.0})}).empty


def test_order_of_forms_and_unit_of_margins_do_not_matter(rng):
    forms = pd.DataFrame(
        {"level": rng.choice(list("abc"), 200), "site": rng.choice(list("xy"), 200)}
    )
    counts = {"level": pd.Series({"a": 10, "b": 20, "c": 30}), "site": pd.Series({"x": 3, "y": 1})}
    first = rake(forms, counts)
    shares = {name: margin / margin.sum() for name, margin in counts.items()}
    second = rake(forms.sample(frac=1.0, random_state=3), shares)
    assert second.reindex(first.index).to_numpy() == pytest.approx(first.to_numpy(), abs=1e-7)


def test_raking_removes_the_bias_of_answers_missing_by_level(rng):
    # Juniors score .8 SD lower and answer half as often: by hand the raw mean is off by
    # .8 * (.5 - 1/3) = .133 SD.
    level = np.repeat(["junior", "senior"], 4000)
    score = rng.normal(0, 1, 8000) - 0.8 * (level == "junior")
    answered = rng.random(8000) < np.where(level == "junior", 0.4, 0.8)
    forms = pd.DataFrame({"level": level[answered]})
    weights = rake(forms, {"level": pd.Series({"junior": 0.5, "senior": 0.5})})
    raw, truth = score[answered].mean(), score.mean()
    assert raw - truth == pytest.approx(0.133, abs=0.03)
    assert abs(np.average(score[answered], weights=weights) - truth) < 0.03


def test_the_bounds_can_be_set():
    forms = _forms(level=["a"] * 30 + ["b"] * 10)
    margins = {"level": pd.Series({"a": 1, "b": 1})}
    assert rake(forms, margins, RakeRules(highest=1.5)).max() <= 1.5
