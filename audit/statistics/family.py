"""The family of groups that are tested together, and the numbers of each test."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.statistics.contrasts import largest_share, window_contrasts, without_each_member
from audit.statistics.effects import POWER, GroupSet, PersonEffects, contrast, contrast_of_sums
from audit.statistics.permutation import FamilyTest, family_test, merge_strata, permute_groups
from audit.statistics.shrinkage import NINETY, shrink

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LEAST_T = 1.64
LEAST_MIXING = 0.5
"""A group's strata must hold enough others: half of the comparison has to stay inside them."""


@dataclass(frozen=True)
class TestedFamily:
    """Groups under test with their permutation results."""

    groups: GroupSet
    test: FamilyTest
    shock: float
    """Common-shock variance over the number of windows, added to the observed side."""


def distinct_groups(groups: GroupSet, searched: BoolArray) -> IntArray:
    """Row under which each searched group is tested, -1 elsewhere: sets of persons count once.

    Of groups with the same informative persons the deepest, which names them best, is taken.
    """
    chosen = np.full(len(groups), -1, dtype=np.int64)
    seen: dict[bytes, int] = {}
    for row in reversed(np.flatnonzero(searched)):
        chosen[row] = seen.setdefault(groups.people(int(row)).tobytes(), int(row))
    return chosen


def tree_levels(groups: GroupSet, searched: BoolArray) -> IntArray:
    """0 for units without a searched unit below (teams), else a number per kind and depth."""
    inner = np.zeros(len(groups), dtype=np.bool_)
    for row in np.flatnonzero(searched):
        above = int(groups.parent[row])
        while above >= 0 and not inner[above]:
            inner[above] = True
            above = int(groups.parent[above])
    is_unit = np.array([kind == "unit" for kind in groups.kind])
    names = [f"{kind}|{depth}" for kind, depth in zip(groups.kind, groups.depth, strict=True)]
    codes = 1 + pd.factorize(pd.Series(names), sort=True)[0].astype(np.int64)
    return np.where(is_unit & ~inner, 0, codes)


def test_family(
    effects: PersonEffects, groups: GroupSet, draws: int, rng: np.random.Generator
) -> TestedFamily:
    """Permutation tests of all groups, each in the finest strata it does not itself fill.

    Formula
        Strata level x location, else level, else everybody: the finest in which
        1 - sum_s n_us^2 / (n_s n_u) >= 1/2. Inside strata that it fills, a group could not
        move: a site can only be compared with other sites.
    Shape
        One test per group.
    Unit
        Log-odds, or the value's unit. Range: as `family_test`.
    Edge cases
        A group larger than half the company takes the strata where it mixes most.
    Null
        N-person.
    Source
        `docs/method.md`, estimator, steps 6 and 7.

    >>> test_family(effects, groups, 4999, np.random.default_rng(1)).test.c95
    3.3
    """
    ladder = strata_ladder(effects.persons["stratum"])
    mixing = np.stack([mixing_of(groups, strata) for strata in ladder])
    mixes = mixing >= LEAST_MIXING
    rung = np.where(mixes.any(axis=0), mixes.argmax(axis=0), mixing.argmax(axis=0))
    columns = effects.columns()
    total = columns.sum(axis=1)
    theta, variance = np.empty((len(groups), draws)), np.empty((len(groups), draws))
    for step in np.unique(rung):
        here = np.flatnonzero(rung == step)
        first = 0
        for block in permute_groups(columns, groups.rows(here).members, ladder[step], draws, rng):
            drawn = contrast_of_sums(block, total)
            stop = first + drawn.theta.shape[1]
            theta[here, first:stop], variance[here, first:stop] = drawn.theta, drawn.variance
            first = stop
    observed = contrast(effects, groups)
    shock = effects.var_shock / max(effects.n_windows, 1)
    test = family_test((observed.theta, observed.variance), (theta, variance), shock)
    return TestedFamily(groups, test, shock)


def family_numbers(
    effects: PersonEffects, family: TestedFamily, level: IntArray, unit_sd: float
) -> pd.DataFrame:
    """Numbers of every tested group, one row each, as `verdicts.judge` describes them."""
    groups, test = family.groups, family.test
    effect = test.t * test.se
    # The null's SE holds the differences between groups themselves, as the test needs it; what
    # is to be shrunken and shown as an interval has the sampling error within them.
    with np.errstate(divide="ignore"):
        inner = test.se * np.minimum(1.0, 1.0 / test.scale)
    shrunken = shrink(effect, inner, level, unit_sd)
    by_window = window_contrasts(effects, groups) - test.centre
    same = np.sign(by_window) == np.sign(effect)
    counts = effects.persons["n"].to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "group_id": list(groups.group_ids),
            "effect": effect,
            "effect_shrunk": shrunken.effect,
            "se": test.se,
            "low": effect - NINETY * inner,
            "high": effect + NINETY * inner,
            "z": test.t,
            "p": test.p,
            "p_family": test.p_family,
            "q": test.q,
            "p_low": test.p_low,
            "p_high": test.p_high,
            "mde": (test.c95 + POWER) * test.se,
            "tau2": shrunken.tau2,
            "odds_cooler": shrunken.odds_cooler,
            "n_people": groups.sizes(),
            "n_observations": (groups.members @ counts.astype(np.float64)).astype(np.int64),
            "n_windows": (~np.isnan(by_window)).sum(axis=0),
            "n_same_sign": same.sum(axis=0),
            "is_robust": holds_without_each(effects, family),
            "top_share": largest_share(effects, groups),
        }
    )


def holds_without_each(effects: PersonEffects, family: TestedFamily) -> BoolArray:
    """Whether sign and |t| > 1.64 survive the removal of any one member."""
    groups, test = family.groups, family.test
    theta, variance = without_each_member(effects, groups)
    row = np.repeat(np.arange(len(groups)), np.diff(groups.members.indptr))
    with np.errstate(invalid="ignore", divide="ignore"):
        se = test.scale[row] * np.sqrt(variance + family.shock)
        t = (theta - test.centre[row]) / se
    holds = (np.sign(t) == np.sign(test.t[row])) & (np.abs(t) > LEAST_T)
    lost = np.bincount(row[~holds], minlength=len(groups))
    held: BoolArray = (lost == 0) & (groups.sizes() > 1)
    return held


def strata_ladder(labels: pd.Series) -> list[IntArray]:
    """Strata from fine to coarse: level x location, level, all."""
    fine = [str(label) for label in labels]
    level = [label.split("|", 1)[0] for label in fine]
    return [merge_strata(fine), merge_strata(level), np.zeros(len(fine), dtype=np.int64)]


def mixing_of(groups: GroupSet, strata: IntArray) -> FloatArray:
    """Share of a group's comparison that its strata leave to others."""
    one_hot = (strata[:, None] == np.unique(strata)[None, :]).astype(np.float64)
    inside = groups.members @ one_hot
    share = inside / inside.sum(axis=1, keepdims=True)
    mixing: FloatArray = 1.0 - np.sum(share * inside / one_hot.sum(axis=0), axis=1)
    return mixing
