"""Overview: the answer in one sentence, where to look first, how far to trust it."""

from __future__ import annotations

import streamlit as st

from app_pages import _access, _figures, _findings, _overview, _parts
from app_pages._groups import groups_of
from app_pages._markup import fill, note, show
from reports import theme

FIRST = 6

release = _parts.need_release("overview")
_access.viewed("overview", release.unit)
brief = release.alone().brief()
about = brief.about
groups = groups_of(release.alone())
counts = _figures.count_marks(groups.values())

_parts.page_head(
    about.headline,
    eyebrow=fill(
        "<b>{title}</b> &nbsp;·&nbsp; {period} &nbsp;·&nbsp; {people}",
        title=about.title,
        period=theme.days(brief.period.first_on, brief.period.last_on),
        people=_overview.people(release, groups),
    ),
)
if _figures.is_mostly_silent(counts):
    _overview.silence(brief, counts)

with st.grid(4, border=True, min_column_width=170, key="figures") as cards:
    for figure in release.alone().document().cards:
        with cards.cell():
            show(_figures.figure_card(figure))
show(_figures.strip(counts))
note(_overview.BASE)
st.space("small")

look, trust = st.columns([5, 3], gap="large")
with look:
    if _figures.is_mostly_silent(counts):
        _overview.leanings(brief, groups)
    st.header("Where to look first", anchor=False)
    if brief.findings.empty:
        _parts.notice(
            "Nothing stood out. The smallest effect that could be seen stands on each "
            "group's page.",
            strong="No findings",
        )
    note(_findings.common_caveat(brief))
    _findings.finding_cards(brief, groups, 0, FIRST)
    more = len(brief.findings) - FIRST
    if more > 0:
        with st.expander("One more finding" if more == 1 else f"{more} more findings"):
            _findings.finding_cards(brief, groups, FIRST, len(brief.findings))
with trust:
    _overview.next_step(about)
    _overview.benchmark(release)
    _overview.trust(brief)
_parts.foot(release)
