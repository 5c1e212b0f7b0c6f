"""S2, felt listening: whether people here feel listened to."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView


@indicators.add(
    "felt_listening",
    Indicator(
        code="S2",
        title="Felt listening",
        question="Do people here say that they are listened to?",
        layer="perception",
        element="active listening",
        quadrant="thinks_feels",
        higher_is="warmer",
        scale="score",
        gives="person_values",
        needs=("survey",),
        construct="felt_listening",
        source="Kluger & Itzchakov 2022, The power of listening at work",
        cannot_show="Those who did not answer, and what people keep from any survey.",
    ),
)
def felt_listening(view: WindowView) -> pd.DataFrame:
    """Scale score of each form: the mean of its answered items, reversed ones turned.

    Formula: mean of the items with an answer, in points of the answer scale; a form with fewer
    answers than the scale asks for has no score. Judged as score / SD within teams.
    Shape: one row per form: subject_id (the form, which joins no person), value, weight.
    Unit: points, usually 1 to 7. Range: that of the answers; higher is warmer.
    Minimum: 8 respondents and half of those invited.
    Edge cases: no wave near the period, or a wave without this scale: no row.
    Known bias: non-response; answers that people think are wanted.
    Source: Kluger & Itzchakov 2022, The power of listening at work.

    >>> felt_listening(view)["value"].between(1, 7).all()
    True
    """
    return view.scores("felt_listening")
