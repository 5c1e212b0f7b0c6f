"""The four figures of Overview, as in the documents, and the marks of the map as one bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from app_pages._groups import Group
from app_pages._markup import Markup, fill, join
from app_pages._pills import mark
from reports import theme
from reports.parts import Card

_ORDER = (
    "desert",
    "desert_watch",
    "blind_spot",
    "typical",
    "hotspot_watch",
    "hotspot",
    "not_enough_evidence",
    "not_shown",
)


def count_marks(groups: Iterable[Group]) -> Counter[str]:
    """Count the marks of the map by state; both layers are read together."""
    return Counter(group.state for group in groups if group.is_leaf and group.depth > 0)


def n_shown(counts: Mapping[str, int]) -> int:
    """Return how many groups have a state of their own."""
    return sum(counts.values()) - counts["not_shown"]


def is_mostly_silent(counts: Mapping[str, int]) -> bool:
    """Return whether at least half of the shown groups read "not enough evidence"."""
    return 0 < n_shown(counts) <= 2 * counts["not_enough_evidence"]


def figure_card(card: Card) -> Markup:
    """Return one figure as a card."""
    return fill(
        '<div class="iso iso-figure"><span class="iso-label">{mark}{label}</span>'
        '<span class="iso-big">{number} <small>{of}</small></span>'
        '<span class="iso-soft iso-small">{says}</span></div>',
        mark=mark(card.state) if card.state else Markup(""),
        label=card.label,
        number=card.number,
        of=card.of,
        says=card.says,
    )


def strip(counts: Mapping[str, int]) -> Markup:
    """Return the states as one bar, with its key in words."""
    present = [state for state in _ORDER if counts[state]]
    bars = join(
        fill(
            '<span class="iso-{name}" style="flex:{n}"></span>',
            name=state.replace("_", "-"),
            n=counts[state],
        )
        for state in present
    )
    keys = join(
        fill(
            '<span>{mark}<span><b class="iso-number">{n}</b> {word}</span></span>',
            mark=mark(state),
            n=counts[state],
            word=theme.STATES[state].word.lower(),
        )
        for state in present
    )
    return fill(
        '<div class="iso"><div class="iso-strip" aria-hidden="true">{bars}</div>'
        '<div class="iso-keys">{keys}</div></div>',
        bars=bars,
        keys=keys,
    )
