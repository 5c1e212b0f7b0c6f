"""Findings as cards: kind, sentence, number, caveat, what to try."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app_pages._groups import Group
from app_pages._markup import Markup, fill, join, show
from app_pages._pills import kind_pill, pill
from core.rows import Row, rows
from core.text import md
from reports.brief import Brief

_SURE = {"high": "high confidence", "medium": "medium confidence", "low": "low confidence"}


def finding_cards(brief: Brief, groups: Mapping[str, Group], first: int, last: int) -> None:
    """Draw findings from place `first` up to `last`, each with a link to its group."""
    common = common_caveat(brief)
    for row in rows(brief.findings.iloc[first:last]):
        _card(row, groups.get(row.maybe_text("group_id") or ""), common)


def common_caveat(brief: Brief) -> str:
    """Return the caveat that most findings share: said once above them, not in each."""
    found = brief.findings["caveat"]
    return str(found.mode().iloc[0]) if len(found) else ""


def evidence_chain(brief: Brief, group_id: str) -> None:
    """Draw what was looked at and seen behind each finding about a group."""
    about = brief.findings[brief.findings["group_id"] == group_id]
    for row in rows(about):
        steps = brief.evidence[brief.evidence["finding_id"] == row.text("finding_id")]
        show(
            fill(
                '<div class="iso"><p>{pill} &nbsp;<span class="iso-strong">{headline}</span></p>'
                '<ul class="iso-steps">{steps}</ul></div>',
                pill=kind_pill(row.text("kind")),
                headline=row.text("headline"),
                steps=join(
                    fill(
                        '<li><span class="iso-soft">{name}</span><span>{says}</span></li>',
                        name=s.text("name"),
                        says=s.text("says"),
                    )
                    for s in rows(steps.sort_values("step"))
                ),
            )
        )


def _card(row: Row, group: Group | None, common: str) -> None:
    own = row.text("caveat")
    kind = row.text("kind")
    watched = kind == "watch" and group is not None and group.state.endswith("_watch")
    with st.container(border=True, key=f"finding-{row.text('finding_id')}", gap="xsmall"):
        show(
            fill(
                '<div class="iso"><p>{pill} '
                '<span class="iso-soft iso-small">&nbsp;{sure}</span></p>'
                '<p class="iso-strong">{headline}</p><p class="iso-small">{detail}</p>'
                "{caveat}{next}</div>",
                pill=pill(group.state) if watched and group else kind_pill(kind),
                sure=_SURE[row.text("confidence")],
                headline=row.text("headline"),
                detail=row.text("detail"),
                caveat=Markup("")
                if own == common
                else fill('<p class="iso-soft iso-small">{own}</p>', own=own),
                next=_next(row.maybe_text("next_step")),
            )
        )
        if group is not None:
            st.page_link(
                "app_pages/unit.py",
                label=f"Open {md(group.name)}",
                icon=":material/arrow_forward:",
                query_params={"unit": group.id},
            )


def _next(step: str | None) -> Markup:
    if step is None:
        return Markup("")
    return fill('<p class="iso-small"><b class="iso-accent">What to try</b> {step}</p>', step=step)
