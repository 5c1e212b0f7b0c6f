"""Omega total of a scale with one factor: internal consistency without equal loadings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import least_squares

FloatArray = npt.NDArray[np.float64]

_PAIR = 2
_LARGEST = 1.0


def one_factor(correlation: FloatArray) -> FloatArray:
    """Loadings of one common factor, by minimum residuals.

    Formula
        min over l of sum_{i<j} (r_ij - l_i l_j)^2 with |l| <= 1; two items load alike,
        l^2 = r_12.
    Shape
        `(k, k)` correlations, `(k,)` loadings, their sum not negative.
    Unit
        None. Range: -1 to 1.
    Edge cases
        One item: loads 1. A missing correlation, or two items that contradict each other: nan.
    Null
        None.
    Raises
        Nothing.
    Source
        Harman and Jones 1966 (minres); Spearman 1904 for three items.

    >>> one_factor(np.array([[1, 0.42, 0.35], [0.42, 1, 0.3], [0.35, 0.3, 1]])).round(2)
    array([0.7, 0.6, 0.5])
    """
    k = correlation.shape[0]
    if k < _PAIR:
        return np.ones(k)
    if np.isnan(correlation).any():
        return np.full(k, np.nan)
    if k == _PAIR:
        r = float(correlation[0, 1])
        return np.full(k, np.sqrt(r) if r >= 0 else np.nan)
    upper = np.triu_indices(k, 1)
    observed = correlation[upper]

    def residuals(loading: FloatArray) -> FloatArray:
        rest: FloatArray = observed - loading[upper[0]] * loading[upper[1]]
        return rest

    value, vector = np.linalg.eigh(correlation)
    start = vector[:, -1] * np.sqrt(max(float(value[-1]), 0.0))
    start = np.clip(start if start.sum() >= 0 else -start, -0.99, 0.99)
    found = least_squares(residuals, start, bounds=(-_LARGEST, _LARGEST), xtol=1e-12, ftol=1e-12)
    loading: FloatArray = np.asarray(found.x, dtype=np.float64)
    return loading if loading.sum() >= 0 else -loading


def omega_total(items: pd.DataFrame) -> float:
    """Share of a scale's variance that its one common factor makes.

    Formula
        (sum l)^2 / ((sum l)^2 + sum (1 - l^2)), l the standardised loadings of `one_factor` on
        the pairwise correlations.
    Shape
        Rows respondents, columns items, reversed items already turned; empty cells allowed.
    Unit
        None. Range: 0 to 1; equal to standardised alpha where all items load alike.
    Edge cases
        Fewer than two items, an item without variance, items that contradict each other: nan.
    Null
        None.
    Raises
        Nothing.
    Source
        McDonald 1999; Revelle and Zinbarg 2009.

    >>> omega_total(pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]}))
    1.0
    """
    if items.shape[1] < _PAIR:
        return float("nan")
    return omega_of(items.astype("float64").corr().to_numpy(dtype=np.float64))


def omega_of(correlation: FloatArray) -> float:
    """Return omega total from the correlations of the items."""
    loading = one_factor(correlation)
    common = float(loading.sum()) ** 2
    rest = float(np.sum(1.0 - loading**2))
    return common / (common + rest) if common + rest > 0 else float("nan")
