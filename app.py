"""Front door of the app: page settings, who looks, navigation as far as the role goes."""

from __future__ import annotations

import streamlit as st

from app_pages import _access, _data, _pages, _parts
from core.errors import AuditError
from core.text import md

st.set_page_config("Isotherm", page_icon=str(_parts.ICON), layout="wide")
_parts.dress()

looking = _access.enter()
page = st.navigation(_pages.sections(looking))
_access.go_home(looking)
_access.watch()
try:
    _parts.sidebar(_data.find_release(looking))
    _access.account(looking)
    page.run()
except AuditError as error:
    st.error(md(str(error)), icon=":material/error:")
