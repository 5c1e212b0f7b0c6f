"""Private results of made-up companies, in the contracts of a real run, ready to be published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from audit.release import PublishOptions, SourceBalance
from audit.validate.attacks.random_company import ROOT, Company, Person, Shape
from core.store import RunFolder
from core.tables.canonical import UNITS
from core.tables.network import MEMBERSHIP, UNIT_EDGES, WINDOWS
from core.tables.results import RESULTS

Rows = list[dict[str, object]]
_FIRST_DAY, _DAYS = 20_000, 84
_LEADS = {"behaviour": "response_rate", "perception": "felt_listening"}
_SCALES = {"response_rate": "points", "isolation": "share", "felt_listening": "score"}
_LEAST = 8
_COLD = -0.25
_MEMBERS = ""


@dataclass(frozen=True)
class Slice:
    """A set of people cut by at most two of unit, location and level."""

    id: str
    kind: str
    group: str | None
    site: str | None
    level: str | None
    people: tuple[Person, ...]


def write_results(
    folder: RunFolder, waves: Mapping[int, Company], shape: Shape, rng: np.random.Generator
) -> None:
    """Write all private tables that the publisher reads; one period for each wave."""
    found: dict[str, Rows] = {name: [] for name in RESULTS}
    edges: Rows = []
    for window, company in waves.items():
        for name, rows in _wave(window, company, shape, rng).items():
            found[name] += rows
        edges += _edges(window, company, shape, rng)
    found["indicators"] = [_indicator(name) for name in shape.indicators]
    for name, contract in RESULTS.items():
        frame = pd.DataFrame(found[name], columns=contract.names)
        contract.write(frame if len(frame) else contract.empty(), folder.results)
    last = waves[max(waves)]
    UNITS.write(pd.DataFrame(_units(last)), folder.canonical)
    WINDOWS.write(pd.DataFrame([_window(w) for w in waves]), folder.network)
    homes = [row for window, company in waves.items() for row in _homes(window, company)]
    MEMBERSHIP.write(pd.DataFrame(homes, columns=MEMBERSHIP.names), folder.network)
    has_edges = pd.DataFrame(edges, columns=UNIT_EDGES.names)
    UNIT_EDGES.write(has_edges if edges else UNIT_EDGES.empty(), folder.network)


def options_of(policy: str, min_people: int, release: str) -> PublishOptions:
    """Return what the publisher is told of a made-up run."""
    return PublishOptions(
        run_id=release,
        title="Made-up company",
        is_sample=True,
        min_people=min_people,
        policy=policy,
        seed=7,
        version="0",
        config_hash="0",
        weeks_per_window=4,
        windows_per_period=3,
        lead_behaviour=_LEADS["behaviour"],
        lead_perception=_LEADS["perception"],
        leads_with="behaviour",
        leads_why="",
        reply_quality="explicit",
        balance=(SourceBalance("messages", 1003, 986, 3, 12, 2, True, (("special", 12),)),),
    )


def empty_run(root: Path) -> RunFolder:
    """Return a new run folder."""
    return RunFolder.create(root)


def slices_of(company: Company) -> list[Slice]:
    """Return the slices beside the tree that are no group and no simpler slice."""
    held: dict[tuple[str | None, str | None, str | None], list[Person]] = {}
    for person in company.people:
        groups: list[str | None] = [None, *company.above(person.team)[:-1]]
        cuts = {(person.site, None), (None, person.level), (person.site, person.level)}
        for site, level in cuts - {(None, None)}:
            for group in groups if None in (site, level) else [None]:
                held.setdefault((group, site, level), []).append(person)
    taken = {frozenset(p.id for p in company.inside(group)) for group in company.parent}
    found = []
    for key in sorted(held, key=lambda k: (sum(x is not None for x in k), str(k))):
        ids = frozenset(p.id for p in held[key])
        if ids not in taken:
            taken.add(ids)
            people = {p.id: p for p in held[key]}
            found.append(Slice(_id(key), _kind(key), *key, tuple(people.values())))
    return found


def _wave(
    window: int, company: Company, shape: Shape, rng: np.random.Generator
) -> dict[str, Rows]:
    found: dict[str, Rows] = {name: [] for name in RESULTS}
    for group in company.parent:
        _add_group(found, window, company, group)
        people = company.inside(group)
        values = [_value(people, name, shape, rng) for name in shape.indicators]
        place = {"window_id": window, "group_id": group}
        found["indicator_values"] += [{**place, **value} for value in values]
        if group != ROOT:
            found["verdicts"] += list(_verdicts(window, group, values))
            found["joint_verdicts"].append({
                **place, "behaviour": "not_enough_evidence",
                "perception": "not_enough_evidence", "joint": "none",
            })  # fmt: skip
    for cut in slices_of(company):
        place = {"window_id": window, "slice_id": cut.id}
        found["slices"].append({
            **place, "kind": cut.kind, "group_id": cut.group, "location": cut.site,
            "level": cut.level, "n_people": len(cut.people),
        })  # fmt: skip
        found["slice_people"] += [{**place, "person_id": p.id} for p in cut.people]
        found["slice_values"] += [
            {**place, **_value(cut.people, name, shape, rng)} for name in shape.indicators
        ]
    found["slice_atoms"] = list(_atoms(window, company, shape))
    found["themes"] = list(_themes(window, company))
    return found


def _add_group(found: dict[str, Rows], window: int, company: Company, group: str) -> None:
    above, people = company.parent[group], company.inside(group)
    path = "/".join(reversed(company.above(group)))
    place: dict[str, object] = {"window_id": window, "group_id": group}
    found["org_groups"].append({
        **place, "parent_id": above, "kind": "unit", "name": group.capitalize(),
        "depth": path.count("/"), "path": path, "n_people": len(people),
        "is_searched": group != ROOT, "is_released": True,
    })  # fmt: skip
    found["unit_groups"].append({**place, "unit_id": group, "why": "own group"})
    found["group_people"] += [{**place, "person_id": p.id} for p in people]
    n = len(people)
    found["coverage"].append({**place, "channel": "any", "n_people": n, "n_with_data": n})
    if group not in set(company.parent.values()) and people:
        found["regions"].append({
            **place, "g": 1.0, "p": 0.4, "q": 0.5, "n_neighbours": 3, "region": "none",
        })  # fmt: skip


def _value(
    people: Sequence[Person], indicator: str, shape: Shape, rng: np.random.Generator
) -> dict[str, object]:
    """Return one cell: the mean of those who contribute, and whom it hangs on."""
    values = [p.value for p in people if indicator in p.gives]
    n = len(values)
    mean = float(np.mean(values)) if n else None
    share = 1.0 / n + rng.exponential(0.02) if n else None
    status = "shown" if n >= _LEAST else "too_few"
    if n and rng.random() < shape.unobserved:
        status = "not_observed"
    told = {"value": mean} if status == "shown" else {"value": None}
    return {
        "indicator": indicator, **told, "value_low": told["value"] and told["value"] - 0.1,
        "value_high": told["value"] and told["value"] + 0.1, "expected": 0.5,
        "effect": mean and mean - 0.5, "effect_shrunk": mean and 0.8 * (mean - 0.5),
        "odds_cooler": mean and float(np.clip(1.0 - mean, 0, 1)), "n_people": n,
        "n_observations": 20 * n, "top_share": share and min(1.0, share),
        "status": status if n else "not_observed", "why": None,
    }  # fmt: skip


def _verdicts(
    window: int, group: str, values: Sequence[Mapping[str, object]]
) -> Iterator[dict[str, object]]:
    of = {str(value["indicator"]): value for value in values}
    for layer, lead in _LEADS.items():
        cell = of.get(lead)
        if cell is None:
            continue
        is_known = cell["status"] == "shown"
        effect = cell["effect_shrunk"] if is_known else None
        low = float(str(effect)) - 0.2 if effect is not None else None
        high = float(str(effect)) + 0.2 if effect is not None else None
        word = "desert" if low is not None and low < _COLD else "typical"
        yield {
            "window_id": window, "group_id": group, "layer": layer, "indicator": lead,
            "effect_shrunk": effect, "low": low, "high": high, "p_family": 0.2, "q": 0.3,
            "p_low": 0.1, "p_high": 0.9, "odds_cooler": cell["odds_cooler"] if is_known else None,
            "n_people": cell["n_people"], "n_windows": 3, "n_same_sign": 3, "is_robust": True,
            "is_covered": is_known, "mde": 0.3 if is_known else None, "is_top": False,
            "verdict": word if is_known else "not_enough_evidence", "why": None,
        }  # fmt: skip


def _atoms(window: int, company: Company, shape: Shape) -> Iterator[dict[str, object]]:
    for indicator in (_MEMBERS, *shape.indicators):
        counts: dict[tuple[str, str | None, str | None], int] = {}
        for p in company.people:
            if indicator == _MEMBERS or indicator in p.gives:
                key = (p.team, p.site, p.level)
                counts[key] = counts.get(key, 0) + 1
        for key, n in counts.items():
            yield {
                "window_id": window, "indicator": indicator, "atom_id": _id(key),
                "group_id": key[0], "location": key[1], "level": key[2], "n_people": n,
            }  # fmt: skip


def _edges(window: int, company: Company, shape: Shape, rng: np.random.Generator) -> Rows:
    inner = set(company.parent.values())
    leaves = [g for g in company.parent if g not in inner and company.inside(g)]
    rows: Rows = []
    for a in leaves:
        for b in leaves:
            if a == b or rng.random() < shape.silent:
                continue
            n_a, n_b = (int(rng.integers(1, len(company.inside(g)) + 1)) for g in (a, b))
            one = min(1.0, 1.0 / n_a + rng.exponential(0.1))
            rows.append({
                "window_id": window, "source_unit_id": a, "target_unit_id": b,
                "n_source_people": n_a, "n_target_people": n_b, "n_messages": 10 * n_a,
                "weight": float(rng.gamma(3.0, 5.0)), "n_ties": n_a, "expected_ties": 1.0,
                "mutual_share": float(rng.random()), "top_person_share": one,
                "top_two_share": min(1.0, 1.6 * one),
                "top_recipient_share": one,
                "top_two_recipients_share": min(1.0, 1.6 * one),
            })  # fmt: skip
    return rows


def _themes(window: int, company: Company) -> Iterator[dict[str, object]]:
    """Every second person was interviewed; every third of these named the theme."""
    for group in company.parent:
        asked = [p for p in company.inside(group) if int(p.id[1:]) % 2 == 0]
        named = [p for p in asked if int(p.id[1:]) % 3 == 0]
        if asked:
            yield {
                "window_id": window, "group_id": group, "element": "recognition", "code": "thanks",
                "polarity": "positive", "n_interviewees": len(named), "n_interviews": len(asked),
                "is_theme": bool(named),
            }  # fmt: skip


def _homes(window: int, company: Company) -> Iterator[dict[str, object]]:
    for p in company.people:
        yield {
            "window_id": window, "person_id": p.id, "unit_id": p.team, "stratum": "any",
            "tenure_days": None, "n_inbound": 20, "is_eligible": True, "why_not": None,
        }  # fmt: skip


def _indicator(name: str) -> dict[str, object]:
    layer = "perception" if name == _LEADS["perception"] else "behaviour"
    return {
        "indicator": name, "code": name[:2].upper(), "title": name.replace("_", " ").capitalize(),
        "question": "?", "layer": layer, "element": "active listening", "quadrant": "says_does",
        "higher_is": "warmer", "scale": _SCALES[name], "is_lead": name in _LEADS.values(),
        "source": "made up", "cannot_show": "anything",
    }  # fmt: skip


def _units(company: Company) -> Rows:
    found: Rows = []
    for group, above in company.parent.items():
        path = "/".join(reversed(company.above(group)))
        found.append({
            "unit_id": group, "valid_from_day": 0, "valid_to_day": None, "parent_id": above,
            "name": group.capitalize(), "depth": path.count("/"), "path": path,
        })  # fmt: skip
    return found


def _window(window: int) -> dict[str, object]:
    first = _FIRST_DAY + _DAYS * window
    return {
        "window_id": window, "first_day": first, "end_day": first + _DAYS, "period_id": window,
        "is_complete": True,
    }  # fmt: skip


def _kind(key: tuple[str | None, str | None, str | None]) -> str:
    names = ("unit", "location", "level")
    return "_".join(name for name, part in zip(names, key, strict=True) if part is not None)


def _id(key: tuple[str | None, str | None, str | None]) -> str:
    text = "\x1f".join("" if part is None else f"={part}" for part in key)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
