"""The net promoter score of a sample, with its standard error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

PROMOTER, DETRACTOR = 9, 6


@dataclass(frozen=True)
class NetScore:
    """Promoters less detractors as a share, and its standard error."""

    value: float
    se: float


def net_promoter(answers: FloatArray, weight: FloatArray) -> NetScore:
    """Return the share of promoters (9, 10) less that of detractors (0 to 6).

    Formula
        value = p - d; SE = sqrt((p' + d' - (p' - d')^2) / (n_eff - 1)), where p' and d' are the
        shares after one answer is added to each of the three classes, so that a small group that
        agrees is not certain; n_eff = (sum w)^2 / sum w^2.
    Shape
        `(n,)` answers from 0 to 10, `(n,)` weights.
    Unit
        Share. Range: -1 to 1.
    Edge cases
        Nobody: nan; one answer: no standard error.
    Null
        None.
    Raises
        Nothing.
    Source
        Reichheld 2003; Rocks 2016 (adding answers to the Wald interval).

    >>> net_promoter(np.array([10.0, 9.0, 8.0, 3.0]), np.ones(4)).value
    0.25
    """
    if not answers.size:
        return NetScore(float("nan"), float("nan"))
    share = weight / weight.sum()
    up = float(share[answers >= PROMOTER].sum())
    down = float(share[answers <= DETRACTOR].sum())
    n = 1.0 / float(np.sum(share**2))
    p, d = (n * up + 1.0) / (n + 3.0), (n * down + 1.0) / (n + 3.0)
    spread = p + d - (p - d) ** 2
    return NetScore(up - down, float(np.sqrt(spread / (n - 1.0))) if n > 1 else float("nan"))
