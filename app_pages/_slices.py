"""By location and level: what released slices of one unit show, described and never judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app_pages._groups import Group
from app_pages._markup import Markup, fill, heads, note, show, wide_table
from core.rows import Row, rows
from reports import theme
from reports.brief import Brief
from reports.slices import DESCRIBED, LISTED

CUTS = {
    "location": "Location",
    "level": "Level",
    "location_level": "Location and level",
    "unit_location": "Location",
    "unit_level": "Level",
}
NOTHING = (
    "Nothing can be shown by location or level here: the roster names none, or too few people "
    "work in each."
)
TOP = "Level 0 is the top of the roster."
_WORD_ALONE = "too few people for a number under this policy"
_ENDS = {
    **dict.fromkeys(("share", "points", "log_odds"), (0.0, 100.0)),
    "net_points": (-100.0, 100.0),
}
"""Scales that have ends, in the numbers that are published."""


def by_place(brief: Brief, group: Group) -> None:
    """Draw the released slices of a group; only these can be picked."""
    st.header("By location and level", anchor=False)
    mine = slices_of(brief, group)
    kinds = [kind for kind in CUTS if kind in set(mine["kind"])]
    values = brief.slice_values[brief.slice_values["slice_id"].isin(mine["slice_id"])]
    seen = values[values["status"].isin(["shown", "status_only"])]
    entries = {row.text("indicator"): row for row in rows(brief.indicators)}
    chosen = [name for name in entries if name in set(seen["indicator"])]
    if not kinds or not chosen:
        note(NOTHING, "iso-soft")
        return
    lead = brief.about.lead_behaviour
    with st.container(horizontal=True, vertical_alignment="bottom", key="slices"):
        kind = st.selectbox("Split by", kinds, format_func=CUTS.__getitem__, key="slice_kind")
        indicator = st.selectbox(
            "Indicator",
            chosen,
            index=chosen.index(lead) if lead in chosen else 0,
            format_func=lambda name: entries[name].text("title"),
            key="slice_indicator",
        )
    show(slice_table(brief, group, kind, entries[indicator]))
    note(DESCRIBED)
    note(f"{LISTED} {TOP if 'level' in kind else ''}".strip())


def slices_of(brief: Brief, group: Group) -> pd.DataFrame:
    """Return the listed slices of a group; those of the whole cross no unit."""
    units = brief.slices["group_id"]
    return brief.slices[units.isna() if group.depth == 0 else units == group.id]


def slice_table(brief: Brief, group: Group, kind: str, entry: Row) -> Markup:
    """Return the unit and its slices, one line each; those not shown last, with the reason."""
    mine = slices_of(brief, group)
    is_chosen = brief.slice_values["indicator"] == entry.text("indicator")
    values = {row.text("slice_id"): row for row in rows(brief.slice_values[is_chosen])}
    cuts = {row.text("slice_id"): row for row in rows(mine[mine["kind"] == kind])}
    told = [(_name(cut), values[i]) for i, cut in cuts.items() if i in values]
    told.sort(key=lambda line: (not line[1].flag("is_shown"), line[0].casefold()))
    own = brief.values.set_index(["group_id", "indicator"], drop=False)  # noqa: PD011
    own = own[own.index == (group.id, entry.text("indicator"))]
    whole = [(f"All of {group.name}", row) for row in rows(own)]
    axis = _Axis.of([value for _, value in (*whole, *told)], entry.text("scale"))
    columns = heads(("Slice", axis.title, entry.text("title"), "People"))
    lines = (_line(name, value, axis) for name, value in (*whole, *told))
    return wide_table("By location and level", columns, lines)


@dataclass(frozen=True)
class _Axis:
    """From where to where intervals are drawn."""

    low: float
    high: float
    scale: str

    @classmethod
    def of(cls, values: Sequence[Row], scale: str) -> _Axis:
        """Return the ends of the scale, or of all released intervals where it has none."""
        if scale in _ENDS:
            return cls(*_ENDS[scale], scale)
        ends = [x for row in values for x in (row.maybe_number("low"), row.maybe_number("high"))]
        known = [x for x in ends if x is not None] or [0.0, 1.0]
        low, high = min(known), max(known)
        return cls(low, high if high > low else low + 1.0, scale)

    @property
    def title(self) -> str:
        """Return what the drawn column shows."""
        ends = (theme.number(x, self._words) for x in (self.low, self.high))
        return "90 % interval, {} to {}".format(*ends)

    @property
    def _words(self) -> str:
        return "share" if self.scale in _ENDS else self.scale

    def place(self, value: float) -> int:
        """Return where a number lies, in percent of the axis."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(1.0, max(0.0, share)))

    def interval(self, low: float, high: float) -> str:
        """Return an interval in words."""
        return theme.interval(low, high, self._words)


def _name(cut: Row) -> str:
    """What a slice is within its unit: "Porto", "Level 3", "Porto, level 3"."""
    parts = [part for part in (cut.maybe_text("location"), cut.maybe_text("level")) if part]
    text = ", ".join(parts)
    return text if cut.maybe_text("location") else text[:1].upper() + text[1:]


def _line(name: str, row: Row, axis: _Axis) -> Markup:
    value, low, high = (row.maybe_number(x) for x in ("value", "low", "high"))
    if value is None:
        why = row.maybe_text("why") or row.maybe_text("why_hidden") or _WORD_ALONE
        return fill(
            '<tr><th scope="row">{name}</th><td colspan="2" class="iso-soft">{why}</td>'
            '<td class="iso-soft">{band}</td></tr>',
            name=name,
            why=why[:1].upper() + why[1:],
            band=theme.people(row.maybe_text("n_band")).capitalize(),
        )
    drawn, words = Markup(""), Markup("")
    if low is not None and high is not None:
        drawn = fill(
            '<div class="iso-range"><i style="left:{left}%;width:{width}%"></i>'
            '<b style="left:{at}%"></b></div>',
            left=axis.place(low),
            width=axis.place(high) - axis.place(low),
            at=axis.place(value),
        )
        words = fill(
            '<br><span class="iso-soft iso-small">{text}</span>', text=axis.interval(low, high)
        )
    return fill(
        '<tr><th scope="row">{name}</th><td>{drawn}</td>'
        '<td class="iso-number">{value}{words}</td><td class="iso-number">{band}</td></tr>',
        name=name,
        drawn=drawn,
        value=row.maybe_text("value_text"),
        words=words,
        band=theme.people(row.maybe_text("n_band")),
    )
