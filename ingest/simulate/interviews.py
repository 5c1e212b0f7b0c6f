"""The interviews of the made-up company: who is asked, what is named, how two coders hear it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.elements import (
    ACTIVE_LISTENING,
    FEEDBACK_CULTURE,
    FLEXIBILITY,
    INCLUSION,
    LEADERSHIP_MODELLING,
    RECOGNITION,
    TRANSPARENT_COMMUNICATION,
)
from core.windows import date_of
from ingest.simulate.names import PLACEHOLDER
from ingest.simulate.org import Company
from ingest.simulate.units import Team

BoolArray = npt.NDArray[np.bool_]

CODES = "codes.csv"
PER_TEAM = 9
"""One more than the usual floor."""
TEAMS_PER_SIDE = 2
LEAST_TEAM = 12
WEEKS_BEFORE_END, WEEKS_LONG = 4, 3
CODERS = ("coder-1", "coder-2")
HEARD, IMAGINED = 0.95, 0.025
"""How often a coder finds a code that was named, and one that was not."""
MIXED, MISREAD = 0.10, 0.04
USUAL, PULL = -1.4, 0.95


@dataclass(frozen=True)
class Code:
    """One code of the closed code book: what it is about, and what makes people name it."""

    label: str
    element: str
    polarity: str
    follows: str
    """effect: what messages show; survey: what people feel."""


CODEBOOK = (
    Code("left without an answer", ACTIVE_LISTENING, "negative", "effect"),
    Code("heard to the end", ACTIVE_LISTENING, "positive", "survey"),
    Code("told too late", TRANSPARENT_COMMUNICATION, "negative", "effect"),
    Code("reasons are given", TRANSPARENT_COMMUNICATION, "positive", "survey"),
    Code("work goes unseen", RECOGNITION, "negative", "survey"),
    Code("thanked for extra work", RECOGNITION, "positive", "survey"),
    Code("plans change overnight", FLEXIBILITY, "negative", "survey"),
    Code("free to arrange hours", FLEXIBILITY, "positive", "survey"),
    Code("bad news goes nowhere", FEEDBACK_CULTURE, "negative", "survey"),
    Code("may say what is wrong", FEEDBACK_CULTURE, "positive", "survey"),
    Code("left out of decisions", INCLUSION, "negative", "survey"),
    Code("newcomers are welcomed", INCLUSION, "positive", "survey"),
    Code("leaders out of reach", LEADERSHIP_MODELLING, "negative", "survey"),
    Code("leaders ask first", LEADERSHIP_MODELLING, "positive", "survey"),
)


@dataclass(frozen=True)
class Coding:
    """One coder gave one interview one code."""

    interview: str
    team: int
    coder: str
    code: Code
    polarity: str
    day: int


def interviewed_teams(company: Company) -> list[int]:
    """Return the rows of the teams that are asked: the coldest and the warmest by survey.

    Only planted teams that last to the end and are large enough; none in a company without any.
    """
    end = company.era(company.end_day - 1)
    size = np.bincount(company.people.team[end][_here(company)], minlength=len(company.teams))
    asked = [
        row
        for row, team in enumerate(company.teams)
        if team.plant is not None and team.eras[end] and team.survey and size[row] >= LEAST_TEAM
    ]
    ordered = sorted(asked, key=lambda row: (company.teams[row].survey, -size[row], row))
    cold = [row for row in ordered if company.teams[row].survey < 0][:TEAMS_PER_SIDE]
    warm = [row for row in reversed(ordered) if company.teams[row].survey > 0][:TEAMS_PER_SIDE]
    return sorted({*cold, *warm})


def hold_interviews(company: Company, rng: np.random.Generator) -> list[Coding]:
    """Ask nine people of each chosen team, by lot, and let two coders code every interview."""
    first = company.end_day - 7 * WEEKS_BEFORE_END
    found: list[Coding] = []
    for row in interviewed_teams(company):
        for _ in range(PER_TEAM):
            interview = f"I{1 + len({c.interview for c in found}):02d}"
            day = first + int(rng.integers(0, WEEKS_LONG)) * 7 + int(rng.integers(0, 5))
            named = rng.random(len(CODEBOOK)) < _chances(company.teams[row])
            is_mixed = rng.random(len(CODEBOOK)) < MIXED
            found += [
                Coding(interview, row, coder, CODEBOOK[i], polarity, day)
                for coder in CODERS
                for i, polarity in _heard(named, is_mixed, rng)
            ]
    return found


def write_codes(company: Company, codings: list[Coding], path: Path) -> None:
    """One row per interview, coder and code; a quote stands beside it that nobody may keep."""
    lines = ["Interview,Division,Team,Coder,Code,Polarity,Element,Date,Quote"]
    for coding in codings:
        team = company.teams[coding.team]
        cells = (
            *(coding.interview, company.divisions[team.division], team.name, coding.coder),
            *(coding.code.label, coding.polarity, coding.code.element),
            *(date_of(coding.day).isoformat(), PLACEHOLDER),
        )
        lines.append(",".join(cells))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8"))


def _here(company: Company) -> BoolArray:
    people = company.people
    day = company.end_day - 7 * WEEKS_BEFORE_END
    here: BoolArray = (people.joined <= day) & (people.left > day)
    return here


def _chances(team: Team) -> npt.NDArray[np.float64]:
    """How likely somebody of a team names each code: strains where it is cold, help where warm."""
    truth = {"effect": team.effect, "survey": team.survey}
    pull = [truth[c.follows] * (1.0 if c.polarity == "positive" else -1.0) for c in CODEBOOK]
    chances: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(USUAL + PULL * np.array(pull))))
    return chances


def _heard(
    named: BoolArray, is_mixed: BoolArray, rng: np.random.Generator
) -> list[tuple[int, str]]:
    """What one coder finds in an interview: at least one code."""
    found = np.flatnonzero(rng.random(named.size) < np.where(named, HEARD, IMAGINED))
    if not found.size:
        found = np.array([int(np.argmax(named))])
    misread = rng.random(named.size) < MISREAD
    return [
        (int(i), "mixed" if is_mixed[i] != misread[i] else CODEBOOK[i].polarity) for i in found
    ]
