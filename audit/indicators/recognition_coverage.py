"""C1, recognition coverage: whether everybody here is sometimes thanked, by more than one."""

from __future__ import annotations

import pandas as pd

from audit.recognition import recognised
from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import RECOGNITION


@indicators.add(
    "recognition_coverage",
    Indicator(
        code="C1",
        title="People who were given a reaction",
        question="Has everybody here had a reaction or kudos from at least two colleagues lately?",
        layer="behaviour",
        element=RECOGNITION,
        quadrant="hears",
        higher_is="warmer",
        scale="share",
        gives="person_values",
        needs=("messages", "reactions", "ties"),
        source="Grant & Gino 2010, A little thanks goes a long way, JPSP 98, 946-955",
        cannot_show="Thanks in person or in words, and what a thumb meant.",
    ),
)
def recognition_coverage(view: WindowView) -> pd.DataFrame:
    """Whether at least two colleagues reacted to something a person wrote in twelve weeks.

    Formula: value = 1 if reactions or kudos of the last 12 weeks of the period came from 2 or
    more different colleagues, else 0.
    Shape: one row per person: window_id (the last in the main team), subject_id, value, n
    (colleagues).
    Unit: share once averaged. Range: 0 or 1; higher is warmer.
    Minimum: 8 people.
    Edge cases: somebody who used no channel in which reactions are given is not observed there
    and has no row; an export without reactions is not observed at all.
    Known bias: the tool's habits; who writes more can be reacted to more often.
    Source: Grant & Gino 2010.

    >>> recognition_coverage(view)["value"].mean()
    """
    people = view.kept("recognised", recognised)
    return people[["window_id", "subject_id", "value", "n"]]
