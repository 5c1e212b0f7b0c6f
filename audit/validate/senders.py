"""Who writes to whom in a made-up company: by team, department and activity."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CORRESPONDENTS = 6
"""People outside who write mostly to one team, where a team has such."""


@dataclass(frozen=True)
class Circles:
    """Team, department and activity of every person."""

    team: IntArray
    department: IntArray
    activity: FloatArray


def draw_senders(
    circles: Circles,
    recipient: IntArray,
    own_department: float,
    loyal: float,
    rng: np.random.Generator,
) -> IntArray:
    """One sender per message, by activity within the scope drawn for it; never the recipient.

    The own team with a probability Beta(4, 4) per team, else the own department with
    `own_department`, else anyone. With `loyal`, that share of a team's mail comes from six
    people outside of it instead.
    """
    n_teams = int(circles.team.max()) + 1
    own_team = rng.beta(4.0, 4.0, n_teams)[circles.team[recipient]]
    near = rng.random(recipient.size) < own_team
    far = rng.random(recipient.size) >= own_department
    scope = np.where(near, 0, np.where(far, 2, 1))
    keys = (circles.team, circles.department, np.zeros(circles.team.size, dtype=np.int64))
    sender = recipient.copy()
    for _ in range(50):
        again = np.flatnonzero(sender == recipient)
        for number, key in enumerate(keys):
            rows = again[scope[again] == number]
            sender[rows] = _by_activity(key, circles.activity, key[recipient[rows]], rng)
    alone = sender == recipient
    sender[alone] = (recipient[alone] + 1) % circles.team.size
    return _with_correspondents(circles, recipient, sender, loyal, rng) if loyal else sender


def _with_correspondents(
    circles: Circles,
    recipient: IntArray,
    sender: IntArray,
    loyal: float,
    rng: np.random.Generator,
) -> IntArray:
    n_teams = int(circles.team.max()) + 1
    fixed = np.empty((n_teams, CORRESPONDENTS), dtype=np.int64)
    for team in range(n_teams):
        fixed[team] = rng.choice(np.flatnonzero(circles.team != team), CORRESPONDENTS)
    chosen = fixed[circles.team[recipient], rng.integers(0, CORRESPONDENTS, recipient.size)]
    return np.where(rng.random(recipient.size) < loyal, chosen, sender)


def _by_activity(
    key: IntArray, activity: FloatArray, wanted: IntArray, rng: np.random.Generator
) -> IntArray:
    """Persons drawn in proportion to activity among those with the wanted key."""
    order = np.argsort(key, kind="stable")
    running = np.concatenate([[0.0], np.cumsum(activity[order])])
    first = np.searchsorted(key[order], wanted, side="left")
    last = np.searchsorted(key[order], wanted, side="right")
    point = running[first] + rng.random(wanted.size) * (running[last] - running[first])
    place = np.clip(np.searchsorted(running, point, side="right") - 1, first, last - 1)
    chosen: IntArray = order[place]
    return chosen
