"""B2, cross-boundary mix: whether contact crosses the unit's borders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.member_ties import member_ties
from audit.registry import Indicator, indicators
from audit.statistics.intervals import ratio_intervals
from audit.view import WindowView
from core.elements import TRANSPARENT_COMMUNICATION
from core.windows import Window
from graph.mixing import ei_index, ei_of_groups


@indicators.add(
    "boundary_mix",
    Indicator(
        code="B2",
        title="Contact across the unit's border",
        question="Do people here keep to themselves, or are they in contact with other units?",
        layer="behaviour",
        element=TRANSPARENT_COMMUNICATION,
        quadrant="sees",
        higher_is="neither",
        scale="ratio",
        gives="unit_values",
        needs=("messages", "ties"),
        source="Krackhardt & Stern 1988, Social Psychology Quarterly 51, 123-140",
        cannot_show="Whether more contact across would help: some work is rightly done inside.",
    ),
)
def boundary_mix(view: WindowView) -> pd.DataFrame:
    """External minus internal mutual ties of each group, beside what degrees alone would give.

    Formula: over the tie ends held by members (E - 2 I) / (E + 2 I), expected 1 - 2 d_u / 2m; for
    the whole organization the E-I index over its lowest groups, expected 1 - 2 sum (d_g / 2m)^2.
    Windows are weighted by ties.
    Shape: one row per group: group_id, value, low, high (90 %, bootstrap over members),
    expected, null_sd, n_people (members with a tie), n_observations (ties), top_share (largest
    share of the tie ends of one member).
    Unit: none. Range: -1 (nobody has a tie outside) to 1 (nobody has one inside); neither is
    better. Small groups lie near 1 by their size: read the difference to expected.
    Minimum: 8 people.
    Edge cases: a group without mutual ties has no row.
    Null: `rewired_ties`, fresh draws in every window.
    Known bias: unit size; that is why the expected value stands beside it.
    Source: Krackhardt & Stern 1988.

    >>> boundary_mix(view)["value"].between(-1, 1).all()
    True
    """
    rng = view.generator("rewiring")
    parts = [_in_window(view, window, rng) for window in view.period.windows]
    rows = pd.concat([mixes for mixes, _ in parts], ignore_index=True)
    sums = rows.groupby("group_id", sort=True)[["weight", "total", "null", "noise"]].sum()
    sums = sums[sums["weight"] > 0]
    ends = pd.concat([held for _, held in parts], ignore_index=True)
    names = ["n_ties", "top", "bottom"]
    people = ends.groupby(["group_id", "person_id"], as_index=False)[names].sum()
    held = people.groupby("group_id")["n_ties"]
    span = ratio_intervals(people, view.generator("bootstrap")).reindex(sums.index)
    return pd.DataFrame(
        {
            "group_id": sums.index,
            "value": (sums["total"] / sums["weight"]).to_numpy(),
            "low": span["low"].to_numpy(),
            "high": span["high"].to_numpy(),
            "expected": (sums["null"] / sums["weight"]).to_numpy(),
            "null_sd": (np.sqrt(sums["noise"]) / sums["weight"]).to_numpy(),
            "n_people": held.size().reindex(sums.index).to_numpy(dtype="int64"),
            "n_observations": sums["weight"].to_numpy(dtype="int64"),
            "top_share": (held.max() / held.sum()).reindex(sums.index).to_numpy(),
        }
    )


def _in_window(
    view: WindowView, window: Window, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weighted sums of every group in one window, and the tie ends each member holds.

    Of a member: `top` ends outside less ends inside, `bottom` all ends, both scaled so that a
    group's window weighs as many ties as it has.
    """
    graph, members = view.graph(window), view.group_members(window)
    mixes = ei_of_groups(graph, members, rng).reset_index()
    whole = mixes["group_id"] == view.groups.root
    # Everything is inside the whole: its mix is the one over its lowest groups.
    index = ei_index(graph, view.leaf_groups(window))
    mixes.loc[whole, ["value", "expected"]] = [index.value, index.expected]
    mixes = mixes[mixes["n_ties"] > 0]
    weight = mixes["n_ties"].astype("float64")
    held = member_ties(view, window)
    held = held[held["n_ties"] > 0]
    total = held.groupby("group_id")["n_ties"].sum()
    scale = pd.Series(weight.to_numpy(), mixes["group_id"]) / total
    factor = held["group_id"].map(scale).astype("float64")
    held = held.assign(
        top=factor * (held["n_ties"] - 2 * held["n_inside"]), bottom=factor * held["n_ties"]
    )
    return mixes.assign(
        weight=weight,
        total=weight * mixes["value"],
        null=weight * mixes["expected"],
        noise=(weight * mixes["null_sd"].fillna(0.0)) ** 2,
    ), held
