"""S2, felt listening: whether people here feel listened to."""

from __future__ import annotations

import pandas as pd

from audit.registry import indicators
from audit.survey_indicator import Asked, scale_card
from audit.view import WindowView
from core.elements import ACTIVE_LISTENING


@indicators.add(
    "felt_listening",
    scale_card(
        "S2",
        Asked(
            construct="felt_listening",
            title="Felt listening",
            question="Do people here say that they are listened to?",
            element=ACTIVE_LISTENING,
            source="Kluger & Itzchakov 2022, The power of listening at work",
        ),
    ),
)
def felt_listening(view: WindowView) -> pd.DataFrame:
    """Scale score of each form: the mean of its answered items, reversed ones turned.

    Formula: mean of the items with an answer, in points of the answer scale; a form with fewer
    answers than the scale asks for has no score. Judged as score / SD within teams.
    Shape: one row per form: subject_id (the form, which joins no person), value, weight.
    Unit: points, usually 1 to 5. Range: that of the answers; higher is warmer.
    Minimum: 8 respondents and half of those invited.
    Edge cases: no wave near the period, or a wave without this scale: no row.
    Known bias: halo: who likes a team rates all of it well; non-response.
    Source: Kluger & Itzchakov 2022, The power of listening at work.

    >>> felt_listening(view)["value"].between(1, 7).all()
    True
    """
    return view.scores("felt_listening")
