"""Front door of the app: page settings, access, navigation."""

from __future__ import annotations

import streamlit as st

from app_pages import _access, _data, _parts
from core.errors import AuditError
from core.text import md

st.set_page_config("Isotherm", page_icon=str(_parts.ICON), layout="wide")
_parts.dress()
_access.refuse_other_addresses()

OVERVIEW = st.Page(
    "app_pages/overview.py",
    title="Overview",
    icon=":material/home:",
    default=True,
    help="The answer in one sentence, and where to look first.",
)
MAP = st.Page(
    "app_pages/map.py",
    title="Org map",
    icon=":material/bubble_chart:",
    help="Every group on one map: pick one to read what was found.",
)
UNIT = st.Page("app_pages/unit.py", title="Unit", visibility="hidden")
REPORTS = st.Page(
    "app_pages/reports.py",
    title="Reports",
    icon=":material/description:",
    help="Write the documents and download them.",
)
QUALITY = st.Page(
    "app_pages/quality.py",
    title="Data and quality",
    icon=":material/fact_check:",
    help="What came in, and how far to trust it.",
)
NEW = st.Page(
    "app_pages/new_audit.py",
    title="New audit",
    icon=":material/upload_file:",
    help="Add exports, check them, run an audit.",
)
METHOD = st.Page(
    "app_pages/method.py",
    title="Method and privacy",
    icon=":material/shield:",
    help="What a verdict is, and what is never done.",
)

page = st.navigation(
    {
        "Explore": [OVERVIEW, MAP, UNIT],
        "Deliver": [REPORTS],
        "Manage": [QUALITY, NEW],
        "About": [METHOD],
    }
)
try:
    _parts.sidebar(_data.find_release())
    page.run()
except AuditError as error:
    st.error(md(str(error)), icon=":material/error:")
