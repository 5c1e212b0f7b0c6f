"""The pulse survey: who answers, and what; psychological safety and felt listening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.simulate.org import LEVEL_LEAD, Company

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

SAFETY_ITEMS = tuple(f"Q{i}" for i in range(1, 8))
SAFETY_REVERSED = ("Q1", "Q3", "Q5")
LISTENING_ITEMS = tuple(f"Q{i}" for i in range(8, 12))
SAFETY_CUTS = (-2.3, -1.5, -0.8, -0.05, 0.75, 1.6)
LISTENING_CUTS = (-2.5, -1.4, -0.15, 1.3)
LOADING = 0.8
BOTH_SCALES = 0.75
"""Correlation of a person's feeling on the two scales, given the team."""
BLANK_SHARE = 0.015
ONSITE = 2
WEEKS_FOR_TWO = 12
"""Shorter periods have one wave."""


@dataclass(frozen=True)
class Wave:
    """One wave of answers; one entry, or one row, per form."""

    first_day: int
    last_day: int
    person: IntArray
    """Who filled the form in; known to the generator alone, never written."""
    answers: IntArray
    """(forms, items) 0 where an item was left blank."""


@dataclass(frozen=True)
class Feelings:
    """What lies behind the answers: one value per team and per person, stable over waves."""

    team: FloatArray
    person: FloatArray
    """(people, 2) safety and listening, SD 1."""


def make_feelings(company: Company, rng: np.random.Generator) -> Feelings:
    """Planted truth of the teams plus a little of their own; people differ with SD 1."""
    drawn = {
        name: rng.normal(0.0, company.plan.rates.survey_unit_sd)
        for name in sorted({team.name for team in company.teams})
    }
    team = [t.survey + (0.0 if t.plant else drawn[t.name]) for t in company.teams]
    shared = rng.normal(size=(len(company.people), 1))
    own = rng.normal(size=(len(company.people), 2))
    person = np.sqrt(BOTH_SCALES) * shared + np.sqrt(1.0 - BOTH_SCALES) * own
    return Feelings(np.array(team), person)


def ask(company: Company, feelings: Feelings, first_day: int, rng: np.random.Generator) -> Wave:
    """Two weeks of a wave: seven items from 1 to 7, four from 1 to 5, about 70 % answer.

    Who answers depends on level and work mode, which the roster shows, and not on the feeling.
    Those of a planted team who answer feel, taken together, what was planted.
    """
    people = company.people
    last_day = first_day + 11
    here = (people.joined <= first_day) & (people.left > last_day)
    team = people.team[company.era(first_day)]
    little = np.array([t.answers_little for t in company.teams])[team]
    rate = company.plan.rates.response
    share = rate + 0.06 * (people.level <= LEVEL_LEAD) - 0.07 * (people.work_mode == ONSITE)
    answering = here & (rng.random(len(people)) < share * np.where(little, 0.4, 1.0))
    person = rng.permutation(np.flatnonzero(answering))
    own = _centred(company, team[person], feelings.person[person])
    latent = own + feelings.team[team[person]][:, None]
    safety = _items(latent[:, 0], len(SAFETY_ITEMS), SAFETY_CUTS, rng)
    listening = _items(latent[:, 1], len(LISTENING_ITEMS), LISTENING_CUTS, rng)
    turned = [SAFETY_ITEMS.index(item) for item in SAFETY_REVERSED]
    safety[:, turned] = len(SAFETY_CUTS) + 2 - safety[:, turned]
    answers = np.concatenate([safety, listening], axis=1)
    answers[rng.random(answers.shape) < BLANK_SHARE] = 0
    return Wave(first_day, last_day, person, answers)


def wave_days(company: Company) -> tuple[int, ...]:
    """Days on which the waves begin: one in each half of the period."""
    weeks = company.plan.weeks
    two = (round(0.42 * weeks), round(0.92 * weeks))
    starts = two if weeks >= WEEKS_FOR_TWO else (weeks // 2,)
    return tuple(company.first_day + 7 * week for week in starts)


def _centred(company: Company, team: IntArray, feeling: FloatArray) -> FloatArray:
    """Take the mean of those who answer off the people of planted teams."""
    centred = feeling.copy()
    for row in np.unique(team):
        if company.teams[row].plant is not None:
            here = team == row
            centred[here] -= feeling[here].mean(axis=0)
    return centred


def _items(
    latent: FloatArray, n_items: int, cuts: tuple[float, ...], rng: np.random.Generator
) -> IntArray:
    noise = rng.normal(size=(latent.size, n_items))
    continuous = LOADING * latent[:, None] + np.sqrt(1.0 - LOADING**2) * noise
    answers: IntArray = 1 + np.searchsorted(np.array(cuts), continuous).astype(np.int64)
    return answers
