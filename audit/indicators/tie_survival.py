"""G3, tie survival: whether ties outlast a quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.intervals import group_shares
from audit.view import WindowView
from core.elements import ORGANIZATION_DESIGN
from core.windows import Window
from graph.network import CommunicationGraph, Ints

LATER = 3
LEAST_TIES = 30
TOO_FEW = "too few mutual ties three windows before"
_KINDS = ["window_id", "is_inside", "age"]
_COLUMNS = ["group_id", "person_id", *_KINDS, "top", "bottom"]


@indicators.add(
    "tie_survival",
    Indicator(
        code="G3",
        title="Ties that last a quarter",
        question="Do people stay in contact with those they were in contact with before?",
        layer="behaviour",
        element=ORGANIZATION_DESIGN,
        quadrant="sees",
        higher_is="warmer",
        scale="share",
        gives="unit_values",
        needs=("messages", "ties"),
        source="Burt 2000, Decay functions, Social Networks 22, 1-28",
        cannot_show="Why ties end: projects end too. Ties of people who left are not counted.",
    ),
)
def tie_survival(view: WindowView) -> pd.DataFrame:
    """Share of the mutual ties of three windows ago that are mutual ties now.

    Formula: over the tie ends held by members in window t - 3, the share whose tie is there again
    in window t of the period; expected = the same with each end given the share of its kind in
    the whole organization: window, inside the lowest group or across, new or established (also
    there in t - 4).
    Shape: one row per group: group_id, value, low, high (90 %, Wilson over people), expected,
    n_people, n_observations (tie ends), top_share.
    Unit: share. Range: 0 to 1; higher is warmer. Shown against expected, no verdict.
    Minimum: 30 ties.
    Edge cases: only ties of two people who are both members in window t: leaving is no cooling.
    A period without data three windows before it has no row; a group with fewer ties says so.
    Known bias: pairs who write seldom blink out and in by chance.
    Source: Burt 2000.

    >>> tie_survival(view)["value"].between(0, 1).all()
    True
    """
    parts = [_in_window(view, window) for window in view.period.windows]
    ends = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)
    whole = ends[ends["group_id"] == view.groups.root]
    kinds = whole.groupby(_KINDS)[["top", "bottom"]].sum()
    usual = (kinds["top"] / kinds["bottom"]).rename("usual").reset_index()
    told = ends.merge(usual, on=_KINDS, how="left", validate="m:1")
    told = told.assign(usual=told["usual"] * told["bottom"])
    rows = group_shares(ends)
    sums = told.groupby("group_id")[["usual", "bottom"]].sum().reindex(rows["group_id"])
    rows["expected"] = (sums["usual"] / sums["bottom"]).to_numpy(dtype=np.float64)
    # A tie inside a group has two ends there: half the ends are the fewest ties it can have.
    few = rows["n_observations"] < 2 * LEAST_TIES
    numbers = ["value", "low", "high", "expected"]
    rows[numbers] = rows[numbers].mask(few)
    return rows.assign(why=pd.Series(TOO_FEW, rows.index).where(few, None))


def _in_window(view: WindowView, window: Window) -> pd.DataFrame:
    """Tie ends of window t - 3 by member and kind: how many (bottom), and how many last (top)."""
    ties = _ties(view, window)
    ends = [
        ties.rename(columns={end: "person_id"}).drop(columns=other)
        for end, other in (("low_id", "high_id"), ("high_id", "low_id"))
    ]
    kinds = ["person_id", "is_inside", "age"]
    held = pd.concat(ends).groupby(kinds, as_index=False)["lasts"].agg(["sum", "size"])
    held = held.rename(columns={"sum": "top", "size": "bottom"})
    rows = view.group_members(window).merge(held, on="person_id", validate="m:m")
    return rows.assign(window_id=window.window_id)[_COLUMNS]


def _ties(view: WindowView, window: Window) -> pd.DataFrame:
    """Ties of window t - 3 between members of window t: inside a group, how old, whether last."""
    span = window.end_day - window.first_day
    first = window.first_day - LATER * span
    now = view.graph(window)
    base = view.history_graph(first, first + span, now.person_ids)
    if base is None:
        return pd.DataFrame(columns=["low_id", "high_id", "is_inside", "age", "lasts"])
    before = view.history_graph(first - span, first, now.person_ids)
    low, high = base.ties
    key = low * base.n_people + high
    age = np.full(len(key), "unknown", dtype=object)
    if before is not None:
        age = np.where(np.isin(key, _keys(before)), "established", "new")
    leaf = base.attribute(view.leaf_groups(window)).fillna("").to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "low_id": base.person_ids[low],
            "high_id": base.person_ids[high],
            "is_inside": leaf[low] == leaf[high],
            "age": age,
            "lasts": np.isin(key, _keys(now)),
        }
    )


def _keys(graph: CommunicationGraph) -> Ints:
    """The ties of a graph as numbers, the same for the same pair where people are the same."""
    low, high = graph.ties
    return low * graph.n_people + high
