"""A valid `published/` folder with made-up groups, for tests of reports and pages.

`make_release(folder)` writes every published contract: all verdict words, hidden groups, blind
spots, merged units; two periods in the full kind, one in the small and the smallest.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from made_up_company import DIVISION_PLANTS, DIVISIONS, MERGED, NAUGHTY, PLANTS, SMALL, Plant
from made_up_sentences import (
    LABELS,
    SETTLE,
    joint_sentence,
    leaning_text,
    quality_rows,
    try_next,
    verdict_sentence,
)
from made_up_values import catalogue, finding_rows, value_rows

from core.published import Published
from core.tables.published import BANDS, PUBLISHED
from core.text import clean_name, slug

Kind = Literal["full", "small", "smallest"]
Row = dict[str, object]
ROOT = "org"
CAVEAT = "Face-to-face talk and phone calls leave no trace here; quiet units can be kind units."


@dataclass(frozen=True)
class Group:
    """One group of the made-up company in one period."""

    id: str
    name: str
    parent: str | None
    division: str | None
    depth: int
    path: str
    is_leaf: bool
    band: str | None
    plant: Plant
    members: tuple[str, ...] = ()


def make_release(folder: Path, kind: Kind = "full", hostile_names: bool = False) -> Published:
    """Write a whole made-up release into `folder` and return the door to it."""
    rng = np.random.default_rng(7)
    windows = [2, 5] if kind == "full" else [2]
    groups = _groups(kind, rng)
    if hostile_names:
        groups = _renamed(groups)
    tables: dict[str, list[Row]] = {name: [] for name in PUBLISHED}
    for window in windows:
        now = _earlier(groups) if window != windows[-1] else groups
        _add_window(tables, window, now, rng)
    tables["windows"] = _window_rows(windows)
    tables["indicators"] = catalogue()
    tables["unit_map"] = _map_rows(groups)
    findings, evidence = finding_rows(windows[-1], groups)
    tables["findings"], tables["evidence"] = findings, evidence
    tables["quality"] = quality_rows(
        sum(g.band is None for g in groups), no_survey=kind == "smallest"
    )
    tables["about"] = [_about(kind, groups)]
    for name, contract in PUBLISHED.items():
        rows = tables[name]
        contract.write(pd.DataFrame(rows, columns=contract.names) if rows else contract.empty(),
                       folder)
    return Published.open(folder)


def _groups(kind: Kind, rng: np.random.Generator) -> list[Group]:
    root = Group(ROOT, "Halden Group", None, None, 0, "Halden Group", kind == "smallest", "50+",
                 Plant())
    if kind == "smallest":
        return [replace(root, band="8-9")]
    found = [root]
    bands = BANDS[1:4]
    for division, teams in (DIVISIONS if kind == "full" else SMALL).items():
        top = slug(division)
        plant = DIVISION_PLANTS.get(top, Plant("typical", "typical"))
        found.append(Group(top, division, ROOT, top, 1, f"Halden Group / {division}", False,
                           "50+" if kind == "full" else "20-49", plant))
        for team in teams:
            name = f"{top}-{slug(team)}"
            leaf = PLANTS.get(name, _quiet(kind, rng))
            band = None if leaf.why_hidden else str(bands[int(rng.integers(0, len(bands)))])
            found.append(Group(name, _merged_name(division, name, team), top, top, 2,
                               f"Halden Group / {division} / {team}", True, band, leaf,
                               MERGED.get(name, ())))
    return found


def _merged_name(division: str, group: str, team: str) -> str:
    return f"{division}: {' and '.join(MERGED[group])}" if group in MERGED else team


def _quiet(kind: Kind, rng: np.random.Generator) -> Plant:
    words = ("typical", "not_enough_evidence")
    odds = (0.45, 0.55) if kind == "full" else (0.1, 0.9)
    first, second = rng.choice(2, size=2, p=odds)
    return Plant(words[int(first)], words[int(second)])


def _renamed(groups: list[Group]) -> list[Group]:
    names = iter(NAUGHTY)
    renamed: dict[str, str] = {
        g.id: clean_name(next(names, g.name)) if g.depth else g.name for g in groups
    }
    return [
        replace(g, name=renamed[g.id], path=" / ".join(
            renamed[i] for i in (ROOT, g.division, g.id) if i and (i != ROOT or g.depth)
        ) if g.depth != 1 else f"{renamed[ROOT]} / {renamed[g.id]}")
        for g in groups
    ]


def _earlier(groups: list[Group]) -> list[Group]:
    """Before, half of the marked leaf groups were not yet marked."""
    return [
        replace(g, plant=Plant("typical", "not_enough_evidence"))
        if g.is_leaf and not g.plant.why_hidden and i % 2 else g
        for i, g in enumerate(groups)
    ]


def _add_window(
    tables: Mapping[str, list[Row]], window: int, groups: list[Group], rng: np.random.Generator
) -> None:
    for g in groups:
        shown = _shown(g)
        tables["org_groups"].append({
            "window_id": window, "group_id": g.id, "parent_id": g.parent, "kind": "unit",
            "name": g.name, "division_id": g.division, "depth": g.depth, "path": g.path,
            "is_leaf": g.is_leaf, **shown,
        })
        tables["units"] += _unit_rows(window, g)
        tables["indicator_values"] += value_rows(window, g, shown, rng)
        if g.depth == 0:
            continue
        for layer in ("behaviour", "perception"):
            tables["verdicts"].append(_verdict_row(window, g, layer, rng) | shown)
        tables["joint_verdicts"].append({
            "window_id": window, "group_id": g.id, "behaviour": g.plant.behaviour,
            "perception": g.plant.perception, "joint": g.plant.joint,
            "sentence": joint_sentence(g.name, g.plant), "try_next": try_next(g.plant), **shown,
        })
    tables["unit_edges"] += _edge_rows(window, groups, rng)
    tables["reliability"] += [
        {"window_id": window, "indicator": "response_rate", "kind": "split_half", "value": 0.81,
         "is_enough": True},
        {"window_id": window, "indicator": "psychological_safety", "kind": "alpha",
         "value": 0.84, "is_enough": True},
        {"window_id": window, "indicator": "isolation_rate", "kind": "split_half",
         "value": 0.52, "is_enough": False},
    ]


def _shown(g: Group) -> Row:
    return {"is_shown": g.band is not None, "why_hidden": g.plant.why_hidden, "n_band": g.band}


def _unit_rows(window: int, g: Group) -> Iterable[Row]:
    if not g.members:
        return [{"window_id": window, "unit_id": g.id, "name": g.name, "group_id": g.id,
                 "why": "own group"}]
    return [{"window_id": window, "unit_id": f"{g.parent}-{slug(m)}", "name": m,
             "group_id": g.id, "why": "merged with siblings"} for m in g.members]


def _verdict_row(window: int, g: Group, layer: str, rng: np.random.Generator) -> Row:
    word = g.plant.behaviour if layer == "behaviour" else g.plant.perception
    row: Row = {
        "window_id": window, "group_id": g.id, "layer": layer, "verdict": word,
        "scale": "points" if layer == "behaviour" else "sd", "is_top": False, "caveat": CAVEAT,
        "sentence": f"Not shown: {g.plant.why_hidden}.",
    }
    if g.band is None:
        return row
    step, digits = (5.0, 0) if layer == "behaviour" else (0.1, 1)
    size = {"desert": -3, "desert_watch": -2, "hotspot": 3, "hotspot_watch": 2}.get(
        word, int(rng.integers(-1, 2)))
    half = 2 if word in ("desert", "hotspot") else 3 if word == "typical" else 4
    effect, low, high = (round(step * n, digits) + 0.0 for n in (size, size - half, size + half))
    leaning, odds = leaning_text(word, size)
    return row | {
        "effect": effect, "low": low, "high": high, "leaning": leaning, "odds_in_ten": odds[0],
        "odds_words": odds[1],
        "evidence": "at most .05" if word in ("desert", "hotspot") else "over .10",
        "evidence_fdr": "at most .10" if word not in ("typical", "not_enough_evidence")
        else "over .10",
        "windows_text": "in 3 of 3 windows" if abs(size) > 1 else "in 2 of 3 windows",
        "is_robust": abs(size) > 1, "mde": 20.0 if layer == "behaviour" else 0.7,
        "is_top": word in ("desert", "hotspot"),
        "sentence": verdict_sentence(g.name, layer, word, (effect, low, high)),
        "settle": SETTLE if word == "not_enough_evidence" else None,
    }


def _edge_rows(window: int, groups: list[Group], rng: np.random.Generator) -> list[Row]:
    leaves = sorted((g for g in groups if g.is_leaf and g.band), key=lambda g: g.id)
    rows: list[Row] = []
    for i, a in enumerate(leaves):
        for b in leaves[i + 1:]:
            near = a.division == b.division
            if rng.random() > (0.75 if near else 0.05):
                continue
            rows.append({"window_id": window, "source_group_id": a.id, "target_group_id": b.id,
                         "strength": int(rng.integers(2 if near else 1, 6 if near else 4)),
                         "mutual": 5.0 * int(rng.integers(6, 18))})
    return rows


def _map_rows(groups: list[Group]) -> list[Row]:
    divisions = [g for g in groups if g.depth == 1]
    across = max(1, math.ceil(math.sqrt(len(divisions))))
    step = 2 / across
    rows: list[Row] = []
    for i, d in enumerate(divisions):
        x, y = step * (i % across + 0.5) - 1, 1 - step * (i // across + 0.5)
        rows.append({"group_id": d.id, "division_id": d.id, "kind": "division", "x": x, "y": y,
                     "radius": 0.4 * step})
        leaves = sorted((g for g in groups if g.is_leaf and g.division == d.id),
                        key=lambda g: (g.band is None, g.name))
        for j, leaf in enumerate(leaves):
            angle = 2 * math.pi * j / max(1, len(leaves) - 1) + i
            reach = 0 if j == 0 else 0.27 * step
            rows.append({"group_id": leaf.id, "division_id": d.id, "kind": "leaf", "radius": 0.0,
                         "x": x + reach * math.cos(angle), "y": y + reach * math.sin(angle)})
    return rows


def _window_rows(windows: list[int]) -> list[Row]:
    last = dt.date(2025, 6, 29)
    length = dt.timedelta(weeks=12)
    rows = []
    for i, window in enumerate(reversed(windows)):
        end = last - i * length
        label = "Now" if len(windows) == 1 else ("After", "Before")[i]
        rows.append({"window_id": window, "label": label, "last_on": end, "n_windows": 3,
                     "first_on": end - length + dt.timedelta(days=1), "is_latest": i == 0})
    return rows


def _about(kind: Kind, groups: list[Group]) -> Row:
    return {
        "run_id": {"full": "3f9c1a7e52d0", "small": "81be04d7c6aa", "smallest": "c0ffee00d15c"}[
            kind],
        "title": "Halden Group" if kind == "full" else "Halden Workshop",
        "is_sample": kind == "full", "first_on": dt.date(2025, 1, 13 if kind == "full" else 20),
        "last_on": dt.date(2025, 6, 29), "weeks_per_window": 4, "windows_per_period": 3,
        "min_people": 8, "policy": "standard", "n_groups": len(groups),
        "people": {"full": 740, "small": 80, "smallest": 10}[kind], "seed": 7,
        "version": "0.1.0", "config_hash": "a94f2e6610bb", "reply_quality": "explicit",
        "lead_behaviour": "response_rate", "lead_perception": "psychological_safety",
        "caveat": CAVEAT, **LABELS[kind],
    }
