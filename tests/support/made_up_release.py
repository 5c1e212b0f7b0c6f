"""A valid `published/` folder with made-up groups, for tests of reports and pages.

`make_release(folder)` writes every published contract: all verdict words, hidden groups, blind
spots, merged units; two periods in the full kind, one in the small and the smallest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from made_up_chains import chain_rows, region_rows
from made_up_company import (
    DIVISION_PLANTS,
    DIVISIONS,
    MERGED,
    NAUGHTY,
    PLANTS,
    SMALL,
    Group,
    Plant,
)
from made_up_profiles import profile_rows
from made_up_rows import about_row, edge_rows, map_rows, verdict_row, window_rows
from made_up_sentences import joint_sentence, quality_rows, try_next
from made_up_slices import slice_rows
from made_up_values import catalogue, finding_rows, theme_rows, value_rows

from core.journal_place import start_journal
from core.published import Published
from core.tables.published import BANDS, PUBLISHED
from core.text import clean_name, slug

Kind = Literal["full", "small", "smallest"]
Row = dict[str, object]
ROOT = "org"
HOSTILE_PLACES = (clean_name(NAUGHTY[1]), clean_name("![a](https://evil.example/place.png)"))
JOURNAL_KEY = bytes(range(32))


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
        if kind != "smallest":
            places = {"places": HOSTILE_PLACES} if hostile_names else {}
            cuts, values = slice_rows(window, now, **places)
            tables["slices"] += cuts
            tables["slice_values"] += values
    tables["windows"] = window_rows(windows)
    tables["indicators"] = catalogue()
    tables["unit_map"] = map_rows(groups)
    findings, evidence = finding_rows(windows[-1], groups)
    tables["findings"], tables["evidence"] = findings, evidence
    tables["verdict_evidence"] = chain_rows(windows[-1], groups)
    tables["regions"] = region_rows(windows[-1], groups)
    tables["themes"] = theme_rows(windows[-1], groups)
    tables["profiles"] = profile_rows(windows[-1], groups)
    tables["quality"] = quality_rows(
        sum(g.band is None for g in groups), no_survey=kind == "smallest"
    )
    tables["about"] = [about_row(kind, groups)]
    for name, contract in PUBLISHED.items():
        rows = tables[name]
        contract.write(
            pd.DataFrame(rows, columns=contract.names) if rows else contract.empty(), folder
        )
    if folder.name == "published":
        start_journal(folder.parent, JOURNAL_KEY)  # a run folder: views are recorded in it
    return Published.open(folder)


def _groups(kind: Kind, rng: np.random.Generator) -> list[Group]:
    root = Group(
        ROOT, "Halden Group", None, None, 0, "Halden Group", kind == "smallest", "50+", Plant()
    )
    if kind == "smallest":
        return [replace(root, band="8-9")]
    found = [root]
    bands = BANDS[1:4]
    for division, teams in (DIVISIONS if kind == "full" else SMALL).items():
        top = slug(division)
        plant = DIVISION_PLANTS.get(top, Plant("typical", "typical"))
        found.append(
            Group(
                top,
                division,
                ROOT,
                top,
                1,
                f"Halden Group / {division}",
                False,
                "50+" if kind == "full" else "20-49",
                plant,
            )
        )
        for team in teams:
            name = f"{top}-{slug(team)}"
            leaf = PLANTS.get(name, _quiet(kind, rng))
            band = None if leaf.why_hidden else str(bands[int(rng.integers(0, len(bands)))])
            found.append(
                Group(
                    name,
                    _merged_name(division, name, team),
                    top,
                    top,
                    2,
                    f"Halden Group / {division} / {team}",
                    True,
                    band,
                    leaf,
                    MERGED.get(name, ()),
                )
            )
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
        replace(
            g,
            name=renamed[g.id],
            path=" / ".join(
                renamed[i] for i in (ROOT, g.division, g.id) if i and (i != ROOT or g.depth)
            )
            if g.depth != 1
            else f"{renamed[ROOT]} / {renamed[g.id]}",
        )
        for g in groups
    ]


def _earlier(groups: list[Group]) -> list[Group]:
    """Before, half of the marked leaf groups were not yet marked."""
    return [
        replace(g, plant=Plant("typical", "not_enough_evidence"))
        if g.is_leaf and not g.plant.why_hidden and i % 2
        else g
        for i, g in enumerate(groups)
    ]


def _add_window(
    tables: Mapping[str, list[Row]], window: int, groups: list[Group], rng: np.random.Generator
) -> None:
    for g in groups:
        shown = _shown(g)
        tables["org_groups"].append(
            {
                "window_id": window,
                "group_id": g.id,
                "parent_id": g.parent,
                "kind": "unit",
                "name": g.name,
                "division_id": g.division,
                "depth": g.depth,
                "path": g.path,
                "is_leaf": g.is_leaf,
                **shown,
            }
        )
        tables["units"] += _unit_rows(window, g)
        tables["indicator_values"] += value_rows(window, g, shown, rng)
        if g.depth == 0:
            continue
        for layer in ("behaviour", "perception"):
            tables["verdicts"].append(verdict_row(window, g, layer, rng) | shown)
        tables["joint_verdicts"].append(
            {
                "window_id": window,
                "group_id": g.id,
                "behaviour": g.plant.behaviour,
                "perception": g.plant.perception,
                "joint": g.plant.joint,
                "sentence": joint_sentence(g.name, g.plant),
                "try_next": try_next(g.plant),
                **shown,
            }
        )
    tables["unit_edges"] += edge_rows(window, groups, rng)
    tables["reliability"] += [
        {
            "window_id": window,
            "indicator": "response_rate",
            "kind": "split_half",
            "value": 0.81,
            "is_enough": True,
        },
        {
            "window_id": window,
            "indicator": "psychological_safety",
            "kind": "alpha",
            "value": 0.84,
            "is_enough": True,
        },
        {
            "window_id": window,
            "indicator": "isolation_rate",
            "kind": "split_half",
            "value": 0.52,
            "is_enough": False,
        },
    ]


def _shown(g: Group) -> Row:
    return {"is_shown": g.band is not None, "why_hidden": g.plant.why_hidden, "n_band": g.band}


def _unit_rows(window: int, g: Group) -> Iterable[Row]:
    if not g.members:
        return [
            {
                "window_id": window,
                "unit_id": g.id,
                "name": g.name,
                "group_id": g.id,
                "why": "own group",
            }
        ]
    return [
        {
            "window_id": window,
            "unit_id": f"{g.parent}-{slug(m)}",
            "name": m,
            "group_id": g.id,
            "why": "merged with siblings",
        }
        for m in g.members
    ]
