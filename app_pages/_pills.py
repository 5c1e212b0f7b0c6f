"""Verdict words as pills: a shape for the direction, a colour for the certainty, the word."""

from __future__ import annotations

from app_pages._markup import Markup, fill
from reports import theme

GLYPHS = {"triangle-down": "▼", "triangle-up": "▲", "square": "■", "circle": "●", "diamond": "◇"}
_KINDS = {
    "desert": ("desert", "Desert"),
    "hotspot": ("hotspot", "Hotspot"),
    "watch": ("none", "Watch"),
    "blind_spot": ("blind_spot", "Blind spot"),
    "leaning": ("none", "Leaning"),
    "fact": ("none", "Fact"),
    "data_gap": ("none", "Data gap"),
}


def pill(state: str, word: str | None = None) -> Markup:
    """Return a state as a pill; `word` replaces the state's own word."""
    look = theme.STATES.get(state)
    shape = fill('<i aria-hidden="true">{glyph}</i>', glyph=glyph(state)) if look else Markup("")
    return fill(
        '<span class="iso-pill iso-{state}">{shape}{word}</span>',
        shape=shape,
        state=state.replace("_", "-"),
        word=word or (look.word if look else state),
    )


def joint_pill(joint: str) -> Markup:
    """Return a joint reading as a pill."""
    state = "not_shown" if joint == "not_shown" else theme.JOINT_STATES.get(joint, "none")
    return pill(state, theme.JOINT_WORDS[joint])


def kind_pill(kind: str) -> Markup:
    """Return the kind of a finding as a pill."""
    return pill(*_KINDS[kind])


def mark(state: str) -> Markup:
    """Return the shape of a state in its colour; the word stands beside it."""
    return fill(
        '<i aria-hidden="true" class="iso-mark iso-mark-{name}">{glyph}</i> ',
        name=state.replace("_", "-"),
        glyph=glyph(state),
    )


def glyph(state: str) -> str:
    """Return the shape of a state as a character."""
    return "○" if state == "not_enough_evidence" else GLYPHS[theme.STATES[state].shape]
