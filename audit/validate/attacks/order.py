"""Order and size leak. Knows: every byte of what was published.

Does: has the same run published once more with other values in its hidden cells (drawn anew, as
if hidden groups had answered otherwise) and compares both releases byte by byte.
Wins: when any table differs: place, order, rank, layout or size of something told a hidden value.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.material import Seen, Truth
from audit.validate.attacks.republish import Changes, Replay, differing
from core.contracts import Contract
from core.store import RunFolder
from core.tables.results import (
    INDICATOR_VALUES,
    PROFILES,
    REGIONS,
    ROBUSTNESS,
    SLICE_VALUES,
    VERDICTS,
)

NAME = "order and size leak"
_NUMBERS = ("value", "low", "high", "value_low", "value_high", "expected", "effect")
_MORE = ("effect_shrunk", "se", "z", "mde", "g", "p", "q", "p_low", "p_high", "p_family")
_SHARES = frozenset({"p", "q", "p_low", "p_high", "p_family", "odds_cooler"})
_TABLES: tuple[tuple[Contract, tuple[str, ...]], ...] = (
    (INDICATOR_VALUES, ("window_id", "group_id", "indicator")),
    (SLICE_VALUES, ("window_id", "slice_id", "indicator")),
    (VERDICTS, ("window_id", "group_id", "layer")),
    (PROFILES, ("window_id", "group_id", "layer", "element")),
    (REGIONS, ("window_id", "group_id")),
)


def shuffle_hidden(replay: Replay, first: RunFolder, rng: np.random.Generator) -> Attempt:
    """Publish again with other values in all hidden cells and compare with `first`."""
    seen = Seen(first.published, first.reports)
    truth = Truth(first.results, first.canonical)
    changes, tried = changed(seen, truth, rng)
    return compared(tried, differing(first, replay.release("shuffled", changes)))


def compared(tried: int, places: Sequence[str]) -> Attempt:
    """Return the outcome for hidden cells: the tables in which the releases differ."""
    says = "hidden cells drawn anew, both releases compared byte by byte"
    return attempt(NAME, tried, places, says)


def changed(seen: Seen, truth: Truth, rng: np.random.Generator) -> tuple[Changes, int]:
    """Judge: return private tables with other numbers in every hidden cell, and how many cells."""
    found: dict[str, pd.DataFrame] = {}
    tried = 0
    for contract, key in _TABLES:
        private = contract.read(truth.results)
        hidden = _hidden(private, seen.tables[contract.name], key)
        tried += int(hidden.sum())
        if hidden.any():
            found[contract.name] = _redrawn(private, hidden, rng)
    groups = seen.tables["org_groups"]
    robust = ROBUSTNESS.read(truth.results)
    hidden = _hidden(robust, groups, ("window_id", "group_id"))
    if hidden.any():
        found["robustness"] = robust.assign(
            value=np.where(hidden, rng.random(len(robust)), robust["value"])
        )
    return found, tried


def _hidden(private: pd.DataFrame, published: pd.DataFrame, key: Sequence[str]) -> pd.Series[bool]:
    """Return which private rows were published as hidden, or not at all."""
    names = list(key)
    shown = published.loc[published["is_shown"].astype(bool), names].drop_duplicates()
    joined = private[names].merge(
        shown.assign(is_there=True), on=names, how="left", validate="many_to_one"
    )
    return joined["is_there"].isna()


def _redrawn(
    private: pd.DataFrame, hidden: pd.Series[bool], rng: np.random.Generator
) -> pd.DataFrame:
    """Return the table with other numbers where it is hidden; what is null stays null."""
    out = private.copy()
    for name in (*_NUMBERS, *_MORE, "odds_cooler"):
        if name not in out:
            continue
        where = hidden.to_numpy() & out[name].notna().to_numpy()
        drawn = rng.random(len(out)) if name in _SHARES else rng.normal(0.0, 1.0, len(out))
        out[name] = np.where(where, drawn, out[name].astype("float64"))
    if "verdict" in out:
        out["verdict"] = _flipped(out["verdict"], hidden, "desert", "hotspot")
        out["is_robust"] = out["is_robust"].to_numpy(dtype=bool) ^ hidden.to_numpy()
    if "region" in out:
        out["region"] = _flipped(out["region"], hidden, "cooler", "warmer")
    return out


def _flipped(
    words: pd.Series[str], hidden: pd.Series[bool], one: str, other: str
) -> pd.Series[str]:
    return words.where(~hidden, words.map(lambda word: other if word == one else one))
