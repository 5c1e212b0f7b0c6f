"""Pieces of Org map: its controls, the map itself, the network frame and the table twin."""

from __future__ import annotations

from base64 import b64encode

import pandas as pd
import streamlit as st

from app_pages import _parts
from app_pages._data import Key, Release
from app_pages._markup import Markup, fill, join, note, show
from app_pages._pills import glyph, mark
from app_pages._style import is_dark
from core.text import md
from reports import theme
from reports.brief import Brief
from reports.charts.legend import legend_items
from reports.charts.org_map import MapView, org_map
from reports.rows import map_rows, table_rows
from reports.theme import Layer

VIEWS = ("Map", "Network", "Table")
TABLE_HEIGHT = 640
_TABLE_WIDTHS = [st.column_config.TextColumn(width=w) for w in (130, 115, 150, 150, 230, 90, 330)]
_STRENGTHS = {
    1: "All",
    2: "Class 2 and up",
    3: "Class 3 and up",
    4: "Class 4 and up",
    5: "Strongest only",
}


def choose(label: str, options: tuple[str, ...], key: str) -> str:
    """Draw a control with one of a few words and return the word chosen."""
    chosen = st.segmented_control(
        label, options, default=options[0], required=True, key=key, persist_state="session"
    )
    return str(chosen or options[0])


def choose_layer() -> Layer:
    """Draw the choice of layer; both read together come first."""
    names: dict[Layer, str] = {
        "both": "Both",
        "behaviour": "Behaviour",
        "perception": "Perception",
    }
    return st.segmented_control(
        "Layer",
        list(names),
        default="both",
        required=True,
        format_func=names.__getitem__,
        key="layer",
        persist_state="session",
    )


def choose_period(release: Release) -> int:
    """Draw the choice of period and return its window; one period needs no choice."""
    periods = {p.window_id: p for p in release.periods}
    latest = release.brief().period.window_id
    if len(periods) == 1:
        return latest
    chosen = st.segmented_control(
        "Period",
        list(periods),
        default=latest,
        required=True,
        key="period",
        format_func=lambda i: md(periods[i].label),
        persist_state="session",
    )
    return int(chosen if chosen is not None else latest)


def choose_strength() -> int:
    """Draw the choice of the weakest contact that is drawn."""
    chosen = st.selectbox(
        "Contact lines",
        list(_STRENGTHS),
        index=2,
        key="strength",
        format_func=_STRENGTHS.__getitem__,
        persist_state="session",
    )
    return int(chosen)


def draw_map(brief: Brief, view: MapView) -> None:
    """Draw the islands with legend and caption; a click opens a group."""
    if map_rows(brief, view.layer).empty:
        _parts.notice(
            "With one group there is nothing to lay side by side. The roster's tree "
            "gives the islands.",
            strong="No map yet",
        )
        return
    if brief.edges.empty:
        _parts.notice(theme.NO_TIES)
    st.altair_chart(
        org_map(brief, view),
        width="content",
        theme=None,
        key="map",
        on_select="rerun",
        selection_mode="unit",
    )
    show(_legend(brief, view.layer))
    note(
        f"{theme.days(brief.period.first_on, brief.period.last_on)}. People per group as bands. "
        "Judged against companies with people dealt to groups at random."
    )


def draw_network(release: Release, brief: Brief) -> None:
    """Draw the network file in a frame of its own origin; nothing in it reaches the page."""
    page = _network(release.key, brief.period.window_id, is_dark())
    st.iframe(page, height=760, alt="Network of groups")
    note(
        "Drag, zoom and hover. A click here opens no panel: use the box above. Reports has "
        "the same view as a file."
    )


def draw_table(brief: Brief) -> None:
    """Draw the table twin; a row opens a group. Groups that are not shown stand last, A to Z."""
    rows = table_rows(brief)
    marks = {state: f"{glyph(state)} {look.word}" for state, look in theme.STATES.items()}
    frame = pd.DataFrame(
        {
            "Group": rows["name"],
            "Division": rows["division"],
            "Behaviour": rows["behaviour_state"].map(marks),
            "Perception": rows["perception_state"].map(marks),
            "Joint reading": rows["joint"],
            "People": rows["band"],
            "Leaning": rows["leaning"].where(rows["why"] == "", rows["why"]),
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        key="twin",
        on_select="rerun",
        height=TABLE_HEIGHT,
        selection_mode="single-row",
        column_config=dict(zip(frame.columns, _TABLE_WIDTHS, strict=True)),
        alt="Table of all groups with both verdicts; groups not shown come last.",
    )


def _legend(brief: Brief, layer: Layer) -> Markup:
    present = set(map_rows(brief, layer)["state"])
    return fill(
        '<div class="iso iso-keys">{keys}</div>',
        keys=join(
            fill("<span>{mark}{word}</span>", mark=mark(item.state), word=item.word)
            for item in legend_items(layer)
            if item.state in present
        ),
    )


@st.cache_data(max_entries=4, show_spinner="Drawing the network")
def _network(key: Key, window_id: int, dark: bool) -> str:
    from reports.writers.network_html import network_page  # noqa: PLC0415  heavy, and optional

    brief = Release.of(key).brief(window_id)
    page = network_page(brief, dark)
    return "data:text/html;charset=utf-8;base64," + b64encode(page.encode()).decode()
