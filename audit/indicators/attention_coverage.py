"""E3, attention coverage: whether managers keep in touch with each of their people."""

from __future__ import annotations

import pandas as pd

from audit.attention import attended
from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import FEEDBACK_CULTURE


@indicators.add(
    "attention_coverage",
    Indicator(
        code="E3",
        title="Managers in touch with each of their people",
        question="Does everybody have a word with their manager at least every two weeks?",
        layer="behaviour",
        element=FEEDBACK_CULTURE,
        quadrant="hears",
        higher_is="warmer",
        scale="share",
        gives="person_values",
        needs=("messages", "reporting_lines", "ties"),
        source="Edmondson 1999, Psychological safety and learning behavior in work teams",
        cannot_show="A word in person or by phone, and what was said; it is never about one "
        "manager.",
    ),
)
def attention_coverage(view: WindowView) -> pd.DataFrame:
    """Share of a manager's people and fortnights with contact of the two alone, both ways.

    Formula: over the reports i of a manager and the fortnights of a window, sum of [the two wrote
    to each other with nobody else addressed, or met or called alone] / number of pairs and
    fortnights; sampling variance p (1 - p) / reports at p = (yes + 1/2) / (n + 1).
    Shape: one row per window and manager: window_id, subject_id (the manager), value, variance,
    n (reports times fortnights).
    Unit: share. Range: 0 to 1; higher is warmer. The people of a group are its managers, so the
    floor of a release keeps it from ever being about one.
    Minimum: 5 managers, and the group floor on top.
    Edge cases: a manager none of whose people was seen in a window has no row there; without
    managers on the roster there is none.
    Known bias: a word in person is unseen; site managers look absent.
    Source: Edmondson 1999 (leaders who can be reached); coverage, because averages hide the
    forgotten.

    >>> attention_coverage(view)["value"].between(0, 1).all()
    True
    """
    pairs = attended(view)
    sums = pairs.groupby(["window_id", "manager_id"], as_index=False).agg(
        n=("n", "sum"), n_yes=("n_yes", "sum"), reports=("person_id", "size")
    )
    smoothed = (sums["n_yes"] + 0.5) / (sums["n"] + 1.0)
    return pd.DataFrame(
        {
            "window_id": sums["window_id"],
            "subject_id": sums["manager_id"],
            "value": sums["n_yes"] / sums["n"],
            "variance": smoothed * (1.0 - smoothed) / sums["reports"],
            "n": sums["n"],
        }
    )
