"""The four figures of Overview: counts of groups by state, and the survey response."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app_pages._groups import Group
from app_pages._markup import Markup, fill, join
from app_pages._pills import glyph
from reports import theme
from reports.brief import Brief

_ORDER = ("desert", "desert_watch", "blind_spot", "typical", "hotspot_watch", "hotspot",
          "not_enough_evidence", "not_shown")


@dataclass(frozen=True)
class Figure:
    """One card: a label, a number, what it is counted from, and a line below."""

    label: str
    number: str
    of: str
    says: str
    state: str = ""


def count_states(groups: Iterable[Group]) -> Counter[str]:
    """Count the marks of the map by state, hidden ones included."""
    return Counter(group.state for group in groups if group.is_leaf and group.depth > 0)


def is_mostly_silent(counts: Counter[str]) -> bool:
    """Return whether at least half of the shown groups read "not enough evidence"."""
    shown = counts.total() - counts["not_shown"]
    return shown > 0 and counts["not_enough_evidence"] * 2 >= shown


def figures(counts: Counter[str], brief: Brief) -> tuple[Figure, ...]:
    """Return the four figures, in the order of reading."""
    of = f"of {counts.total()} groups"
    watch = "{n} more on watch, {side}"
    return (
        Figure("Deserts", str(counts["desert"]), of,
               watch.format(n=counts["desert_watch"], side="colder"), "desert"),
        Figure("Hotspots", str(counts["hotspot"]), of,
               watch.format(n=counts["hotspot_watch"], side="warmer"), "hotspot"),
        Figure("Blind spots", str(counts["blind_spot"]), of,
               "where people act one way and answer another", "blind_spot"),
        _response(brief),
    )


def figure_card(figure: Figure) -> Markup:
    """Return one figure as a card."""
    mark = fill('<i aria-hidden="true" class="iso-mark iso-mark-{name}">{glyph}</i> ',
                name=figure.state.replace("_", "-"), glyph=glyph(figure.state)
                ) if figure.state else Markup("")
    return fill(
        '<div class="iso iso-figure"><span class="iso-label">{mark}{label}</span>'
        '<span class="iso-big">{number} <small>{of}</small></span>'
        '<span class="iso-soft iso-small">{says}</span></div>',
        mark=mark, label=figure.label, number=figure.number, of=figure.of, says=figure.says,
    )


def strip(counts: Counter[str]) -> Markup:
    """Return the states as one bar, with its key in words."""
    present = [state for state in _ORDER if counts[state]]
    bars = join(
        fill('<span class="iso-{name}" style="flex:{n}"></span>',
             name=state.replace("_", "-"), n=counts[state]) for state in present
    )
    keys = join(
        fill('<span><i aria-hidden="true" class="iso-mark iso-mark-{name}">{glyph}</i>'
             '<span><b class="iso-number">{n}</b> {word}</span></span>',
             name=state.replace("_", "-"), glyph=glyph(state), n=counts[state],
             word=theme.STATES[state].word.lower()) for state in present
    )
    return fill(
        '<div class="iso"><div class="iso-strip" aria-hidden="true">{bars}</div>'
        '<div class="iso-keys">{keys}</div></div>', bars=bars, keys=keys,
    )


def _response(brief: Brief) -> Figure:
    rows = brief.quality[brief.quality["section"] == "response"]
    known = rows[rows["number"].notna()].sort_values("item")
    if known.empty:
        return Figure("Survey response", "–", "", "Nobody was asked")
    latest = known.iloc[-1]
    number = str(latest["text"]).removeprefix("about ")
    return Figure("Survey response", number, "", f"{latest['item']}. {latest['says']}")
