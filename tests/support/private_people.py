"""The organization of the private run made by hand: its groups, units, windows and contacts."""

from __future__ import annotations

import pandas as pd

PEOPLE = {
    "org": 61, "ops": 35, "care": 26,
    "fleet": 12, "stores": 10, "dispatch": 8, "yard": 5, "north": 14, "south": 12,
}  # fmt: skip
PARENT = {
    "org": None, "ops": "org", "care": "org",
    "fleet": "ops", "stores": "ops", "dispatch": "ops", "yard": "ops",
    "north": "care", "south": "care",
}  # fmt: skip
PERIOD = 2


def membership() -> pd.DataFrame:
    """Return the membership table: everybody in the lowest group, in each window of the period."""
    leaves = [g for g in PEOPLE if g not in PARENT.values()]
    rows = [
        {
            "window_id": window, "person_id": f"{unit}-{i:02}", "unit_id": unit, "stratum": "any",
            "tenure_days": 1000, "n_inbound": 60, "is_eligible": True, "why_not": None,
        }
        for window in range(3)
        for unit in leaves
        for i in range(PEOPLE[unit])
    ]  # fmt: skip
    return pd.DataFrame(rows)


def path_of(group: str) -> str:
    """Return the ids from the root down to a group."""
    above = PARENT[group]
    return f"{path_of(above)}/{group}" if above else group


def groups() -> pd.DataFrame:
    rows = [
        {
            "window_id": PERIOD, "group_id": g, "parent_id": PARENT[g], "kind": "unit",
            "name": g.capitalize(), "depth": path_of(g).count("/"), "path": path_of(g),
            "n_people": n, "is_searched": g != "org", "is_released": True,
        }
        for g, n in PEOPLE.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def units() -> pd.DataFrame:
    rows = [
        {
            "unit_id": g, "valid_from_day": 0, "valid_to_day": None, "parent_id": PARENT[g],
            "name": g.capitalize(), "depth": path_of(g).count("/"), "path": path_of(g),
        }
        for g in PEOPLE
    ]  # fmt: skip
    return pd.DataFrame(rows)


def unit_groups() -> pd.DataFrame:
    rows = [{"window_id": PERIOD, "unit_id": g, "group_id": g, "why": "own group"} for g in PEOPLE]
    return pd.DataFrame(rows)


def windows() -> pd.DataFrame:
    rows = [
        {
            "window_id": i, "first_day": 20454 + 28 * i, "end_day": 20482 + 28 * i,
            "period_id": PERIOD, "is_complete": True,
        }
        for i in range(3)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def unit_edges() -> pd.DataFrame:
    leaves = [g for g in PEOPLE if g not in PARENT.values()]
    rows = [
        {
            "window_id": PERIOD, "source_unit_id": a, "target_unit_id": b,
            "n_source_people": 5, "n_target_people": 5, "n_messages": 50,
            "weight": 10.0 + i + 3 * j, "n_ties": 12, "expected_ties": 8.0, "mutual_share": 0.52,
            "top_person_share": 0.3, "top_two_share": 0.5,
            "top_recipient_share": 0.3, "top_two_recipients_share": 0.5,
        }
        for i, a in enumerate(leaves)
        for j, b in enumerate(leaves)
        if a != b
    ]  # fmt: skip
    return pd.DataFrame(rows)
