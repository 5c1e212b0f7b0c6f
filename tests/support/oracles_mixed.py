"""A random intercept per unit, fitted by restricted maximum likelihood: an oracle for ICC."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize_scalar


def random_intercept(score: npt.NDArray[np.float64], unit: pd.Series) -> tuple[float, float]:
    """Return the variance between units and within them.

    With ratio r = between / within, units j of n_j and g_j = n_j / (1 + n_j r): the mean is
    sum g_j m_j / sum g_j, the within variance its restricted estimate, and the deviance
    (N - 1) log within + sum log(1 + n_j r) + log sum g_j is minimised over r.
    """
    codes = pd.factorize(unit.to_numpy())[0]
    n = np.bincount(codes)
    mean = np.bincount(codes, weights=score) / n
    inside = float(((score - mean[codes]) ** 2).sum())

    def parts(ratio: float) -> tuple[float, float]:
        g = n / (1 + n * ratio)
        centre = float((g * mean).sum() / g.sum())
        within = (inside + float((g * (mean - centre) ** 2).sum())) / (score.size - 1)
        spread = float(np.log1p(n * ratio).sum()) + float(np.log(g.sum()))
        return within, (score.size - 1) * float(np.log(within)) + spread

    found = minimize_scalar(
        lambda ratio: parts(ratio)[1], bounds=(0, 10), method="bounded", options={"xatol": 1e-12}
    )
    within = parts(float(found.x))[0]
    return float(found.x) * within, within
