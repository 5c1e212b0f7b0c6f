"""Omega total: by hand, against alpha, against a maximum-likelihood oracle, on published data."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from audit.statistics.omega import omega_of, omega_total, one_factor
from audit.statistics.reliability import alpha_of


def test_three_items_by_hand():
    # Loadings .7, .6, .5 give r = .42, .35, .30 and omega = 1.8^2 / (1.8^2 + .51 + .64 + .75).
    r = np.array([[1, 0.42, 0.35], [0.42, 1, 0.30], [0.35, 0.30, 1]])
    assert one_factor(r) == pytest.approx([0.7, 0.6, 0.5], abs=1e-6)
    assert omega_of(r) == pytest.approx(3.24 / 5.14, abs=1e-6)


def test_two_items_are_the_spearman_brown_step():
    # By hand: 2 r / (1 + r) at r = .5.
    assert omega_of(np.array([[1, 0.5], [0.5, 1]])) == pytest.approx(2 / 3)


def test_items_that_load_alike_have_omega_equal_to_standardised_alpha():
    r = np.full((5, 5), 0.36) + 0.64 * np.eye(5)
    assert one_factor(r) == pytest.approx([0.6] * 5, abs=1e-6)
    assert omega_of(r) == pytest.approx(alpha_of(r), abs=1e-9)


def test_items_that_load_differently_have_omega_above_alpha():
    loading = np.array([0.9, 0.8, 0.5, 0.3])
    r = np.outer(loading, loading)
    np.fill_diagonal(r, 1.0)
    assert one_factor(r) == pytest.approx(loading, abs=1e-6)
    assert omega_of(r) > alpha_of(r) + 0.02


def test_minimum_residuals_agree_with_maximum_likelihood(rng):
    # Oracle: the likelihood of one factor minimised over loadings and uniquenesses at large n.
    loading = np.array([0.8, 0.7, 0.6, 0.5, 0.4])
    trait = rng.normal(size=20_000)
    data = trait[:, None] * loading + rng.normal(size=(20_000, 5)) * np.sqrt(1 - loading**2)
    r = np.corrcoef(data, rowvar=False)

    def misfit(x):
        sigma = np.outer(x[:5], x[:5]) + np.diag(np.exp(x[5:]))
        return np.linalg.slogdet(sigma)[1] + np.trace(np.linalg.solve(sigma, r))

    best = minimize(misfit, np.r_[np.full(5, 0.5), np.zeros(5)], method="BFGS")
    assert one_factor(r) == pytest.approx(best.x[:5], abs=0.01)


def test_a_perfect_scale_is_one_and_a_scale_without_a_factor_is_low(rng):
    assert omega_total(pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]})) == pytest.approx(1.0)
    noise = pd.DataFrame(rng.normal(size=(4000, 5)))
    assert omega_total(noise) < 0.3


@pytest.mark.parametrize(
    "items",
    [
        pd.DataFrame({"a": [1, 2, 3]}),
        pd.DataFrame({"a": [1, 1, 1], "b": [1, 2, 3], "c": [3, 1, 2]}),
        pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 1]}),
    ],
)
def test_omega_is_missing_where_it_has_no_meaning(items):
    assert np.isnan(omega_total(items))


def test_empty_cells_are_left_out_pairwise(rng):
    trait = rng.normal(size=3000)
    items = pd.DataFrame({f"i{k}": trait + rng.normal(size=3000) for k in range(4)})
    whole = omega_total(items)
    assert omega_total(items.mask(rng.random(items.shape) < 0.1)) == pytest.approx(whole, abs=0.01)
