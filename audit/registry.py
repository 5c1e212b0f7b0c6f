"""What an indicator declares about itself, and the registry that finds the indicators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from audit.inputs import Need
from audit.view import WindowView
from core.registry import Registry

Layer = Literal["behaviour", "perception", "interviews"]
Quadrant = Literal["hears", "sees", "says_does", "thinks_feels"]
Direction = Literal["warmer", "colder", "neither"]
Scale = Literal[
    "share",
    "points",
    "ratio",
    "hours",
    "weeks",
    "ties",
    "log_odds",
    "score",
    "net_points",
    "words",
]
Shape = Literal["reply_sums", "person_values", "unit_values", "themes"]


@dataclass(frozen=True)
class Indicator:
    """The card of an indicator.

    `gives` says which table it returns, and with it how it is judged: `reply_sums` (week,
    person_id, n, n_yes, excess, info) by the reply estimator, `person_values` (subject_id, value,
    and window_id, weight, variance where known) by its twin for values, `unit_values` (group_id,
    value, n_people, n_observations, and where known expected, top_share, and either se of the
    value or null_sd, the spread of the null) against its own null, without a verdict;
    `themes` what interviews speak of, in words, without a number and without a verdict.
    """

    code: str
    title: str
    question: str
    layer: Layer
    element: str
    quadrant: Quadrant
    higher_is: Direction
    scale: Scale
    gives: Shape
    source: str
    cannot_show: str
    needs: tuple[Need, ...] = ("messages",)
    """Inputs without which it is not observed."""
    least_median: float = 0.0
    """Observations that the median member of a group must have."""
    least_messages: int = 0
    """Messages that a group must have."""
    least_contacts: int = 0
    """People outside who must have written to a group."""
    counts_all: bool = True
    """Whether a person needs the usual number of inbound messages; else one of its own kind."""
    outside: str = ""
    """Class of people outside that it is about; empty where it is about colleagues."""
    too_few: str = "too_few_people"
    """Why a group has no value, where it gave no row."""
    construct: str = ""
    """Survey construct that the indicator reads; empty for behaviour."""


Compute = Callable[[WindowView], pd.DataFrame]

indicators: Registry[Indicator, Compute] = Registry("indicator", "audit.indicators")

SHAPES: dict[Shape, tuple[str, ...]] = {
    "reply_sums": ("week", "person_id", "n", "n_yes", "excess", "info"),
    "person_values": ("subject_id", "value"),
    "unit_values": ("group_id", "value", "n_people", "n_observations"),
    "themes": ("group_id", "element", "code", "polarity", "n_interviewees", "n_interviews"),
}
"""Columns that each shape must have."""
