"""One group in full: what was found, how sure, what to try, and the evidence."""

from __future__ import annotations

import streamlit as st

from app_pages import _access, _parts, _pick, _profile, _slices, _unit
from app_pages._groups import groups_of, reported_elsewhere, reporting

release = _parts.need_release("unit")
brief = release.brief()
groups = groups_of(release)
elsewhere = {i: n for i, n in reported_elsewhere(brief).items() if i not in groups}
# A select box shows its options as plain text: escaped names would show their escapes.
names = {i: g.name for i, g in groups.items()} | {i: n for i, (n, _) in elsewhere.items()}

_parts.refuse_beyond(release, "unit", names)
_pick.follow(list(names), list(groups), "open_unit")
group = reporting(st.session_state["open_unit"], groups, elsewhere)
_access.viewed("unit", release.unit, group)
with st.container(horizontal=True, vertical_alignment="center", key="unit-toolbar"):
    st.page_link(
        "app_pages/map.py",
        label="Org map",
        icon=":material/arrow_back:",
        query_params={"unit": st.session_state["open_unit"] or ""},
    )
    unit = st.selectbox(
        "Find a unit",
        list(names),
        format_func=names.__getitem__,
        index=None,
        key="open_unit",
        placeholder="Type a name",
        label_visibility="collapsed",
    )
_pick.remember(unit, "open_unit")

if group is None:
    _parts.page_head("Unit", "No unit is open. Type a name above, or choose one on the map.")
elif not group.is_shown:
    _unit.head(brief, group, elsewhere[unit][0] if unit in elsewhere else None)
    _unit.hidden(brief, group)
else:
    _unit.head(brief, group, elsewhere[unit][0] if unit in elsewhere else None)
    _unit.layers(group)
    _unit.empathy_map(brief, group)
    _profile.profile(brief, group.id)
    _slices.by_place(brief, group)
    left, right = st.columns(2, gap="large")
    with left:
        _unit.contact(brief, group)
    with right:
        _unit.over_time(release, group)
        _unit.what_to_try(group)
    _unit.evidence(brief, group)
_parts.foot(release)
