"""S5, felt flexibility: whether people here feel free to be out of reach outside their hours."""

from __future__ import annotations

import pandas as pd

from audit.registry import indicators
from audit.survey_indicator import Asked, scale_card
from audit.view import WindowView
from core.elements import FLEXIBILITY


@indicators.add(
    "flexibility_felt",
    scale_card(
        "S5",
        Asked(
            construct="flexibility",
            title="Felt flexibility",
            question="Do people here say that they may be out of reach outside their hours?",
            element=FLEXIBILITY,
            source="Derks et al. 2015, Smartphone use and work-home interference",
            cannot_show="Those who did not answer, and whether late work was chosen or demanded.",
        ),
    ),
)
def flexibility_felt(view: WindowView) -> pd.DataFrame:
    """Scale score of each form: the mean of its answered items, reversed ones turned.

    Formula: mean of the items with an answer, in points of the answer scale; a form with fewer
    answers than the scale asks for has no score. Judged as score / SD within teams.
    Shape: one row per form: subject_id (the form, which joins no person), value, weight.
    Unit: points, usually 1 to 5. Range: that of the answers; higher is warmer.
    Minimum: 8 respondents and half of those invited.
    Edge cases: no wave near the period, or a wave without this scale: no row.
    Known bias: two items only: a coarse score; people on call answer for their duty roster.
    Source: Derks et al. 2015, Smartphone use and work-home interference.

    >>> flexibility_felt(view)["value"].between(1, 7).all()
    True
    """
    return view.scores("flexibility")
