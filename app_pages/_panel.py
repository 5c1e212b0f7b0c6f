"""The map's side panel: what was found about the group that is open."""

from __future__ import annotations

import streamlit as st

from app_pages import _ties
from app_pages._groups import Group
from app_pages._markup import Markup, fill, join, note, show
from app_pages._pills import joint_pill, pill
from app_pages._sayings import LAYERS, gap, interval, odd_letters, odds, visible, why_hidden
from core.text import md
from reports import theme
from reports.brief import Brief

NOTHING_OPEN = "Select a mark, a row in the table, or type a name above."
NO_NUMBER = "No number is shown: the word stands alone."


def side_panel(brief: Brief, group: Group | None, asked: str | None = None) -> None:
    """Draw the panel; `asked` is the unit that was looked for where its group answers for it."""
    with st.container(border=True, key="panel"):
        if group is None:
            show(
                fill(
                    '<div class="iso"><p>{text}</p><h2 class="iso-over">How to read the map</h2>'
                    '<p class="iso-soft iso-small">{how}</p></div>',
                    text=NOTHING_OPEN,
                    how=theme.HOW_TO_READ,
                )
            )
            return
        show(head(group))
        note(odd_letters(group.name))
        if asked is not None:
            show(
                fill(
                    '<p class="iso iso-small iso-soft">{asked} is read within this group: '
                    "alone it would be too small.</p>",
                    asked=asked,
                )
            )
        if group.is_shown:
            _body(brief, group)
        else:
            note(why_hidden(group.why_hidden, brief.about.min_people), "")
        st.page_link(
            "app_pages/unit.py",
            label=f"Open {md(group.name)}",
            icon=":material/arrow_forward:",
            query_params={"unit": group.id},
        )


def head(group: Group) -> Markup:
    """Return name, place in the tree and size of a group."""
    place = group.path.rpartition(" / ")[0]
    return fill(
        '<div class="iso"><div class="iso-soft iso-small">{place}</div>'
        '<h2 class="iso-name">{name}</h2><div class="iso-soft iso-small">{band}</div></div>',
        place=place,
        name=group.name,
        band=theme.people(group.band) if group.is_shown else "",
    )


def verdict_lines(group: Group) -> Markup:
    """Return both layers' verdicts, each with its number and interval."""
    return fill(
        '<div class="iso">{rows}</div>',
        rows=join(
            fill(
                '<div class="iso-row"><span class="iso-soft">{layer}</span><span>{pill}</span>'
                '<span class="iso-says">{says}</span></div>',
                layer=LAYERS[v.layer],
                pill=pill(v.verdict),
                says=f"{gap(v)}, {interval(v)}" if gap(v) else (odds(v) or NO_NUMBER),
            )
            for v in group.verdicts
        ),
    )


def _body(brief: Brief, group: Group) -> None:
    if group.joint not in ("none", "not_shown"):
        note(joint_pill(group.joint), "")
    note(_sentence(brief, group), "")
    show(verdict_lines(group))
    lacking = next(
        (
            v
            for v in group.verdicts
            if v.verdict == "not_enough_evidence" and v.layer == "behaviour"
        ),
        None,
    )
    if lacking is not None and visible(lacking):
        note(visible(lacking))
    ties = _ties.strongest(brief, group.id, 3)
    if ties:
        show(fill('<h3 class="iso iso-over">Strongest contact</h3>'))
        show(_ties.tie_list(ties))
    if group.try_next:
        show(
            fill(
                '<h3 class="iso iso-over">What to try</h3><p class="iso iso-small">{text}</p>',
                text=group.try_next,
            )
        )


def _sentence(brief: Brief, group: Group) -> str:
    if group.joint not in ("none", "not_shown") or not group.verdicts:
        return group.sentence
    leading = group.verdict(brief.about.leads_with)
    return leading.sentence if leading else group.sentence
