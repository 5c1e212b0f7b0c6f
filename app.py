"""Front door of the app: page settings, access, navigation."""

from __future__ import annotations

import streamlit as st

from app_pages import _access, _data, _parts

st.set_page_config(
    page_title="Isotherm", page_icon=str(_parts.ICON), layout="wide",
    initial_sidebar_state="auto",
)
_parts.dress()
_access.refuse_other_addresses()

page = st.navigation(
    {
        "Explore": [
            st.Page("app_pages/overview.py", title="Overview", icon=":material/home:",
                    default=True, help="The answer in one sentence, and where to look first."),
            st.Page("app_pages/map.py", title="Org map", icon=":material/bubble_chart:",
                    help="Every group on one map: pick one to read what was found."),
            st.Page("app_pages/unit.py", title="Unit", icon=":material/groups:",
                    visibility="hidden", help="One group in full, with its empathy map card."),
        ],
        "Deliver": [
            st.Page("app_pages/reports.py", title="Reports", icon=":material/description:",
                    help="Write the documents and download them."),
        ],
        "Manage": [
            st.Page("app_pages/quality.py", title="Data and quality",
                    icon=":material/fact_check:", help="What came in and how far to trust it."),
        ],
        "About": [
            st.Page("app_pages/method.py", title="Method and privacy",
                    icon=":material/shield:", help="What a verdict is, and what is never done."),
        ],
    }
)
_parts.sidebar(_data.find_release())
page.run()
