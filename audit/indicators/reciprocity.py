"""A4, reciprocity ratio: whether contact is returned beyond what degrees alone give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView
from graph.ties import reciprocity_of_groups


@indicators.add(
    "reciprocity",
    Indicator(
        code="A4",
        title="Reciprocity",
        question="Is contact that reaches this unit returned, beyond what its volume explains?",
        layer="behaviour",
        element="active listening",
        quadrant="says_does",
        higher_is="warmer",
        scale="ratio",
        gives="unit_values",
        source="Garlaschelli & Loffredo 2004, PRL 93, 268701",
        cannot_show="Whether an answer was needed, and answers by other ways.",
    ),
)
def reciprocity(view: WindowView) -> pd.DataFrame:
    """Returned contact of each group, from 0 (as degrees alone give) to 1 (all returned).

    Formula: (R - E0) / (1 - E0); R = share of the arcs to members that are returned in the same
    window, E0 the same after degree-preserving rewiring; windows weighted by their arcs.
    Shape: one row per group: group_id, value, expected (0), null_sd, n_people, n_observations,
    top_share (largest share of the arcs that reach one member).
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
    parts = []
    for window in view.period.windows:
        members = view.group_members(window)
        table = reciprocity_of_groups(view.graph(window), members, rng)
        parts.append(table[table["n_arcs"] > 0].reset_index())
    rows = pd.concat(parts, ignore_index=True).dropna(subset=["value"])
    weight = rows["n_arcs"].astype("float64")
    error = rows["null_sd"].fillna(0.0) / (1.0 - rows["expected"])
    sums = (
        rows.assign(weight=weight, total=weight * rows["value"], noise=(weight * error) ** 2)
        .groupby("group_id", sort=True)[["weight", "total", "noise"]]
        .sum()
    )
    reached = _received(view)
    return pd.DataFrame(
        {
            "group_id": sums.index,
            "value": (sums["total"] / sums["weight"]).to_numpy(),
            "expected": 0.0,
            "null_sd": (np.sqrt(sums["noise"]) / sums["weight"]).to_numpy(),
            "n_people": reached["n_people"].reindex(sums.index).to_numpy(dtype="int64"),
            "n_observations": sums["weight"].to_numpy(dtype="int64"),
            "top_share": reached["top_share"].reindex(sums.index).to_numpy(),
        }
    )


def _received(view: WindowView) -> pd.DataFrame:
    """People per group that anybody wrote to, and the largest share one of them received."""
    parts = []
    for window in view.period.windows:
        graph = view.graph(window)
        arcs = pd.Series(graph.person_ids[graph.targets]).value_counts().rename("n")
        members = view.group_members(window)
        parts.append(members.merge(arcs, left_on="person_id", right_index=True, validate="m:1"))
    counts = pd.concat(parts).groupby(["group_id", "person_id"])["n"].sum()
    by_group = counts.groupby(level="group_id")
    return pd.DataFrame(
        {"n_people": by_group.size(), "top_share": by_group.max() / by_group.sum()}
    )
