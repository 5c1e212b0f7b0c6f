"""D1, after-hours exposure: whether work reaches people when they are off."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import FLEXIBILITY


@indicators.add(
    "after_hours",
    Indicator(
        code="D1",
        title="Mail outside working hours",
        question="How much of what people get from colleagues reaches them when they are off?",
        layer="behaviour",
        element=FLEXIBILITY,
        quadrant="hears",
        higher_is="colder",
        scale="share",
        gives="person_values",
        needs=("messages", "schedules"),
        source="Giurge & Bohns 2021, You don't need to answer right away!",
        cannot_show="Whether people read it then, and hours they have agreed on for themselves.",
    ),
)
def after_hours(view: WindowView) -> pd.DataFrame:
    """Share of the messages from colleagues that reach each person outside scheduled hours.

    Formula: n_off / n over addressed human messages received in a window; sampling variance
    p (1 - p) / n at p = (n_off + 1/2) / (n + 1).
    Shape: one row per window and person: window_id, subject_id, value, variance, n.
    Unit: share. Range: 0 to 1; higher is colder.
    Minimum: 8 people.
    Edge cases: a person who received nothing in a window has no row.
    Known bias: flexible schedules look like exposure unless the hours are declared.
    Source: Giurge & Bohns 2021.

    >>> after_hours(view)["value"].between(0, 1).all()
    True
    """
    counts = view.person_counts("received_off_hours")
    counts = counts[counts["of_n"] > 0]
    smoothed = (counts["n"] + 0.5) / (counts["of_n"] + 1.0)
    return pd.DataFrame(
        {
            "window_id": counts["window_id"],
            "subject_id": counts["person_id"],
            "value": counts["n"] / counts["of_n"],
            "variance": smoothed * (1.0 - smoothed) / counts["of_n"],
            "n": counts["of_n"],
        }
    )
