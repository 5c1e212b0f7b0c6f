"""S6, engagement: whether people here say that they work with energy and absorption."""

from __future__ import annotations

import pandas as pd

from audit.registry import indicators
from audit.survey_indicator import Asked, scale_card
from audit.view import WindowView
from core.elements import ENGAGEMENT


@indicators.add(
    "engagement",
    scale_card(
        "S6",
        Asked(
            construct="engagement",
            title="Engagement",
            question="Do people here say that they work with energy and absorption?",
            element=ENGAGEMENT,
            source="Schaufeli et al. 2019, An ultra-short measure for work engagement",
            cannot_show="Why people are engaged: it is context for empathy, not a part of it.",
        ),
    ),
)
def engagement(view: WindowView) -> pd.DataFrame:
    """Scale score of each form: the mean of its answered items, reversed ones turned.

    Formula: mean of the items with an answer, in points of the answer scale; a form with fewer
    answers than the scale asks for has no score. Judged as score / SD within teams.
    Shape: one row per form: subject_id (the form, which joins no person), value, weight.
    Unit: points, usually 0 to 6. Range: that of the answers; higher is warmer.
    Minimum: 8 respondents and half of those invited.
    Edge cases: no wave near the period, or a wave without this scale: no row.
    Known bias: engagement follows pay, season and the last reorganization; non-response.
    Source: Schaufeli et al. 2019, An ultra-short measure for work engagement.

    >>> engagement(view)["value"].between(1, 7).all()
    True
    """
    return view.scores("engagement")
