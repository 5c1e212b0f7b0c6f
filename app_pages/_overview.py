"""Pieces of Overview: next step, trust, and what to read where evidence is thin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from app_pages import _parts
from app_pages._figures import n_shown
from app_pages._groups import Group
from app_pages._markup import Markup, fill, join, note, show
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
    st.page_link(
        "app_pages/map.py", label="See all groups on the map", icon=":material/bubble_chart:"
    )


def next_step(about: About) -> None:
    """Draw what to do next."""
    st.header("What to do next", anchor=False)
    with st.container(border=True, key="next"):
        note(about.next_step, "")
        st.page_link("app_pages/map.py", label="Open the map", icon=":material/bubble_chart:")
        st.page_link(
            "app_pages/reports.py", label="Write the report", icon=":material/description:"
        )


def trust(brief: Brief) -> None:
    """Draw how far to trust all this: the checks that weigh most."""
    st.header("How far to trust this", anchor=False)
    quality = brief.quality
    rows = quality[quality["section"].isin(["trust", "coverage", "identity", "response"])]
    # Of the channels, only what asks for a look: the whole list stands on Data and quality.
    usual = (rows["section"] == "coverage") & (rows["state"] == "pass")
    rows = rows[~usual | (rows["item"] == "any channel")]
    with st.container(border=True, key="trust"):
        if rows.empty:
            note("No checks were published.", "iso-soft")
        show(row_list(rows))
        st.page_link(
            "app_pages/quality.py", label="Data and quality", icon=":material/fact_check:"
        )
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
