"""B1, leader reach: whether leaders beyond the own manager are heard from here."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.intervals import group_shares
from audit.view import WindowView
from core.elements import TRANSPARENT_COMMUNICATION
from core.windows import Window

LEADER_LEVEL = 2
"""Levels 0 (the top) to 2 lead."""


@indicators.add(
    "leader_reach",
    Indicator(
        code="B1",
        title="Reached by leaders",
        question="Do people here hear from leaders other than their own manager?",
        layer="behaviour",
        element=TRANSPARENT_COMMUNICATION,
        quadrant="hears",
        higher_is="warmer",
        scale="share",
        gives="unit_values",
        needs=("messages", "levels", "ties"),
        source="Men 2014, Strategic internal communication, Management Communication Quarterly 28",
        cannot_show="Town halls, mailings to everybody, and whether it was worth hearing.",
    ),
)
def leader_reach(view: WindowView) -> pd.DataFrame:
    """Share of people to whom a leader other than the own manager wrote in a window.

    Formula: leaders are people with reports on level 0 to 2; a member counts in a window with at
    least one human message, on any channel, from a leader who is not the own manager (whose
    messages reach nearly everybody: that is attention coverage); value = such windows / windows
    in which the member was seen. Mailings that make no ties (more than `mass_max` recipients)
    reach everybody alike and are left out.
    Shape: one row per group: group_id, value, low, high (90 %, Wilson), n_people, n_observations
    (windows of people), top_share.
    Unit: share. Range: 0 to 1; higher is warmer. Shown with its interval, no verdict.
    Minimum: 8 people.
    Edge cases: somebody without any message in or out in a window is not observed there; without
    levels on the roster there is no row.
    Known bias: town halls and calls are unseen; small units near the top are reached by nature.
    Source: Men 2014.

    >>> leader_reach(view)["value"].between(0, 1).all()
    True
    """
    parts = [_reached(view, window) for window in view.period.windows]
    return group_shares(pd.concat(parts, ignore_index=True))


def _reached(view: WindowView, window: Window) -> pd.DataFrame:
    roster, graph = view.roster(window), view.graph(window)
    leads = roster["is_leader"].eq(True) & roster["level"].le(LEADER_LEVEL).fillna(False)
    arcs = pd.DataFrame(
        {
            "source_id": graph.person_ids[graph.sources],
            "target_id": graph.person_ids[graph.targets],
        }
    )
    own = arcs["target_id"].map(roster["manager_id"])
    is_heard = arcs["source_id"].isin(roster.index[leads.astype(bool)]) & own.ne(arcs["source_id"])
    reached = pd.Index(arcs.loc[is_heard, "target_id"])
    seen = pd.Index(arcs["source_id"]).union(pd.Index(arcs["target_id"]))
    rows = view.group_members(window)
    rows = rows[rows["person_id"].isin(seen) & bool(leads.any())]
    return rows.assign(top=rows["person_id"].isin(reached).astype("float64"), bottom=1.0)
