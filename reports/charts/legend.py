"""The legend: each state as a small picture, its word and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from reports import theme
from reports.theme import Layer, State

_SHAPES = {
    "circle": '<circle cx="9" cy="9" r="7" {look}/>',
    "square": '<rect x="2.5" y="2.5" width="13" height="13" {look}/>',
    "triangle-up": '<path d="M9 1.5 16.5 15.5 1.5 15.5Z" {look}/>',
    "triangle-down": '<path d="M9 16.5 16.5 2.5 1.5 2.5Z" {look}/>',
    "diamond": '<path d="M9 1.5 16.5 9 9 16.5 1.5 9Z" {look}/>',
}

# Read together, one layer that stands out alone is drawn like one to be watched.
_SAYS_BOTH = {
    "desert_watch": "colder in one layer alone, or to be watched",
    "hotspot_watch": "warmer in one layer alone, or to be watched",
}


@dataclass(frozen=True)
class LegendItem:
    """One line of the legend; `svg` is an inline picture of 18 by 18 pixels."""

    state: str
    word: str
    says: str
    svg: str


def legend_items(layer: Layer, dark: bool = False) -> list[LegendItem]:
    """Return the legend of a layer in the order of the theme."""
    both = layer == "both"
    return [
        LegendItem(
            state=s.key,
            word=s.word_both if both else s.word,
            says=_SAYS_BOTH.get(s.key, s.says) if both else s.says,
            svg=symbol_svg(s.key, dark),
        )
        for s in theme.STATES.values()
        if both or s.key != "blind_spot"
    ]


def symbol_svg(state: str, dark: bool = False) -> str:
    """Return the mark of a state as a small inline SVG, hidden from screen readers.

    The word that stands beside it says the same.
    """
    found: State = theme.STATES[state]
    colours = theme.palette(dark)
    look = f'fill="{colours.fills.get(state, colours.page)}" stroke="{colours.ink}"'
    if state == "not_shown":
        look += ' stroke-dasharray="3 2"'
    shape = _SHAPES[found.shape].format(look=look)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 18 18" '
        f'aria-hidden="true">{shape}</svg>'
    )
