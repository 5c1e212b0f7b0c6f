"""Waiting times of which some have not ended: Kaplan-Meier, its median and its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

HALF = 0.5


@dataclass(frozen=True)
class SurvivalCurve:
    """Share still waiting after each time at which a wait ended, with its interval."""

    time: FloatArray
    share: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class Median:
    """Median wait with its interval; nan for an end, or a median, that the data do not reach."""

    value: float
    low: float
    high: float


def kaplan_meier(waited: FloatArray, ended: BoolArray, confidence: float = 0.90) -> SurvivalCurve:
    """Return the share still waiting over time.

    Formula
        S(t) = prod over times t_i <= t of (1 - d_i / n_i), d_i waits ended at t_i, n_i still
        waiting just before; Greenwood's variance on the scale log(-log S).
    Shape
        Both `(n,)`: time waited, and whether the wait ended then or was only seen so far.
    Unit
        Share. Range: 0 to 1.
    Edge cases
        No wait ended: an empty curve. Where nobody waits any more (S = 0) the interval is nan.
    Source
        Kaplan & Meier 1958, JASA 53, 457-481; Kalbfleisch & Prentice 1980 (log-log).

    >>> kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([True, False, True])).share.round(2)
    array([0.67, 0.  ])
    """
    time = np.unique(waited[ended])
    waiting = (waited[None, :] >= time[:, None]).sum(axis=1).astype(np.float64)
    gone = (waited[ended][None, :] == time[:, None]).sum(axis=1).astype(np.float64)
    share = np.cumprod(1.0 - gone / waiting)
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(gone / (waiting * (waiting - gone)))
        error = np.sqrt(greenwood) / np.abs(np.log(share))
        low, high = share ** np.exp(z * error), share ** np.exp(-z * error)
    known = (share > 0) & (share < 1)
    return SurvivalCurve(time, share, np.where(known, low, np.nan), np.where(known, high, np.nan))


def median_wait(curve: SurvivalCurve) -> Median:
    """Return the first time by which half of the waits have ended.

    Formula
        Least t with S(t) <= .5; its interval the least t at which the lower, and the upper, end
        of the interval of S is at most .5.
    Shape
        Three numbers.
    Unit
        That of the times. Range: the times at which waits ended.
    Edge cases
        More than half still waiting at the end: nan; likewise the upper end.
    Source
        Brookmeyer & Crowley 1982, Biometrics 38, 29-41.

    >>> median_wait(kaplan_meier(waited, ended)).value
    23.0
    """
    return Median(*(_first(curve.time, ends) for ends in (curve.share, curve.low, curve.high)))


def _first(time: FloatArray, share: FloatArray) -> float:
    reached = np.flatnonzero(share <= HALF)
    return float(time[reached[0]]) if reached.size else float("nan")
