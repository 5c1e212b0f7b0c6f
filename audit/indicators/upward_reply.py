"""E1, upward reply: whether managers answer the people who report to them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import FEEDBACK_CULTURE

LEAST_MANAGERS = 5


@indicators.add(
    "upward_reply",
    Indicator(
        code="E1",
        title="Answers to the people below",
        question="Do people get an answer when they write to their own manager?",
        layer="behaviour",
        element=FEEDBACK_CULTURE,
        quadrant="says_does",
        higher_is="warmer",
        scale="points",
        gives="unit_values",
        needs=("messages", "reply_links", "reporting_lines", "schedules"),
        too_few="too_few_managers",
        source="Morrison 2014, Employee voice and silence, Annu. Rev. OP/OB 1, 173-197",
        cannot_show="One-to-ones, calls and the open door; it is never about one manager.",
    ),
)
def upward_reply(view: WindowView) -> pd.DataFrame:
    """Share of the messages from direct reports to their managers that are answered.

    Formula: value = sum(y) / n over messages of reports to their manager, expected = sum(p) / n
    with p as in the response rate; se from the spread of managers:
    sqrt(m / (m - 1) sum_i (excess_i - d n_i)^2) / n, d = value - expected, m managers.
    Shape: one row per group with at least 5 managers: group_id, value, expected, se, n_people
    (managers), n_observations (messages), top_share (largest share of one manager).
    Unit: share. Range: 0 to 1; higher is warmer. Shown against what comparable messages get.
    Minimum: 5 managers with such messages; the group floor comes on top.
    Edge cases: groups with fewer managers have no row; without manager links there is none.
    Known bias: one-to-ones are not seen.
    Source: Morrison 2014.

    >>> upward_reply(view)["n_people"].ge(5).all()
    True
    """
    sums = view.person_weeks("answered_up")
    homes = view.settled[["window_id", "person_id", "unit_id"]]
    placed = sums.merge(homes, on=["window_id", "person_id"], validate="m:1")
    columns = ["n", "n_yes", "excess"]
    by_unit = placed.groupby(["unit_id", "person_id"], as_index=False)[columns].sum()
    rows = view.groups.people(by_unit)
    managers = rows.groupby(["group_id", "person_id"], as_index=False)[columns].sum()
    found = [_row(str(group), part) for group, part in managers.groupby("group_id", sort=True)]
    names = ["group_id", "value", "expected", "se", "n_people", "n_observations", "top_share"]
    return pd.DataFrame([row for row in found if row is not None], columns=names)


def _row(group_id: str, managers: pd.DataFrame) -> dict[str, object] | None:
    m = len(managers)
    if m < LEAST_MANAGERS:
        return None
    n = managers["n"].to_numpy(dtype=np.float64)
    excess = managers["excess"].to_numpy(dtype=np.float64)
    value = float(managers["n_yes"].sum() / n.sum())
    gap = float(excess.sum() / n.sum())
    spread = float(np.sum((excess - gap * n) ** 2)) * m / (m - 1)
    return {
        "group_id": group_id,
        "value": value,
        "expected": value - gap,
        "se": float(np.sqrt(spread) / n.sum()),
        "n_people": m,
        "n_observations": int(n.sum()),
        "top_share": float(n.max() / n.sum()),
    }
