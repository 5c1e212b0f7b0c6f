"""Our styles: the committed sheet, and the colours of `reports/theme.py` as variables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from reports.theme import DARK, LIGHT

_DARK_TEXT = "#14201f"
_PILL = ".iso-{name} {{ background: light-dark({light}, {dark}); color: light-dark({a}, {b}); }}"
_LIGHT_TEXT_ON = {
    "desert": ("#ffffff", _DARK_TEXT),
    "hotspot": ("#ffffff", _DARK_TEXT),
    "blind_spot": ("#ffffff", _DARK_TEXT),
    "typical": ("#1f2a2a", "#e8eeee"),
}


@cache
def stylesheet(sheet: Path) -> str:
    """Return the whole style sheet; one rule per state for pills and strips."""
    rules = [
        _PILL.format(
            name=state.replace("_", "-"),
            light=LIGHT.fills[state],
            dark=DARK.fills[state],
            a=_text_on(state)[0],
            b=_text_on(state)[1],
        )
        for state in LIGHT.fills
    ]
    rules += [
        f".iso-mark-{state.replace('_', '-')} {{ color: light-dark({LIGHT.fills[state]}, "
        f"{DARK.fills[state]}); }}"
        for state in LIGHT.fills
        if state != "typical"
    ]
    return "\n".join([_variables(), *rules, sheet.read_text(encoding="utf-8")])


def is_dark() -> bool:
    """Return whether the reader's theme is dark."""
    return bool(st.context.theme.type == "dark")


def _text_on(state: str) -> tuple[str, str]:
    return _LIGHT_TEXT_ON.get(state, (_DARK_TEXT, _DARK_TEXT))


def _variables() -> str:
    pairs = {
        "ink": (LIGHT.ink, DARK.ink),
        "soft": (LIGHT.muted, DARK.muted),
        "line": (LIGHT.faint, DARK.faint),
        "wash": (LIGHT.panel, DARK.panel),
        "accent": (LIGHT.accent, DARK.accent),
        "alarm": (LIGHT.fills["desert"], DARK.fills["desert"]),
    }
    lines = [f"--iso-{name}: light-dark({a}, {b});" for name, (a, b) in pairs.items()]
    return ":root { " + " ".join(lines) + " }"
