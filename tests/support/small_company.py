"""A company of 91 people made by hand for attacks: small teams, three sites, one leaver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from audit.disclosure.defences import ALL, Defences
from audit.publish import publish
from audit.validate.attacks.random_company import Company, Person, Shape
from audit.validate.attacks.random_results import empty_run, options_of, write_results
from core.engine import DuckDBEngine
from core.progress import Silent
from core.store import RunFolder

PARENT: dict[str, str | None] = {
    "org": None, "north": "org", "south": "org",
    "fleet": "north", "stores": "north", "yard": "north", "desk": "north",
    "care": "south", "sales": "south", "tenders": "south",
}  # fmt: skip
PEOPLE = {"fleet": 12, "stores": 9, "yard": 3, "desk": 4, "care": 22, "sales": 11, "tenders": 30}
SHAPE = Shape(unobserved=0.0, silent=0.0)
SITES = ("Leeds", "Leeds", "Lyon", "Leeds", "Turin")
LEVELS = ("3", "3", "2", "3", "3", "1", "2")


def company() -> Company:
    """Return the first wave: yard (3) and desk (4) are under the floor, so is their sum."""
    people: list[Person] = []
    for team, n in PEOPLE.items():
        for _ in range(n):
            i = len(people)
            gives = {"response_rate", "isolation"} | ({"felt_listening"} if i % 4 else set())
            person = Person(
                f"p{i:06d}",
                team,
                SITES[i % len(SITES)] if i % 23 else None,
                LEVELS[i % len(LEVELS)],
                0.3 + 0.37 * ((i * 7919) % 101) / 100,
                frozenset(gives),
            )
            people.append(person)
    return Company(PARENT, tuple(people))


def after_one_left(first: Company) -> Company:
    """Return the second wave: one of fleet has left, one of sales has joined."""
    rest = tuple(p for p in first.people if p.id != "p000001")
    joined = replace(first.people[0], id="p000999", team="sales")
    return replace(first, people=(*rest, joined))


@dataclass(frozen=True)
class Published:
    """A release of the company, and how it was made."""

    folder: RunFolder
    defences: Defences


def publish_company(root: Path, policy: str = "standard", defences: Defences = ALL) -> Published:
    """Publish both waves in one release with some defences off."""
    folder = empty_run(root)
    first = company()
    waves = {1: first, 2: after_one_left(first)}
    write_results(folder, waves, SHAPE, np.random.default_rng(11))
    with DuckDBEngine() as engine:
        publish(folder, options_of(policy, 8, "r1"), engine, Silent(), defences=defences)
    return Published(folder, defences)
