"""Small sums that every null comparison shares; nan where a number does not exist."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.network import Floats

_STILL = 1e-12


def quotient(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, nan where the whole is not above 0."""
    missing = np.full(np.broadcast_shapes(np.shape(part), np.shape(whole)), np.nan)
    return np.asarray(np.divide(part, whole, out=missing, where=whole > _STILL), dtype=np.float64)


def mean_and_sd(draws: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return mean and standard deviation (n - 1) over draws; the latter nan with one draw."""
    stacked = np.array(draws, dtype=np.float64)
    mean = stacked.mean(axis=0)
    if len(stacked) == 1:
        return mean, np.full(np.shape(mean), np.nan)
    return mean, stacked.std(axis=0, ddof=1)


def z_score(observed: Floats, mean: Floats, spread: Floats) -> Floats:
    """Return (observed - mean) / spread, nan where the null does not vary."""
    return quotient(np.asarray(observed - mean), np.asarray(spread))
