"""Pieces of the Unit page, in the order of reading."""

from __future__ import annotations

import streamlit as st

from app_pages import _card, _chain, _findings, _ties
from app_pages._data import Release
from app_pages._groups import Group, Verdict, groups_of
from app_pages._markup import Markup, fill, heads, join, note, show, wide_table
from app_pages._pills import joint_pill, pill
from app_pages._sayings import LAYERS, gap, interval, odd_letters, odds, visible, why_hidden
from core.text import md
from reports import theme
from reports.brief import Brief


def head(brief: Brief, group: Group, asked: str | None) -> None:
    """Draw name, place, size, the joint reading and its sentence."""
    reading = group.joint not in ("none", "not_shown")
    mark = joint_pill(group.joint) if reading else pill(group.state)
    band = theme.people(group.band) if group.is_shown else ""
    show(
        fill(
            '<div class="iso iso-head"><div class="iso-eyebrow">{place}</div>'
            '<h1 class="iso-short">{name}</h1>'
            '<p>{mark} <span class="iso-soft">&nbsp;{band}</span></p></div>',
            place=group.path.rpartition(" / ")[0],
            name=group.name,
            mark=mark,
            band=band,
        )
    )
    if asked is not None:
        show(
            fill(
                '<p class="iso iso-soft">{asked} is read within this group: alone it would be '
                "too small.</p>",
                asked=asked,
            )
        )
    note(odd_letters(group.name))
    says = (
        group.sentence if group.is_shown else why_hidden(group.why_hidden, brief.about.min_people)
    )
    note(says, "iso-lead")


def hidden(brief: Brief, group: Group) -> None:
    """Draw where to look instead of a group that is not shown."""
    if group.parent_id is not None:
        st.page_link(
            "app_pages/unit.py",
            icon=":material/arrow_upward:",
            label=f"Open {md(brief.name_of(group.parent_id))} instead",
            query_params={"unit": group.parent_id},
        )


def layers(group: Group) -> None:
    """Draw one panel per layer, side by side and never added up."""
    if not group.verdicts:
        return
    for column, verdict in zip(st.columns(len(group.verdicts)), group.verdicts, strict=True):
        with column, st.container(border=True, key=f"layer-{verdict.layer}", height="stretch"):
            show(_layer_panel(verdict))


def empathy_map(brief: Brief, group: Group) -> None:
    """Draw the card: hears, sees, says and does, thinks and feels."""
    st.header("Empathy map", anchor=False)
    lines = [*_card.lines_of(brief, group.id), *_card.themes_of(brief, group.id)]
    with st.grid(2, border=True, min_column_width=280, key="card") as card:
        for quadrant in _card.QUADRANTS:
            with card.cell():
                show(_card.quadrant_card(quadrant, lines))
    show(_card.card_foot(lines))
    if interviews := _card.interviews_note(brief, group.id):
        show(interviews)


def contact(brief: Brief, group: Group) -> None:
    """Draw the strongest published contact with other groups."""
    st.header("Strongest contact", anchor=False)
    ties = _ties.strongest(brief, group.id, 6)
    if ties:
        show(_ties.tie_list(ties))
        return
    text = (
        "Contact is drawn between the smallest groups, not between divisions: open one of its "
        "groups on the map to see it."
        if not group.is_leaf
        else "No contact with another shown group passes the floor."
    )
    note(text, "iso-soft")


def over_time(release: Release, group: Group) -> None:
    """Draw the verdicts of each period; no difference between them is printed."""
    if len(release.periods) == 1:
        return
    st.header("Over time", anchor=False)
    rows = []
    for period in release.periods:
        then = groups_of(release, period.window_id).get(group.id)
        marks = (
            join(
                fill(
                    '<div class="iso-then"><span class="iso-small iso-soft">{layer}</span>'
                    "<span>{pill}</span></div>",
                    layer=LAYERS[v.layer],
                    pill=pill(v.verdict),
                )
                for v in then.verdicts
            )
            if then
            else fill('<span class="iso-soft">{text}</span>', text="not there then")
        )
        rows.append(
            fill(
                '<li><span><span class="iso-strong">{label}</span><br><span class="iso-soft '
                'iso-small">{days}</span></span><div>{marks}</div></li>',
                label=period.label,
                days=theme.days(period.first_on, period.last_on),
                marks=marks,
            )
        )
    show(fill('<ul class="iso iso-steps iso-over-time">{rows}</ul>', rows=join(rows)))
    note("Two verdicts are no measure of change: that needs a comparison with other groups.")


def what_to_try(group: Group) -> None:
    """Draw what to try and what would settle an open question."""
    settle = dict.fromkeys(v.settle for v in group.verdicts if v.settle)
    if not group.try_next and not settle:
        return
    st.header("What to try", anchor=False)
    if group.try_next:
        note(group.try_next, "iso-read")
    for text in settle:
        show(
            fill(
                '<p class="iso iso-read"><span class="iso-soft">What would settle it</span> '
                "{text}</p>",
                text=text,
            )
        )


def evidence(brief: Brief, group: Group) -> None:
    """Draw the chain behind each verdict, and its numbers side by side."""
    st.header("Evidence", anchor=False)
    if not _chain.verdict_chains(brief, group):
        _findings.evidence_chain(brief, group.id)
    columns = (
        "Layer",
        "Gap to the rest",
        "90 % interval",
        "Familywise p",
        "False discovery q",
        "Windows",
        "Without any one member",
    )
    show(wide_table("Evidence", heads(columns), map(_evidence_row, group.verdicts)))
    note(
        "Null model: people dealt to groups at random within their strata, keeping group "
        "sizes, the tree and everybody's own numbers."
    )


def _layer_panel(verdict: Verdict) -> Markup:
    number = gap(verdict)
    shown = (
        fill(
            '<p><span class="iso-gap">{gap}</span> <span class="iso-soft">{interval}</span></p>',
            gap=number,
            interval=interval(verdict),
        )
        if number
        else Markup("")
    )
    small = [
        odds(verdict),
        verdict.windows_text,
        visible(verdict) if verdict.verdict == "not_enough_evidence" else None,
    ]
    return fill(
        '<div class="iso"><p class="iso-row"><span class="iso-strong">{layer}</span>{pill}</p>'
        '{shown}<p>{sentence}</p>{small}<p class="iso-soft iso-small">{caveat}</p></div>',
        layer=LAYERS[verdict.layer],
        pill=pill(verdict.verdict),
        shown=shown,
        sentence=verdict.sentence,
        caveat=verdict.caveat,
        small=join(
            fill('<p class="iso-soft iso-small">{text}</p>', text=_capital(text))
            for text in small
            if text
        ),
    )


def _evidence_row(verdict: Verdict) -> Markup:
    robust = {True: "holds", False: "does not hold", None: "–"}[verdict.is_robust]
    cells = (
        gap(verdict) or "–",
        interval(verdict).removeprefix("90 % interval "),
        verdict.evidence or "–",
        verdict.evidence_fdr or "–",
        verdict.windows_text or "–",
        robust,
    )
    return fill(
        '<tr><th scope="row">{layer}</th>{cells}</tr>',
        layer=LAYERS[verdict.layer],
        cells=join(fill("<td>{c}</td>", c=c) for c in cells),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
