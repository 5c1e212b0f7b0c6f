"""Shrunken group effects, and the odds in words that a group is cooler or warmer than the rest."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEAST_UNITS = 10
NINETY = 1.645
"""The 90 % interval is theta -+ 1.645 SE, unshrunken: a shrunken one would cover too little."""
MUCH_MORE_LIKELY, MORE_LIKELY = 0.9, 0.7
TAU_PRIOR = 0.2
"""Most likely SD between groups before any data, in log-odds or SD (measured in a firm: .14)."""
TAU_GRID = 200
TAU_REACH = 10.0


@dataclass(frozen=True)
class Shrunken:
    """Step 9 for every group; arrays `(K,)`, nan where no effect was given."""

    effect: FloatArray
    """Posterior mean: theta shrunken towards the rest."""
    tau2: FloatArray
    """Paule-Mandel variance between the groups of the level that informed it."""
    odds_cooler: FloatArray
    """Posterior probability that the group lies below the rest."""


@dataclass(frozen=True)
class Leaning:
    """What the odds say in words."""

    direction: str
    """cooler, warmer or empty."""
    words: str
    in_ten: int
    """Whole chances in ten for the direction, rounded down; 0 when it cannot be told."""


def paule_mandel(effect: FloatArray, se: FloatArray) -> tuple[float, float]:
    """Variance between units and their mean.

    Formula
        Solve sum (theta - theta0)^2 / (SE^2 + tau^2) = U - 1 for tau^2 >= 0 by bisection, with
        theta0 the mean weighted by 1 / (SE^2 + tau^2) at each tau^2; 0 if the left side at 0
        is at most U - 1.
    Shape
        `(U,)` each; returns (tau^2, theta0).
    Unit
        Square of the effect's unit, and its unit. Range: tau^2 is 0 or more.
    Edge cases
        One unit or none: nothing to compare, (0, 0).
    Source
        Paule and Mandel 1982.

    >>> paule_mandel(np.array([-1.0, 1.0]), np.array([1.0, 1.0]))
    (1.0, 0.0)
    """
    if effect.size <= 1:
        return 0.0, 0.0

    def excess(tau2: float) -> float:
        mean = _weighted_mean(effect, se, tau2)
        return float(np.sum((effect - mean) ** 2 / (se**2 + tau2))) - (effect.size - 1)

    low, high = 0.0, float(np.ptp(effect) ** 2)
    if high <= 0 or excess(0.0) <= 0:
        return 0.0, _weighted_mean(effect, se, 0.0)
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
        if high - low <= 1e-14 * high:
            break
    return (low + high) / 2.0, _weighted_mean(effect, se, (low + high) / 2.0)


def shrink(effect: FloatArray, se: FloatArray, level: IntArray, scale: float = 1.0) -> Shrunken:
    """Effects drawn towards the rest as far as their uncertainty asks for, and their odds.

    Formula
        theta_s = sum_tau p(tau) B theta, B = tau^2 / (tau^2 + SE^2), with the `spread_posterior`
        of the tree level; odds by `odds_cooler` from the same model. Levels below 10 units
        borrow the posterior of level 0, the teams. SE is the sampling error of theta.
    Shape
        `(K,)` each; `level` 0 for teams, any other number for units of one depth or kind.
    Unit
        That of the effect; odds are probabilities of the group being below the rest.
    Range
        |theta_s| <= |theta|, same sign.
    Edge cases
        nan effects or standard errors stay nan and inform nobody.
    Source
        `docs/method.md`, estimator, step 9. The plug-in tau^2 of Paule and Mandel is 0 in two of
        five companies of 80 and would paint them in one colour; the mean over tau errs less
        (root mean square .132 against .147 at a team SD of .14, .210 against .207 at .30).

    >>> shrink(np.array([-0.5, 0.5]), np.array([0.2, 0.2]), np.array([0, 0])).effect.round(2)
    array([-0.35,  0.35])
    """
    seen = ~(np.isnan(effect) | np.isnan(se))
    shrunken, tau2, odds = (np.full(effect.shape, np.nan) for _ in range(3))
    teams = seen & (level == 0)
    teams = teams if teams.any() else seen
    for one in np.unique(level[seen]):
        here = seen & (level == one)
        informs = here if here.sum() >= LEAST_UNITS else teams
        spread = spread_posterior(effect[informs], se[informs], scale)
        shrunken[here] = expected_effect(effect[here], se[here], spread)
        odds[here] = odds_cooler(effect[here], se[here], spread)
        tau2[here] = paule_mandel(effect[informs], se[informs])[0]
    return Shrunken(shrunken, tau2, odds)


@dataclass(frozen=True)
class SpreadPosterior:
    """What is believed about the SD between groups: values and their weights, adding to 1."""

    tau: FloatArray
    weight: FloatArray


def spread_posterior(effect: FloatArray, se: FloatArray, scale: float = 1.0) -> SpreadPosterior:
    """Posterior of the SD between groups of one tree level, centred on the rest (0).

    Formula
        theta_hat ~ N(0, tau^2 + SE^2) independently; prior density proportional to
        tau exp(-tau^2 / (2 a^2)), a = .2 times `scale` (the SD of the effect's unit): groups
        never differ by exactly nothing, and seldom by more than half a unit. On a grid.
    Shape
        `(U,)` in, `(200,)` out.
    Unit
        That of the effect. Range: above 0.
    Edge cases
        No group: the prior.
    Source
        Gelman 2006; Chung et al. 2013 (a prior that avoids zero). The scale was set so that odds
        are calibrated at 80 and 300 people with team SDs .14 and .30.

    >>> float(spread_posterior(np.array([]), np.array([])).weight.sum().round(6))
    1.0
    """
    tau = np.linspace(0.0, TAU_REACH * TAU_PRIOR * scale, TAU_GRID + 1)[1:]
    total = tau[:, None] ** 2 + se**2
    log_like = -0.5 * np.sum(np.log(total) + effect**2 / total, axis=1)
    log_prior = np.log(tau) - 0.5 * (tau / (TAU_PRIOR * scale)) ** 2
    weight = np.exp(log_like + log_prior - (log_like + log_prior).max())
    return SpreadPosterior(tau, weight / weight.sum())


def expected_effect(effect: FloatArray, se: FloatArray, spread: SpreadPosterior) -> FloatArray:
    """Posterior mean of each group's effect: sum over tau of p(tau) B theta, shape `(U,)`."""
    pull = spread.tau[:, None] ** 2 / (spread.tau[:, None] ** 2 + se**2)
    expected: FloatArray = (spread.weight @ pull) * effect
    return expected


def odds_cooler(effect: FloatArray, se: FloatArray, spread: SpreadPosterior) -> FloatArray:
    """Probability that each group truly lies below the rest.

    Formula
        sum_tau p(tau) Phi(-B theta / sqrt(B SE^2)), B = tau^2 / (tau^2 + SE^2). A single
        plug-in tau^2 is often 0 in small companies and would call every group a coin toss.
    Shape
        `(U,)`.
    Unit
        Probability. Range: (0, 1), above .5 cooler.
    Edge cases
        An effect of 0: one half.
    Source
        Gelman 2006; calibration in `tests/test_recovery.py`.

    >>> odds_cooler(np.array([0.0]), np.array([0.2]), spread)
    array([0.5])
    """
    pull = spread.tau[:, None] ** 2 / (spread.tau[:, None] ** 2 + se**2)
    odds: FloatArray = spread.weight @ ndtr(-np.sqrt(pull) * effect / se)
    return np.minimum(odds, 1.0)  # the weights add up to 1 within rounding only


def leaning(odds: float) -> Leaning:
    """Odds of being cooler as direction, words and chances in ten.

    >>> leaning(0.75)
    Leaning(direction='cooler', words='more likely than not', in_ten=7)
    """
    chance = max(odds, 1.0 - odds)
    if not chance >= MORE_LIKELY:
        return Leaning("", "cannot tell", 0)
    words = "much more likely than not" if chance >= MUCH_MORE_LIKELY else "more likely than not"
    direction = "cooler" if odds >= MORE_LIKELY else "warmer"
    return Leaning(direction, words, int(np.floor(10.0 * chance + 1e-9)))


def _weighted_mean(effect: FloatArray, se: FloatArray, tau2: float) -> float:
    weight = 1.0 / (se**2 + tau2)
    return float(np.sum(weight * effect) / np.sum(weight))
