"""The chain of evidence behind each verdict of a group, step by step, and neighbourhoods."""

from __future__ import annotations

import streamlit as st

from app_pages._groups import Group
from app_pages._markup import Markup, fill, join, note, show
from app_pages._sayings import LAYERS
from core.rows import Row, rows
from core.text import md
from reports import theme
from reports.brief import Brief

_SIDES = (("cooler", "Cooler together"), ("warmer", "Warmer together"))
_VIEW = (
    "A view, never a verdict. Each group is smoothed with the groups it has most two-way contact "
    "with, and tested against people dealt to groups at random. A single cold group among warm "
    "ones is missed, and a warm group among cold ones is drawn along."
)
NO_REGIONS = "No neighbourhoods: they need groups with messages between them."
NOTHING_TOGETHER = "No neighbourhood stands out beyond chance in this period."


def verdict_chains(brief: Brief, group: Group) -> bool:
    """Draw the chain of each layer; say whether there was any to draw."""
    mine = brief.chain[brief.chain["group_id"] == group.id]
    for verdict in group.verdicts:
        steps = rows(mine[mine["layer"] == verdict.layer].sort_values("step"))
        if not steps:
            continue
        word = theme.STATES[verdict.verdict].word
        label = f"{LAYERS[verdict.layer]}: what stands behind “{word}”"
        is_first = verdict.layer == brief.about.leads_with
        with st.expander(md(label), expanded=is_first or len(group.verdicts) == 1):
            show(fill('<ul class="iso iso-steps">{steps}</ul>', steps=join(map(_step, steps))))
    return len(mine) > 0


def neighbourhoods(brief: Brief) -> None:
    """Draw which groups lie in cooler and warmer neighbourhoods, with what that cannot say."""
    with st.expander("Neighbourhood view"):
        note(_VIEW)
        if brief.regions.empty:
            note(NO_REGIONS, "iso-soft")
            return
        sides = [_side(brief, word, title) for word, title in _SIDES]
        show(
            join(sides) if any(sides) else fill('<p class="iso">{text}</p>', text=NOTHING_TOGETHER)
        )


def _side(brief: Brief, word: str, title: str) -> Markup:
    found = brief.regions[brief.regions["region"] == word]
    if found.empty:
        return Markup("")
    names = sorted(brief.name_of(str(group)) for group in found["group_id"])
    return fill(
        '<div class="iso"><p class="iso-strong">{title}</p><p>{names}</p></div>',
        title=title,
        names="; ".join(names),
    )


def _step(step: Row) -> Markup:
    return fill(
        '<li><span class="iso-soft">{name}</span><span>{says}</span></li>',
        name=step.text("name"),
        says=step.text("says"),
    )
