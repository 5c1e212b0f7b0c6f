"""S4, felt recognition: whether people here say that good work is seen."""

from __future__ import annotations

import pandas as pd

from audit.registry import indicators
from audit.survey_indicator import Asked, scale_card
from audit.view import WindowView
from core.elements import RECOGNITION


@indicators.add(
    "recognition_felt",
    scale_card(
        "S4",
        Asked(
            construct="recognition",
            title="Felt recognition",
            question="Do people here say that good work is seen?",
            element=RECOGNITION,
            source="Brun & Dugas 2008, An analysis of employee recognition",
        ),
    ),
)
def recognition_felt(view: WindowView) -> pd.DataFrame:
    """Scale score of each form: the mean of its answered items, reversed ones turned.

    Formula: mean of the items with an answer, in points of the answer scale; a form with fewer
    answers than the scale asks for has no score. Judged as score / SD within teams.
    Shape: one row per form: subject_id (the form, which joins no person), value, weight.
    Unit: points, usually 1 to 5. Range: that of the answers; higher is warmer.
    Minimum: 8 respondents and half of those invited.
    Edge cases: no wave near the period, or a wave without this scale: no row.
    Known bias: two items only: a coarse score; non-response.
    Source: Brun & Dugas 2008, An analysis of employee recognition.

    >>> recognition_felt(view)["value"].between(1, 7).all()
    True
    """
    return view.scores("recognition")
