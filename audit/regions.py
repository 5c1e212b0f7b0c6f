"""Neighbourhoods of the network that are colder or warmer: a view, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.judging import Basis
from audit.statistics.effects import GroupSet, PersonEffects, contrast, contrast_of_sums
from audit.statistics.family import LEAST_MIXING, mixing_of, strata_ladder
from audit.statistics.permutation import TIE, benjamini_hochberg, p_value, permute_groups
from audit.view import WindowView

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

DRAWS = 1999
OWN = 0.5
LEAST_NEIGHBOURS = 2
"""A neighbourhood of one other group would only repeat it."""
COLUMNS = ("group_id", "g", "p", "q", "n_neighbours", "region")


@dataclass(frozen=True)
class Smoothed:
    """The smoother and its permutation p by unit, `(U,)`."""

    g: FloatArray
    p: FloatArray


def region_rows(view: WindowView, basis: Basis, judgement: pd.DataFrame) -> pd.DataFrame:
    """Return REGIONS rows (without window_id) of the lowest groups that were tested."""
    effects = basis.effects.flipped() if basis.rules.higher_is == "colder" else basis.effects
    inner = set(basis.groups.parent)
    tested = judgement["effect"].notna().to_numpy()
    lowest = [int(row) for row in np.flatnonzero(tested) if row not in inner]
    if not lowest:
        return pd.DataFrame(columns=list(COLUMNS))
    units = basis.groups.rows(lowest)
    leaf = view.leaf_groups(view.period.windows[-1])
    weights = region_weights(reciprocal_volume(view.tables.edges, leaf, units.group_ids))
    rng = view.named("regions").generator("smooth")
    found = smoothed(effects, units, weights, rng)
    q = benjamini_hochberg(found.p)
    neighbours = (weights > 0).sum(axis=1) - 1
    seen = (q <= basis.rules.fdr) & (neighbours >= LEAST_NEIGHBOURS)
    return pd.DataFrame(
        {
            "group_id": list(units.group_ids),
            "g": found.g,
            "p": found.p,
            "q": q,
            "n_neighbours": neighbours.astype(np.int32),
            "region": np.select([seen & (found.g < 0), seen], ["cooler", "warmer"], "none"),
        }
    )


def reciprocal_volume(
    edges: pd.DataFrame, unit: pd.Series, unit_ids: tuple[str, ...]
) -> FloatArray:
    """Return how much two-way contact joins every two units, `(U, U)`, symmetric, diagonal 0.

    Formula
        A_uv = sum of w_ij + w_ji over pairs of people i in u, j in v who both wrote to the other.
    Shape
        `edges`: source_id, target_id, weight; `unit` by person_id; order of `unit_ids`.
    Unit
        Messages, each divided by its number of recipients. Range: 0 or more.
    Edge cases
        Contact in one direction only, within a unit, or with people of no unit is left out.

    >>> reciprocal_volume(edges, unit, ("care", "sales"))[0, 1]
    12.5
    """
    pairs = edges.groupby(["source_id", "target_id"], as_index=False)[["weight"]].sum()
    back = pairs.rename(columns={"source_id": "target_id", "target_id": "source_id"})
    ties = pairs.merge(back, on=["source_id", "target_id"], validate="1:1")
    codes = pd.Index(unit_ids)
    ends = [codes.get_indexer(pd.Index(ties[end].map(unit))) for end in ("source_id", "target_id")]
    known = (ends[0] >= 0) & (ends[1] >= 0) & (ends[0] != ends[1])
    volume = np.zeros((len(unit_ids), len(unit_ids)))
    # Each tie stands twice, once from either end; its own direction is added from each.
    np.add.at(volume, (ends[0][known], ends[1][known]), ties["weight_x"].to_numpy()[known])
    joined: FloatArray = volume + volume.T
    return joined


def region_weights(volume: FloatArray) -> FloatArray:
    """Return how much each unit counts in another's neighbourhood; rows add to 1.

    Formula
        Positive part of A_uv - d_u d_v / 2m, d_u the row sums and 2m the sum of A; each row
        divided by its sum, times .5; .5 for the unit itself.
    Shape
        `(U, U)` in and out. Unit: none. Range: 0 to 1.
    Edge cases
        A unit without more contact than chance with anybody has itself alone, with weight .5.
    Source
        `docs/method.md`, regional view; the null of modularity (Newman and Girvan 2004).

    >>> region_weights(np.array([[0.0, 1.0], [1.0, 0.0]]))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    degree, whole = volume.sum(axis=1), float(volume.sum())
    excess = volume - (np.outer(degree, degree) / whole if whole > 0 else 0.0)
    np.fill_diagonal(excess, 0.0)
    excess = np.maximum(excess, 0.0)
    total = excess.sum(axis=1, keepdims=True)
    around = np.divide(excess, total, out=np.zeros_like(excess), where=total > 0)
    weights: FloatArray = (1.0 - OWN) * around + OWN * np.eye(len(volume))
    return weights


def smooth(weights: FloatArray, theta: FloatArray, se: FloatArray) -> FloatArray:
    """Return the precision-weighted Gi*-type smoother of unit effects.

    Formula
        G_u = sum_v P_uv theta_v / SE_v^2 / sqrt(sum_v P_uv^2 / SE_v^2).
    Shape
        `weights` (U, U), `theta` and `se` (U,) or (U, B); as `theta`.
    Unit
        Standard deviations if the units were independent. Range: unbounded, below 0 colder.
    Edge cases
        A unit with itself alone: theta / SE.
    Source
        After Ord and Getis 1995, with precisions in place of equal variances.

    >>> smooth(np.eye(1), np.array([-0.4]), np.array([0.2]))
    array([-2.])
    """
    precision = 1.0 / se**2
    found: FloatArray = (weights @ (theta * precision)) / np.sqrt(weights**2 @ precision)
    return found


def smoothed(
    effects: PersonEffects, units: GroupSet, weights: FloatArray, rng: np.random.Generator
) -> Smoothed:
    """Smooth the contrasts of all units and test each neighbourhood.

    Formula
        theta and SE by contrast with the rest, centred and scaled by the draws; G by `smooth`;
        p = 2 min(p_low, p_high), at most 1, each (1 + #) / (B + 1) against the draws' own G.
    Shape
        `(U,)` each, in the order of `units`, which do not overlap.
    Unit
        As `smooth`; probability. Range: p in [1 / (B + 1), 1].
    Edge cases
        A unit that the draws cannot move: nan, and its neighbours do without it.
    Null
        N-person: persons exchanged within strata, weights fixed; the finest strata in which at
        least half of the units mix with others.
    Source
        `docs/method.md`, regional view.

    >>> smoothed(effects, units, weights, np.random.default_rng(1)).p.min()
    0.0005
    """
    strata = _strata(effects, units)
    columns = effects.columns()
    total = columns.sum(axis=1)
    blocks = [
        contrast_of_sums(block, total)
        for block in permute_groups(columns, units.members, strata, DRAWS, rng)
    ]
    theta = np.concatenate([block.theta for block in blocks], axis=1)
    variance = np.concatenate([block.variance for block in blocks], axis=1)
    centre = theta.mean(axis=1)
    scale = ((theta - centre[:, None]) / np.sqrt(variance)).std(axis=1)
    observed = contrast(effects, units)
    shock = effects.var_shock / max(effects.n_windows, 1)
    moves = scale > TIE
    spread = np.where(moves, scale, 1.0)
    within = weights * moves[None, :]
    g = smooth(within, observed.theta - centre, spread * np.sqrt(observed.variance + shock))
    drawn = smooth(within, theta - centre[:, None], spread[:, None] * np.sqrt(variance))
    low = p_value((drawn <= (g + TIE)[:, None]).sum(axis=1), DRAWS)
    high = p_value((drawn >= (g - TIE)[:, None]).sum(axis=1), DRAWS)
    p = np.minimum(1.0, 2.0 * np.minimum(low, high))
    return Smoothed(np.where(moves, g, np.nan), np.where(moves, p, np.nan))


def _strata(effects: PersonEffects, units: GroupSet) -> IntArray:
    """One set of strata for all units, so that neighbours are drawn together."""
    ladder = strata_ladder(effects.persons["stratum"])
    for strata in ladder:
        if float(np.mean(mixing_of(units, strata) >= LEAST_MIXING)) >= OWN:
            return strata
    return ladder[-1]
