"""The scenarios, and the one call that writes a made-up company into a folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from core.errors import UsageError
from core.windows import day_of
from ingest.simulate.aftermath import acknowledgements, evening_answers, follow_ups
from ingest.simulate.audit_file import write_audit_file
from ingest.simulate.behaviour import Traffic, World, converse, join, make_world
from ingest.simulate.exports import (
    ROSTER,
    SLACK,
    TRACE,
    wave_name,
    write_roster,
    write_survey,
    write_trace,
)
from ingest.simulate.interviews import CODES, hold_interviews, write_codes
from ingest.simulate.names import DIVISIONS, SMALL_DIVISIONS
from ingest.simulate.org import Company, build_company
from ingest.simulate.outside import make_contacts
from ingest.simulate.plan import DivisionPlant, Plan, Plant, Rates
from ingest.simulate.roots import inside_roots, outside_roots
from ingest.simulate.slack import write_slack
from ingest.simulate.surroundings import surrounding_mail
from ingest.simulate.survey import ask, make_feelings, wave_days
from ingest.simulate.truth import Truth, truth_of

FIRST_DAY = day_of(dt.date(2025, 3, 31))
LEAST_PEOPLE, LEAST_WEEKS = 40, 5

_DESERT, _HOTSPOT = -1.0, 1.0

PLANTED = Plan(
    name="planted",
    title="Sample company",
    structure=DIVISIONS,
    people=600,
    plants=(
        Plant("desert", 15, (_DESERT, _DESERT), (-1.5, -1.5)),
        Plant("hotspot", 14, (_HOTSPOT, _HOTSPOT), (1.4, 1.4)),
        Plant("desert", 13, (_DESERT, _DESERT), (-1.5, -1.5)),
        Plant("hotspot", 12, (_HOTSPOT, _HOTSPOT), (1.4, 1.4)),
        Plant("desert", 18, (_DESERT, _DESERT), (1.4, 1.4), "warm_words_cold_network"),
        Plant("hotspot", 18, (_HOTSPOT, _HOTSPOT), (-1.4, -1.4), "busy_not_heard"),
        Plant("desert", 11, (_DESERT, _DESERT)),
        Plant("hotspot", 10, (_HOTSPOT, _HOTSPOT)),
        Plant("typical", 17, (0.0, 0.0), (-1.4, -1.4), "felt_desert"),
        Plant("recovered", 14, (_DESERT, 0.0), (-1.0, 0.0)),
    ),
    divisions={
        "Operations": DivisionPlant("cold_division", -0.6, -0.4, 0.19),
        "Sales": DivisionPlant("after_hours", off_hours=0.3),
    },
    isolated_teams=2,
)

NULL = Plan(
    name="null",
    title="Null company",
    structure=DIVISIONS,
    people=600,
    rates=Rates(survey_unit_sd=0.0),
)

SMALL = Plan(
    name="small",
    title="Small company",
    structure=SMALL_DIVISIONS,
    people=80,
    plants=(
        Plant("desert", 14, (_DESERT, _DESERT), (-1.2, -1.2)),
        Plant("hotspot", 13, (_HOTSPOT, _HOTSPOT), (1.2, 1.2)),
    ),
    is_reorganized=False,
    rates=Rates(survey_unit_sd=0.35, response=0.86),
)

PLANS: Mapping[str, Plan] = MappingProxyType({p.name: p for p in (PLANTED, NULL, SMALL)})
SCENARIOS = tuple(PLANS)


@dataclass(frozen=True)
class SimulatedCompany:
    """Where the exports of a made-up company lie, and what is true of it."""

    folder: Path
    config: Path
    roster: Path
    trace: Path
    slack: Path
    surveys: tuple[Path, ...]
    interviews: Path | None
    """Where nobody differs nobody is interviewed."""
    truth_file: Path
    truth: Truth


@dataclass(frozen=True)
class Draw:
    """A company and its conversations before anything is written."""

    company: Company
    world: World
    traffic: Traffic


def simulate(
    scenario: str,
    seed: int,
    folder: Path,
    *,
    people: int | None = None,
    weeks: int | None = None,
) -> SimulatedCompany:
    """Write the exports of a made-up company, its `audit.toml` and its `truth.json`.

    The same scenario, seed and size give the same bytes of every file.
    """
    plan = plan_of(scenario, people=people, weeks=weeks)
    streams = streams_of(seed)
    drawn = draw(plan, streams)
    world, company = drawn.world, drawn.company
    number = int(drawn.traffic.message.max(initial=-1)) + 1
    around = surrounding_mail(world, number, streams["surroundings"])
    number = int(around.message.max(initial=number - 1)) + 1
    desk = acknowledgements(world, drawn.traffic, number, streams["desk"])
    traffic = join([drawn.traffic, around, desk])
    folder.mkdir(parents=True, exist_ok=True)
    write_roster(company, folder / ROSTER)
    write_trace(world, traffic, folder / TRACE, streams["trace"])
    write_slack(world, traffic, folder / SLACK, (streams["slack"], streams["talks"]))
    waves = _write_surveys(company, folder, streams["survey"])
    codings = hold_interviews(company, streams["interviews"])
    if codings:
        write_codes(company, codings, folder / CODES)
    config = folder / "audit.toml"
    write_audit_file(company, seed, waves, config, has_interviews=bool(codings))
    truth = truth_of(company, seed)
    truth.write(folder / "truth.json")
    return SimulatedCompany(
        folder,
        config,
        folder / ROSTER,
        folder / TRACE,
        folder / SLACK,
        tuple(folder / file for file, _, _ in waves),
        folder / CODES if codings else None,
        folder / "truth.json",
        truth,
    )


def plan_of(scenario: str, *, people: int | None = None, weeks: int | None = None) -> Plan:
    """Give the plan of a scenario in another size, or name the scenarios there are."""
    if scenario not in SCENARIOS:
        raise UsageError(
            f"There is no scenario {scenario!r}.", hint=f"Known: {', '.join(SCENARIOS)}."
        )
    plan = PLANS[scenario]
    plan = replace(plan, people=people or plan.people, weeks=weeks or plan.weeks)
    if plan.people < LEAST_PEOPLE or plan.weeks < LEAST_WEEKS:
        raise UsageError(
            f"A made-up company needs {LEAST_PEOPLE} people and {LEAST_WEEKS} weeks or more."
        )
    return plan


def draw(plan: Plan, streams: Mapping[str, np.random.Generator]) -> Draw:
    """Draw company and conversations; every part has a random stream of its own."""
    company = build_company(plan, FIRST_DAY, streams["company"])
    contacts = make_contacts(plan.people, streams["outside"])
    world = make_world(company, contacts, streams["outside"])
    inside = inside_roots(world, streams["roots"])
    outside = outside_roots(world, int(inside.message.max(initial=-1)) + 1, streams["outside"])
    traffic = converse(world, join([inside, outside]), streams["answers"])
    traffic = join([traffic, follow_ups(world, traffic, streams["chasing"])])
    return Draw(company, world, evening_answers(world, traffic, streams["evenings"]))


def streams_of(seed: int) -> dict[str, np.random.Generator]:
    """Give every part its own generator, so that a change in one leaves the others alone.

    A new part goes to the end: the generators before it stay what they were.
    """
    names = (
        *("company", "outside", "roots", "answers", "surroundings", "trace", "slack", "survey"),
        *("chasing", "evenings", "desk", "talks"),
        "interviews",
    )
    children = np.random.SeedSequence(seed).spawn(len(names))
    return {
        name: np.random.Generator(np.random.PCG64(child))
        for name, child in zip(names, children, strict=True)
    }


def _write_surveys(
    company: Company, folder: Path, rng: np.random.Generator
) -> list[tuple[str, int, int]]:
    feelings = make_feelings(company, rng)
    waves = []
    for day in wave_days(company):
        wave = ask(company, feelings, day, rng)
        file = f"pulse_{wave_name(wave)}.csv"
        write_survey(company, wave, folder / file)
        waves.append((file, wave.first_day, wave.last_day))
    return waves
