"""S7, employee net promoter score: context beside the scales, never a verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.enps import net_promoter
from audit.view import WindowView
from core.elements import ENGAGEMENT


@indicators.add(
    "enps",
    Indicator(
        code="S7",
        title="Would recommend (eNPS)",
        question="Would people here recommend this as a place to work?",
        layer="perception",
        element=ENGAGEMENT,
        quadrant="thinks_feels",
        higher_is="neither",
        scale="net_points",
        gives="unit_values",
        needs=("survey",),
        construct="enps",
        source="Reichheld 2003, The one number you need to grow",
        cannot_show="Why people answer so: one question says little, and moves with the news.",
    ),
)
def enps(view: WindowView) -> pd.DataFrame:
    """Share of those who answer 9 or 10 less the share of those who answer 0 to 6, per group.

    Formula: sum w [x >= 9] / sum w - sum w [x <= 6] / sum w, w the raking weights; the standard
    error is that of a difference of two shares of one sample, see `net_promoter`.
    Shape: one row per group with an answer: group_id, value, n_people, n_observations, se.
    Unit: share; shown as net points. Range: -1 to 1; context, neither end is good by itself.
    Minimum: 8 respondents and half of those invited.
    Edge cases: no question from 0 to 10 under the name enps: no row.
    Known bias: cultures differ in how many ever answer 9 or 10; seven of eleven answers count as
    nothing or against.
    Source: Reichheld 2003, The one number you need to grow; Rocks 2016 (interval).

    >>> enps(view)["value"].between(-1, 1).all()
    True
    """
    answers = view.tables.answers
    scale = answers.scale(("enps",)) if answers else None
    names = ["group_id", "value", "n_people", "n_observations", "se"]
    if answers is None or scale is None or scale.options != len(range(11)):
        return pd.DataFrame(columns=names)
    scores = view.scores("enps")
    forms = answers.forms[["subject_id", "unit_id"]]
    placed = view.groups.people(forms).merge(scores, on="subject_id", validate="m:1")
    rows = []
    for group, own in placed.groupby("group_id", sort=True):
        found = net_promoter(
            own["value"].to_numpy(dtype=np.float64), own["weight"].to_numpy(dtype=np.float64)
        )
        rows.append((group, found.value, len(own), len(own), found.se))
    return pd.DataFrame(rows, columns=names)
