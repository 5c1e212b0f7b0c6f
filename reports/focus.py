"""Groups in focus: both verdicts and the empathy map card, four quarters of published values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.rows import Row, rows
from reports import theme
from reports.brief import Brief
from reports.parts import Focus, Layer, Line, Quadrant
from reports.rows import group_rows

QUADRANTS: tuple[tuple[str, str, str], ...] = (
    ("hears", "Hears", "What reaches people here?"),
    ("sees", "Sees", "What surrounds them?"),
    ("says_does", "Says and does", "How do they act towards others?"),
    ("thinks_feels", "Thinks and feels", "What do they tell us?"),
)
MOST_LINES = 4
MOST_THEMES = 2
"""Themes of interviews that a full quarter keeps room for."""
_TAGS = {"behaviour": "B", "perception": "P", "interviews": "I"}
STATUS_WORDS = {
    "not_observed": "not observed",
    "unreliable": "not reliable",
    "not_shown": "not shown",
    "status_only": "the word only",
    "shown": "shown",
}
_LEANING = {"cooler": "cooler", "warmer": "warmer", "none": "about as elsewhere"}


def focus_groups(brief: Brief, ids: Sequence[str]) -> tuple[Focus, ...]:
    """Return the named groups, in that order; those not shown are left out."""
    groups = {row.text("group_id"): row for row in rows(brief.groups)}
    states = {row.text("id"): row for row in rows(group_rows(brief, "both"))}
    joint = {row.text("group_id"): row for row in rows(brief.joint)}
    return tuple(
        Focus(
            name=groups[i].text("name"),
            place=groups[i].text("path"),
            band=states[i].text("band"),
            state=states[i].text("state"),
            state_word=states[i].text("state_word"),
            sentence=(joint[i].maybe_text("sentence") or "") if i in joint else "",
            try_next=(joint[i].maybe_text("try_next") or "") if i in joint else "",
            layers=_layers(brief, i),
            quadrants=quadrants(brief, i),
        )
        for i in ids
        if i in groups and groups[i].flag("is_shown")
    )


def quadrants(brief: Brief, group_id: str) -> tuple[Quadrant, ...]:
    """Return the empathy map card of a group: at most four lines in each quarter.

    "Thinks and feels" holds survey values and what interviews speak of: nothing is inferred about
    feelings. Themes stand last, without counts.
    """
    themes = rows(brief.themes[brief.themes["group_id"] == group_id])
    mine = brief.values["group_id"] == group_id
    found = {row.text("indicator"): row for row in rows(brief.values[mine])}
    catalogue = rows(brief.indicators)
    out = []
    for key, title, question in QUADRANTS:
        entries = [e for e in catalogue if e.text("quadrant") == key and _fits(e, key)]
        lines = [_line(e, found) for e in entries if e.text("indicator") in found]
        spoken = [_theme(row) for row in themes if row.text("quadrant") == key][:MOST_THEMES]
        lines = [*lines[: MOST_LINES - len(spoken)], *spoken]
        empty = "Nobody was asked." if key == "thinks_feels" else "Nothing is measured here yet."
        out.append(Quadrant(title, question, tuple(lines), empty))
    return tuple(out)


def _odds(row: Row) -> str:
    """A confirmed verdict says more than its odds."""
    if row.text("verdict") in ("desert", "hotspot"):
        return ""
    return theme.leaning(row.maybe_text("leaning") or "", row.maybe_text("odds_words") or "")


def _fits(entry: Row, quadrant: str) -> bool:
    return quadrant != "thinks_feels" or entry.text("layer") == "perception"


def _line(entry: Row, found: Mapping[str, Row]) -> Line:
    value = found[entry.text("indicator")]
    status = value.text("status")
    if status == "shown":
        text = value.maybe_text("value_text") or "not observed"
        leaning = _LEANING[value.maybe_text("leaning") or "none"]
    else:
        why = value.maybe_text("why")
        text = f"{STATUS_WORDS[status]}: {why}" if why else STATUS_WORDS[status]
        leaning = ""
    return Line(entry.text("title"), text, leaning, _TAGS[entry.text("layer")])


def _theme(row: Row) -> Line:
    """A theme as a line: its label, how it is spoken of, its element; never a count."""
    return Line(
        title=row.text("code")[:1].upper() + row.text("code")[1:],
        value=theme.POLARITY[row.text("polarity")],
        leaning=row.text("element"),
        tag=_TAGS["interviews"],
    )


def _layers(brief: Brief, group_id: str) -> tuple[Layer, ...]:
    titles = dict(zip(brief.indicators["indicator"], brief.indicators["title"], strict=True))
    leads = {
        "behaviour": brief.about.lead_behaviour,
        "perception": brief.about.lead_perception,
    }
    out = []
    for row in rows(brief.verdicts[brief.verdicts["group_id"] == group_id]):
        layer = row.text("layer")
        verdict = row.text("verdict")
        lead = titles.get(leads[layer])
        out.append(
            Layer(
                title=f"{layer.capitalize()} · {str(lead).lower()}"
                if lead
                else layer.capitalize(),
                word=theme.STATES[verdict].word,
                state=verdict,
                sentence=row.text("sentence"),
                odds=_odds(row),
                settle=row.maybe_text("settle") or "",
            )
        )
    return tuple(out)
