"""Intervals of what a group shows: of a mean over its people, and of a ratio of their sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, stats

FloatArray = npt.NDArray[np.float64]

DRAWS = 999
NINETY = 1.645
TAILS = (0.05, 0.95)
MOST_DESIGN = 10.0
"""So many times its people a share may count at most, however alike they are."""
SIZES = np.array([1, 5, 8, 10, 20, 50])
"""Lower ends of the bands in which sizes are published."""
_BLOCK = 100
_STILL = 1e-12


@dataclass(frozen=True)
class Interval:
    """Both ends of a 90 % interval, one of each per group; nan where there is none."""

    low: FloatArray
    high: FloatArray


def wilson(share: FloatArray, n: FloatArray) -> Interval:
    """Return the score interval of a share.

    Formula
        (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n), z = 1.645.
    Shape
        As `share`; `n` broadcasts.
    Unit
        Share. Range: 0 to 1; never of no width, also at 0 and 1.
    Edge cases
        n = 0: nan.
    Source
        Wilson 1927, JASA 22, 209-212.

    >>> wilson(np.array([0.0]), np.array([10.0])).high.round(3)
    array([0.213])
    """
    square = NINETY**2
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (share + square / (2 * n)) / (1 + square / n)
        half = NINETY * np.sqrt(share * (1 - share) / n + square / (4 * n**2)) / (1 + square / n)
    known = n > 0
    return Interval(
        np.where(known, np.maximum(0.0, middle - half), np.nan),
        np.where(known, np.minimum(1.0, middle + half), np.nan),
    )


def mean_interval(
    values: FloatArray, weight: FloatArray, members: sparse.csr_array, *, is_share: bool
) -> Interval:
    """Return the interval of each group's weighted mean, with its people as the sample.

    Formula
        m = sum w x / sum w, V = n / (n - 1) sum w^2 (x - m)^2 / (sum w)^2. Scores:
        m -+ t_.95(n - 1) sqrt(V). Shares: Wilson's interval with m (1 - m) / V in place of n, at
        least the effective number of people (sum w)^2 / sum w^2 and at most ten times that.
    Shape
        values and weight `(n,)`, members `(K, n)` of 0 and 1; `(K,)` out.
    Unit
        That of the values. Range: shares 0 to 1.
    Edge cases
        Nobody: nan. One person: scores nan. Shares that are all alike (all 0, say) say nothing
        of how people differ: then n is the lower end of the published band of sizes, so that
        the width says no more about the size than the band beside it does.
    Source
        Wilson 1927; Kish 1965, Survey Sampling, 8.2 (effective number); Korn & Graubard 1998
        (a share's effective number from its variance).

    >>> mean_interval(np.zeros(9), np.ones(9), everybody, is_share=True).high.round(3)
    array([0.253])
    """
    sums = members @ np.stack([weight, weight * values, weight**2], axis=1)
    size = np.diff(members.indptr).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums[:, 1] / sums[:, 0]
        apart = _squares(values, weight, members, mean) / sums[:, 0] ** 2
        variance = np.where(size > 1, apart * size / (size - 1), np.nan)
        kish = sums[:, 0] ** 2 / sums[:, 2]
        if not is_share:
            half = stats.t.ppf(TAILS[1], np.maximum(size - 1, 1)) * np.sqrt(variance)
            return Interval(mean - half, mean + half)
        spread = np.clip(mean * (1 - mean) / variance, kish, MOST_DESIGN * kish)
    alike = ~(apart > _STILL)
    return wilson(np.clip(mean, 0.0, 1.0), np.where(alike, _band_floor(kish), spread))


def group_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each group, pooled over its people, with its interval.

    Formula
        value = sum top / sum bottom, the mean of the people's own shares weighted by `bottom`;
        low and high by `mean_interval`; top_share = the largest `bottom` of one person / sum.
    Shape
        `rows`: group_id, person_id, top, bottom; rows of a person in a group are added up. Frame
        with group_id, value, low, high, n_people, n_observations (sum of bottom), top_share.
    Unit
        Share. Range: 0 to 1.
    Edge cases
        People with nothing below the line are nobody here; a group of such people has no row.
    Source
        As `mean_interval`.

    >>> group_shares(rows).set_index("group_id").loc["sales", "value"]
    0.42
    """
    sums = rows.groupby(["group_id", "person_id"], as_index=False)[["top", "bottom"]].sum()
    sums = sums[sums["bottom"] > 0]
    people = sums.drop_duplicates("person_id").sort_values("person_id").set_index("person_id")
    groups, group = np.unique(sums["group_id"].astype(str), return_inverse=True)
    place = (group, people.index.get_indexer(pd.Index(sums["person_id"])))
    shape = (len(groups), len(people))
    members = sparse.csr_array((np.ones(len(sums)), place), shape=shape)
    weight = people["bottom"].to_numpy(dtype=np.float64)
    share = people["top"].to_numpy(dtype=np.float64) / weight
    span = mean_interval(share, weight, members, is_share=True)
    by_group = sums.groupby(pd.Index(groups[group] if len(groups) else [], name="group_id"))
    total = by_group["bottom"].sum()
    return pd.DataFrame(
        {
            "group_id": groups,
            "value": (by_group["top"].sum() / total).to_numpy(dtype=np.float64),
            "low": span.low,
            "high": span.high,
            "n_people": by_group.size().to_numpy(dtype=np.int64),
            "n_observations": total.round().to_numpy(dtype=np.int64),
            "top_share": (by_group["bottom"].max() / total).to_numpy(dtype=np.float64),
        }
    )


def ratio_intervals(
    rows: pd.DataFrame, rng: np.random.Generator, draws: int = DRAWS
) -> pd.DataFrame:
    """Return the interval of each group's sum of `top` over its sum of `bottom`.

    Formula
        Bayesian bootstrap over people: in each draw everybody gets a weight g ~ Exp(1), which
        makes flat Dirichlet weights inside every group; the 5th and 95th percentile over draws
        of sum g top / sum g bottom.
    Shape
        `rows`: group_id, person_id, top, bottom, each person once per group; groups may overlap
        and `top` may differ from group to group. Frame by group_id with low, high.
    Unit
        That of the ratio. Range: that of the people's own ratios.
    Edge cases
        A group whose people have nothing below the line: nan. One person: no width.
    Source
        Rubin 1981, The Bayesian bootstrap, Annals of Statistics 9, 130-134.

    >>> ratio_intervals(rows, np.random.default_rng(7)).loc["sales"]
    low     0.41
    high    0.63
    """
    groups, group = np.unique(rows["group_id"].astype(str), return_inverse=True)
    people, person = np.unique(rows["person_id"].astype(str), return_inverse=True)
    shape = (len(groups), len(people))
    top, bottom = (
        sparse.csr_array((rows[name].to_numpy(dtype=np.float64), (group, person)), shape=shape)
        for name in ("top", "bottom")
    )
    found = np.empty((draws, len(groups)))
    for first in range(0, draws, _BLOCK):
        block = found[first : first + _BLOCK]
        weight = rng.standard_exponential((shape[1], len(block)))
        below = bottom @ weight
        with np.errstate(invalid="ignore", divide="ignore"):
            block[:] = np.where(below > _STILL, (top @ weight) / below, np.nan).T
    if not len(groups):
        return pd.DataFrame({"low": [], "high": []}, index=pd.Index([], name="group_id"))
    low, high = np.quantile(found, TAILS, axis=0)
    return pd.DataFrame({"low": low, "high": high}, index=pd.Index(groups, name="group_id"))


def _squares(
    values: FloatArray, weight: FloatArray, members: sparse.csr_array, mean: FloatArray
) -> FloatArray:
    """Sums over each group's people of w^2 (x - its mean)^2."""
    row = np.repeat(np.arange(members.shape[0]), np.diff(members.indptr))
    column = members.indices
    parts = (weight[column] * (values[column] - mean[row])) ** 2
    sums: FloatArray = np.bincount(row, weights=parts, minlength=members.shape[0]).astype(
        np.float64
    )
    return sums


def _band_floor(n: FloatArray) -> FloatArray:
    place = np.searchsorted(SIZES, n + 1e-9, side="right") - 1
    return SIZES[np.maximum(place, 0)].astype(np.float64)
