"""G1, bridge concentration: whether contact with other units hangs on one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from audit.member_ties import WindowTies
from audit.registry import Indicator, indicators
from audit.statistics.intervals import wilson
from audit.view import WindowView
from core.elements import ORGANIZATION_DESIGN
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
        needs=("messages", "ties"),
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
    windows = view.period.windows
    graphs = [view.graph(window) for window in windows]
    bridges = _Bridges.of([WindowTies.of(view, window) for window in windows])
    held = bridges.outside([graph.ties for graph in graphs])
    total, value = bridges.totals(held), bridges.top_shares(held)
    rng = view.generator("rewiring")
    chains = [rewired_ties(graph, rng, SWAPS_PER_ARC) for graph in graphs]
    drawn = [bridges.top_shares(bridges.outside(draw)) for draw in zip(*chains, strict=True)]
    null = np.stack(drawn)
    span = wilson(value, total / len(windows))
    rows = pd.DataFrame(
        {
            "group_id": bridges.groups,
            "value": value,
            "low": span.low,
            "high": span.high,
            "expected": null.mean(axis=0),
            "null_sd": null.std(axis=0, ddof=1),
            "n_people": bridges.people([graph.ties for graph in graphs]),
            "n_observations": total.astype(np.int64),
            "top_share": value,
        }
    )
    return rows[total > 0].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class _Bridges:
    """People of all windows in their groups; `pair` numbers person and group over the windows."""

    ties: list[WindowTies]
    groups: pd.Index
    pair: Ints
    group_of_pair: Ints

    @classmethod
    def of(cls, ties: list[WindowTies]) -> _Bridges:
        rows = pd.concat([one.places.rows for one in ties], ignore_index=True)
        pairs = rows.groupby(["group_id", "person_id"], sort=True)
        names = pairs.size().index.get_level_values("group_id")
        group, groups = pd.factorize(names, sort=True)
        pair = np.asarray(pairs.ngroup(), dtype=np.int64)
        return cls(ties, pd.Index(groups), pair, group.astype(np.int64))

    def outside(self, ends: Sequence[tuple[Ints, Ints]]) -> Floats:
        """Ties outside the group of every pair, windows added up; `ends` by window."""
        held = [ties.held(one) for ties, one in zip(self.ties, ends, strict=True)]
        parts = [n_ties - n_inside for n_ties, n_inside in held]
        return self._summed(np.concatenate(parts))

    def people(self, ends: Sequence[tuple[Ints, Ints]]) -> Ints:
        """Members of each group with a tie at all."""
        held = [ties.held(one)[0] for ties, one in zip(self.ties, ends, strict=True)]
        tied = self._summed(np.concatenate(held)) > 0
        return np.bincount(self.group_of_pair[tied], minlength=len(self.groups)).astype(np.int64)

    def totals(self, held: Floats) -> Floats:
        """Sum over the members of each group."""
        return np.bincount(self.group_of_pair, held, len(self.groups)).astype(np.float64)

    def top_shares(self, held: Floats) -> Floats:
        """Largest member's share of each group's sum; 0 where there is nothing to share."""
        top = np.zeros(len(self.groups))
        np.maximum.at(top, self.group_of_pair, held)
        shares: Floats = top / np.maximum(self.totals(held), 1.0)
        return shares

    def _summed(self, parts: Ints) -> Floats:
        return np.bincount(self.pair, parts, len(self.group_of_pair)).astype(np.float64)
