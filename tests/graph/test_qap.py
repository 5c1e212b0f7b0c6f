"""Correlation and regression of networks: published values, whole nulls, error rates."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest
from known_networks import org_network

from graph.qap import mrqap, qap_correlation

Matrix = npt.NDArray[np.float64]


def managers(name: str) -> Matrix:
    """Return one of Krackhardt's networks as a matrix of 0 and 1."""
    graph, _ = org_network(name)
    matrix = np.zeros((graph.n_people, graph.n_people))
    matrix[graph.sources, graph.targets] = 1.0
    return matrix


def _random(rng: np.random.Generator, n: int = 12) -> Matrix:
    return rng.normal(size=(n, n)) + rng.normal(size=(n, 1)) + rng.normal(size=(1, n))


def test_correlations_of_krackhardts_managers_leave_the_diagonal_out(
    rng: np.random.Generator,
) -> None:
    advice, friends, reports = (managers(n) for n in ("ht_advice", "ht_friends", "ht_reports"))
    assert qap_correlation(advice, friends, rng, 9).value == pytest.approx(0.15459, abs=5e-6)
    assert qap_correlation(advice, reports, rng, 9).value == pytest.approx(0.22356, abs=5e-6)
    # The trap: 21 zeros that nobody could fill, counted as agreement.
    with_diagonal = np.corrcoef(advice.ravel(), friends.ravel())[0, 1]
    assert with_diagonal == pytest.approx(0.17435, abs=5e-6)
    full = advice + 5 * np.eye(21)
    assert qap_correlation(full, friends, rng, 9).value == pytest.approx(0.15459, abs=5e-6)


def test_regression_of_advice_on_friendship_and_reporting(rng: np.random.Generator) -> None:
    found = mrqap(
        managers("ht_advice"),
        {"friends": managers("ht_friends"), "reports": managers("ht_reports")},
        rng,
        499,
    )
    assert found.r_squared == pytest.approx(0.063195, abs=5e-7)
    assert found.intercept == pytest.approx(0.39694, abs=5e-6)
    assert found.coefficients["b"].tolist() == pytest.approx([0.13581, 0.47157], abs=6e-6)
    assert found.coefficients["standardised"].tolist() == pytest.approx(
        [0.11701, 0.20177], abs=6e-6
    )
    assert found.n_dyads == 420
    assert found.coefficients.loc["reports", "p"] == 1 / 500


def test_the_null_of_a_correlation_is_that_of_all_relabellings(rng: np.random.Generator) -> None:
    first, second = _random(rng, 5), _random(rng, 5)
    off = ~np.eye(5, dtype=bool)
    every = [
        np.corrcoef(first[np.ix_(order, order)][off], second[off])[0, 1]
        for order in permutations(range(5))
    ]
    found = qap_correlation(first, second, rng, 4000)
    assert found.value == pytest.approx(every[0])
    assert found.null_mean == pytest.approx(np.mean(every), abs=4 * np.std(every) / 4000**0.5)
    assert found.null_sd == pytest.approx(np.std(every), rel=0.06)
    assert found.p_high == pytest.approx(np.mean(np.array(every) >= every[0] - 1e-9), abs=0.03)


def test_one_predictor_is_the_correlation_in_other_units(rng: np.random.Generator) -> None:
    y, x = _random(rng), _random(rng)
    found = mrqap(y, {"x": x}, rng, 99)
    r = qap_correlation(y, x, rng, 99).value
    assert found.coefficients.loc["x", "standardised"] == pytest.approx(r)
    assert found.r_squared == pytest.approx(r**2)


def test_a_regression_gives_the_coefficients_it_was_made_of(rng: np.random.Generator) -> None:
    a, b = _random(rng), _random(rng)
    found = mrqap(2 + 3 * a - b, {"a": a, "b": b}, rng, 99)
    assert found.coefficients["b"].tolist() == pytest.approx([3.0, -1.0])
    assert (found.intercept, found.r_squared) == pytest.approx((2.0, 1.0))
    assert found.coefficients["p"].tolist() == [0.01, 0.01]


def test_a_predictor_that_only_follows_another_is_found_by_chance_alone() -> None:
    # Senders and receivers differ, so that cells are not independent: least squares rejects far
    # too often. Double semi-partialling holds 5 % (binomial 95 % of 200 runs: 2 to 8 %).
    rng = np.random.default_rng(4)
    hits, naive = 0, 0
    for _ in range(200):
        other = _random(rng)
        follows = 0.8 * other + _random(rng)
        y = other + 2 * _random(rng)
        row = mrqap(y, {"other": other, "follows": follows}, rng, 99).coefficients.loc["follows"]
        hits += row["p"] <= 0.05
        naive += abs(row["t"]) > 1.96
    assert 4 <= hits <= 17
    assert naive > 25


def test_what_cannot_be_computed_is_missing(rng: np.random.Generator) -> None:
    still, x = np.ones((6, 6)), _random(rng, 6)
    assert np.isnan(qap_correlation(still, x, rng, 9).p)
    assert np.isnan(qap_correlation(x[:2, :2], x[:2, :2], rng, 9).value)
    twice = mrqap(_random(rng, 6), {"x": x, "twice": 2 * x + 1}, rng, 9).coefficients
    assert twice.isna().all(axis=None)
    assert np.isnan(mrqap(still, {"x": x}, rng, 9).coefficients.loc["x", "b"])


def test_networks_that_do_not_fit_are_refused(rng: np.random.Generator) -> None:
    x = _random(rng, 4)
    with pytest.raises(ValueError, match="square"):
        qap_correlation(x, x[:3, :3], rng)
    with pytest.raises(ValueError, match="missing"):
        qap_correlation(np.where(x == x[0, 1], np.nan, x), x, rng)
    with pytest.raises(ValueError, match="predictor"):
        mrqap(x, {}, rng)
