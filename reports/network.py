"""Published groups and ties as plain rows: all that a network file may hold."""

from __future__ import annotations

from dataclasses import dataclass

from core.rows import rows
from reports import theme
from reports.brief import Brief
from reports.rows import fills, map_rows, table_rows


@dataclass(frozen=True)
class Node:
    """One mark of the map; a group that is not shown has no band and no verdict."""

    id: str
    label: str
    division: str
    state: str
    state_word: str
    behaviour: str
    perception: str
    joint: str
    band: str | None
    sentence: str
    fill: str
    x: float
    y: float


@dataclass(frozen=True)
class Tie:
    """Contact between two shown groups, as a class from 1 (thin) to 5 (strong)."""

    source: str
    target: str
    strength: int


def nodes(brief: Brief, dark: bool = False) -> list[Node]:
    """Return the marks in the order of reading: groups that are not shown last, A to Z."""
    words = {r.text("id"): r for r in rows(table_rows(brief))}
    marks = map_rows(brief, "both")
    marks = marks.assign(fill=fills(marks, theme.palette(dark)))
    return [
        Node(
            id=r.text("id"),
            label=r.text("name"),
            division=r.maybe_text("division") or "",
            state=r.text("state"),
            state_word=r.text("state_word"),
            behaviour=words[r.text("id")].text("behaviour"),
            perception=words[r.text("id")].text("perception"),
            joint=words[r.text("id")].text("joint"),
            band=r.maybe_text("n_band"),
            sentence=r.maybe_text("sentence") or "",
            fill=r.text("fill"),
            x=r.number("x"),
            y=r.number("y"),
        )
        for r in rows(marks)
        if r.text("id") in words
    ]


def ties(brief: Brief) -> list[Tie]:
    """Return released contact whose two ends are marks that are shown."""
    shown = {node.id for node in nodes(brief) if node.band is not None}
    return [
        Tie(r.text("source_group_id"), r.text("target_group_id"), r.whole("strength"))
        for r in rows(brief.edges.sort_values(["source_group_id", "target_group_id"]))
        if {r.text("source_group_id"), r.text("target_group_id")} <= shown
    ]
