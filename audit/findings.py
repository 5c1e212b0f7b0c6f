"""What is worth saying: one row per finding, with a stable id; sentences are made elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.tables.results import FINDINGS

CONFIRMED = {"desert": "desert", "hotspot": "hotspot"}
WATCHED = ("desert_watch", "hotspot_watch")
BLIND_SPOTS = ("felt_desert", "warm_words_cold_network", "busy_not_heard")
FACTS = ("isolation", "after_hours")
FACT_GAP = 0.10
"""A fact is worth saying where a group lies this far above everybody else, as a share."""
FACTS_EACH = 3
LEANING = 0.70
LEANINGS = 4
MOST_SEVERE = 4
DATA_REASONS = ("coverage", "too_few_observations", "too_few_people")


@dataclass(frozen=True)
class PeriodFindings:
    """What findings of a period are made of."""

    window_id: int
    first_day: int
    groups: pd.DataFrame
    values: pd.DataFrame
    verdicts: pd.DataFrame
    joint: pd.DataFrame
    leads: Mapping[str, str]
    material: Mapping[str, float]


def build_findings(periods: Iterable[PeriodFindings]) -> pd.DataFrame:
    """Return FINDINGS rows of all periods.

    Deserts, hotspots and watches are the highest homogeneous groups of the behaviour layer;
    blind spots are joint readings in which the layers disagree; facts are groups whose share lies
    at least 10 points above everybody else's; leanings are the clearest groups without a verdict;
    data gaps the lowest groups of which too little is known.
    """
    rows = [row for period in periods for row in _of_period(period)]
    frame = pd.DataFrame(rows, columns=FINDINGS.names)
    return frame.drop_duplicates("finding_id").reset_index(drop=True)


def _of_period(period: PeriodFindings) -> list[dict[str, object]]:
    return [
        *_verdicts(period),
        *_blind_spots(period),
        *_facts(period),
        *_leanings(period),
        *_data_gaps(period),
    ]


def _verdicts(period: PeriodFindings) -> Iterable[dict[str, object]]:
    rows = period.verdicts
    rows = rows[(rows["layer"] == "behaviour") & rows["is_top"].astype(bool)]
    for row in rows.sort_values("group_id").itertuples():
        if row.verdict in CONFIRMED:
            kind, confidence = CONFIRMED[str(row.verdict)], "high"
        elif row.verdict in WATCHED:
            kind, confidence = "watch", "medium"
        else:
            continue
        effect = float(row.effect_shrunk)
        severity = _severity(effect, period.material["behaviour"])
        about = _About(kind, str(row.group_id), str(row.indicator))
        yield _finding(period, about, effect, severity, confidence)


def _blind_spots(period: PeriodFindings) -> Iterable[dict[str, object]]:
    spots = period.joint[period.joint["joint"].isin(BLIND_SPOTS)]
    felt = period.verdicts[period.verdicts["layer"] == "perception"]
    effects = felt.set_index("group_id")["effect_shrunk"]
    for row in spots.sort_values("group_id").itertuples():
        effect = float(effects.get(row.group_id, np.nan))
        severity = _severity(effect, period.material["perception"])
        # A blind spot that both layers carry has its own q; a felt desert rests on one layer.
        confidence = "medium" if pd.notna(row.q) else "low"
        about = _About("blind_spot", str(row.group_id), period.leads["perception"])
        yield _finding(period, about, effect, severity, confidence)


def _facts(period: PeriodFindings) -> Iterable[dict[str, object]]:
    below = period.groups.loc[period.groups["depth"] > 0, "group_id"]
    for indicator in FACTS:
        rows = period.values
        rows = rows[(rows["indicator"] == indicator) & (rows["status"] == "shown")]
        rows = rows[rows["group_id"].isin(below)]
        rows = rows.assign(gap=rows["value"] - rows["expected"])
        rows = rows[rows["gap"] >= FACT_GAP].sort_values(
            ["gap", "group_id"], ascending=[False, True]
        )
        for row in rows.head(FACTS_EACH).itertuples():
            severity = min(MOST_SEVERE, int(row.gap / FACT_GAP))
            about = _About("fact", str(row.group_id), indicator)
            yield _finding(period, about, float(row.gap), severity, "medium")


def _leanings(period: PeriodFindings) -> Iterable[dict[str, object]]:
    rows = period.verdicts
    rows = rows[(rows["layer"] == "behaviour") & rows["odds_cooler"].notna()]
    rows = rows[rows["verdict"].isin(["not_enough_evidence", "typical"])]
    rows = rows.assign(odds=rows["odds_cooler"].where(rows["odds_cooler"] >= 0.5,  # noqa: PLR2004
                                                      1.0 - rows["odds_cooler"]))
    rows = rows[rows["odds"] >= LEANING].sort_values(
        ["odds", "group_id"], ascending=[False, True]
    )
    for row in rows.head(LEANINGS).itertuples():
        about = _About("leaning", str(row.group_id), str(row.indicator))
        effect = float(row.effect_shrunk)
        yield _finding(period, about, effect, round(10 * row.odds) - 6, "low")


def _data_gaps(period: PeriodFindings) -> Iterable[dict[str, object]]:
    parents = set(period.groups["parent_id"].dropna())
    rows = period.verdicts
    rows = rows[(rows["layer"] == "behaviour") & rows["why"].isin(DATA_REASONS)]
    for row in rows[~rows["group_id"].isin(parents)].sort_values("group_id").itertuples():
        about = _About("data_gap", str(row.group_id), str(row.indicator))
        yield _finding(period, about, np.nan, 1, "high")


@dataclass(frozen=True)
class _About:
    kind: str
    group_id: str
    indicator: str


def _finding(
    period: PeriodFindings, about: _About, effect: float, severity: int, confidence: str
) -> dict[str, object]:
    parts = (about.kind, about.group_id, about.indicator, str(period.first_day))
    return {
        "finding_id": hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12],
        "window_id": period.window_id,
        "kind": about.kind,
        "group_id": about.group_id,
        "indicator": about.indicator,
        "effect": effect if np.isfinite(effect) else None,
        "severity": int(np.clip(severity, 0, MOST_SEVERE)),
        "confidence": confidence,
    }


def _severity(effect: float, material: float) -> int:
    """Whole material effects, 1 to 4."""
    if not np.isfinite(effect):
        return 1
    return int(np.clip(abs(effect) / material, 1, MOST_SEVERE))
