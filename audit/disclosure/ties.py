"""Contact between groups, as far as it may be seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.disclosure.defences import ALL, Defences
from audit.disclosure.rounding import share_points
from audit.disclosure.thresholds import ACTIVE_PEOPLE, TRAFFIC_ONE, TRAFFIC_TWO

CLASSES = 5
BOTH_WAYS = 2


def tie_rows(edges: pd.DataFrame, groups: pd.DataFrame, defences: Defences = ALL) -> pd.DataFrame:
    """Return released ties: each pair of shown leaf groups once, with a strength class.

    A pair is released when both groups are shown, at least five people are active on each side
    in each direction that has traffic, and neither one sender nor one recipient carries more than
    half of it, nor two more than three quarters. Strength is the pair's fifth among the
    released pairs of its period.
    """
    shown = groups.loc[groups["is_shown"] & groups["is_leaf"], ["window_id", "group_id"]]
    pairs = _pairs(_safe(edges, defences))
    for end in ("source_group_id", "target_group_id"):
        pairs = pairs.merge(
            shown.rename(columns={"group_id": end}),
            on=["window_id", end],
            validate="many_to_one",
        )
    if pairs.empty:
        return pairs.assign(strength=[], mutual=[])[_COLUMNS]
    pairs["strength"] = pairs.groupby("window_id")["weight"].transform(_classes).astype(int)
    pairs["mutual"] = [None if np.isnan(m) else share_points(m) for m in pairs["mutual_share"]]
    return pairs[_COLUMNS]


def n_contacts(edges: pd.DataFrame, groups: pd.DataFrame) -> int:
    """Return how many pairs of shown leaf groups have contact in both directions."""
    shown = groups.loc[groups["is_shown"] & groups["is_leaf"], ["window_id", "group_id"]]
    known = pd.MultiIndex.from_frame(shown)
    ends = [
        pd.MultiIndex.from_frame(edges[["window_id", end]]).isin(known)
        for end in ("source_unit_id", "target_unit_id")
    ]
    between = edges["source_unit_id"] != edges["target_unit_id"]
    return len(_pairs(edges[between & ends[0] & ends[1]]))


_COLUMNS = ["window_id", "source_group_id", "target_group_id", "strength", "mutual"]


def _safe(edges: pd.DataFrame, defences: Defences) -> pd.DataFrame:
    is_broad = (edges["n_source_people"] >= ACTIVE_PEOPLE) & (
        edges["n_target_people"] >= ACTIVE_PEOPLE
    )
    is_shared = pd.Series(data=True, index=edges.index)
    for one, two in (
        ("top_person_share", "top_two_share"),
        ("top_recipient_share", "top_two_recipients_share"),
    ):
        is_shared &= (edges[one] <= TRAFFIC_ONE) & (edges[two] <= TRAFFIC_TWO)
    is_between = edges["source_unit_id"] != edges["target_unit_id"]
    is_broad |= not defences.ties
    is_shared |= not defences.dominance
    return edges[is_broad & is_shared & is_between]


def _pairs(edges: pd.DataFrame) -> pd.DataFrame:
    """Return unordered pairs whose both directions are safe; one-way traffic is left out."""
    ordered = np.sort(edges[["source_unit_id", "target_unit_id"]].to_numpy(dtype=str), axis=1)
    both = edges.assign(source_group_id=ordered[:, 0], target_group_id=ordered[:, 1])
    found = both.groupby(["window_id", "source_group_id", "target_group_id"], as_index=False).agg(
        weight=("weight", "sum"), mutual_share=("mutual_share", "max"), n=("weight", "size")
    )
    return found[found["n"] == BOTH_WAYS].reset_index(drop=True)


def _classes(weight: pd.Series) -> pd.Series:
    rank = weight.rank(method="average", pct=True).to_numpy()
    return pd.Series(np.ceil(rank * CLASSES).clip(1, CLASSES), index=weight.index)
