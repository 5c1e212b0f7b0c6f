"""Pieces of Data and quality: checks, balance sheet and one list per section."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app_pages._markup import Markup, fill, heads, join, note, show, wide_table
from core.rows import rows

PARTS = ("seen", "accepted", "duplicate", "filtered", "rejected")
STATES = {"fail": "Fails", "warn": "Look here", "pass": "Passes"}
_ORDER = {"fail": 0, "warn": 1, "pass": 2, "info": 3}
_GLYPHS = {"fail": "✕", "warn": "!", "pass": "✓"}


@dataclass(frozen=True)
class Section:
    """One list of checks: its name in the table, its heading and what it says."""

    name: str
    title: str
    says: str


SECTIONS = (
    Section(
        "reasons",
        "What was left out, and why",
        "Left out before anything was measured; reasons are counted, lines are never kept.",
    ),
    Section(
        "coverage",
        "Coverage by channel",
        "Where under 70 % of the people have data, a channel is not observed, never zero.",
    ),
    Section(
        "identity",
        "Identity resolution",
        "How many addresses were matched to one person. Under 90 % nothing is reliable.",
    ),
    Section(
        "response",
        "Survey response",
        "Where under 50 % answer, the survey of that group is not observed.",
    ),
    Section(
        "interviews",
        "Interviews",
        "Themes are shown where coders who worked on their own agree; they change no verdict.",
    ),
    Section(
        "automated",
        "Mail written by machines",
        "Found by header and by pattern, and left out of every measure of people.",
    ),
    Section(
        "hidden",
        "What was hidden, and why",
        "A hidden group has no number anywhere: no size, no place in a list, no position.",
    ),
)


def state_mark(state: str) -> Markup:
    """Return how good something is, as glyph and word; what is just told has neither."""
    if state == "info":
        return Markup("")
    return fill(
        '<span class="iso-state iso-state-{state}"><span aria-hidden="true">{glyph}</span>'
        " {word}</span>",
        state=state,
        glyph=_GLYPHS[state],
        word=STATES[state],
    )


def rows_of(quality: pd.DataFrame, section: str) -> pd.DataFrame:
    """Return the rows of one section, failures first."""
    found = quality[quality["section"] == section]
    return found.assign(order=found["state"].map(_ORDER)).sort_values(
        ["order", "item", "part"], kind="stable"
    )


def row_list(checks: pd.DataFrame) -> Markup:
    """Return checks as a list: what, how much, how good, and why."""
    return fill(
        '<div class="iso">{rows}</div>',
        rows=join(
            fill(
                '<div class="iso-row"><span><span class="iso-strong">{item}</span>: '
                '<span class="iso-soft">{part}</span></span>'
                '<span class="iso-number">{text} &nbsp; {state}</span>'
                '<span class="iso-says">{says}</span></div>',
                item=_capital(row.text("item")),
                part=row.text("part"),
                text=row.text("text"),
                says=row.text("says"),
                state=state_mark(row.text("state")),
            )
            for row in rows(checks)
        ),
    )


def checks(quality: pd.DataFrame) -> None:
    """Draw what fails or asks for a look, before everything else."""
    rows = quality[quality["state"].isin(["fail", "warn"])]
    st.header("What to look at first", anchor=False)
    if rows.empty:
        note("Every check passes.", "iso-soft")
        return
    with st.container(border=True, key="checks"):
        ordered = rows.assign(order=rows["state"].map(_ORDER)).sort_values(
            ["order", "section", "item"], kind="stable"
        )
        show(row_list(ordered))


def balance_sheet(quality: pd.DataFrame) -> None:
    """Draw the balance sheet: per source, what was seen and where it went."""
    st.header("Balance sheet", anchor=False)
    rows = quality[quality["section"] == "balance"]
    if rows.empty:
        note("No source has been read.", "iso-soft")
        return
    note(
        (
            "Seen = accepted + duplicate + filtered + rejected. File names are left out, because "
            "the name of a mailbox is often the name of a person."
        ),
        "iso-soft iso-read",
    )
    texts = rows.pivot_table(index="item", columns="part", values="text", aggfunc="first")
    parts = [p for p in PARTS if p in texts.columns]
    parts += sorted(set(texts.columns) - set(parts))
    columns = (heads(["Source"]), heads(map(_capital, parts), "iso-right"))
    lines = (
        _balance_row(str(item), [str(texts.loc[item, p]) for p in parts]) for item in texts.index
    )
    show(wide_table("Balance sheet", join(columns), lines))


def section(quality: pd.DataFrame, part: Section) -> None:
    """Draw one section of checks, or nothing where it has no rows."""
    rows = rows_of(quality, part.name)
    if rows.empty:
        return
    st.header(part.title, anchor=False)
    note(part.says, "iso-soft iso-read")
    with st.container(border=True, key=f"section-{part.name}"):
        show(row_list(rows))


def _balance_row(item: str, cells: list[str]) -> Markup:
    return fill(
        '<tr><th scope="row">{item}</th>{cells}</tr>',
        item=item,
        cells=join(
            fill('<td class="iso-right iso-number">{c}</td>', c="0" if c == "nan" else c)
            for c in cells
        ),
    )


def _capital(text: object) -> str:
    words = str(text)
    return words if "_" in words else words[:1].upper() + words[1:]
