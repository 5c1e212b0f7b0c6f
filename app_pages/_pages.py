"""The pages of a role: its own in the menu, all others answered with a refusal."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import Page

from app_pages import _access
from app_pages._gate import Viewer
from core.roles import PAGES

_SECTIONS = {
    "Explore": ("overview", "map", "unit"),
    "Deliver": ("reports",),
    "Manage": ("quality", "new_audit", "audit_log", "roles"),
    "About": ("method",),
}
_ICONS = {
    "overview": "home",
    "map": "bubble_chart",
    "reports": "description",
    "quality": "fact_check",
    "new_audit": "upload_file",
    "audit_log": "receipt_long",
    "roles": "badge",
    "method": "shield",
}
_HELP = {
    "overview": "The answer in one sentence, and where to look first.",
    "map": "Every group on one map: pick one to read what was found.",
    "reports": "Write the documents and download them.",
    "quality": "What came in, and how far to trust it.",
    "new_audit": "Add exports, check them, run an audit.",
    "audit_log": "Who ran, saw and exported what; nothing can be taken out unseen.",
    "roles": "Who may open what, and how the sign-in is set up.",
    "method": "What a verdict is, and what is never done.",
}
_LINKED = ("unit",)
_START = "start"


def sections(looking: Viewer) -> dict[str, list[Page]]:
    """Return the pages of the navigation by section.

    A page that the role lacks is left out: no menu entry and no `switch_page` leads to it, and
    its address answers with a refusal. The page a role starts on lies at the root of the app;
    whoever types its own address is led there.
    """
    found = {
        title: [_page(name, looking) for name in names if looking.may_open(name)]
        for title, names in _SECTIONS.items()
    }
    lacking = [name for name in PAGES if not looking.may_open(name)]
    found["About"] += [_refusal(name, looking) for name in lacking]
    found["About"].append(_way_home(looking.role.home))
    return {title: pages for title, pages in found.items() if pages}


def _page(name: str, looking: Viewer) -> Page:
    is_linked, is_home = name in _LINKED, name == looking.role.home
    return st.Page(
        _script(name),
        title=PAGES[name],
        icon=None if is_linked else _icon(name),
        url_path=_START if is_home else name,  # no address: its own is that of the way home
        default=is_home,
        help=_HELP.get(name),
        visibility="hidden" if is_linked else "visible",
    )


def _script(name: str) -> str:
    return f"app_pages/{name}.py"


def _icon(name: str) -> str:
    return f":material/{_ICONS[name]}:"


def _refusal(name: str, looking: Viewer) -> Page:
    def refused() -> None:
        _access.refuse(name, looking)

    return _hidden(refused, name)


def _way_home(home: str) -> Page:
    def lead_home() -> None:
        st.switch_page(_script(home), query_params=st.query_params.to_dict())

    return _hidden(lead_home, home)


def _hidden(draw: Callable[[], None], name: str) -> Page:
    return st.Page(draw, title=PAGES[name], url_path=name, visibility="hidden")
