"""Longer talks in team channels: several people, many turns, more or less evenly shared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.simulate import clock
from ingest.simulate.behaviour import World, pick_times, present

IntArray = npt.NDArray[np.int64]

WEEKS_APART = 2
SPEAKERS, TURNS = (3, 6), (8, 14)
LEAST_PRESENT = 4
PAUSE_S = (60, 900)
_LATEST_S = 20 * 3_600


@dataclass(frozen=True)
class Turn:
    """One message of a talk: who and when."""

    person: int
    sent_s: int


def team_talks(world: World, members: IntArray, rng: np.random.Generator) -> list[list[Turn]]:
    """Draw the talks of one team's channel: one every second week, each as its turns in order."""
    talks = []
    lean = rng.uniform(0.6, 4.0)
    for week in range(0, world.company.plan.weeks, WEEKS_APART):
        here = members[present(world, week)[members] & (world.company.people.buddy[members] < 0)]
        if here.size < LEAST_PRESENT:
            continue
        speakers = rng.permutation(here)[: rng.integers(*SPEAKERS)]
        talks.append(_talk(world, week, speakers, lean, rng))
    return talks


def _talk(
    world: World, week: int, speakers: IntArray, lean: float, rng: np.random.Generator
) -> list[Turn]:
    """Turns drawn by weights of the speakers, a few minutes apart; everybody speaks once."""
    n = int(rng.integers(*TURNS))
    weight = rng.dirichlet(np.full(speakers.size, lean))
    order = np.concatenate([speakers, rng.choice(speakers, n - speakers.size, p=weight)])
    order[1:] = rng.permutation(order[1:])
    opener = order[:1]
    start = pick_times(world, opener, np.array([week]), np.zeros(1, dtype=np.bool_), rng)[0]
    pauses = np.concatenate([[0], np.cumsum(rng.integers(*PAUSE_S, n - 1))])
    latest = start - start % clock.DAY + _LATEST_S
    sent = np.minimum(start + pauses, np.maximum(latest, start) + np.arange(n))
    return [Turn(int(who), int(when)) for who, when in zip(order, sent, strict=True)]
