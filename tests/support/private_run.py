"""A private run made by hand: the results of one period, ready for the publisher.

The organization: root `org` (61 people) with two divisions.

    ops (35): fleet 12, stores 10, dispatch 8, yard 5   <- yard is under the floor of 8
    care (26): north 14, south 12

Behaviour: fleet desert, south hotspot, dispatch on watch, all else without evidence.
Interviews: 9 in fleet, 8 in stores, 4 in north, by two coders who agree.
Perception: fleet desert; nothing observed elsewhere. Every number is far from a rounding edge.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from private_people import (
    PARENT,
    PEOPLE,
    PERIOD,
    groups,
    membership,
    unit_edges,
    unit_groups,
    units,
    windows,
)

from audit.release import PublishOptions, SourceBalance, WaveResponse
from core.store import RunFolder
from core.tables.canonical import UNITS
from core.tables.network import MEMBERSHIP, UNIT_EDGES, WINDOWS
from core.tables.results import (
    COVERAGE,
    FINDINGS,
    INDICATOR_VALUES,
    INDICATORS,
    JOINT_VERDICTS,
    ORG_GROUPS,
    REGIONS,
    RELIABILITY,
    RESULTS,
    ROBUSTNESS,
    THEMES,
    UNIT_GROUPS,
    VERDICTS,
)

EFFECT = {"fleet": -0.9, "south": 0.8, "dispatch": -0.6}
WORD = {"fleet": "desert", "south": "hotspot", "dispatch": "desert_watch"}


def options(**changes: object) -> PublishOptions:
    """Return the options of the made-up run."""
    plain: dict[str, object] = {
        "run_id": "r1", "title": "Made-up run", "is_sample": True, "min_people": 8,
        "policy": "standard", "seed": 7, "version": "0", "config_hash": "c",
        "weeks_per_window": 4, "windows_per_period": 3, "lead_behaviour": "response_rate",
        "lead_perception": "felt_listening", "leads_with": "behaviour", "leads_why": "",
        "reply_quality": "explicit", "resolved_share": 0.97, "n_human": 5000,
        "automated": (("bulk", 400),),
        "balance": (SourceBalance("messages 1", 100, 90, 5, 4, 1, True, (("self", 4),)),),
        "responses": (WaveResponse("pulse", 61, 40),),
    }  # fmt: skip
    return PublishOptions(**{**plain, **changes})  # type: ignore[arg-type]


def write_private_run(root: Path) -> RunFolder:
    """Write the run and return its folder."""
    folder = RunFolder.create(root)
    UNITS.write(units(), folder.canonical)
    WINDOWS.write(windows(), folder.network)
    UNIT_EDGES.write(unit_edges(), folder.network)
    MEMBERSHIP.write(membership(), folder.network)
    for contract, frame in (
        (ORG_GROUPS, groups()),
        (UNIT_GROUPS, unit_groups()),
        (INDICATORS, _catalogue()),
        (INDICATOR_VALUES, _measured()),
        (VERDICTS, _verdicts()),
        (JOINT_VERDICTS, _joint()),
        (FINDINGS, _findings()),
        (COVERAGE, _coverage()),
        (RELIABILITY, RELIABILITY.empty()),
        (THEMES, _themes()),
        (ROBUSTNESS, _robustness()),
        (REGIONS, _regions()),
    ):
        contract.write(frame, folder.results)
    for contract in RESULTS.values():
        if not contract.path(folder.results).exists():
            contract.write(contract.empty(), folder.results)
    return folder


def _catalogue() -> pd.DataFrame:
    def row(name: str, code: str, layer: str, **more: object) -> dict[str, object]:
        return {
            "indicator": name, "code": code, "title": name.replace("_", " ").capitalize(),
            "question": "?", "layer": layer, "element": "active listening",
            "quadrant": "says_does", "higher_is": "warmer", "scale": "points", "is_lead": False,
            "source": "by hand", "cannot_show": "much", **more,
        }  # fmt: skip

    return pd.DataFrame([
        row("response_rate", "A1", "behaviour", is_lead=True),
        row("isolation", "F1", "behaviour", higher_is="colder", scale="share", quadrant="sees"),
        row("felt_listening", "S2", "perception", scale="score", is_lead=True,
            quadrant="thinks_feels"),
    ])  # fmt: skip


def _measured() -> pd.DataFrame:
    rows = []
    for group, n in PEOPLE.items():
        effect = EFFECT.get(group, 0.05)
        rows.append({
            "window_id": PERIOD, "group_id": group, "indicator": "response_rate",
            "value": 0.447 if group == "org" else 0.413, "low": effect - 0.5,
            "high": effect + 0.5, "expected": 0.447, "effect": effect,
            "effect_shrunk": effect * 0.8, "se": 0.3, "z": effect / 0.3, "p": 0.2, "q": 0.3,
            "mde": 0.77, "odds_cooler": 0.96 if effect < -0.5 else 0.4, "n_people": n,
            "n_observations": 60 * n, "top_share": 0.4 if group == "north" else 0.15,
            "status": "shown" if n >= 8 else "too_few", "why": None,
        })  # fmt: skip
        rows.append({
            "window_id": PERIOD, "group_id": group, "indicator": "isolation",
            "value": 0.0 if group == "stores" else 0.227, "expected": 0.22, "n_people": n,
            "n_observations": n, "status": "shown", "why": None,
        })  # fmt: skip
    rows.append({
        "window_id": PERIOD, "group_id": "fleet", "indicator": "felt_listening", "value": 0.41,
        "effect": -0.62, "effect_shrunk": -0.5, "n_people": 9, "n_observations": 36,
        "odds_cooler": 0.93, "status": "shown", "why": None,
    })  # fmt: skip
    return pd.DataFrame(rows)


def _verdicts() -> pd.DataFrame:
    rows = []
    for group, n in PEOPLE.items():
        if group == "org":
            continue
        effect = EFFECT.get(group, 0.05)
        rows.append({
            "window_id": PERIOD, "group_id": group, "layer": "behaviour",
            "indicator": "response_rate", "effect_shrunk": effect * 0.8, "low": effect - 0.5,
            "high": effect + 0.5, "p_family": 0.004, "q": 0.03, "p_low": 0.01, "p_high": 0.9,
            "odds_cooler": 0.96 if effect < -0.5 else 0.4, "n_people": n, "n_windows": 3,
            "n_same_sign": 3, "is_robust": True, "is_covered": True, "mde": 0.77,
            "is_top": group in WORD, "verdict": WORD.get(group, "not_enough_evidence"),
            "why": None,
        })  # fmt: skip
        is_asked = group == "fleet"
        rows.append({
            "window_id": PERIOD, "group_id": group, "layer": "perception",
            "indicator": "felt_listening", "effect_shrunk": -0.5 if is_asked else None,
            "low": -0.93 if is_asked else None, "high": -0.21 if is_asked else None,
            "p_family": 0.03 if is_asked else None, "q": 0.04 if is_asked else None,
            "odds_cooler": 0.93 if is_asked else None, "n_people": 9 if is_asked else 0,
            "n_windows": 1, "n_same_sign": 1, "is_robust": True, "is_covered": is_asked,
            "mde": 0.6 if is_asked else None, "is_top": is_asked,
            "verdict": "desert" if is_asked else "not_enough_evidence",
            "why": None if is_asked else "response under half",
        })  # fmt: skip
    return pd.DataFrame(rows)


def _joint() -> pd.DataFrame:
    rows = [
        {
            "window_id": PERIOD, "group_id": group,
            "behaviour": WORD.get(group, "not_enough_evidence"),
            "perception": "desert" if group == "fleet" else "not_enough_evidence",
            "joint": {"fleet": "confirmed_desert", "south": "process_hotspot"}.get(group, "none"),
        }
        for group in PEOPLE
        if group != "org"
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _findings() -> pd.DataFrame:
    kinds = (
        ("f1", "desert", "fleet", "response_rate", 4),
        ("f2", "hotspot", "south", "response_rate", 3),
        ("f3", "watch", "dispatch", "response_rate", 2),
        ("f4", "fact", "north", "isolation", 1),
        ("f5", "watch", "yard", "response_rate", 1),
    )
    return pd.DataFrame([
        {
            "finding_id": name, "window_id": PERIOD, "kind": kind, "group_id": group,
            "indicator": indicator, "effect": -0.5, "severity": severity, "confidence": "high",
        }
        for name, kind, group, indicator, severity in kinds
    ])  # fmt: skip


def _themes() -> pd.DataFrame:
    """Who named what: n_interviewees by group, of the interviews in the group."""
    interviews = {"fleet": 9, "stores": 8, "ops": 17, "north": 4, "care": 4, "org": 21}
    named = {
        ("late", "transparent communication", "negative"):
            {"fleet": 5, "stores": 1, "ops": 6, "north": 1, "care": 1, "org": 7},
        ("thanks", "recognition", "positive"):
            {"fleet": 1, "stores": 4, "ops": 5, "north": 2, "care": 2, "org": 7},
    }  # fmt: skip
    return pd.DataFrame([
        {
            "window_id": PERIOD, "group_id": group, "element": element, "code": code,
            "polarity": polarity, "n_interviewees": n, "n_interviews": interviews[group],
            "is_theme": n >= 3 and interviews[group] >= 8,
        }
        for (code, element, polarity), counts in named.items()
        for group, n in counts.items()
    ])  # fmt: skip


def _robustness() -> pd.DataFrame:
    """The same checks for every group, hidden ones too; for fleet the survey's beside them."""
    behaviour = (
        ("missing_10", None, 0.983, 60, True), ("missing_20", None, 0.917, 60, True),
        ("missing_30", None, 0.733, 60, False), ("without_channel", "chat", 1.0, 1, True),
        ("senders_elsewhere", None, 0.137, 0, False),
    )  # fmt: skip
    perception = (
        ("missing_10", None, 0.9, 60, True), ("missing_20", None, 0.7, 60, False),
        ("missing_30", None, 0.5, 60, False), ("unweighted", None, 0.31, 1, False),
        ("tipping_point", None, -0.5, 2, False),
    )  # fmt: skip
    told = [(g, "behaviour", check) for g in PEOPLE if g != "org" for check in behaviour]
    told += [("fleet", "perception", check) for check in perception]
    return pd.DataFrame([
        {
            "window_id": PERIOD, "group_id": group, "layer": layer, "kind": kind,
            "detail": detail, "value": value, "n": n, "is_enough": is_enough,
        }
        for group, layer, (kind, detail, value, n, is_enough) in told
    ])  # fmt: skip


def _regions() -> pd.DataFrame:
    leaves = [g for g in PEOPLE if g not in PARENT.values()]
    word = {"fleet": "cooler", "dispatch": "cooler", "yard": "warmer"}
    return pd.DataFrame([
        {
            "window_id": PERIOD, "group_id": g, "g": -2.31, "p": 0.021, "q": 0.043,
            "n_neighbours": 1 if g == "south" else 4, "region": word.get(g, "none"),
        }
        for g in leaves
    ])  # fmt: skip


def _coverage() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"window_id": PERIOD, "group_id": g, "channel": "any", "n_people": n, "n_with_data": n}
            for g, n in PEOPLE.items()
        ]
    )
