"""Gi, Gi* and Moran's I: published values, values by hand, whole permutation distributions."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest

from graph.autocorrelation import getis_ord, morans_i

POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=np.float64)
VALUES = np.array([2, 3, 3.2, 5, 8, 7])
"""Getis and Ord's six points as in the docstring of esda's G_Local."""


def _near(points: npt.NDArray[np.float64], reach: float) -> npt.NDArray[np.float64]:
    apart = np.linalg.norm(points[:, None] - points[None, :], axis=2)
    near: npt.NDArray[np.float64] = ((apart <= reach) & (apart > 0)).astype(np.float64)
    return near


def _path(n: int) -> npt.NDArray[np.float64]:
    return np.eye(n, k=1) + np.eye(n, k=-1)


def test_gi_star_gives_the_values_that_esda_publishes() -> None:
    golden = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert getis_ord(VALUES, _near(POINTS, 15), star=True) == pytest.approx(golden, abs=5e-9)


def test_gi_gives_the_values_that_esda_publishes() -> None:
    golden = [-1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941]
    assert getis_ord(VALUES, _near(POINTS, 15), star=False) == pytest.approx(golden, abs=5e-8)


def test_a_given_diagonal_is_kept_by_gi_star_and_left_out_by_gi() -> None:
    weights = _near(POINTS, 15)
    heavy = weights + np.eye(6)
    assert getis_ord(VALUES, heavy, star=True) == pytest.approx(
        getis_ord(VALUES, weights, star=True)
    )
    assert getis_ord(VALUES, heavy, star=False) == pytest.approx(
        getis_ord(VALUES, weights, star=False)
    )
    assert getis_ord(VALUES, weights + 2 * np.eye(6), star=True) != pytest.approx(
        getis_ord(VALUES, weights, star=True)
    )


def test_gi_does_not_exist_without_neighbours_or_variation() -> None:
    lonely = _path(4)
    lonely[3], lonely[:, 3] = 0.0, 0.0
    found = getis_ord(np.array([1.0, 2.0, 4.0, 8.0]), lonely, star=False)
    assert np.isnan(found).tolist() == [False, False, False, True]
    assert np.isnan(getis_ord(np.ones(4), _path(4), star=True)).all()
    assert np.isnan(getis_ord(np.arange(4.0), np.ones((4, 4)), star=True)).all()


def test_morans_i_of_a_path_by_hand() -> None:
    # d = -1.5, -.5, .5, 1.5: neighbours give 2 (.75 - .25 + .75) = 2.5, squares 5, S0 = 6.
    found = morans_i(np.array([1.0, 2.0, 3.0, 4.0]), _path(4))
    assert found.value == pytest.approx(4 / 6 * 2.5 / 5)
    assert found.expected == pytest.approx(-1 / 3)
    assert morans_i(np.array([1.0, -1.0, 1.0, -1.0]), _path(4)).value == pytest.approx(-1.0)


def test_mean_and_sd_of_morans_i_are_those_of_all_permutations() -> None:
    rng = np.random.default_rng(3)
    values = np.array([2.0, 3.0, 3.2, 5.0, 8.0, 40.0])
    weights = rng.random((6, 6))
    drawn = [morans_i(np.array(order), weights).value for order in permutations(values)]
    found = morans_i(values, weights)
    assert found.expected == pytest.approx(np.mean(drawn), abs=1e-12)
    assert found.null_sd == pytest.approx(np.std(drawn), rel=1e-9)
    assert found.z == pytest.approx((found.value - found.expected) / found.null_sd)


def test_morans_i_does_not_exist_without_weights_or_variation() -> None:
    assert np.isnan(morans_i(np.ones(5), _path(5)).value)
    assert np.isnan(morans_i(np.arange(5.0), np.zeros((5, 5))).value)
    few = morans_i(np.arange(3.0), _path(3))
    assert few.value == pytest.approx(0.0)
    assert np.isnan(few.z)
    assert np.isnan(morans_i(np.empty(0), np.empty((0, 0))).value)


def test_wrong_shapes_and_negative_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        getis_ord(np.arange(3.0), _path(4), star=True)
    with pytest.raises(ValueError, match="below 0"):
        morans_i(np.arange(4.0), -_path(4))
