"""Groups of one period as pages read them: name, place, state, both verdicts, joint reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from app_pages._data import MOST_BRIEFS, Key, Release
from core.rows import Row, rows
from reports.brief import Brief
from reports.rows import group_rows


@dataclass(frozen=True)
class Verdict:
    """One layer's verdict on a group; every number is as published, or None."""

    layer: str
    verdict: str
    effect: float | None
    low: float | None
    high: float | None
    scale: str
    leaning: str | None
    odds_words: str | None
    odds_in_ten: int | None
    evidence: str | None
    evidence_fdr: str | None
    windows_text: str | None
    is_robust: bool | None
    mde: float | None
    sentence: str
    settle: str | None
    caveat: str


@dataclass(frozen=True)
class Group:
    """One group in one period."""

    id: str
    name: str
    parent_id: str | None
    division_id: str | None
    depth: int
    path: str
    is_leaf: bool
    is_shown: bool
    why_hidden: str | None
    band: str | None
    joint: str
    sentence: str
    try_next: str | None
    state: str
    state_word: str
    verdicts: tuple[Verdict, ...]

    def verdict(self, layer: str) -> Verdict | None:
        """Return the verdict of one layer, or None where the group was not judged."""
        return next((v for v in self.verdicts if v.layer == layer), None)


def groups_of(release: Release, window_id: int | None = None) -> dict[str, Group]:
    """Return the groups of a period by id, in the order of the Brief: not shown last."""
    return _groups(release.key, window_id)


def reported_elsewhere(brief: Brief) -> dict[str, tuple[str, str]]:
    """Return the name and the reporting group of units whose numbers stand in another group."""
    units = brief.units[brief.units["unit_id"] != brief.units["group_id"]]
    return {
        str(u.unit_id): (str(u.name), str(u.group_id))
        for u in units.sort_values("name").itertuples(index=False)
    }


def reporting(
    unit: str | None, groups: Mapping[str, Group], elsewhere: Mapping[str, tuple[str, str]]
) -> Group | None:
    """Return the group that a unit's numbers stand in: its own, or the one that reports for it."""
    return groups.get(elsewhere[unit][1] if unit in elsewhere else unit) if unit else None


@st.cache_data(max_entries=MOST_BRIEFS, show_spinner=False)
def _groups(key: Key, window_id: int | None) -> dict[str, Group]:
    brief = Release.of(key).brief(window_id)
    joint = {row.text("group_id"): row for row in rows(brief.joint)}
    states = {row.text("id"): row for row in rows(group_rows(brief, "both"))}
    verdicts: dict[str, list[Verdict]] = {}
    for row in rows(brief.verdicts):
        verdicts.setdefault(row.text("group_id"), []).append(_verdict(row))
    return {
        i: _group(row, states[i], joint.get(i), tuple(verdicts.get(i, ())))
        for row in rows(brief.groups)
        for i in (row.text("group_id"),)
    }


def _group(row: Row, state: Row, joint: Row | None, verdicts: tuple[Verdict, ...]) -> Group:
    return Group(
        id=row.text("group_id"),
        name=row.text("name"),
        parent_id=row.maybe_text("parent_id"),
        division_id=row.maybe_text("division_id"),
        depth=row.whole("depth"),
        path=row.text("path"),
        is_leaf=row.flag("is_leaf"),
        is_shown=row.flag("is_shown"),
        why_hidden=row.maybe_text("why_hidden"),
        band=row.maybe_text("n_band"),
        joint=joint.text("joint") if joint else "none",
        sentence=joint.text("sentence") if joint else "",
        try_next=joint.maybe_text("try_next") if joint else None,
        state=state.text("state"),
        state_word=state.text("state_word"),
        verdicts=verdicts,
    )


def _verdict(row: Row) -> Verdict:
    return Verdict(
        layer=row.text("layer"),
        verdict=row.text("verdict"),
        effect=row.maybe_number("effect"),
        low=row.maybe_number("low"),
        high=row.maybe_number("high"),
        scale=row.text("scale"),
        leaning=row.maybe_text("leaning"),
        odds_words=row.maybe_text("odds_words"),
        odds_in_ten=row.maybe_whole("odds_in_ten"),
        evidence=row.maybe_text("evidence"),
        evidence_fdr=row.maybe_text("evidence_fdr"),
        windows_text=row.maybe_text("windows_text"),
        is_robust=row.maybe_flag("is_robust"),
        mde=row.maybe_number("mde"),
        sentence=row.text("sentence"),
        settle=row.maybe_text("settle"),
        caveat=row.text("caveat"),
    )
