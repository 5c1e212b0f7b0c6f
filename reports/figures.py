"""The figures of a document: which charts it holds, and each as SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from core.rows import rows
from reports import pictures, theme
from reports.brief import Brief
from reports.charts.intervals import IntervalView, interval_alt, interval_chart
from reports.charts.org_map import MapView, map_alt, org_map
from reports.charts.shares import share_alt, share_bars, share_rows
from reports.rows import group_rows, map_rows

MOST_LINES = 42


@dataclass(frozen=True)
class Figure:
    """One figure: its key, title, text for those who do not see it, the picture, a note."""

    key: str
    title: str
    alt: str
    svg: str
    note: str

    @property
    def ratio(self) -> float:
        """Return the height for a width of 1."""
        found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', self.svg)
        return float(found[2]) / float(found[1]) if found else 1.0


def figures(brief: Brief, font: str | None = None) -> dict[str, Figure]:
    """Return the figures of a document by key: map, behaviour, perception, shares.

    A figure with nothing to draw is left out.
    """
    found: dict[str, Figure] = {}
    if len(map_rows(brief, "both")):
        chart = org_map(brief, MapView(is_print=True, width=780))
        picture = pictures.svg(chart, "map", font)
        found["map"] = Figure("map", "The organization", map_alt(brief, "both"), picture, "")
    for layer in ("behaviour", "perception"):
        figure = _intervals(brief, layer, font)
        if figure is not None:
            found[layer] = figure
    if len(share_rows(brief)):
        picture = pictures.svg(share_bars(brief), "shares", font)
        found["shares"] = Figure("shares", "Shares and their gates", share_alt(brief), picture, "")
    return found


def _intervals(
    brief: Brief, layer: Literal["behaviour", "perception"], font: str | None
) -> Figure | None:
    groups = group_rows(brief, layer)
    groups = groups[groups["depth"] > 0]
    if not groups["low"].notna().any():
        return None
    chosen, note = tuple(str(i) for i in groups["id"]), ""
    if len(chosen) > MOST_LINES:
        chosen = tuple(
            r.text("id")
            for r in rows(groups)
            if _stands_out(r.text("state")) or (r.whole("depth") == 1 and r.flag("is_shown"))
        )[:MOST_LINES]
        note = "Divisions and the groups that stand out; all groups stand in the table."
    view = IntervalView(layer=layer, only=chosen, width=330)
    return Figure(
        layer,
        theme.LAYER_TITLES[layer],
        interval_alt(brief, view),
        pictures.svg(interval_chart(brief, view), layer, font),
        note,
    )


def _stands_out(state: str) -> bool:
    return theme.STATES[state].is_marked
