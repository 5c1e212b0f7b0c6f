"""Elements of empathy as profiles: each within one layer, never added up to one score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.plan import Plugin
from audit.registry import Indicator
from audit.statistics.intervals import NINETY
from audit.statistics.shrinkage import paule_mandel
from core.elements import ELEMENTS

FloatArray = npt.NDArray[np.float64]

LEAST_SHARE = 0.60
LEAST_GROUPS = 3
WEIGHTINGS = 1000
RANGE = (0.05, 0.95)
MOST_OF_ONE = 0.30
"""Share of a value that one person may carry."""
COLUMNS = (
    *("group_id", "layer", "element", "value", "n_people", "n_observed", "n_indicators"),
    *("rank_low", "rank_high", "n_ranked"),
)
_SCORED = ["indicator", "group_id", "level", "z", "error", "n_people"]


@dataclass(frozen=True)
class _Standing:
    """Groups x indicators of one element, layer and tree level; nan where not observed."""

    groups: pd.Index
    z: FloatArray
    error: FloatArray


def profile_rows(
    measured: pd.DataFrame,
    groups: pd.DataFrame,
    plugins: Sequence[Plugin],
    min_people: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return PROFILES rows (without window_id): every element of every group below the whole.

    Formula
        Per indicator with a good side, group u and tree level (the lowest groups, and each depth
        above): z_u = shrunken effect / SD of the unshrunken effects of that level, above 0
        warmer. Indicators without a verdict: effect = value less expected (where there is one),
        shrunken to the level's mean by Paule and Mandel, SE from the value's own interval.
        value = mean z over the observed indicators of the element, if they are at least 60 %.
        Ranks (1 the warmest of the level): 5th to 95th percentile over 1,000 draws of Dirichlet(1)
        weights of the indicators and of each z within its error sqrt(B) SE / SD.
    Shape
        `measured` INDICATOR_VALUES rows, `groups` ORG_GROUPS rows of one period.
    Unit
        SDs between groups. Range: seldom beyond 2 either way; 0 is as the rest.
    Edge cases
        An indicator that fewer than half of a level's groups have (newcomers of a team) belongs
        to no element there: it cannot be told at that size. A level of fewer than 3 groups, and
        groups that do not vary: not observed. Values that a release would hide for few people
        or for one person do not enter.
    Source
        `docs/method.md`, element profiles; Kelley 1947 (regressed scores).

    >>> profile_rows(measured, groups, plugins, 8, rng).query("element == 'recognition'")
    """
    levels = _levels(groups)
    metas = {p.name: p.meta for p in plugins if _has_side(p.meta)}
    scored = [
        _scores(rows[usable(rows, min_people)], metas[str(name)], levels).assign(indicator=name)
        for name, rows in measured[measured["indicator"].isin(list(metas))].groupby("indicator")
    ]
    scores = pd.concat(scored, ignore_index=True) if scored else pd.DataFrame(columns=_SCORED)
    sizes = levels.value_counts()
    parts = []
    for layer, element in sorted({(m.layer, m.element) for m in metas.values()}):
        own = [n for n, m in metas.items() if (m.layer, m.element) == (layer, element)]
        mine = scores[scores["indicator"].isin(own)]
        for level in sizes.index:
            here = mine[mine["level"] == level]
            ids = pd.Index(levels.index[levels == level])
            rows = _element(here, ids, rng)
            parts.append(rows.assign(layer=layer, element=element))
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    return rows[rows["n_indicators"] > 0].reset_index(drop=True)[list(COLUMNS)]


def usable(measured: pd.DataFrame, min_people: int) -> pd.Series:
    """Return which INDICATOR_VALUES rows may enter a profile."""
    seen = (measured["status"] == "shown") & (measured["n_people"] >= min_people)
    usable_rows: pd.Series = seen & ~measured["top_share"].gt(MOST_OF_ONE)
    return usable_rows


def _has_side(meta: Indicator) -> bool:
    return meta.higher_is != "neither" and meta.element in ELEMENTS


def _levels(groups: pd.DataFrame) -> pd.Series:
    """Tree level of each group below the whole: 0 for the lowest groups, else the depth."""
    inner = groups["group_id"].isin(groups["parent_id"].dropna())
    level = groups["depth"].astype("int64").where(inner, 0)
    below = (groups["depth"] > 0).to_numpy()
    return pd.Series(level.to_numpy()[below], groups["group_id"].to_numpy()[below])


def _scores(rows: pd.DataFrame, meta: Indicator, levels: pd.Series) -> pd.DataFrame:
    """Shrunken z and its error of one indicator, by group."""
    sign = -1.0 if meta.higher_is == "colder" else 1.0
    rows = rows[rows["group_id"].isin(levels.index)]
    rows = rows.assign(level=rows["group_id"].map(levels))
    parts = [
        _in_level(part, sign if meta.gives == "unit_values" else None)
        for _, part in rows.groupby("level", sort=True)
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=_SCORED)


def _in_level(rows: pd.DataFrame, sign: float | None) -> pd.DataFrame:
    if sign is None:
        effect, shrunk, se = (
            rows[name].to_numpy(dtype=np.float64) for name in ("effect", "effect_shrunk", "se")
        )
    else:
        gap = rows["value"] - rows["expected"].fillna(0.0)
        effect = sign * gap.to_numpy(dtype=np.float64)
        width = (rows["value_high"] - rows["value_low"]).to_numpy(dtype=np.float64)
        se = width / (2.0 * NINETY)
        effect, shrunk = _drawn_in(effect, se)
    seen = np.isfinite(effect) & np.isfinite(shrunk) & np.isfinite(se)
    sd = float(np.std(effect[seen], ddof=1)) if seen.sum() >= LEAST_GROUPS else float("nan")
    scale = sd if sd > 0 else float("nan")
    with np.errstate(invalid="ignore", divide="ignore"):
        pull = np.clip(np.where(effect == 0, 1.0, shrunk / effect), 0.0, 1.0)
    found: pd.DataFrame = rows[["group_id", "level", "n_people"]].assign(
        z=shrunk / scale, error=np.sqrt(pull) * se / scale
    )
    told: pd.DataFrame = found.dropna(subset=["z", "error"])
    return told


def _drawn_in(effect: FloatArray, se: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Effects about their mean, and the same shrunken."""
    known = np.isfinite(effect) & np.isfinite(se) & (se > 0)
    if not known.any():
        return effect, np.full(effect.shape, np.nan)
    tau2, mean = paule_mandel(effect[known], se[known])
    centred = effect - mean
    with np.errstate(invalid="ignore"):
        return centred, np.where(known, centred * tau2 / (tau2 + se**2), np.nan)


def _element(scores: pd.DataFrame, ids: pd.Index, rng: np.random.Generator) -> pd.DataFrame:
    """Values and rank ranges of one element and layer over the groups of one level."""
    told = scores.groupby("indicator")["group_id"].nunique()
    names = sorted(str(name) for name in told.index[2 * told >= len(ids)])
    standing = _standing(scores, ids, names)
    n_observed = np.isfinite(standing.z).sum(axis=1)
    enough = (n_observed > 0) & (n_observed >= LEAST_SHARE * max(1, len(names)))
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.nansum(standing.z, axis=1) / n_observed
    low, high = _rank_ranges(standing, enough, rng)
    used = scores[scores["indicator"].isin(names)]
    fewest = used.groupby("group_id")["n_people"].min().reindex(ids).fillna(0)
    return pd.DataFrame(
        {
            "group_id": ids,
            "value": np.where(enough, value, np.nan),
            "n_people": fewest.to_numpy(dtype=np.int64),
            "n_observed": n_observed,
            "n_indicators": len(names),
            "rank_low": pd.array(low, dtype="Int32"),
            "rank_high": pd.array(high, dtype="Int32"),
            "n_ranked": int(enough.sum()),
        }
    )


def _standing(scores: pd.DataFrame, ids: pd.Index, names: list[str]) -> _Standing:
    used = scores[scores["indicator"].isin(names)]
    place = (
        ids.get_indexer(pd.Index(used["group_id"])),
        pd.Index(names).get_indexer(pd.Index(used["indicator"])),
    )
    z, error = (np.full((len(ids), len(names)), np.nan) for _ in range(2))
    z[place], error[place] = used["z"].to_numpy(), used["error"].to_numpy()
    return _Standing(ids, z, error)


def _rank_ranges(
    standing: _Standing, enough: npt.NDArray[np.bool_], rng: np.random.Generator
) -> tuple[list[int | None], list[int | None]]:
    """Best and worst rank of each group over random weights and errors; None without a value."""
    nothing: list[int | None] = [None] * len(enough)
    if not enough.any():
        return nothing, list(nothing)
    z, error = standing.z[enough], standing.error[enough]
    seen = np.isfinite(z)
    weight = rng.dirichlet(np.ones(z.shape[1]), WEIGHTINGS)[:, None, :] * seen
    drawn = np.nan_to_num(z + error * rng.standard_normal((WEIGHTINGS, *z.shape)))
    score = (weight * drawn).sum(axis=2) / np.maximum(weight.sum(axis=2), 1e-12)
    ranks = 1 + np.argsort(np.argsort(-score, axis=1, kind="stable"), axis=1, kind="stable")
    ends = np.quantile(ranks, RANGE, axis=0)
    low, high = list(nothing), list(nothing)
    for place, row in enumerate(np.flatnonzero(enough)):
        low[row] = int(np.floor(ends[0, place]))
        high[row] = int(np.ceil(ends[1, place]))
    return low, high
