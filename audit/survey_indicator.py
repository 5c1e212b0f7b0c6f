"""What all survey indicators have in common: the card, and the score of each form."""

from __future__ import annotations

from dataclasses import dataclass

from audit.registry import Indicator

NOT_ANSWERED = "Those who did not answer, and what people keep from any survey."


@dataclass(frozen=True)
class Asked:
    """What a survey indicator says of its own scale."""

    construct: str
    """Name of the scale, or of what it measures, in the audit file."""
    title: str
    question: str
    element: str
    source: str
    cannot_show: str = NOT_ANSWERED


def scale_card(code: str, asked: Asked) -> Indicator:
    """Return the card of an indicator that is the mean score of one survey scale.

    Each gives `view.scores(construct)`: forms are judged in SD within teams, by raking weight.
    """
    return Indicator(
        code=code,
        title=asked.title,
        question=asked.question,
        layer="perception",
        element=asked.element,
        quadrant="thinks_feels",
        higher_is="warmer",
        scale="score",
        gives="person_values",
        needs=("survey",),
        construct=asked.construct,
        source=asked.source,
        cannot_show=asked.cannot_show,
    )
