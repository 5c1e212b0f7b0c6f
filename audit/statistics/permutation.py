"""The one permutation engine, the one p-value, maxT over many groups, false discovery rate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEAST_STRATUM = 20
BLOCK_CELLS = 4_000_000
"""Person places per block of draws: bounds memory at about 100 MB."""
TIE = 1e-9
"""Two statistics closer than this are one value: small groups repeat whole permutations."""
FIXED = 1e-6
"""A permutation SD (null value: about 1) below this: the draws cannot move the group."""


@dataclass(frozen=True)
class FamilyTest:
    """Every group's test within one family; arrays `(K,)`."""

    centre: FloatArray
    """Mean of theta over the draws: what the strata alone would give the group."""
    scale: FloatArray
    """s_u, the SD over the draws of (theta - centre) / sqrt(V)."""
    t: FloatArray
    se: FloatArray
    p_low: FloatArray
    p_high: FloatArray
    p: FloatArray
    p_family: FloatArray
    q: FloatArray
    c95: float
    """.95 quantile over draws of the largest |t|."""


def default_draws(n_groups: int) -> int:
    """Draws needed so that a single group can pass the false discovery rate: max(4999, 20 K)."""
    return max(4999, 20 * n_groups)


def merge_strata(strata: Sequence[str], least: int = LEAST_STRATUM) -> IntArray:
    """Strata "level|site" as codes, small ones merged to the level, then to the rest.

    A cell below `least` joins the other small cells of its level; if these together stay
    below `least`, they join those of other levels; a rest that is still too small joins the
    smallest kept stratum, so that nobody stands still in the permutation.
    """
    labels = pd.Series(list(strata), dtype="object").astype(str)
    levels = labels.str.split("|", n=1).str[0]
    large = labels.map(labels.value_counts()) >= least
    named = labels.where(large, "level " + levels)
    enough = named.map(named.value_counts()) >= least
    named = named.where(large | enough, "rest")
    counts = named.value_counts()
    if 0 < int(counts.get("rest", 0)) < least and len(counts) > 1:
        others = counts.drop("rest")
        named = named.replace("rest", sorted(others.index[others == others.min()])[0])
    return pd.factorize(named, sort=True)[0].astype(np.int64)


def permute_groups(
    columns: FloatArray,
    members: sparse.csr_array,
    strata: IntArray,
    draws: int,
    rng: np.random.Generator,
) -> Iterator[FloatArray]:
    """Group sums of person columns under random exchange of persons within strata.

    Formula
        In each draw the columns of a person move together to another place of the same
        stratum; places, and with them group sizes and the tree, stay.
    Shape
        `columns` (c, n), `members` (K, n), `strata` (n,); yields blocks (c, K, b) whose b add
        up to `draws`.
    Unit
        That of the columns. Range: as theirs.
    Edge cases
        A stratum of one never moves. Memory is bounded by the block, not by the draws.
    Null
        N-person: who belongs to which group is exchangeable within strata.
    Source
        `docs/method.md`, estimator, step 6.

    >>> blocks = permute_groups(columns, members, strata, 999, np.random.default_rng(1))
    >>> sums = np.concatenate(list(blocks), axis=-1)
    """
    atom, starts, place = _atoms(members)
    to_groups = members[:, place[starts]] if starts.size else members
    columns, strata = columns[:, place], strata[place]
    cells = [np.flatnonzero(strata == s) for s in np.unique(strata)]
    block = max(1, BLOCK_CELLS // max(1, atom.size))
    for first in range(0, draws, block):
        size = min(block, draws - first)
        order = _orders(cells, atom.size, size, rng)
        parts = [np.add.reduceat(column[order], starts, axis=1).T for column in columns]
        yield np.stack([to_groups @ part for part in parts])


def p_value(hits: npt.NDArray[np.int64], draws: int) -> FloatArray:
    """Permutation p-value (M + 1) / (B + 1) for M draws at least as extreme as observed."""
    p = (hits.astype(np.float64) + 1.0) / (draws + 1.0)
    return np.asarray(p, dtype=np.float64)


def family_test(
    observed: tuple[FloatArray, FloatArray],
    drawn: tuple[FloatArray, FloatArray],
    extra_variance: float,
) -> FamilyTest:
    """Tests of all groups at once, balanced so that large and small groups compete fairly.

    Formula
        z^(b) = (theta^(b) - mean) / sqrt(V^(b)), s = SD_b z^(b), t^(b) = z^(b) / s;
        t = (theta - mean) / (s sqrt(V + extra)); p_low = (1 + #{t^(b) <= t}) / (B + 1),
        p_high likewise, p = min(1, 2 min(p_low, p_high));
        p_family = (1 + #{b: max_v |t_v^(b)| >= |t|}) / (B + 1); q by Benjamini-Hochberg.
    Shape
        `observed` theta and V `(K,)`; `drawn` theta and V `(K, B)`, overwritten to save memory.
    Unit
        Standard deviations of the null. Range: p in [1 / (B + 1), 1].
    Edge cases
        A group that the draws cannot move gets t = 0 and p = 1.
    Null
        N-person; `extra_variance` (common shocks over windows) enters the observed side only.
    Source
        Westfall and Young 1993; Benjamini and Hochberg 1995; Phipson and Smyth 2010.

    >>> family_test((theta, variance), (theta_b, variance_b), 0.0).p_family.min() >= 0.001
    True
    """
    theta, variance = observed
    t_draws, v_draws = drawn
    draws = t_draws.shape[1]
    centre: FloatArray = t_draws.mean(axis=1)
    t_draws -= centre[:, None]
    t_draws /= np.sqrt(v_draws)
    scale = t_draws.std(axis=1)
    moves = scale > FIXED
    t_draws /= np.where(moves, scale, np.inf)[:, None]
    se = np.where(moves, scale * np.sqrt(variance + extra_variance), np.nan)
    t = np.where(moves, (theta - centre) / se, 0.0)
    tie = TIE * (1.0 + np.abs(t))
    p_low = p_value((t_draws <= (t + tie)[:, None]).sum(axis=1), draws)
    p_high = p_value((t_draws >= (t - tie)[:, None]).sum(axis=1), draws)
    p = np.minimum(1.0, 2.0 * np.minimum(p_low, p_high))
    largest = np.sort(np.abs(t_draws, out=t_draws).max(axis=0))
    above = draws - np.searchsorted(largest, np.abs(t) - tie, side="left")
    return FamilyTest(
        centre=centre,
        scale=scale,
        t=t,
        se=se,
        p_low=p_low,
        p_high=p_high,
        p=p,
        p_family=p_value(above.astype(np.int64), draws),
        q=benjamini_hochberg(p),
        c95=float(np.quantile(largest, 0.95)),
    )


def benjamini_hochberg(p: FloatArray) -> FloatArray:
    """Adjusted p-values of Benjamini and Hochberg 1995; nan stays nan and is not counted."""
    q = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    ranks = np.arange(1, order.size + 1)
    raised = p[order] * order.size / ranks
    q[order] = np.minimum(1.0, np.minimum.accumulate(raised[::-1])[::-1])
    return q


def holm(p: FloatArray) -> FloatArray:
    """Adjusted p-values of Holm 1979, for a handful of planned comparisons."""
    order = np.argsort(p, kind="stable")
    raised = p[order] * np.arange(p.size, 0, -1)
    adjusted = np.empty(p.shape)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(raised))
    return adjusted


def _atoms(members: sparse.csr_array) -> tuple[IntArray, IntArray, IntArray]:
    """Sort the places so that persons with the same groups lie together: fewer sums to make."""
    by_person = members.tocsc()
    by_person.sort_indices()
    bounds, indices = by_person.indptr, by_person.indices
    seen: dict[bytes, int] = {}
    code = np.empty(members.shape[1], dtype=np.int64)
    for person in range(code.size):
        key = indices[bounds[person] : bounds[person + 1]].tobytes()
        code[person] = seen.setdefault(key, len(seen))
    place = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[place], prepend=-1))
    return code[place], starts.astype(np.int64), place.astype(np.int64)


def _orders(
    cells: Sequence[IntArray], n: int, size: int, rng: np.random.Generator
) -> npt.NDArray[np.intp]:
    """(size, n) random orders that exchange places within each cell."""
    order = np.empty((size, n), dtype=np.intp)
    for cell in cells:
        order[:, cell] = rng.permuted(np.tile(cell, (size, 1)), axis=1)
    return order
