"""Equal loadings over waves: exact fits, the chi-square, planted changes, what cannot be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from audit.gates import comparison_row
from audit.statistics.invariance import Fit, cfi, metric_invariance
from audit.survey import ScaleAnswers

LOADINGS = np.array([0.8, 0.7, 0.6, 0.75])


def wave(
    rng: np.random.Generator, n: int, loadings: np.ndarray = LOADINGS, spread: float = 1.0
) -> pd.DataFrame:
    trait = rng.normal(size=n) * np.sqrt(spread)
    noise = rng.normal(size=(n, loadings.size)) * 0.6
    names = [f"i{k}" for k in range(loadings.size)]
    return pd.DataFrame(trait[:, None] * loadings + noise, columns=names)


def with_covariance(sigma: np.ndarray, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return n rows whose covariance (divisor n) is exactly `sigma`."""
    raw = rng.normal(size=(n, sigma.shape[0]))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / n)).T
    names = [f"i{k}" for k in range(sigma.shape[0])]
    return pd.DataFrame(white @ np.linalg.cholesky(sigma).T, columns=names)


def test_waves_that_fit_exactly_have_no_misfit_and_the_degrees_of_freedom_by_hand(
    rng: np.random.Generator,
) -> None:
    sigma = np.outer(LOADINGS, LOADINGS) + np.diag([0.3, 0.4, 0.5, 0.2])
    wider = 1.7 * np.outer(LOADINGS, LOADINGS) + np.diag([0.5, 0.3, 0.6, 0.3])
    waves = [with_covariance(sigma, 200, rng), with_covariance(wider, 150, rng)]
    found = metric_invariance(waves)
    assert found is not None
    # 2 (10 - 8) = 4; equal: 20 moments less 4 loadings, 8 uniquenesses, 1 factor variance.
    assert (found.free.freedom, found.equal.freedom) == (4, 7)
    assert found.free.chi2 == pytest.approx(0.0, abs=1e-4)
    assert found.equal.chi2 == pytest.approx(0.0, abs=1e-4)
    assert found.is_enough


def test_the_fit_is_that_of_an_independent_minimiser(rng: np.random.Generator) -> None:
    # Oracle: the same likelihood written plainly, minimised without gradients.
    data = wave(rng, 120)
    s = np.cov(data.to_numpy().T, ddof=0)

    def misfit(x: np.ndarray) -> float:
        sigma = np.outer(x[:4], x[:4]) + np.diag(np.exp(x[4:]))
        spread = np.linalg.slogdet(sigma)[1] - np.linalg.slogdet(s)[1]
        return float(spread + np.trace(s @ np.linalg.inv(sigma)) - 4)

    start = np.r_[np.full(4, 0.7), np.full(4, -1.0)]
    best = minimize(misfit, start, method="Nelder-Mead",
                    options={"maxfev": 40_000, "fatol": 1e-12, "xatol": 1e-9})  # fmt: skip
    found = metric_invariance([data, data])
    assert found is not None
    assert found.free.chi2 == pytest.approx(2 * 120 * best.fun, rel=1e-3)
    # The same wave twice: equal loadings cost nothing.
    assert found.equal.chi2 == pytest.approx(found.free.chi2, abs=1e-3)


def test_equal_loadings_cost_a_chi_square_of_three_on_average(rng: np.random.Generator) -> None:
    cost = []
    for _ in range(15):
        found = metric_invariance([wave(rng, 200), wave(rng, 200, spread=1.5)])
        assert found is not None
        cost.append(found.equal.chi2 - found.free.chi2)
    # Three loadings are tied: mean 3, SD sqrt(6 / 15) = .63.
    assert np.mean(cost) == pytest.approx(3.0, abs=1.9)
    assert min(cost) >= -1e-3


def test_a_question_that_changed_its_meaning_closes_the_comparison(
    rng: np.random.Generator,
) -> None:
    changed = np.array([0.8, 0.1, 0.6, 0.75])
    found = metric_invariance([wave(rng, 400), wave(rng, 400, changed)])
    assert found is not None
    assert not found.is_enough
    assert found.loss > 0.03


def test_the_fit_index_by_hand() -> None:
    # (20 - 5) / (215 - 15) = .075 is lost.
    assert cfi(Fit(20.0, 5), Fit(215.0, 15)) == pytest.approx(1 - 15 / 200)
    assert cfi(Fit(3.0, 5), Fit(215.0, 15)) == 1.0
    assert cfi(Fit(3.0, 5), Fit(10.0, 15)) == 1.0


@pytest.mark.parametrize("why", ["items", "forms", "flat", "one wave"])
def test_what_cannot_be_told_is_not_told(rng: np.random.Generator, why: str) -> None:
    waves = [wave(rng, 100), wave(rng, 100)]
    if why == "items":
        waves = [w[["i0", "i1"]] for w in waves]
    elif why == "forms":
        waves[1] = waves[1].head(30)
    elif why == "flat":
        waves[1] = waves[1].assign(i0=3.0)
    else:
        waves = waves[:1]
    assert metric_invariance(waves) is None


def _scale(items: pd.DataFrame, anchors: frozenset[str] | None = None) -> ScaleAnswers:
    return ScaleAnswers("s", "S", "s", items, items.mean(axis=1), 7, anchors)


def test_only_items_with_the_same_wording_are_compared(rng: np.random.Generator) -> None:
    changed = np.array([0.8, 0.1, 0.6, 0.75])
    before, now = wave(rng, 400), wave(rng, 400, changed)
    assert not comparison_row(_scale(now), _scale(before))["is_enough"].iloc[0]
    anchored = _scale(now, frozenset({"i0", "i2", "i3"}))
    row = comparison_row(anchored, _scale(before)).iloc[0]
    assert row["kind"] == "invariance"
    assert row["is_enough"]


def test_a_first_wave_is_compared_with_nothing(rng: np.random.Generator) -> None:
    assert comparison_row(_scale(wave(rng, 100)), None).empty
