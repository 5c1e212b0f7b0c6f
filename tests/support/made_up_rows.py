"""Rows of the made-up release: verdicts, contact, the map, periods, the one row of `about`."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
from made_up_company import CAVEAT, Group
from made_up_sentences import LABELS, SETTLE, leaning_text, verdict_sentence

Row = dict[str, object]


def verdict_row(window: int, g: Group, layer: str, rng: np.random.Generator) -> Row:
    word = g.plant.behaviour if layer == "behaviour" else g.plant.perception
    row: Row = {
        "window_id": window,
        "group_id": g.id,
        "layer": layer,
        "verdict": word,
        "scale": "points" if layer == "behaviour" else "sd",
        "is_top": False,
        "caveat": CAVEAT,
        "sentence": f"Not shown: {g.plant.why_hidden}.",
    }
    if g.band is None:
        return row
    step, digits = (5.0, 0) if layer == "behaviour" else (0.1, 1)
    size = {"desert": -3, "desert_watch": -2, "hotspot": 3, "hotspot_watch": 2}.get(
        word, int(rng.integers(-1, 2))
    )
    half = 2 if word in ("desert", "hotspot") else 3 if word == "typical" else 4
    effect, low, high = (round(step * n, digits) + 0.0 for n in (size, size - half, size + half))
    leaning, odds = leaning_text(word, size)
    return row | {
        "effect": effect,
        "low": low,
        "high": high,
        "leaning": leaning,
        "odds_in_ten": odds[0],
        "odds_words": odds[1],
        "evidence": "at most .05" if word in ("desert", "hotspot") else "over .10",
        "evidence_fdr": "at most .10"
        if word not in ("typical", "not_enough_evidence")
        else "over .10",
        "windows_text": "in 3 of 3 windows" if abs(size) > 1 else "in 2 of 3 windows",
        "is_robust": abs(size) > 1,
        "mde": 20.0 if layer == "behaviour" else 0.7,
        "is_top": word in ("desert", "hotspot"),
        "sentence": verdict_sentence(g.name, layer, word, (effect, low, high)),
        "settle": SETTLE if word == "not_enough_evidence" else None,
    }


def edge_rows(window: int, groups: list[Group], rng: np.random.Generator) -> list[Row]:
    leaves = sorted((g for g in groups if g.is_leaf and g.band), key=lambda g: g.id)
    rows: list[Row] = []
    for i, a in enumerate(leaves):
        for b in leaves[i + 1 :]:
            near = a.division == b.division
            if rng.random() > (0.75 if near else 0.05):
                continue
            rows.append(
                {
                    "window_id": window,
                    "source_group_id": a.id,
                    "target_group_id": b.id,
                    "strength": int(rng.integers(2 if near else 1, 6 if near else 4)),
                    "mutual": 5.0 * int(rng.integers(6, 18)),
                }
            )
    return rows


def map_rows(groups: list[Group]) -> list[Row]:
    divisions = [g for g in groups if g.depth == 1]
    across = max(1, math.ceil(math.sqrt(len(divisions))))
    step = 2 / across
    rows: list[Row] = []
    for i, d in enumerate(divisions):
        x, y = step * (i % across + 0.5) - 1, 1 - step * (i // across + 0.5)
        rows.append(
            {
                "group_id": d.id,
                "division_id": d.id,
                "kind": "division",
                "x": x,
                "y": y,
                "radius": 0.4 * step,
            }
        )
        leaves = sorted(
            (g for g in groups if g.is_leaf and g.division == d.id),
            key=lambda g: (g.band is None, g.name),
        )
        for j, leaf in enumerate(leaves):
            angle = 2 * math.pi * j / max(1, len(leaves) - 1) + i
            reach = 0 if j == 0 else 0.27 * step
            rows.append(
                {
                    "group_id": leaf.id,
                    "division_id": d.id,
                    "kind": "leaf",
                    "radius": 0.0,
                    "x": x + reach * math.cos(angle),
                    "y": y + reach * math.sin(angle),
                }
            )
    return rows


def window_rows(windows: list[int]) -> list[Row]:
    last = dt.date(2025, 6, 29)
    length = dt.timedelta(weeks=12)
    rows = []
    for i, window in enumerate(reversed(windows)):
        end = last - i * length
        label = "Now" if len(windows) == 1 else ("After", "Before")[i]
        rows.append(
            {
                "window_id": window,
                "label": label,
                "last_on": end,
                "n_windows": 3,
                "first_on": end - length + dt.timedelta(days=1),
                "is_latest": i == 0,
            }
        )
    return rows


def about_row(kind: str, groups: list[Group]) -> Row:
    return {
        "run_id": {"full": "3f9c1a7e52d0", "small": "81be04d7c6aa", "smallest": "c0ffee00d15c"}[
            kind
        ],
        "title": "Halden Group" if kind == "full" else "Halden Workshop",
        "is_sample": kind == "full",
        "first_on": dt.date(2025, 1, 13 if kind == "full" else 20),
        "last_on": dt.date(2025, 6, 29),
        "weeks_per_window": 4,
        "windows_per_period": 3,
        "min_people": 8,
        "policy": "standard",
        "n_groups": len(groups),
        "people": {"full": 740, "small": 80, "smallest": 10}[kind],
        "seed": 7,
        "version": "0.1.0",
        "config_hash": "a94f2e6610bb",
        "reply_quality": "explicit",
        "lead_behaviour": "response_rate",
        "lead_perception": "psychological_safety",
        "caveat": CAVEAT,
        **LABELS[kind],
    }
