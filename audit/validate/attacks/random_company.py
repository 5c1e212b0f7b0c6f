"""Made-up companies for attacks: random trees of small teams, people who come, go and move.

Nothing here measures anything: people get values, groups get means. What matters is who stands
behind which number, because that is all that disclosure control looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

SITES = ("Leeds", "Lyon", "Turin")
LEVELS = ("1", "2", "3")
ROOT = "org"


@dataclass(frozen=True)
class Person:
    """Somebody made up: lowest group, site, level, value, and which indicators they answer."""

    id: str
    team: str
    site: str | None
    level: str | None
    value: float
    gives: frozenset[str]


@dataclass(frozen=True)
class Company:
    """A tree of groups and the people of one period."""

    parent: Mapping[str, str | None]
    people: tuple[Person, ...]

    @cached_property
    def _lines(self) -> dict[str, tuple[str, ...]]:
        return {group: tuple(self._line(group)) for group in self.parent}

    @cached_property
    def _inside(self) -> dict[str, tuple[Person, ...]]:
        found: dict[str, list[Person]] = {group: [] for group in self.parent}
        for person in self.people:
            for group in self.above(person.team):
                found[group].append(person)
        return {group: tuple(people) for group, people in found.items()}

    def above(self, group: str) -> tuple[str, ...]:
        """Return a group and all above it."""
        return self._lines[group]

    def inside(self, group: str) -> tuple[Person, ...]:
        """Return the people of a group and of all below it."""
        return self._inside[group]

    def _line(self, group: str | None) -> Iterator[str]:
        while group is not None:
            yield group
            group = self.parent[group]


@dataclass(frozen=True)
class Shape:
    """How companies are drawn."""

    indicators: tuple[str, ...] = ("response_rate", "isolation", "felt_listening")
    survey: str = "felt_listening"
    """Answered by 7 in 10; the others by 19 in 20."""
    crews: float = 0.15
    """Teams that are cut into two crews."""
    small: float = 0.5
    """Teams of 2 to 9 people; the others have up to 30."""
    unstated: float = 0.03
    """People whose site nobody knows."""
    unobserved: float = 0.04
    """Cells that fail a gate of measurement."""
    silent: float = 0.3
    """Pairs of teams without contact."""
    leavers: float = 0.04
    movers: float = 0.02
    joiners: float = 0.04


def random_company(rng: np.random.Generator, shape: Shape) -> Company:
    """Return a company of two or three levels; half of its teams are under 10 people."""
    parent: dict[str, str | None] = {ROOT: None}
    for d in range(int(rng.integers(2, 4))):
        division = f"d{_letter(d)}"
        parent[division] = ROOT
        for t in range(int(rng.integers(1, 5))):
            team = f"{division}-{_letter(t)}"
            parent[team] = division
            if rng.random() < shape.crews:
                parent |= {f"{team}-{part}": team for part in ("one", "two")}
    company = Company(parent, ())
    inner = set(parent.values())
    people: list[Person] = []
    for group in parent:
        is_leaf = group not in inner
        size = _team_size(rng, shape) if is_leaf else int(rng.integers(0, 4))
        people += [_person(rng, shape, group, len(people) + i) for i in range(size)]
    return replace(company, people=tuple(people))


def next_wave(rng: np.random.Generator, shape: Shape, company: Company, wave: int) -> Company:
    """Return the company a period later: some left, some moved, some joined."""
    teams = sorted({p.team for p in company.people})
    people = []
    for person in company.people:
        luck = rng.random()
        if luck < shape.leavers:
            continue
        moves = luck < shape.leavers + shape.movers
        people.append(replace(person, team=str(rng.choice(teams))) if moves else person)
    n_new = int(rng.poisson(shape.joiners * len(company.people)))
    joined = [_person(rng, shape, str(rng.choice(teams)), 10_000 * wave + i) for i in range(n_new)]
    return replace(company, people=(*people, *joined))


def _letter(place: int) -> str:
    return "abcdefgh"[place]


def _team_size(rng: np.random.Generator, shape: Shape) -> int:
    is_small = rng.random() < shape.small
    return int(rng.integers(2, 10)) if is_small else int(rng.integers(8, 31))


def _person(rng: np.random.Generator, shape: Shape, team: str, number: int) -> Person:
    response = {name: 0.7 if name == shape.survey else 0.95 for name in shape.indicators}
    gives = frozenset(name for name, share in response.items() if rng.random() < share)
    site = str(rng.choice(SITES, p=(0.6, 0.3, 0.1))) if rng.random() >= shape.unstated else None
    level = str(rng.choice(LEVELS, p=(0.1, 0.3, 0.6)))
    value = float(np.clip(rng.normal(0.5, 0.13), 0.0, 1.0))
    return Person(f"p{number:06d}", team, site, level, value, gives)
