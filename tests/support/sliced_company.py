"""A hand-made company of 24 with sites and levels, and what its slices are made from."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import made_up_view as made
import pandas as pd

from audit.config.audit_file import AuditConfig, load_config
from audit.describing import Described
from audit.registry import indicators
from audit.slicing import Cube
from audit.statistics.pooling import value_effects
from audit.survey import Answers
from audit.view import WindowView

FIRST = made.WINDOWS[0].first_day
LAST = made.WINDOWS[1].first_day
Values = dict[str, float]


def site_of(person: str) -> str | None:
    number = int(person[1:])
    if person[0] == "a" or (person[0] == "b" and number < 4):
        return "Porto"
    return {"c6": None, "c7": "Oslo"}.get(person, "Leeds")


def roster(**changed: dict[str, object]) -> pd.DataFrame:
    """Return one PEOPLE row per person, with changes by person."""
    return pd.DataFrame([
        {
            "person_id": person, "valid_from_day": 0, "valid_to_day": None, "kind": "employee",
            "unit_id": person[0], "manager_id": None, "joined_day": 0,
            "level": 1 if person[1] in "01" else 2, "site": site_of(person), "work_mode": None,
            "is_leader": False, **changed.get(person, {}),
        }
        for person in made.PEOPLE
    ])  # fmt: skip


def seen(people: pd.DataFrame | None = None, asked: Answers | None = None) -> WindowView:
    view = made.view(asked=asked)
    known = roster() if people is None else people
    return replace(view, tables=replace(view.tables, people=known))


def homes() -> pd.DataFrame:
    return pd.DataFrame({"person_id": made.PEOPLE, "unit_id": [p[0] for p in made.PEOPLE]})


def config(min_people: int = 8) -> AuditConfig:
    """Return the rules of an audit, with few draws."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "r.csv").touch()
        (folder / "a.toml").write_text(
            '[audit]\nname = "A"\n[[source]]\nreader = "roster_csv"\npath = "r.csv"\n'
            f"[judgement]\npermutations = 999\n[privacy]\nmin_people = {min_people}\n"
        )
        return load_config(folder / "a.toml")


def told(values: Values, *, scale: str = "score") -> Described:
    """Return what an indicator is made of that gives each person a value."""
    view = seen()
    frame = pd.DataFrame({"subject_id": list(values), "value": list(values.values())})
    last = frame.assign(window_id=1)
    effects = value_effects(last, view.members)
    card = indicators.get("isolation").meta
    meta = replace(card, layer="behaviour", scale=scale, least_median=0.0, least_messages=0,
                   least_contacts=0)  # fmt: skip
    own = frame.assign(n=1)
    return Described(meta, effects, own, is_share=False)


def values_of(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    table = found["slices"].merge(
        found["slice_values"], on="slice_id", suffixes=("_members", ""), validate="1:m"
    )
    keys = ["group_id", "location", "level"]
    return table.assign(**{k: table[k].fillna("*") for k in keys}).set_index(keys).sort_index()


def named(cube: Cube) -> dict[tuple[str, ...], int]:
    table = cube.table.fillna("*")
    keys = zip(table["group_id"], table["location"], table["level"], strict=True)
    return dict(zip(keys, table["n_people"], strict=True))
