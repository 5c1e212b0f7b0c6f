"""The empathy map card: four questions about one group, each answered by its indicators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app_pages._markup import Markup, fill, join
from core.rows import Row, rows
from reports import theme
from reports.brief import Brief

MOST_LINES = 4
MOST_THEMES = 2
"""Themes of interviews that a full quadrant keeps room for."""
ASKED = ("perception", "interviews")
"""Layers that come from asking people; the only ones under "Thinks and feels"."""
NOBODY_ASKED = "Nobody was asked"


@dataclass(frozen=True)
class Quadrant:
    """One quarter of the card: its key in the catalogue, its title and its question."""

    key: str
    title: str
    question: str


@dataclass(frozen=True)
class Line:
    """One indicator or one theme of a group, ready to be read."""

    title: str
    layer: str
    quadrant: str
    value: str
    says: str
    leaning: str
    is_lead: bool
    is_observed: bool


QUADRANTS = (
    Quadrant("hears", "Hears", "What reaches people here?"),
    Quadrant("sees", "Sees", "What surrounds them?"),
    Quadrant("says_does", "Says and does", "How do they act towards others?"),
    Quadrant("thinks_feels", "Thinks and feels", "What do they tell us?"),
)
_STATUS = {
    "not_observed": "Not observed",
    "unreliable": "Not reliable",
    "not_shown": "Not shown",
    "status_only": "Status only",
}
_TAGS = {
    "behaviour": ("B", "behaviour"),
    "perception": ("P", "perception"),
    "interviews": ("I", "interviews"),
}
NO_THEME = (
    "Interviews: no theme is shown for this group. Enough people of it must have been asked, "
    "three of them must have named the same, and nobody in a smaller group may be told by it."
)


def lines_of(brief: Brief, group_id: str) -> list[Line]:
    """Return a group's indicators, leads first, then what leans, then the rest by code."""
    values = {
        row.text("indicator"): row
        for row in rows(brief.values[brief.values["group_id"] == group_id])
    }
    lines = [
        _line(row, values[row.text("indicator")])
        for row in rows(brief.indicators)
        if row.text("indicator") in values
    ]
    return sorted(lines, key=lambda n: (not n.is_observed, not n.is_lead, n.leaning == "none"))


def themes_of(brief: Brief, group_id: str) -> list[Line]:
    """Return what interviews of a group speak of, A to Z, without counts."""
    mine = brief.themes[brief.themes["group_id"] == group_id]
    return [
        Line(
            title=row.text("code")[:1].upper() + row.text("code")[1:],
            layer="interviews",
            quadrant=row.text("quadrant"),
            value=theme.POLARITY[row.text("polarity")].capitalize(),
            says=row.text("element"),
            leaning="none",
            is_lead=False,
            is_observed=True,
        )
        for row in rows(mine.sort_values(["code", "polarity"]))
    ]


def quadrant_card(quadrant: Quadrant, lines: Iterable[Line]) -> Markup:
    """Return one quarter; what people think and feel comes from asking them alone."""
    mine = [n for n in lines if n.quadrant == quadrant.key]
    if quadrant.key == "thinks_feels":
        mine = [n for n in mine if n.layer in ASKED]
    spoken = [n for n in mine if n.layer == "interviews"][:MOST_THEMES]
    measured = [n for n in mine if n.layer != "interviews"][: MOST_LINES - len(spoken)]
    empty = NOBODY_ASKED if quadrant.key == "thinks_feels" else "Not observed"
    body = join(_line_markup(n) for n in [*measured, *spoken]) or fill(
        '<p class="iso-soft">{text}</p>', text=empty
    )
    return fill(
        '<div class="iso iso-quadrant"><h3>{title}</h3><p class="iso-question">{question}</p>'
        "{body}</div>",
        title=quadrant.title,
        question=quadrant.question,
        body=body,
    )


def card_foot(lines: list[Line]) -> Markup:
    """Return what strains, what is strong, and what the card cannot show."""
    strains = [n.title for n in lines if n.leaning == "cooler"][:3]
    strengths = [n.title for n in lines if n.leaning == "warmer"][:3]
    return fill(
        '<dl class="iso iso-facts iso-small"><dt>Strains</dt><dd>{strains}</dd>'
        "<dt>Strengths</dt><dd>{strengths}</dd><dt>What this cannot show</dt>"
        "<dd>Face-to-face and phone; quiet units can be kind units.</dd></dl>",
        strains=", ".join(strains) or "none that leans colder",
        strengths=", ".join(strengths) or "none that leans warmer",
    )


def interviews_note(brief: Brief, group_id: str) -> Markup:
    """Return all themes of a group, or why it has none; empty where no group has any."""
    if brief.themes.empty:
        return Markup("")
    mine = brief.themes[brief.themes["group_id"] == group_id].sort_values(["code", "polarity"])
    if mine.empty:
        return fill('<p class="iso iso-soft iso-small">{text}</p>', text=NO_THEME)
    told: dict[str, list[str]] = {}
    for row in rows(mine):
        words = theme.POLARITY[row.text("polarity")]
        told.setdefault(words, []).append(f"{row.text('code')} ({row.text('element')})")
    said = join(
        fill(
            "<dt>Interviews: {how}</dt><dd>{codes}</dd>",
            how=words,
            codes=", ".join(told[words]),
        )
        for words in theme.POLARITY.values()
        if words in told
    )
    return fill('<dl class="iso iso-facts iso-small">{said}</dl>', said=said)


def _line(entry: Row, cell: Row) -> Line:
    value = cell.maybe_text("value_text") if cell.text("status") == "shown" else None
    percent = "share" if value and "%" in value else entry.text("scale")
    says = _interval(cell, percent) if value else cell.maybe_text("why")
    return Line(
        title=entry.text("title"),
        layer=entry.text("layer"),
        quadrant=entry.text("quadrant"),
        value=value or _STATUS.get(cell.text("status"), "Not observed"),
        says=says or "",
        leaning=cell.maybe_text("leaning") or "none",
        is_lead=entry.flag("is_lead"),
        is_observed=value is not None,
    )


def _interval(cell: Row, scale: str) -> str:
    low, high, expected = (cell.maybe_number(name) for name in ("low", "high", "expected"))
    parts = []
    if low is not None and high is not None:
        parts.append(f"90 % interval {theme.interval(low, high, scale)}")
    if expected is not None:
        unit = " %" if scale == "share" else ""
        parts.append(f"expected {theme.number(expected, scale)}{unit}")
    return "; ".join(parts)


def _line_markup(line: Line) -> Markup:
    tag, layer = _TAGS[line.layer]
    word = "" if line.leaning == "none" else f"leans {line.leaning}"
    return fill(
        '<div class="iso-line"><div class="iso-top"><span>'
        '<abbr class="iso-tag" title="{layer}">{tag}</abbr> {title}</span>'
        '<span class="{kind}">{value}</span></div>'
        '<div class="iso-top iso-soft iso-small"><span>{says}</span><span>{word}</span></div>'
        "</div>",
        layer=layer,
        tag=tag,
        title=line.title,
        value=line.value,
        says=line.says,
        word=word,
        kind="iso-value" if line.is_observed else "iso-soft",
    )
