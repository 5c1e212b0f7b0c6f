"""F2, newcomer integration: how long until a newcomer has people to turn to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.survival import kaplan_meier, median_wait
from audit.view import WindowView
from core.elements import INCLUSION
from core.windows import week_of

TIES = 5
LEAST_HIRES = 8
WEEK = 7
UNDER_HALF = "fewer than half of the newcomers had five mutual contacts by the end of the period"
_COLUMNS = ["group_id", "value", "low", "high", "n_people", "n_observations", "why"]


@indicators.add(
    "newcomers",
    Indicator(
        code="F2",
        title="Weeks until newcomers have five mutual contacts",
        question="How soon do people who join have colleagues they are in two-way contact with?",
        layer="behaviour",
        element=INCLUSION,
        quadrant="sees",
        higher_is="colder",
        scale="weeks",
        gives="unit_values",
        needs=("messages", "ties"),
        too_few="fewer than 8 people joined",
        source="Morrison 2002, Newcomers' relationships, Acad. of Management Journal 45, 1149",
        cannot_show="Contact in person, and whether newcomers feel at home.",
    ),
)
def newcomers(view: WindowView) -> pd.DataFrame:
    """Median weeks from joining to five mutual contacts, with those still on the way.

    Formula: Kaplan-Meier over everybody who joined since the run's first week; the event is the
    week by which newcomer and five others have each written to the other; censored at leaving and
    at the period's end. value = the first week by which half have got there; low and high by
    Brookmeyer and Crowley on the log-log scale, 90 %, cut at the longest wait seen.
    Shape: one row per group: group_id, value, low, high, n_people (newcomers), n_observations
    (those who got there), why (where there is no median).
    Unit: weeks, the week of joining is 1. Range: above 0; higher is colder. No verdict.
    Minimum: 8 newcomers; the group is the latest of each in the period.
    Edge cases: less than half got there: no value, with the reason. Nobody joined: no row.
    Known bias: season; newcomers without a mailbox; those who left early count as on the way.
    Source: Morrison 2002; Kaplan & Meier 1958.

    >>> newcomers(view)["value"].gt(0).all()
    True
    """
    hires = view.hires()
    if hires.empty:
        return pd.DataFrame(columns=_COLUMNS)
    waits = _waits(hires, view.tables.history)
    homes = waits.merge(hires[["person_id", "unit_id"]], on="person_id", validate="1:1")
    rows = view.groups.people(homes)
    found = [
        _row(str(group), part)
        for group, part in rows.groupby("group_id", sort=True)
        if len(part) >= LEAST_HIRES
    ]
    return pd.DataFrame(found, columns=_COLUMNS)


def _waits(hires: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Weeks waited by each newcomer, and whether five mutual contacts ended the wait."""
    start = hires.set_index("person_id")["joined_day"].map(lambda day: week_of(int(day)))
    end = hires.set_index("person_id")["end_day"]
    ties = _tie_weeks(start, history)
    ties = ties[ties["week"] < ties["person_id"].map(end)]
    ranked = ties.sort_values(["person_id", "week"])
    nth = ranked.groupby("person_id").cumcount() + 1
    fifth = ranked[nth == TIES].set_index("person_id")["week"].reindex(start.index)
    followed = (end - start) // WEEK
    waited = ((fifth - start) // WEEK + 1).where(fifth.notna(), followed)
    table = pd.DataFrame({"waited": waited, "is_there": fifth.notna()})
    return table[followed > 0].reset_index(names="person_id")


def _tie_weeks(start: pd.Series, history: pd.DataFrame) -> pd.DataFrame:
    """For each person and mutual contact the week by which both had written since the start."""
    written = history[history["n_messages"] > history["n_reactions"]]
    sent = written[written["week"] >= written["source_id"].map(start)]
    got = written[written["week"] >= written["target_id"].map(start)]
    first_sent = sent.groupby(["source_id", "target_id"])["week"].min()
    first_got = got.groupby(["target_id", "source_id"])["week"].min()
    names = ["person_id", "other_id"]
    both = pd.concat(
        [first_sent.rename_axis(names), first_got.rename_axis(names)], axis=1, join="inner"
    )
    return both.max(axis=1).rename("week").reset_index()


def _row(group_id: str, part: pd.DataFrame) -> dict[str, object]:
    waited = part["waited"].to_numpy(dtype=np.float64)
    median = median_wait(kaplan_meier(waited, part["is_there"].to_numpy(dtype=np.bool_)))
    is_known = np.isfinite(median.value)
    low = median.low if np.isfinite(median.low) else median.value
    # No upper end within the data: the longest wait seen stands for it.
    high = median.high if np.isfinite(median.high) else float(waited.max())
    return {
        "group_id": group_id,
        "value": median.value,
        "low": low if is_known else np.nan,
        "high": high if is_known else np.nan,
        "n_people": len(part),
        "n_observations": int(part["is_there"].sum()),
        "why": None if is_known else UNDER_HALF,
    }
