"""The pieces a document is put together from: plain frozen values, ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass, field

from reports.charts.legend import LegendItem
from reports.method import Passage


@dataclass(frozen=True)
class Card:
    """One of the four figures of the first page."""

    label: str
    number: str
    of: str
    says: str
    state: str


@dataclass(frozen=True)
class Step:
    """One step in the chain of evidence."""

    name: str
    says: str


@dataclass(frozen=True)
class Story:
    """A finding as told: headline, number with interval, caveat, what to try."""

    headline: str
    detail: str
    caveat: str
    next_step: str
    confidence: str
    state: str
    band: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Section:
    """Findings of one kind; `is_brief` ones are told by their headline alone.

    `caveat` is the one that all its findings share; without it each tells its own.
    """

    kind: str
    title: str
    lead: str
    is_brief: bool
    stories: tuple[Story, ...]
    caveat: str
    more: str


@dataclass(frozen=True)
class Line:
    """One indicator on the card of a group; the tag is B, P or I by its layer."""

    title: str
    value: str
    leaning: str
    tag: str


@dataclass(frozen=True)
class Quadrant:
    """A quarter of the empathy map card."""

    title: str
    question: str
    lines: tuple[Line, ...]
    empty: str


@dataclass(frozen=True)
class Layer:
    """The verdict of one layer on a group in focus."""

    title: str
    word: str
    state: str
    sentence: str
    odds: str
    settle: str


@dataclass(frozen=True)
class Focus:
    """A group in focus: what it is, both verdicts, the empathy map card."""

    name: str
    place: str
    band: str
    state: str
    state_word: str
    sentence: str
    try_next: str
    layers: tuple[Layer, ...]
    quadrants: tuple[Quadrant, ...]


@dataclass(frozen=True)
class TableRow:
    """One group in the table twin of the map; a group not shown has its reason only."""

    name: str
    division: str
    is_division: bool
    is_shown: bool
    band: str
    state: str
    behaviour: str
    behaviour_state: str
    behaviour_number: str
    perception: str
    perception_state: str
    perception_number: str
    joint: str
    why: str


@dataclass(frozen=True)
class Balance:
    """What became of one source: seen = accepted + duplicate + filtered + rejected."""

    source: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """One check of the data: what, how good, what it means."""

    section: str
    item: str
    text: str
    state: str
    state_word: str
    says: str


@dataclass(frozen=True)
class Indicator:
    """One line of the catalogue of indicators."""

    code: str
    title: str
    question: str
    layer: str
    cannot_show: str
    gate: str


@dataclass(frozen=True)
class Document:
    """Everything a document says, in the order of reading; nothing in it is computed later."""

    title: str
    is_sample: bool
    period: str
    purpose: str
    headline: str
    next_step: str
    leads: str
    caveat: str
    foot: str
    cards: tuple[Card, ...]
    top: tuple[Story, ...]
    how_to_read: str
    legend: tuple[LegendItem, ...]
    legend_layer: tuple[LegendItem, ...]
    quiet: str
    sections: tuple[Section, ...]
    facts: Section | None
    focus: tuple[Focus, ...]
    table: tuple[TableRow, ...]
    balance_parts: tuple[str, ...]
    balance: tuple[Balance, ...]
    checks: tuple[Check, ...]
    indicators: tuple[Indicator, ...]
    passages: tuple[Passage, ...]
    limits: tuple[str, ...]
    particulars: tuple[Step, ...]
    alt: dict[str, str] = field(default_factory=dict)
