"""Whether a scale, a unit mean or a behaviour indicator can be trusted enough to be shown."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from audit.statistics.effects import build_groups, contrast
from audit.statistics.pooling import reply_effects

FloatArray = npt.NDArray[np.float64]

SLIGHT_SKEW = {5: 1.34, 7: 2.90}
"""Null variance of a slightly skewed response, by number of answer options (LeBreton 2008)."""
LEAST_SPLIT_GROUPS = 10


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its interval; nan where it cannot be computed."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Icc:
    """Intraclass correlations of one score over units."""

    icc1: float
    icc2: float
    low: float
    """Lower 95 % bound of icc1."""
    high: float
    n_units: int
    n_people: int


def cronbach_alpha(items: pd.DataFrame, confidence: float = 0.95) -> Estimate:
    """Internal consistency of a scale, with its F interval.

    Formula
        k / (k - 1) (1 - trace C / sum C), C the pairwise covariances; interval
        1 - (1 - alpha) F with n - 1 and (n - 1)(k - 1) degrees of freedom.
    Shape
        Rows respondents, columns items, reversed items already turned; empty cells allowed.
    Unit
        None. Range: up to 1; negative if items contradict each other.
    Edge cases
        Fewer than two items or respondents, or no variance: nan.
    Source
        Cronbach 1951; Feldt, Woodruff and Salih 1987.

    >>> cronbach_alpha(pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]})).value
    1.0
    """
    nothing = Estimate(float("nan"), float("nan"), float("nan"))
    n, k = items.dropna(how="all").shape
    if min(k, n) <= 1:
        return nothing
    alpha = alpha_of(items.astype("float64").cov().to_numpy(dtype=np.float64))
    if np.isnan(alpha):
        return nothing
    tail, d1, d2 = (1.0 - confidence) / 2.0, n - 1, (n - 1) * (k - 1)
    low = 1.0 - (1.0 - alpha) * float(stats.f.ppf(1.0 - tail, d1, d2))
    high = 1.0 - (1.0 - alpha) * float(stats.f.ppf(tail, d1, d2))
    return Estimate(alpha, low, high)


def alpha_of(covariance: FloatArray) -> float:
    """Return Cronbach's alpha from the covariances of the items; nan without variance."""
    k, total = covariance.shape[0], float(covariance.sum())
    if not total > 0:
        return float("nan")
    return float(k / (k - 1) * (1.0 - float(np.trace(covariance)) / total))


def null_variances(options: int) -> tuple[float, float]:
    """Variance of answers nobody agrees on: uniform (A^2 - 1) / 12, and slightly skewed.

    Without a published skewed value for this number of options, the uniform one is scaled by
    the ratio at the nearest published number.
    """
    uniform = (options**2 - 1) / 12.0
    if options in SLIGHT_SKEW:
        return uniform, SLIGHT_SKEW[options]
    nearest = min(SLIGHT_SKEW, key=lambda known: abs(known - options))
    return uniform, uniform * SLIGHT_SKEW[nearest] / ((nearest**2 - 1) / 12.0)


def rwg(scores: FloatArray, null_variance: float) -> float:
    """Agreement of a unit on one item: 1 - s^2 / sigma_E^2, at least 0.

    Shape: `(n,)`, one number. Range: 0 (or worse than chance) to 1. Fewer than two answers:
    nan. Source: James, Demaree and Wolf 1984.

    >>> round(rwg(np.array([4.0, 4.0, 5.0, 5.0]), 2.0), 4)
    0.8333
    """
    known = scores[~np.isnan(scores)]
    if known.size <= 1:
        return float("nan")
    return max(0.0, 1.0 - float(np.var(known, ddof=1)) / null_variance)


def rwg_j(items: FloatArray, null_variance: float) -> float:
    """Agreement of a unit on a scale of J items.

    Formula
        q = min(1, mean item variance / sigma_E^2); J (1 - q) / (J (1 - q) + q).
    Shape
        `(n, J)`, one number. Unit: none. Range: 0 to 1.
    Edge cases
        Items with fewer than two answers are left out; none left: nan.
    Null
        `null_variances`: uniform or slightly skewed answers.
    Source
        James, Demaree and Wolf 1984.

    >>> round(rwg_j(np.array([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]]), 2.0), 4)
    0.9
    """
    ratio, n_items = _variance_ratio(items, null_variance)
    if n_items == 0:
        return float("nan")
    q = min(1.0, ratio)
    return n_items * (1.0 - q) / (n_items * (1.0 - q) + q)


def r_star_wg_j(items: FloatArray, null_variance: float) -> float:
    """Agreement without truncation or growth with the number of items: 1 - s^2 / sigma_E^2."""
    ratio, n_items = _variance_ratio(items, null_variance)
    return 1.0 - ratio if n_items else float("nan")


def median_agreement(items: pd.DataFrame, unit: pd.Series, options: int) -> tuple[float, float]:
    """Median rwg(J) over units under the uniform and the slightly skewed null; nan if none."""
    grouped = [part.to_numpy(dtype=np.float64) for _, part in items.groupby(unit.to_numpy())]
    medians = []
    for null_variance in null_variances(options):
        values = np.array([rwg_j(part, null_variance) for part in grouped if len(part) > 1])
        values = values[~np.isnan(values)]
        medians.append(float(np.median(values)) if values.size else float("nan"))
    return medians[0], medians[1]


def icc(score: FloatArray, unit: pd.Series, confidence: float = 0.95) -> Icc:
    """How much of a score lies between units, and how reliable the unit means are on average.

    Formula
        One-way analysis of variance, k = N / J: icc1 = (MSB - MSW) / (MSB + (k - 1) MSW),
        icc2 = (MSB - MSW) / MSB; bounds of icc1 from F = MSB / MSW.
    Shape
        `(n,)` scores and unit labels.
    Unit
        None. Range: up to 1; negative if units differ less than chance.
    Edge cases
        Empty scores are left out; fewer than two units or no unit of two: nan.
    Source
        Shrout and Fleiss 1979; Bliese 2000.

    >>> icc(np.array([1.0, 1.0, 2.0, 2.0]), pd.Series(["a", "a", "b", "b"])).icc1
    1.0
    """
    known = ~np.isnan(score)
    y, codes = score[known], pd.factorize(unit.to_numpy()[known])[0]
    sizes = np.bincount(codes) if y.size else np.zeros(0)
    n, j = y.size, sizes.size
    nan = float("nan")
    if j <= 1 or n <= j:
        return Icc(nan, nan, nan, nan, j, n)
    mean = np.bincount(codes, weights=y) / sizes
    between = float(np.sum(sizes * (mean - y.mean()) ** 2)) / (j - 1)
    within = float(np.sum((y - mean[codes]) ** 2)) / (n - j)
    k = n / j
    if between == 0 and within == 0:
        return Icc(nan, nan, nan, nan, j, n)
    f = between / within if within > 0 else np.inf
    tail = (1.0 - confidence) / 2.0
    low_f = f / float(stats.f.ppf(1.0 - tail, j - 1, n - j))
    high_f = f * float(stats.f.ppf(1.0 - tail, n - j, j - 1))
    return Icc(
        icc1=(between - within) / (between + (k - 1.0) * within),
        icc2=(between - within) / between if between > 0 else nan,
        low=_icc_of_f(low_f, k),
        high=_icc_of_f(high_f, k),
        n_units=j,
        n_people=n,
    )


def icc2_of_size(icc1: float, n: FloatArray) -> FloatArray:
    """Reliability of the mean of n respondents: n icc1 / (1 + (n - 1) icc1), 0 if icc1 <= 0.

    Shape: as `n`. Range: 0 to 1; >= .70 confident, .50 to .70 tentative, below not shown.
    Source: Bliese 2000.

    >>> round(float(icc2_of_size(0.15, np.array([8.0]))[0]), 2)
    0.59
    """
    if not icc1 > 0:
        return np.zeros(np.shape(n))
    reliability: FloatArray = n * icc1 / (1.0 + (n - 1.0) * icc1)
    return reliability


def respondents_needed(icc1: float, target: float = 0.70) -> float:
    """Respondents a unit needs for its mean to reach a reliability; infinite if icc1 <= 0.

    >>> respondents_needed(0.10)
    21.0
    """
    if not icc1 > 0:
        return float("inf")
    return round(target * (1.0 - icc1) / (icc1 * (1.0 - target)), 9)


def response_gate(
    n_responses: FloatArray,
    n_invited: FloatArray,
    min_people: int = 8,
    min_share: float = 0.50,
) -> npt.NDArray[np.bool_]:
    """Whether a unit's survey counts as observed: half of those asked, and enough of them."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(n_invited > 0, n_responses / n_invited, np.nan)
    passed: npt.NDArray[np.bool_] = (n_responses >= min_people) & (share >= min_share)
    return passed


def split_half(
    sums: pd.DataFrame,
    members: pd.DataFrame,
    groups: pd.DataFrame,
    group_people: pd.DataFrame,
    min_people: int = 8,
) -> float:
    """Reliability of group effects: odd against even weeks, stepped up to the whole period.

    Formula
        r over groups between the contrasts of the two halves; 2 r / (1 + r).
    Shape
        `sums` as for `reply_effects`, with a week column (days, a Monday); `groups` and
        `group_people` as for `build_groups`; one number.
    Unit
        None. Range: up to 1; negative r is given as 0.
    Edge cases
        Fewer than 10 groups of `min_people` in both halves, or no variance: nan, not assessable.
    Source
        Spearman 1910; Brown 1910. Reliable is not valid.

    >>> split_half(sums, members, groups, group_people)
    0.93
    """
    parity = (sums["week"] // 7) % 2
    halves = []
    for half in (0, 1):
        effects = reply_effects(sums[parity == half], members, min_messages=1)
        tree = build_groups(groups, group_people, effects)
        halves.append((contrast(effects, tree).theta, tree.sizes()))
    (first, n_first), (second, n_second) = halves
    seen = (n_first >= min_people) & (n_second >= min_people)
    seen &= ~(np.isnan(first) | np.isnan(second))
    first, second = first[seen], second[seen]
    if first.size < LEAST_SPLIT_GROUPS or first.std() == 0 or second.std() == 0:
        return float("nan")
    return spearman_brown(float(np.corrcoef(first, second)[0, 1]))


def spearman_brown(r: float) -> float:
    """Reliability of twice the length: 2 r / (1 + r), 0 for a negative r."""
    return 2.0 * r / (1.0 + r) if r > 0 else 0.0


def _variance_ratio(items: FloatArray, null_variance: float) -> tuple[float, int]:
    usable = (~np.isnan(items)).sum(axis=0) > 1
    if not usable.any():
        return float("nan"), 0
    variances = np.nanvar(items[:, usable], axis=0, ddof=1)
    return float(variances.mean()) / null_variance, int(usable.sum())


def _icc_of_f(f: float, k: float) -> float:
    return 1.0 if np.isinf(f) else (f - 1.0) / (f + k - 1.0)
