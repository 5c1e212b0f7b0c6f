"""G1, bridge concentration: whether contact with other units hangs on one person."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from audit.intervals import wilson
from audit.member_ties import member_ties
from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import ORGANIZATION_DESIGN
from core.windows import Window
from graph.network import Floats, Ints
from graph.null_models import SWAPS_PER_ARC, rewired_ties


@indicators.add(
    "bridge_concentration",
    Indicator(
        code="G1",
        title="Contact with other units that hangs on one person",
        question="Would contact with other units survive if one person were away?",
        layer="behaviour",
        element=ORGANIZATION_DESIGN,
        quadrant="sees",
        higher_is="colder",
        scale="share",
        gives="unit_values",
        source="Burt 2004, Structural holes and good ideas, AJS 110, 349-399",
        cannot_show="Who that is; and whether one contact is just what was agreed.",
    ),
)
def bridge_concentration(view: WindowView) -> pd.DataFrame:
    """Share of a group's mutual ties to other units that its busiest bridge holds.

    Formula: x_i = ties of member i whose other end is outside the group (outside the lowest
    group, for the whole organization), summed over windows; value = max x / sum x; low and high:
    Wilson's interval of the busiest member's share of that many ties per window; expected and
    null_sd over rewirings that keep everybody's number of ties.
    Shape: one row per group: group_id, value, low, high, expected, null_sd, n_people (members with
    a tie), n_observations (ties outside, windows added up), top_share (the value itself).
    Unit: share. Range: 1 / people with a tie outside to 1; higher is colder. No verdict.
    Minimum: 8 people.
    Edge cases: a group without ties outside has no row. Above .30 a release hides the number like
    any that rests on one person, and says so: it never comes near a name.
    Null: `rewired_ties`, fresh draws in every window.
    Known bias: small groups; a head of unit is a bridge by office.
    Source: Burt 2004; roles of bridges: `graph.brokerage.roles_of_groups`.

    >>> bridge_concentration(view)["value"].between(0, 1).all()
    True
    """
    rng = view.generator("rewiring")
    seen = pd.concat([_outside(view, window) for window in view.period.windows])
    held = seen.groupby(["group_id", "person_id"])[["n", "n_ties"]].sum()
    people = held[held["n_ties"] > 0].groupby(level="group_id").size()
    by_group = held["n"].groupby(level="group_id")
    total = by_group.sum().astype("float64")
    total = total[total > 0]
    value = by_group.max().reindex(total.index) / total
    draws = np.stack([_top_shares(parts, total.index) for parts in _redrawn(view, rng)])
    ties = total.to_numpy() / len(view.period.windows)
    span = wilson(value.to_numpy(dtype=np.float64), ties)
    return pd.DataFrame(
        {
            "group_id": total.index,
            "value": value.to_numpy(dtype=np.float64),
            "low": span.low,
            "high": span.high,
            "expected": draws.mean(axis=0),
            "null_sd": draws.std(axis=0, ddof=1),
            "n_people": people.reindex(total.index).to_numpy(dtype=np.int64),
            "n_observations": total.to_numpy(dtype=np.int64),
            "top_share": value.to_numpy(dtype=np.float64),
        }
    )


def _outside(
    view: WindowView, window: Window, ends: tuple[Ints, Ints] | None = None
) -> pd.DataFrame:
    rows = member_ties(view, window, ends)
    return rows.assign(n=rows["n_ties"] - rows["n_inside"])


def _redrawn(view: WindowView, rng: np.random.Generator) -> Iterator[pd.DataFrame]:
    """Ties outside of every member in each draw, all windows of the period together."""
    windows = view.period.windows
    chains = [rewired_ties(view.graph(window), rng, SWAPS_PER_ARC) for window in windows]
    for draw in zip(*chains, strict=True):
        yield pd.concat(
            [_outside(view, window, ends) for window, ends in zip(windows, draw, strict=True)]
        )


def _top_shares(rows: pd.DataFrame, groups: pd.Index) -> Floats:
    held = rows.groupby(["group_id", "person_id"])["n"].sum().groupby(level="group_id")
    shares = held.max() / held.sum().clip(lower=1)
    return shares.reindex(groups).to_numpy(dtype=np.float64)
