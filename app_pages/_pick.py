"""Which group is open: a link, a click on the map, a row and the select box, kept in step."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def follow(ids: Sequence[str], row_ids: Sequence[str], key: str) -> None:
    """Bring session state in step; call it above the select box with the same key.

    A widget's state may not be set once it is drawn. Only a fresh link, click or row counts, so
    the last thing the reader did wins.
    """
    link = st.query_params.get("unit")
    if key not in st.session_state or link != st.session_state.get(f"{key}_link"):
        st.session_state[f"{key}_link"] = link
        st.session_state[key] = link
    if "map" in st.session_state:
        points = st.session_state["map"].get("selection", {}).get("unit", [])
        _take("click", points[0].get("id") if points else None, key)
    if "twin" in st.session_state:
        rows = st.session_state["twin"].get("selection", {}).get("rows", [])
        _take("row", row_ids[rows[0]] if rows and rows[0] < len(row_ids) else None, key)
    if st.session_state[key] not in ids:
        st.session_state[key] = None


def remember(chosen: str | None, key: str) -> None:
    """Put what is open into the address, as an id, so that the address is a link to it."""
    if chosen is None:
        st.query_params.pop("unit", None)
    else:
        st.query_params["unit"] = chosen
    st.session_state[f"{key}_link"] = chosen


def _take(source: str, wanted: str | None, key: str) -> None:
    seen = f"{key}_{source}"
    if wanted != st.session_state.get(seen):
        st.session_state[seen] = st.session_state[key] = wanted
