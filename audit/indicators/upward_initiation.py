"""E4, upward initiation: who opens the conversations between managers and their people."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.intervals import group_shares
from audit.view import WindowView
from core.elements import FEEDBACK_CULTURE
from core.windows import Window

LEAST_MANAGERS = 5
_COLUMNS = ["window_id", "manager_id", "unit_id", "level", "top", "bottom"]


@indicators.add(
    "upward_initiation",
    Indicator(
        code="E4",
        title="Conversations with managers that their people open",
        question="Do people approach their managers, or only the other way round?",
        layer="behaviour",
        element=FEEDBACK_CULTURE,
        quadrant="says_does",
        higher_is="neither",
        scale="share",
        gives="unit_values",
        needs=("messages", "reporting_lines"),
        too_few="too_few_managers",
        source="Morrison 2014, Employee voice and silence, Annu. Rev. OP/OB 1, 173-197",
        cannot_show="What is raised in person; and many questions can come from missing answers.",
    ),
)
def upward_initiation(view: WindowView) -> pd.DataFrame:
    """Share of the conversations of managers and their people that the people open.

    Formula: over conversations whose first message goes from a report to the own manager or from
    a manager to reports (at most `addressed_max` addressed), the share opened by the report; each
    conversation counts once for a manager, and who manages whom is read on the Monday of the week
    in which it began. expected = the same with every manager given the share of all managers on
    that level.
    Shape: one row per group with at least 5 managers: group_id, value, low, high (90 %, Wilson
    over managers), expected, n_people (managers), n_observations (conversations), top_share.
    Unit: share. Range: 0 to 1; neither end is better. No verdict.
    Minimum: 5 managers; the group floor comes on top.
    Edge cases: without managers on the roster, or conversations, there is no row.
    Known bias: a conversation cut off by the first day of the data counts for who wrote first in
    it; chats without threads are one message long.
    Source: Morrison 2014.

    >>> upward_initiation(view)["n_people"].ge(5).all()
    True
    """
    parts = [_in_window(view, window) for window in view.period.windows]
    opened = pd.concat(parts, ignore_index=True)
    level = opened.groupby("level", dropna=False)[["top", "bottom"]].transform("sum")
    opened = opened.assign(usual=opened["bottom"] * level["top"] / level["bottom"])
    placed = view.groups.people(opened).rename(columns={"manager_id": "person_id"})
    rows = group_shares(placed)
    sums = placed.groupby("group_id")[["usual", "bottom"]].sum().reindex(rows["group_id"])
    rows["expected"] = (sums["usual"] / sums["bottom"]).to_numpy(dtype="float64")
    return rows[rows["n_people"] >= LEAST_MANAGERS].reset_index(drop=True)


def _in_window(view: WindowView, window: Window) -> pd.DataFrame:
    """Conversations of each settled manager with own reports (bottom), opened by them (top)."""
    counts = view.person_counts("talks_with_reports")
    here = counts["window_id"] == window.window_id
    sums = counts.loc[here, ["person_id", "n", "of_n"]]
    at_home = view.settled[view.settled["window_id"] == window.window_id]
    found = sums.merge(
        at_home[["person_id", "unit_id"]], on="person_id", how="inner", validate="1:1"
    )
    found = found.rename(columns={"person_id": "manager_id", "n": "top", "of_n": "bottom"})
    level = found["manager_id"].map(view.roster(window)["level"])
    return found.assign(level=level, window_id=window.window_id).astype(
        {"top": "float64", "bottom": "float64"}
    )[_COLUMNS]
