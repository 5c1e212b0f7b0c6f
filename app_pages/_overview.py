"""Pieces of Overview: next step, trust, and what to read where evidence is thin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from app_pages import _parts
from app_pages._data import Release
from app_pages._figures import n_shown
from app_pages._groups import Group, groups_of
from app_pages._markup import Markup, fill, join, note, show
from app_pages._panel import verdict_lines
from app_pages._pills import joint_pill, pill
from app_pages._quality import row_list
from app_pages._sayings import odds
from app_pages._style import is_dark
from reports import theme
from reports.brief import About, Brief
from reports.charts.intervals import IntervalView, interval_chart

BASE = (
    "The bar counts the marks on the map, both layers read together. The figures above it count "
    "divisions too; of a division that stands out with all below it, the division alone."
)
_LEADS = {"behaviour": "what people do", "perception": "what people say"}


def silence(brief: Brief, counts: Mapping[str, int]) -> None:
    """Say first that most groups have no verdict, and where to read instead."""
    shown = n_shown(counts)
    _parts.notice(
        "That is the honest answer for groups this small, not the end of it. Read the divisions "
        "first, then the leanings below: which way each group leans, with its odds. "
        f"Start with {_LEADS[brief.about.leads_with]}: {brief.about.leads_why}",
        strong=f"{counts['not_enough_evidence']} of {shown} shown groups read "
        "“not enough evidence”.",
    )


def leanings(brief: Brief, groups: Mapping[str, Group]) -> None:
    """Draw divisions, then groups that lean: odds in words, then estimates with intervals."""
    layer: Literal["behaviour", "perception"] = (
        "perception" if brief.about.leads_with == "perception" else "behaviour"
    )
    shown = [g for g in groups.values() if g.is_shown and g.depth > 0]
    listed = [g for g in shown if not g.is_leaf]
    listed += [g for g in shown if g.is_leaf and _leans(g, layer)]
    st.header("Divisions and leanings", anchor=False)
    with st.container(border=True, key="leanings"):
        if not listed:
            note("No group leans to either side.", "iso-soft")
            return
        note(f"{theme.LAYER_TITLES[layer]}, divisions first. A leaning is no verdict.")
        show(
            fill(
                '<div class="iso">{rows}</div>',
                rows=join(_leaning_row(g, layer) for g in listed),
            )
        )
        with st.expander("Estimates with their intervals"):
            view = IntervalView(layer, dark=is_dark(), only=tuple(g.id for g in listed), width=200)
            # The names stand left of the plot: the picture grows around it, not the other way.
            chart = interval_chart(brief, view).properties(autosize="pad")
            st.altair_chart(chart, width="content", theme=None)
    _parts.link("map", "See all groups on the map", ":material/bubble_chart:")


def next_step(about: About) -> None:
    """Draw what to do next."""
    st.header("What to do next", anchor=False)
    with st.container(border=True, key="next"):
        note(about.next_step, "")
        _parts.link("map", "Open the map", ":material/bubble_chart:")
        _parts.link("reports", "Write the report", ":material/description:")


def people(release: Release, groups: Mapping[str, Group]) -> str:
    """Return how many people this is about: of a unit as a band, of the whole to the nearest 5."""
    if release.is_part:
        own = groups.get(release.unit)
        return theme.people(own.band) if own and own.is_shown else "size not shown"
    return f"about {release.about.people} people"


def benchmark(release: Release) -> None:
    """Draw, for a leader, the unit above: its verdicts, to hold the own ones against."""
    above = [g for i, g in groups_of(release).items() if i not in groups_of(release.alone())]
    if not above:
        return
    st.header("Benchmark: the unit above", anchor=False)
    with st.container(border=True, key="benchmark"):
        for group in above:
            note(group.name, "iso-strong")
            show(verdict_lines(group) if group.is_shown else Markup(""))
            _parts.link("unit", "Open it", ":material/arrow_upward:", group.id)


def trust(brief: Brief) -> None:
    """Draw how far to trust all this: the checks that weigh most."""
    st.header("How far to trust this", anchor=False)
    quality = brief.quality
    rows = quality[quality["section"].isin(["trust", "coverage", "identity", "response"])]
    # Of the channels, only what asks for a look: the whole list stands on Data and quality.
    usual = (rows["section"] == "coverage") & (rows["state"] == "pass")
    rows = rows[~usual | (rows["item"] == "any channel")]
    # Which rule named an address is for those who import: it stands there as well.
    rows = rows[rows["item"] != "put down to"]
    with st.container(border=True, key="trust"):
        if rows.empty:
            note("No checks were published.", "iso-soft")
        show(row_list(rows))
        _parts.link("quality", "Data and quality", ":material/fact_check:")
    note(brief.about.caveat)


def _leans(group: Group, layer: str) -> bool:
    verdict = group.verdict(layer)
    return verdict is not None and verdict.leaning in ("cooler", "warmer")


def _leaning_row(group: Group, layer: str) -> Markup:
    verdict = group.verdict(layer)
    mark = joint_pill(group.joint) if group.joint != "none" else pill(group.state)
    return fill(
        '<div class="iso-row"><span class="iso-strong">{name}</span><span>{mark}</span>'
        '<span class="iso-says">{odds}</span></div>',
        name=group.name,
        mark=mark,
        odds=(odds(verdict) if verdict else None) or "No estimate",
    )
