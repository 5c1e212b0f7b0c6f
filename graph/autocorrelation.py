"""Autocorrelation of values over a weighted graph: whether cold lies beside cold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.arithmetic import quotient, z_score
from graph.network import Floats

_LEAST_NODES = 4
"""Below this the null of Moran's I has no variance in closed form."""


@dataclass(frozen=True)
class Moran:
    """Moran's I with its mean and SD when the values are dealt out to the nodes at random."""

    value: float
    expected: float
    null_sd: float
    z: float
    n: int


def getis_ord(values: Floats, weights: Floats, star: bool) -> Floats:
    """Return for each node how far the values around it lie above or below those elsewhere.

    Formula: z_i = (sum_j w_ij x_j - mean(x) W_i) / (s sqrt((n S_i - W_i^2) / (n - 1))) with
    W_i = sum_j w_ij, S_i = sum_j w_ij^2 and s with divisor n. Gi* (`star`) takes i as its own
    neighbour, with w_ii = 1 where the diagonal is 0; Gi leaves i out of x, w, mean, s and n.
    Shape: `values` (n,), `weights` (n, n) without negative entries; the answer is (n,).
    Unit: standard deviations of the null. Range: unbounded; below 0 a low neighbourhood.
    Edge cases: nan without neighbours, where everybody is a neighbour alike, and where the values
    do not vary. A value that is nan makes everything nan: leave such nodes out first.
    Null: values dealt out to the nodes at random; z is standardised, not exactly normal.
    Raises: ValueError when shapes do not fit or a weight is below 0.
    Source: Ord & Getis 1995, Geographical Analysis 27, 286-306.

    >>> getis_ord(np.array([1.0, 1.0, 5.0]), weights, star=True).round(2)
    array([-1.41, -1.41,  1.41])
    """
    x, w = _checked(values, weights)
    own = np.diag(w)
    np.fill_diagonal(w, np.where(own > 0, own, 1.0) if star else 0.0)
    left_out = 0.0 if star else 1.0
    n = x.size - left_out
    mean = (x.sum() - left_out * x) / max(n, 1.0)
    square = ((x**2).sum() - left_out * x**2) / max(n, 1.0)
    spread = np.sqrt(np.maximum(square - mean**2, 0.0))
    total, squares = w.sum(axis=1), (w**2).sum(axis=1)
    width = np.sqrt(np.maximum((n * squares - total**2) / max(n - 1.0, 1.0), 0.0))
    return quotient(w @ x - mean * total, np.asarray(spread * width))


def morans_i(values: Floats, weights: Floats) -> Moran:
    """Return whether nodes that are close have values that are alike.

    Formula: I = n / S0 * sum_ij w_ij d_i d_j / sum_i d_i^2, d = x - mean(x), S0 = sum_ij w_ij;
    the diagonal is left out. expected = -1 / (n - 1); `null_sd` in closed form over all
    permutations of the values; z = (I - expected) / null_sd.
    Shape: `values` (n,), `weights` (n, n); a `Moran`.
    Unit: none. Range: about -1 to 1; above `expected`, like lies beside like.
    Edge cases: nan without weight or variation; SD and z nan below four nodes. Values that are
    nan must be left out first.
    Null: values dealt out to the nodes at random (randomisation), the weights fixed.
    Raises: ValueError when shapes do not fit or a weight is below 0.
    Source: Moran 1950, Biometrika 37, 17-23; variance: Cliff & Ord 1981, Spatial Processes.

    >>> morans_i(np.array([1.0, 2.0, 3.0, 4.0]), path_of_four).value
    0.333
    """
    x, w = _checked(values, weights)
    np.fill_diagonal(w, 0.0)
    n = x.size
    apart = x - x.mean() if n else x
    square, whole = float((apart**2).sum()), float(w.sum())
    index = float(quotient(np.array(n * apart @ w @ apart), np.array(whole * square)))
    expected = -1.0 / (n - 1) if n > 1 else float("nan")
    spread = _moran_sd(apart, w) if n >= _LEAST_NODES and whole * square > 0 else float("nan")
    z = float(z_score(np.array(index), np.array(expected), np.array(spread)))
    return Moran(index, expected, spread, z, n)


def _moran_sd(apart: Floats, w: Floats) -> float:
    """SD of Moran's I over all permutations of the values."""
    n = apart.size
    s0 = float(w.sum())
    s1 = float(((w + w.T) ** 2).sum()) / 2.0
    s2 = float(((w.sum(axis=1) + w.sum(axis=0)) ** 2).sum())
    kurtosis = float((apart**4).mean() / (apart**2).mean() ** 2)
    free = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    peaked = kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    second = (free - peaked) / ((n - 1) * (n - 2) * (n - 3) * s0**2)
    return float(np.sqrt(max(0.0, second - 1.0 / (n - 1) ** 2)))


def _checked(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    x = np.asarray(values, dtype=np.float64)
    w = np.array(weights, dtype=np.float64)
    if x.ndim != 1 or w.shape != (x.size, x.size):
        raise ValueError(f"values of shape {x.shape} do not fit weights of shape {w.shape}")
    if (w < 0).any():
        raise ValueError("a weight is below 0")
    return x, w
