"""What is worth saying: one row per finding, with a stable id; sentences are made elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from core.rows import Row, rows
from core.tables.results import FINDINGS

Cells = dict[str, object]

CONFIRMED = ("desert", "hotspot")
MARKED = (*CONFIRMED, "desert_watch", "hotspot_watch")
UNDECIDED = ("not_enough_evidence", "typical")
BLIND_SPOTS = ("felt_desert", "warm_words_cold_network", "busy_not_heard")
FACTS = ("isolation", "after_hours")
FACT_GAP = 0.10
"""A fact is worth saying where a group lies this far above everybody else, as a share."""
FACTS_EACH = 3
LEANING = 0.70
LEANINGS = 4
DATA_GAPS = 3
MOST_SEVERE = 4
DATA_REASONS = ("coverage", "too_few_observations", "too_few_people")


@dataclass(frozen=True)
class PeriodFindings:
    """What findings of a period are made of."""

    window_id: int
    first_day: int
    groups: pd.DataFrame
    measured: pd.DataFrame
    verdicts: pd.DataFrame
    joint: pd.DataFrame
    leads: Mapping[str, str]
    material: Mapping[str, float]
    leads_with: str = "behaviour"
    """Layer to read first: leanings are told of it."""


def build_findings(periods: Iterable[PeriodFindings]) -> pd.DataFrame:
    """Return FINDINGS rows of all periods.

    Deserts, hotspots and watches are the highest homogeneous groups of the behaviour layer, and
    those of the survey that it does not tell already; blind spots are joint readings in which the
    layers disagree; facts are groups whose share lies at least 10 points above everybody else's;
    leanings are the clearest groups without a verdict in the layer to read first; data gaps the
    largest of the lowest groups of which too little is known.
    """
    found = [finding for period in periods for finding in _of_period(period)]
    frame = pd.DataFrame(found, columns=FINDINGS.names)
    return frame.drop_duplicates("finding_id").reset_index(drop=True)


def _of_period(period: PeriodFindings) -> list[Cells]:
    return [
        *_verdicts(period),
        *_felt(period),
        *_blind_spots(period),
        *_facts(period),
        *_leanings(period),
        *_data_gaps(period),
    ]


def _verdicts(period: PeriodFindings) -> Iterator[Cells]:
    for row in _of_layer(period, "behaviour"):
        if _is_marked(row):
            yield _marked(period, row, "behaviour")


def _felt(period: PeriodFindings) -> Iterator[Cells]:
    """Verdicts of the survey that no finding of the messages and no blind spot tells."""
    marked = {row.text("group_id") for row in _of_layer(period, "behaviour") if _is_marked(row)}
    told = marked | {row.text("group_id") for row in rows(period.joint) if _is_blind(row, period)}
    for row in _of_layer(period, "perception"):
        if _is_marked(row) and row.text("group_id") not in told:
            yield _marked(period, row, "perception")


def _marked(period: PeriodFindings, row: Row, layer: str) -> Cells:
    verdict = row.text("verdict")
    is_firm = verdict in CONFIRMED
    found = _Found(
        kind=verdict if is_firm else "watch",
        group_id=row.text("group_id"),
        indicator=row.text("indicator"),
        effect=row.maybe_number("effect_shrunk"),
        confidence="high" if is_firm else "medium",
    )
    return _finding(period, found, _severity(found.effect, period.material[layer]))


def _is_marked(row: Row) -> bool:
    return row.flag("is_top") and row.text("verdict") in MARKED


def _is_blind(row: Row, period: PeriodFindings) -> bool:
    """A blind spot needs both layers: without messages a cold survey is just that."""
    if row.text("joint") not in BLIND_SPOTS:
        return False
    return row.text("joint") != "felt_desert" or row.text("group_id") in _measured(period)


def _measured(period: PeriodFindings) -> set[str]:
    return {
        row.text("group_id")
        for row in _of_layer(period, "behaviour")
        if not row.is_null("effect_shrunk")
    }


def _blind_spots(period: PeriodFindings) -> Iterator[Cells]:
    felt = period.verdicts[period.verdicts["layer"] == "perception"]
    effects = {row.text("group_id"): row.maybe_number("effect_shrunk") for row in rows(felt)}
    for row in rows(period.joint.sort_values("group_id")):
        if not _is_blind(row, period):
            continue
        found = _Found(
            kind="blind_spot",
            group_id=row.text("group_id"),
            indicator=period.leads["perception"],
            effect=effects.get(row.text("group_id")),
            # A blind spot that both layers carry has a q; a felt desert rests on one layer.
            confidence="low" if row.is_null("q") else "medium",
        )
        yield _finding(period, found, _severity(found.effect, period.material["perception"]))


def _facts(period: PeriodFindings) -> Iterator[Cells]:
    below = period.groups.loc[period.groups["depth"] > 0, "group_id"]
    for indicator in FACTS:
        seen = period.measured
        seen = seen[(seen["indicator"] == indicator) & (seen["status"] == "shown")]
        seen = seen[seen["group_id"].isin(below)]
        seen = seen.assign(gap=seen["value"] - seen["expected"])
        seen = seen[seen["gap"] >= FACT_GAP].sort_values(
            ["gap", "group_id"], ascending=[False, True]
        )
        for row in rows(seen.head(FACTS_EACH)):
            gap = row.number("gap")
            found = _Found("fact", row.text("group_id"), indicator, gap, "medium")
            yield _finding(period, found, int(gap / FACT_GAP))


def _leanings(period: PeriodFindings) -> Iterator[Cells]:
    leaning = []
    for row in _of_layer(period, period.leads_with):
        odds = row.maybe_number("odds_cooler")
        if odds is None or row.text("verdict") not in UNDECIDED:
            continue
        if max(odds, 1.0 - odds) >= LEANING:
            leaning.append((-max(odds, 1.0 - odds), row.text("group_id"), row))
    for chance, group, row in sorted(leaning, key=lambda found: found[:2])[:LEANINGS]:
        effect = row.maybe_number("effect_shrunk")
        found = _Found("leaning", group, row.text("indicator"), effect, "low")
        yield _finding(period, found, round(-10 * chance) - 6)


def _data_gaps(period: PeriodFindings) -> Iterator[Cells]:
    sizes = {row.text("group_id"): row.whole("n_people") for row in rows(period.groups)}
    parents = set(period.groups["parent_id"].dropna())
    gaps = [
        row
        for row in _of_layer(period, "behaviour")
        if row.text("group_id") not in parents and row.maybe_text("why") in DATA_REASONS
    ]
    gaps.sort(key=lambda row: (-sizes[row.text("group_id")], row.text("group_id")))
    for row in gaps[:DATA_GAPS]:
        found = _Found("data_gap", row.text("group_id"), row.text("indicator"), None, "high")
        yield _finding(period, found, 1)


def _of_layer(period: PeriodFindings, layer: str) -> list[Row]:
    chosen = period.verdicts["layer"] == layer
    return rows(period.verdicts[chosen].sort_values("group_id"))


@dataclass(frozen=True)
class _Found:
    kind: str
    group_id: str
    indicator: str
    effect: float | None
    confidence: str


def _finding(period: PeriodFindings, found: _Found, severity: int) -> Cells:
    parts = (found.kind, found.group_id, found.indicator, str(period.first_day))
    return {
        "finding_id": hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12],
        "window_id": period.window_id,
        "kind": found.kind,
        "group_id": found.group_id,
        "indicator": found.indicator,
        "effect": found.effect,
        "severity": min(MOST_SEVERE, max(0, severity)),
        "confidence": found.confidence,
    }


def _severity(effect: float | None, material: float) -> int:
    """Whole material effects, 1 to 4."""
    return 1 if effect is None else min(MOST_SEVERE, max(1, int(abs(effect) / material)))
