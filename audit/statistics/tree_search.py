"""The highest homogeneous group: where in the tree a flagged effect is reported."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from audit.statistics.effects import GroupSet, PersonEffects, contrast_of_sums
from audit.statistics.permutation import TIE, holm, p_value, permute_groups

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LEAST_CHILD = 3
ALPHA = 0.05
DRAWS = 999


@dataclass(frozen=True)
class _Search:
    """What every step of the walk needs."""

    effects: PersonEffects
    groups: GroupSet
    flagged: BoolArray
    rng: np.random.Generator
    draws: int


def highest_groups(
    effects: PersonEffects,
    groups: GroupSet,
    flagged: BoolArray,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> BoolArray:
    """Say which flagged groups to report, each effect once and as high in the tree as it holds.

    Formula
        Top-down. A flagged u: Q = sum_children (m_c - m_u)^2 sum_c w over children with >= 3
        informative persons, p_Q by exchanging persons within u. p_Q > .05: report u, and a
        flagged descendant only if its contrast with the rest of u has a Holm-adjusted
        p <= .05. Otherwise report below, and u itself if nothing below was reported.
    Shape
        `(K,)` booleans in and out.
    Unit
        None. Range: a subset of `flagged`.
    Edge cases
        Fewer than two usable children: homogeneous.
    Null
        N-person inside u.
    Source
        `docs/method.md`, estimator, step 8.

    >>> highest_groups(effects, groups, verdict != "typical", np.random.default_rng(1))
    array([ True, False])
    """
    search = _Search(effects, groups, flagged, rng, draws)
    reported = np.zeros(len(groups), dtype=np.bool_)
    for root in np.flatnonzero(groups.parent < 0):
        reported[_report(int(root), search)] = True
    return reported


def heterogeneity(
    effects: PersonEffects,
    groups: GroupSet,
    row: int,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> float:
    """Permutation p-value that the children of a group differ; 1 if there is nothing to compare.

    Formula
        Q of step 8; p = (1 + #{Q^(b) >= Q}) / (B + 1).
    Shape
        One number. Unit: probability. Range: [1 / (B + 1), 1].
    Edge cases
        Fewer than two children of three persons: 1.
    Null
        N-person inside the group.
    Source
        Cochran's Q under permutation.

    >>> heterogeneity(effects, groups, 0, np.random.default_rng(1))
    0.412
    """
    people = groups.people(row)
    children = groups.rows(groups.children(row)).members[:, people]
    children = children[np.flatnonzero(np.diff(children.indptr) >= LEAST_CHILD)]
    if children.shape[0] <= 1:
        return 1.0
    columns = effects.columns()[:2, people]
    mean = float(columns[0].sum() / columns[1].sum())

    def statistic(sums: FloatArray) -> FloatArray:
        q: FloatArray = np.sum((sums[0] / sums[1] - mean) ** 2 * sums[1], axis=0)
        return q

    observed = float(statistic(columns @ children.T))
    drawn = _draws_inside(columns, children, rng, draws)
    hits = sum(int((statistic(b) >= observed * (1.0 - TIE)).sum()) for b in drawn)
    return float(p_value(np.array(hits), draws))


def _report(row: int, search: _Search) -> list[int]:
    groups = search.groups
    below = [int(child) for child in groups.children(row)]
    if not search.flagged[row]:
        return [found for child in below for found in _report(child, search)]
    p = heterogeneity(search.effects, groups, row, search.rng, search.draws)
    if p > ALPHA:
        return [row, *_standing_out(row, search)]
    return [found for child in below for found in _report(child, search)] or [row]


def _standing_out(row: int, search: _Search) -> list[int]:
    """Flagged descendants that differ from the rest of a homogeneous group."""
    groups = search.groups
    below = [int(d) for d in groups.descendants(row) if search.flagged[d]]
    people = groups.people(row)
    inner = groups.rows(below).members[:, people] if below else None
    if inner is None:
        return []
    columns = search.effects.columns()[:, people]
    total = columns.sum(axis=1)
    observed = contrast_of_sums(columns @ inner.T, total)
    t = np.nan_to_num(observed.theta / np.sqrt(observed.variance))
    hits = np.zeros(len(below), dtype=np.int64)
    for block in _draws_inside(columns, inner, search.rng, search.draws):
        drawn = contrast_of_sums(block, total)
        t_drawn = np.nan_to_num(drawn.theta / np.sqrt(drawn.variance))
        hits += (np.abs(t_drawn) >= (np.abs(t) - TIE)[:, None]).sum(axis=1)
    return [d for d, p in zip(below, holm(p_value(hits, search.draws)), strict=True) if p <= ALPHA]


def _draws_inside(
    columns: FloatArray, members: sparse.csr_array, rng: np.random.Generator, draws: int
) -> list[FloatArray]:
    strata = np.zeros(columns.shape[1], dtype=np.int64)
    return list(permute_groups(columns, members, strata, draws, rng))
