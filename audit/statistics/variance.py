"""Variance between persons within teams, and variance of shocks common to a team's window."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def between_person_variance(effect: FloatArray, variance: FloatArray, team: IntArray) -> float:
    """How much persons of one team differ beyond sampling error.

    Formula
        DerSimonian-Laird within teams: a = 1 / v, mu_g the a-weighted team mean,
        Q = sum a (e - mu_g)^2, C = sum_g (sum a - sum a^2 / sum a),
        max(0, (Q - (n - G)) / C).
        If any v is 0 (a value without sampling error) the weights would be infinite; then the
        unweighted moment estimator (Hedges): max(0, (sum (e - mean_g)^2 - sum v (1 - 1/n_g))
        / (n - G)).
    Shape
        Three arrays `(n,)`; one number.
    Unit
        Square of the effect's unit.
    Range
        0 or more.
    Edge cases
        No team with two persons: 0, nothing can be learned.
    Source
        DerSimonian and Laird 1986; Hedges 1983.

    >>> between_person_variance(np.array([0.0, 2.0]), np.array([0.5, 0.5]), np.array([0, 0]))
    1.5
    """
    team = _dense(team)
    n_groups = int(team.max()) + 1 if team.size else 0
    freedom = effect.size - n_groups
    if freedom <= 0:
        return 0.0
    if bool(np.any(variance <= 0)):
        return _moments(effect, variance, team, freedom)
    a = 1.0 / variance
    mean = _group_mean(effect, a, team)
    q = float(np.sum(a * (effect - mean[team]) ** 2))
    total, squares = np.bincount(team, weights=a), np.bincount(team, weights=a**2)
    c = float(np.sum(total - squares / total))
    return max(0.0, (q - freedom) / c) if c > 0 else 0.0


def common_shock_variance(excess: FloatArray, info: FloatArray, team: IntArray) -> float:
    """Variance of what hits a whole team in one window and leaves it in the next.

    Formula
        Over team x window cells with information D > 0 and effect d = excess / D:
        dbar_g the D-weighted mean over windows, Q = sum D (d - dbar_g)^2,
        C = sum_g (sum D - sum D^2 / sum D), max(0, (Q - (cells - G)) / C).
    Shape
        One entry per cell: excess and information `(cells,)`, team `(cells,)`.
    Unit
        Log-odds squared (or the value's unit squared).
    Range
        0 or more.
    Edge cases
        No team with two windows: 0.
    Null
        Only the observed statistic gets this variance; permuted ones already scatter a
        team's shock over all teams.
    Source
        `docs/method.md`, estimator, step 5; DerSimonian and Laird 1986.

    >>> common_shock_variance(np.array([1.0, -1.0]), np.array([2.0, 2.0]), np.array([0, 0]))
    0.0
    """
    seen = info > 0
    if not bool(seen.any()):
        return 0.0
    effect, variance = excess[seen] / info[seen], 1.0 / info[seen]
    return between_person_variance(effect, variance, team[seen])


def within_team_sd(value: FloatArray, team: IntArray) -> float:
    """Pooled standard deviation of values within teams; nan without a team of two."""
    team = _dense(team)
    freedom = value.size - (int(team.max()) + 1 if team.size else 0)
    if freedom <= 0:
        return float("nan")
    mean = _group_mean(value, np.ones(value.size), team)
    return float(np.sqrt(np.sum((value - mean[team]) ** 2) / freedom))


def _moments(effect: FloatArray, variance: FloatArray, team: IntArray, freedom: int) -> float:
    mean = _group_mean(effect, np.ones(effect.size), team)
    sizes = np.bincount(team)[team]
    noise = float(np.sum(variance * (1.0 - 1.0 / sizes)))
    return max(0.0, (float(np.sum((effect - mean[team]) ** 2)) - noise) / freedom)


def _group_mean(values: FloatArray, weights: FloatArray, team: IntArray) -> FloatArray:
    total = np.bincount(team, weights=weights)
    mean: FloatArray = np.bincount(team, weights=weights * values) / total
    return mean


def _dense(team: IntArray) -> IntArray:
    """Renumber teams 0, 1, ... so that no empty team is counted."""
    return np.unique(team, return_inverse=True)[1].astype(np.int64)
