"""The truth file: what was planted where, against which the findings are held."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.windows import date_of
from ingest.simulate.org import NEVER, Company

COLD, WARM = -0.75, 0.75
"""Beyond these a planted survey effect is cold or warm."""
JOINT = {
    ("desert", "cold"): "confirmed_desert",
    ("desert", "typical"): "process_desert",
    ("desert", "warm"): "warm_words_cold_network",
    ("typical", "cold"): "felt_desert",
    ("hotspot", "cold"): "busy_not_heard",
    ("hotspot", "typical"): "process_hotspot",
    ("hotspot", "warm"): "confirmed_hotspot",
}


@dataclass(frozen=True)
class PlantedUnit:
    """One team with a planted truth, for the time in which it holds."""

    unit: str
    division: str
    kind: str
    """desert, hotspot or typical: what messages show."""
    joint: str
    """Class in the joint table of messages and survey."""
    effect: float
    """Log-odds of an answer."""
    survey: float
    """SD of a person's latent answer."""
    n_people: int
    first_day: str
    last_day: str
    holds_at_end: bool


@dataclass(frozen=True)
class PlantedDivision:
    """One division that differs as a whole."""

    division: str
    kind: str
    effect: float
    survey: float
    off_hours: float
    n_people: int
    teams: tuple[str, ...]
    """Its teams at the end: each carries the effect of the division."""


@dataclass(frozen=True)
class Truth:
    """Everything that was planted, and everything that changed."""

    scenario: str
    seed: int
    n_people: int
    first_day: str
    last_day: str
    reorganized_on: str | None
    units: tuple[PlantedUnit, ...]
    divisions: tuple[PlantedDivision, ...]
    isolated_teams: tuple[str, ...]
    teams_that_answer_few_surveys: tuple[str, ...]
    closed: tuple[str, ...]
    opened: tuple[str, ...]

    def write(self, path: Path) -> None:
        """Write the truth as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


def truth_of(company: Company, seed: int) -> Truth:
    """Collect the truth of a company; a unit that moved stands once before and once after."""
    changed = company.reorganized_day != NEVER
    end = company.era(company.end_day - 1)
    planted = [i for i, t in enumerate(company.teams) if t.plant is not None]
    divisions = company.plan.divisions
    return Truth(
        scenario=company.plan.name,
        seed=seed,
        n_people=_head_count(company, company.end_day - 1),
        first_day=date_of(company.first_day).isoformat(),
        last_day=date_of(company.end_day - 1).isoformat(),
        reorganized_on=date_of(company.reorganized_day).isoformat() if changed else None,
        units=tuple(_unit(company, i) for i in planted),
        divisions=tuple(
            PlantedDivision(
                name,
                plant.role,
                plant.effect,
                plant.survey,
                plant.off_hours,
                _division_count(company, d),
                _division_teams(company, d),
            )
            for d, name in enumerate(company.divisions)
            if (plant := divisions.get(name)) is not None
        ),
        isolated_teams=tuple(t.name for t in company.teams if t.is_isolated and t.eras[end]),
        teams_that_answer_few_surveys=tuple(
            t.name for t in company.teams if t.answers_little and t.eras[end]
        ),
        closed=tuple(_path(company, i) for i, t in enumerate(company.teams) if not t.eras[1]),
        opened=tuple(_path(company, i) for i, t in enumerate(company.teams) if not t.eras[0]),
    )


def _unit(company: Company, row: int) -> PlantedUnit:
    team = company.teams[row]
    era = 0 if team.eras[0] else 1
    first = company.first_day if team.eras[0] else company.reorganized_day
    last = company.end_day if team.eras[1] else company.reorganized_day
    day = (company.first_day, company.end_day - 1)[era]
    kind = _word(team.effect, ("desert", "typical", "hotspot"))
    feeling = _word(team.survey, ("cold", "typical", "warm"))
    here = (company.people.team[era] == row) & _working(company, day)
    return PlantedUnit(
        unit=team.name,
        division=company.divisions[team.division],
        kind=kind,
        joint=JOINT.get((kind, feeling), "none"),
        effect=team.effect,
        survey=team.survey,
        n_people=int(here.sum()),
        first_day=date_of(first).isoformat(),
        last_day=date_of(last - 1).isoformat(),
        holds_at_end=team.eras[1],
    )


def _word(effect: float, words: tuple[str, str, str]) -> str:
    return words[0] if effect <= COLD else words[2] if effect >= WARM else words[1]


def _working(company: Company, day: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    people = company.people
    return (people.joined <= day) & (people.left > day)


def _head_count(company: Company, day: int) -> int:
    return int(_working(company, day).sum())


def _division_count(company: Company, division: int) -> int:
    last = company.end_day - 1
    inside = company.division_of(company.era(last)) == division
    return int((inside & _working(company, last)).sum())


def _division_teams(company: Company, division: int) -> tuple[str, ...]:
    last = company.era(company.end_day - 1)
    return tuple(t.name for t in company.teams if t.division == division and t.eras[last])


def _path(company: Company, row: int) -> str:
    team = company.teams[row]
    return f"{company.divisions[team.division]}: {team.name}"
