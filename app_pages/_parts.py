"""Pieces that every page shares: head, foot, sidebar, notice, empty state."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import streamlit as st

from app_pages import _access
from app_pages._data import Release, find_release
from app_pages._markup import Markup, fill, join, show
from app_pages._style import stylesheet
from reports import theme

LONG_TITLE = 90
ASSETS = Path(__file__).parent / "assets"
ICON = ASSETS / "icon.png"
LOGO = ASSETS / "logo.png"

_START = (
    (
        "Open the sample",
        "A made-up company of about 600 people, audited in under two minutes.",
        "python -m audit demo",
    ),
    (
        "Add your data",
        "Describe your exports in one file and run the audit on them.",
        "python -m audit run audit.toml",
    ),
)


def need_release(page: str) -> Release:
    """Return the release as the viewer of a page may read it; refuse or say what is missing."""
    looking = _access.require(page)
    release = find_release(looking)
    if release is None:
        _empty_state()
        st.stop()
    if release.is_part and release.unit not in set(release.brief().groups["group_id"]):
        _access.refuse(page, looking, release.unit)
    return release


def refuse_beyond(release: Release, page: str, known: Container[str]) -> None:
    """Refuse an address that names a unit which a part of a release does not hold.

    Whether there is such a unit makes no difference: an answer that differed would tell.
    """
    asked = st.query_params.get("unit")
    if release.is_part and asked and asked not in known:
        _access.refuse(page, _access.viewer(), asked)


def link(page: str, label: str, icon: str, unit: str | None = None) -> None:
    """Draw a link to a page, or nothing where the viewer may not open it."""
    if _access.viewer().may_open(page):
        query = None if unit is None else {"unit": unit}
        script = f"app_pages/{page}.py"
        st.page_link(script, label=label, icon=icon, query_params=query)


def dress() -> None:
    """Draw the logo and lay down our styles; once per run, before any page."""
    st.logo(str(LOGO), size="large", icon_image=str(ICON))
    st.html(f"<style>{stylesheet(ASSETS / 'style.css')}</style>")


def sidebar(release: Release | None) -> None:
    """Draw what release this is and the one rule that holds everywhere."""
    if release is None:
        return
    about = release.about
    # The sample's own name says the same as its badge.
    title = "" if about.is_sample and about.title == "Sample company" else about.title
    badge = fill('<p><span class="iso-pill iso-sample">Sample company</span></p>')
    with st.sidebar:
        show(
            fill(
                '<div class="iso iso-side">{badge}<div><div class="iso-strong">{title}</div>'
                '<div class="iso-soft">{period}</div></div>'
                '<div class="iso-soft">{not_for} Groups under {floor} people are not '
                "shown.</div></div>",
                not_for=theme.NOT_FOR,
                badge=badge if about.is_sample else Markup(""),
                title=title,
                period=theme.days(about.first_on, about.last_on),
                floor=about.min_people,
            )
        )


def page_head(title: str, says: str = "", eyebrow: Markup | None = None) -> None:
    """Draw the page's one title, a line above it and a sentence below it."""
    above = fill('<div class="iso-eyebrow">{text}</div>', text=eyebrow) if eyebrow else Markup("")
    below = fill('<p class="iso-lead iso-soft">{says}</p>', says=says) if says else Markup("")
    show(
        fill(
            '<div class="iso iso-head">{above}<h1 class="{size}">{title}</h1>{below}</div>',
            above=above,
            size="iso-long" if len(title) > LONG_TITLE else "iso-short",
            title=title,
            below=below,
        )
    )


def notice(*sentences: str, strong: str = "") -> None:
    """Draw a quiet box: a strong first sentence, then the rest."""
    first = fill('<p class="iso-strong">{text}</p>', text=strong) if strong else Markup("")
    rest = join(fill("<p>{text}</p>", text=text) for text in sentences if text)
    show(fill('<div class="iso iso-note">{first}{rest}</div>', first=first, rest=rest))


def foot(release: Release) -> None:
    """Draw the line that stands under every page and every report."""
    about = release.about
    st.space("medium")
    show(
        fill(
            '<p class="iso iso-soft iso-small">{caveat} Not for evaluating individuals. '
            "Confidential. Run {run}, policy {policy}, version {version}.</p>",
            caveat=about.caveat,
            run=about.run_id,
            policy=about.policy,
            version=about.version,
        )
    )


def _empty_state() -> None:
    page_head(
        "No audit here yet",
        "Isotherm shows where the conditions for empathy are strong or thin in an organization: "
        "groups, never persons. Nothing leaves this machine.",
    )
    if not _access.viewer().may_open("new_audit"):
        return
    with st.grid(3, border=True, key="start") as cards:
        for title, says, command in _START:
            with cards.cell():
                st.subheader(title, anchor=False)
                st.markdown(says)
                st.code(command, language=None)
        with cards.cell():
            st.subheader("Read the method", anchor=False)
            st.markdown("What a verdict is, how chance is ruled out, and what is never done.")
            st.page_link(
                "app_pages/method.py", label="Method and privacy", icon=":material/menu_book:"
            )
