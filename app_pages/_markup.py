"""HTML in which every value is escaped: the one way data text reaches `st.html`."""

from __future__ import annotations

import html
from collections.abc import Iterable

import streamlit as st


class Markup(str):
    """Text that is HTML already: made here only, from constant templates and escaped values."""

    __slots__ = ()


def fill(template: str, **values: str | int | None) -> Markup:
    """Return a constant template with its `{fields}` filled; what is not Markup is escaped."""
    safe = {name: _escaped(value) for name, value in values.items()}
    return Markup(template.format(**safe))


def join(parts: Iterable[Markup]) -> Markup:
    """Return pieces of markup, one after the other."""
    return Markup("".join(parts))


def heads(names: Iterable[str], look: str = "") -> Markup:
    """Return the heads of columns, in one of our styles."""
    style = fill(' class="{look}"', look=look) if look else Markup()
    return join(fill('<th scope="col"{style}>{name}</th>', style=style, name=n) for n in names)


def wide_table(label: str, columns: Markup, lines: Iterable[Markup]) -> Markup:
    """Return a table that scrolls by itself where it is wider than the page.

    Whoever has no mouse reaches it by the keyboard, and hears `label`.
    """
    return fill(
        '<div class="iso iso-scroll" tabindex="0" role="region" aria-label="{label}">'
        '<table class="iso-table"><thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table>'
        "</div>",
        label=label,
        columns=columns,
        lines=join(lines),
    )


def show(markup: Markup) -> None:
    """Draw markup in the page."""
    st.html(str(markup))


def note(text: str | None, look: str = "iso-soft iso-small") -> None:
    """Draw one paragraph of plain text in one of our styles; no text, no paragraph."""
    if text:
        show(fill('<p class="iso {look}">{text}</p>', look=look, text=text))


def _escaped(value: str | int | None) -> str:
    if isinstance(value, Markup):
        return str(value)
    return "" if value is None else html.escape(str(value), quote=True)
