"""S1, psychological safety: whether people here can speak up without fear."""

from __future__ import annotations

import pandas as pd

from audit.registry import indicators
from audit.survey_indicator import Asked, scale_card
from audit.view import WindowView
from core.elements import FEEDBACK_CULTURE


@indicators.add(
    "psychological_safety",
    scale_card(
        "S1",
        Asked(
            construct="psychological_safety",
            title="Psychological safety",
            question="Do people here say that they can speak up without fear?",
            element=FEEDBACK_CULTURE,
            source="Edmondson 1999, Psychological safety and learning behavior in work teams",
        ),
    ),
)
def psychological_safety(view: WindowView) -> pd.DataFrame:
    """Scale score of each form: the mean of its answered items, reversed ones turned.

    Formula: mean of the items with an answer, in points of the answer scale; a form with fewer
    answers than the scale asks for has no score. Judged as score / SD within teams.
    Shape: one row per form: subject_id (the form, which joins no person), value, weight.
    Unit: points, usually 1 to 7. Range: that of the answers; higher is warmer.
    Minimum: 8 respondents and half of those invited.
    Edge cases: no wave near the period, or a wave without this scale: no row.
    Known bias: non-response; answers that people think are wanted.
    Source: Edmondson 1999, Psychological safety and learning behavior in work teams.

    >>> psychological_safety(view)["value"].between(1, 7).all()
    True
    """
    return view.scores("psychological_safety")
