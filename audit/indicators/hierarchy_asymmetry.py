"""E2, hierarchy asymmetry: whether answers flow up as they flow down."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import FEEDBACK_CULTURE

LEAST_MANAGERS = 5
NINETY = 1.645
_COLUMNS = [
    *("group_id", "value", "low", "high", "n_people", "n_observations", "top_share"),
]


@indicators.add(
    "hierarchy_asymmetry",
    Indicator(
        code="E2",
        title="Answers to reports less answers to managers",
        question="Do managers answer their people as reliably as their people answer them?",
        layer="behaviour",
        element=FEEDBACK_CULTURE,
        quadrant="says_does",
        higher_is="neither",
        scale="net_points",
        gives="unit_values",
        needs=("messages", "reply_links", "reporting_lines"),
        too_few="too_few_managers",
        source="Morrison 2014, Employee voice and silence, Annu. Rev. OP/OB 1, 173-197",
        cannot_show="One-to-ones and the open door; notices need fewer answers than requests.",
    ),
)
def hierarchy_asymmetry(view: WindowView) -> pd.DataFrame:
    """How much more often messages up are answered than messages down, both against peers.

    Formula: d = sum(y - p) / n, p the chance that a message between peers with the same sender,
    load, fan-out, channel and time is answered; value = d over messages of reports to their
    manager less d over messages of managers to their reports. Variance: the sum of both, each
    m / (m - 1) sum_i (excess_i - d n_i)^2 / n^2 over the m people who were asked.
    Shape: one row per group: group_id, value, low, high (90 %), n_people (managers asked),
    n_observations (messages both ways), top_share (of the messages up, of one manager).
    Unit: difference of two shares. Range: -1 to 1; near 0 or above is good: managers answer at
    least as reliably as they are answered.
    Minimum: 5 managers, and 5 reports who were asked; the group floor comes on top.
    Edge cases: fewer: no row; without reporting lines it is not observed.
    Known bias: task types; what goes down is more often a notice.
    Source: Morrison 2014.

    >>> hierarchy_asymmetry(view)["value"].between(-1, 1).all()
    True
    """
    up = _asked(view, "answered_up_as_peer")
    down = _asked(view, "answered_down_as_peer")
    found = []
    for group, managers in up.groupby("group_id", sort=True):
        reports = down[down["group_id"] == group]
        if min(len(managers), len(reports)) < LEAST_MANAGERS:
            continue
        gap_up, error_up = _excess(managers)
        gap_down, error_down = _excess(reports)
        error = NINETY * float(np.hypot(error_up, error_down))
        gap = gap_up - gap_down
        found.append(
            {
                "group_id": str(group),
                "value": gap,
                "low": max(-1.0, gap - error),
                "high": min(1.0, gap + error),
                "n_people": len(managers),
                "n_observations": int(managers["n"].sum() + reports["n"].sum()),
                "top_share": float(managers["n"].max() / managers["n"].sum()),
            }
        )
    return pd.DataFrame(found, columns=_COLUMNS)


def _asked(view: WindowView, outcome: str) -> pd.DataFrame:
    """Sums of everybody who was asked, in all groups of the main team."""
    homes = view.settled[["window_id", "person_id", "unit_id"]]
    placed = view.person_weeks(outcome).merge(
        homes, on=["window_id", "person_id"], how="inner", validate="m:1"
    )
    keys = ["unit_id", "person_id"]
    sums = placed.groupby(keys, as_index=False)[["n", "excess"]].sum()
    return view.groups.people(sums)


def _excess(people: pd.DataFrame) -> tuple[float, float]:
    n = people["n"].to_numpy(dtype=np.float64)
    excess = people["excess"].to_numpy(dtype=np.float64)
    gap = float(excess.sum() / n.sum())
    spread = float(np.sum((excess - gap * n) ** 2)) * len(n) / (len(n) - 1)
    return gap, float(np.sqrt(spread) / n.sum())
