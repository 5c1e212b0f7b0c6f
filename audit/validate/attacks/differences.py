"""Subset differencing. Knows: every published number, who works where, every size.

Does: subtracts every pair of published slices of one period (unit, location, level).
Wins: when one holds the other and 1 to k - 1 people more, or when each holds 1 to k - 1 people
whom the other does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.cubes import Cube

NAME = "subset differencing"


def subtract_all(cubes: Iterable[Cube], floor: int) -> Attempt:
    """Attack every pair of published cells of each cube."""
    tried, places = 0, []
    for cube in cubes:
        pairs, found = subtract(cube, floor)
        tried += pairs
        places += found
    return attempt(NAME, tried, places, "all pairs of published slices of an indicator")


def subtract(cube: Cube, floor: int, looked: Sequence[int] | None = None) -> tuple[int, list[str]]:
    """Return the number of pairs of a cube and the tables of those that differ by a few.

    `looked` names the lines whose number was seen; left out: all that were published.
    """
    numbers = list(cube.numbers if looked is None else looked)
    if len(numbers) <= 1:
        return 0, []
    members = np.zeros((len(numbers), len(cube.columns)))
    for line, place in enumerate(numbers):
        members[line, list(cube.vectors[place])] = 1.0
    people = np.array([cube.sizes[column] for column in range(len(cube.columns))], dtype=float)
    sizes = members @ people
    beyond = sizes[:, None] - (members * people) @ members.T
    few = (beyond >= 1) & (beyond < floor)
    told = few & ((beyond.T == 0) | few.T)
    first, second = np.nonzero(told)
    found = [
        cube.lines[numbers[a]].table
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
        if a < b or not told[b, a]
    ]
    return len(numbers) * (len(numbers) - 1) // 2, found
