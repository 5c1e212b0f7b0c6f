"""Org map: islands of groups, the same as a network and as a table, and a panel beside it."""

from __future__ import annotations

import streamlit as st

from app_pages import _access, _chain, _map, _panel, _parts, _pick
from app_pages._groups import groups_of, reported_elsewhere, reporting
from app_pages._style import is_dark
from reports.charts.org_map import MapView

release = _parts.need_release("map")
_parts.page_head("Org map")

with st.container(horizontal=True, vertical_alignment="bottom", key="toolbar"):
    view = _map.choose("View", _map.VIEWS, "view")
    layer = _map.choose_layer()
    window_id = _map.choose_period(release)

brief = release.brief(window_id)
everybody = groups_of(release, window_id)
groups = {i: g for i, g in everybody.items() if g.depth > 0} or everybody
elsewhere = {i: n for i, n in reported_elsewhere(brief).items() if i not in groups}
# A select box shows its options as plain text: escaped names would show their escapes.
names = {i: g.name for i, g in groups.items()} | {i: n for i, (n, _) in elsewhere.items()}

_parts.refuse_beyond(release, "map", names)
_pick.follow(list(names), list(groups), "unit")
group = reporting(st.session_state["unit"], groups, elsewhere)
_access.viewed("map", release.unit, group, window_id)
find, lines = st.columns([7, 3], gap="medium")
unit = find.selectbox(
    "Find a unit",
    list(names),
    format_func=names.__getitem__,
    index=None,
    key="unit",
    placeholder="Type a name",
)
with lines:
    strength = _map.choose_strength()
_pick.remember(unit, "unit")

wide, side = st.columns([7, 3], gap="medium")
with wide:
    if view == "Map":
        view_of = MapView(layer, is_dark(), group.id if group else None, 690, strength=strength)
        _map.draw_map(brief, view_of)
    elif view == "Network":
        _map.draw_network(release, brief)
    else:
        _map.draw_table(brief)
    _chain.neighbourhoods(brief)
with side:
    _panel.side_panel(brief, group, elsewhere[unit][0] if unit in elsewhere else None)
_parts.foot(release)
