"""How long people wait for an answer, group by group, with people as the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]

HORIZON_H = 16.0
LONGEST_H = 160.0
"""Working hours up to which waits are told apart: four weeks."""
GRID_H = np.concatenate([np.arange(161) / 10.0, np.arange(17, 161) * 1.0])
"""Times at which waits are looked at: every six minutes for two days, then every hour."""
LEAST_WAITS = 100
DRAWS = 199
TAILS = (0.05, 0.95)
COLUMNS = (
    *("group_id", "median", "median_low", "median_high", "mean", "mean_low", "mean_high"),
    *("n_people", "n_observations", "top_share"),
)


@dataclass(frozen=True)
class _Counts:
    """Waits per person and step of the grid: how many ended there, and how many were left."""

    ended: FloatArray
    left: FloatArray


def wait_times(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return median and restricted mean wait of each group, with intervals.

    Formula
        S = Kaplan-Meier estimate of the share of messages still without an answer after t working
        hours, on a grid of 0.1 h, beyond 16 h of 1 h; median = least t with S(t) <= .5; mean =
        integral of S from 0 to 16 h. Intervals: 5th and 95th percentile over 199 Bayesian
        bootstrap draws of the people who were asked, each with all their messages.
    Shape
        `rows`: group_id, person_id, wait_h, is_answered (else the wait was watched for so long),
        n messages that waited so.
        One row per group, columns `COLUMNS`; without a number where there are under 100 waits.
    Unit
        Working hours. Range: median above 0, mean 0 to 16.
    Edge cases
        Fewer than half ever answered: the median is nan. An end of its interval that is not
        reached is the longest time told apart.
    Source
        Kaplan & Meier 1958; Rubin 1981, The Bayesian bootstrap; Royston & Parmar 2013, Restricted
        mean survival time, BMC Med. Res. Methodol. 13, 152.

    >>> wait_times(rows, np.random.default_rng(7))["mean"].between(0, 16).all()
    True
    """
    found = [
        _row(str(group), part, rng) if part["n"].sum() >= LEAST_WAITS else _few(str(group), part)
        for group, part in rows.groupby("group_id", sort=True)
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _row(group_id: str, part: pd.DataFrame, rng: np.random.Generator) -> dict[str, object]:
    counts = _counted(part)
    n = len(counts.left)
    still = _still_waiting(counts, np.vstack([np.ones(n), rng.standard_exponential((DRAWS, n))]))
    medians = _medians(still)
    inside = GRID_H < HORIZON_H
    means = still[:, :-1][:, inside] @ np.diff(GRID_H, append=np.inf)[inside]
    return {
        **_few(group_id, part),
        "median": medians[0] if medians[0] < np.inf else np.nan,
        **_ends("median", np.minimum(medians[1:], LONGEST_H)),
        "mean": means[0],
        **_ends("mean", means[1:]),
    }


def _few(group_id: str, part: pd.DataFrame) -> dict[str, object]:
    """A row that says how much there is behind a group, and nothing else."""
    own = part.groupby("person_id")["n"].sum()
    counts: dict[str, object] = {
        "group_id": group_id,
        "n_people": len(own),
        "n_observations": int(own.sum()),
        "top_share": float(own.max() / own.sum()),
    }
    return dict.fromkeys(COLUMNS, np.nan) | counts


def _counted(part: pd.DataFrame) -> _Counts:
    person, people = pd.factorize(part["person_id"], sort=True)
    # Rounded up: an answer counts from the end of its step on; beyond the grid all wait on.
    hours = part["wait_h"].to_numpy(dtype=np.float64)
    step = np.searchsorted(GRID_H, hours - 1e-6, side="left")
    is_ended = part["is_answered"].to_numpy(dtype=np.bool_) & (step < GRID_H.size)
    shape = (len(people), GRID_H.size + 1)
    cell = person * shape[1] + step
    size = shape[0] * shape[1]
    n = part["n"].to_numpy(dtype=np.float64)
    left = np.bincount(cell, n, minlength=size).reshape(shape)
    ended = np.bincount(cell[is_ended], n[is_ended], minlength=size).reshape(shape)
    return _Counts(ended.astype(np.float64), left.astype(np.float64))


def _still_waiting(counts: _Counts, weight: FloatArray) -> FloatArray:
    """Kaplan-Meier share after each step of the grid, one row per row of weights."""
    ended, left = weight @ counts.ended, weight @ counts.left
    waiting = np.cumsum(left[:, ::-1], axis=1)[:, ::-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        gone = np.where(waiting > 0, ended / waiting, 0.0)
    return np.asarray(np.cumprod(1.0 - np.minimum(gone, 1.0), axis=1), dtype=np.float64)


def _medians(still: FloatArray) -> FloatArray:
    reached = still <= 0.5 + 1e-12
    first = np.append(GRID_H, np.inf)[reached.argmax(axis=1)]
    return np.asarray(np.where(reached.any(axis=1), first, np.inf), dtype=np.float64)


def _ends(name: str, draws: FloatArray) -> dict[str, object]:
    low, high = np.quantile(draws, TAILS)
    return {f"{name}_low": float(low), f"{name}_high": float(high)}
