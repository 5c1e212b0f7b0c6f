"""A4, reciprocity ratio: whether contact is returned beyond what degrees alone give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.intervals import ratio_intervals
from audit.view import WindowView
from core.elements import ACTIVE_LISTENING
from core.windows import Window
from graph.ties import reciprocated_ties, reciprocity_of_groups


@indicators.add(
    "reciprocity",
    Indicator(
        code="A4",
        title="Reciprocity",
        question="Is contact that reaches this unit returned, beyond what its volume explains?",
        layer="behaviour",
        element=ACTIVE_LISTENING,
        quadrant="says_does",
        higher_is="warmer",
        scale="ratio",
        gives="unit_values",
        needs=("messages", "ties"),
        source="Garlaschelli & Loffredo 2004, PRL 93, 268701",
        cannot_show="Whether an answer was needed, and answers by other ways.",
    ),
)
def reciprocity(view: WindowView) -> pd.DataFrame:
    """Returned contact of each group, from 0 (as degrees alone give) to 1 (all returned).

    Formula: (R - E0) / (1 - E0); R = share of the arcs to members that are returned in the same
    window, E0 the same after degree-preserving rewiring; windows weighted by their arcs.
    Shape: one row per group: group_id, value, low, high (90 %, bootstrap over members, E0 as it
    is), expected (0), null_sd, n_people, n_observations, top_share (largest share of the arcs
    that reach one member).
    Unit: none. Range: (-inf, 1]; higher is warmer. Shown against the null, no verdict.
    Minimum: 8 people.
    Edge cases: a group that nobody wrote to has no row.
    Null: `rewired_arcs`, fresh draws in every window.
    Known bias: dense groups are reciprocal for many reasons.
    Source: Garlaschelli & Loffredo 2004.

    >>> reciprocity(view)["value"].le(1).all()
    True
    """
    rng = view.generator("rewiring")
    parts = [_in_window(view, window, rng) for window in view.period.windows]
    rows = pd.concat([table for table, _ in parts], ignore_index=True)
    sums = rows.groupby("group_id", sort=True)[["weight", "total", "noise"]].sum()
    received = pd.concat([held for _, held in parts], ignore_index=True)
    people = received.groupby(["group_id", "person_id"], as_index=False)[["top", "bottom"]].sum()
    by_group = people.groupby("group_id")["bottom"]
    span = ratio_intervals(people, view.generator("bootstrap")).reindex(sums.index)
    return pd.DataFrame(
        {
            "group_id": sums.index,
            "value": (sums["total"] / sums["weight"]).to_numpy(),
            "low": span["low"].to_numpy(),
            "high": span["high"].to_numpy(),
            "expected": 0.0,
            "null_sd": (np.sqrt(sums["noise"]) / sums["weight"]).to_numpy(),
            "n_people": by_group.size().reindex(sums.index).to_numpy(dtype="int64"),
            "n_observations": sums["weight"].to_numpy(dtype="int64"),
            "top_share": (by_group.max() / by_group.sum()).reindex(sums.index).to_numpy(),
        }
    )


def _in_window(
    view: WindowView, window: Window, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weighted sums of every group in one window, and what each member adds to them.

    Of a member: `bottom` arcs received, `top` (arcs returned - E0 bottom) / (1 - E0).
    """
    graph, members = view.graph(window), view.group_members(window)
    table = reciprocity_of_groups(graph, members, rng)
    table = table[table["n_arcs"] > 0].dropna(subset=["value"])
    weight = table["n_arcs"].astype("float64")
    error = table["null_sd"].fillna(0.0) / (1.0 - table["expected"])
    table = table.assign(weight=weight, total=weight * table["value"], noise=(weight * error) ** 2)
    arcs = pd.Series(np.bincount(graph.targets, minlength=graph.n_people), graph.person_ids)
    held = members.assign(
        bottom=members["person_id"].map(arcs).fillna(0).astype("float64"),
        returned=members["person_id"].map(reciprocated_ties(graph)).fillna(0).astype("float64"),
        null=members["group_id"].map(table["expected"]),
    )
    held = held[(held["bottom"] > 0) & held["null"].notna()]
    top = (held["returned"] - held["null"] * held["bottom"]) / (1.0 - held["null"])
    return table.reset_index(), held.assign(top=top)
