"""The elements of empathy of one group, each within one layer: a word each, never one score."""

from __future__ import annotations

import streamlit as st

from app_pages._markup import Markup, fill, heads, join, note, show, wide_table
from core.elements import ELEMENTS
from core.rows import Row, rows
from reports import theme
from reports.brief import Brief

LAYERS = {"behaviour": "In the messages", "perception": "In the survey"}
NOTHING = "No element has enough of its indicators observed here."
CAVEAT = (
    "Each word compares this group with the other groups of its level, within one layer. Messages "
    "show conditions, the survey what people feel; they are never added up."
)


def profile(brief: Brief, group_id: str) -> None:
    """Draw what each element looks like here, messages and survey side by side."""
    st.header("Elements of empathy", anchor=False)
    table = profile_table(brief, group_id)
    if table is None:
        note(NOTHING, "iso-soft")
        return
    show(table)
    note(CAVEAT)


def profile_table(brief: Brief, group_id: str) -> Markup | None:
    """Return the table of elements by layer; None where nothing was observed."""
    mine = brief.profiles[brief.profiles["group_id"] == group_id]
    found = {(row.text("element"), row.text("layer")): row for row in rows(mine)}
    if all(row.text("standing") in ("not observed", "not shown") for row in found.values()):
        return None
    lines = [
        fill(
            '<tr><th scope="row">{element}</th>{cells}</tr>',
            element=element[0].upper() + element[1:],
            cells=join(_cell(found.get((element, layer))) for layer in LAYERS),
        )
        for element in ELEMENTS
    ]
    return wide_table("Elements of empathy", heads(("Element", *LAYERS.values())), lines)


def _cell(row: Row | None) -> Markup:
    if row is None:
        return fill('<td class="iso-soft">{text}</td>', text="Not observed")
    standing = row.text("standing")
    word = standing[0].upper() + standing[1:]
    if standing in ("not observed", "not shown"):
        return fill('<td class="iso-soft">{word}</td>', word=word)
    return fill(
        '<td>{word}<br><span class="iso-soft iso-small">{detail}</span></td>',
        word=word,
        detail=_detail(row),
    )


def _detail(row: Row) -> str:
    value, rank = row.maybe_number("value"), row.maybe_text("rank_text")
    parts = [row.text("observed_text").replace("of 1 indicators", "of 1 indicator")]
    if value is not None:
        parts.insert(0, f"{theme.signed(value, 'sd')} SD")
    if rank:
        parts.append(f"rank {rank}")
    return "; ".join(parts)
