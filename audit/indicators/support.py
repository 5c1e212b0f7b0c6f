"""S3, felt support: whether people here feel cared for and helped."""

from __future__ import annotations

import pandas as pd

from audit.registry import indicators
from audit.survey_indicator import Asked, scale_card
from audit.view import WindowView
from core.elements import INCLUSION


@indicators.add(
    "support",
    scale_card(
        "S3",
        Asked(
            construct="support",
            title="Felt support",
            question="Do people here say that they are cared for and helped?",
            element=INCLUSION,
            source="Eisenberger et al. 1986, Perceived organizational support",
            cannot_show="Who gives the support: colleagues, line or organization.",
        ),
    ),
)
def support(view: WindowView) -> pd.DataFrame:
    """Scale score of each form: the mean of its answered items, reversed ones turned.

    Formula: mean of the items with an answer, in points of the answer scale; a form with fewer
    answers than the scale asks for has no score. Judged as score / SD within teams.
    Shape: one row per form: subject_id (the form, which joins no person), value, weight.
    Unit: points, usually 1 to 7. Range: that of the answers; higher is warmer.
    Minimum: 8 respondents and half of those invited.
    Edge cases: no wave near the period, or a wave without this scale: no row.
    Known bias: halo: who likes a team rates all of it well; non-response.
    Source: Eisenberger et al. 1986, Perceived organizational support.

    >>> support(view)["value"].between(1, 7).all()
    True
    """
    return view.scores("support")
