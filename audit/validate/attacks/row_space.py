"""Row-space recovery. Knows: every published number, who works where, every size.

Does: turns each mean into a total and combines totals of one period (exactly, in fractions, and
again in floating point by least squares), and of all periods and earlier releases together.
Wins: when a hidden cell, or any set of people smaller than the floor, is a combination of what
was published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lstsq

from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.cubes import Cube
from audit.validate.attacks.exact import small_sums

NAME = "row-space recovery"
_IS_ZERO = 1e-6


@dataclass(frozen=True)
class Recovered:
    """What follows from a cube: tables of hidden cells, and sets of people under the floor."""

    tried: int
    cells: tuple[str, ...]
    n_small: int

    @property
    def places(self) -> list[str]:
        """Return the table of each success."""
        return [*self.cells, *["sets under the floor"] * self.n_small]


def recover_all(cubes: Sequence[Cube], floor: int) -> Attempt:
    """Attack every cube exactly; cubes cut alike are solved once."""
    solved = solve_all(cubes, floor)
    says = f"exact, in fractions; {len({id(one) for one in solved})} patterns of what is hidden"
    places = [place for one in solved for place in one.places]
    return attempt(NAME, sum(one.tried for one in solved), places, says)


def solve_all(cubes: Iterable[Cube], floor: int) -> list[Recovered]:
    """Return what follows from all published numbers of each cube; cut alike, solved once."""
    solved: dict[tuple[object, ...], Recovered] = {}
    found = []
    for cube in cubes:
        pattern = cube.pattern
        if pattern not in solved:
            solved[pattern] = recover(cube, floor)
        found.append(solved[pattern])
    return found


def recover(cube: Cube, floor: int, numbers: Sequence[int] | None = None) -> Recovered:
    """Return what follows from published numbers of one cube, by default from all: exact."""
    known = cube.known(cube.numbers if numbers is None else numbers)
    cells = [cube.lines[p].table for p in cube.hidden if known.gives(cube.vectors[p])]
    small = [column for column, n in cube.sizes.items() if n < floor]
    left = {column: known.reduced({column: 1}) for column in small}
    sums = small_sums(left, cube.sizes, floor)
    return Recovered(len(cube.hidden) + len(small), tuple(cells), len(sums))


def recover_by_least_squares(cubes: Iterable[Cube]) -> Attempt:
    """Attack hidden cells in floating point: another way to the same answer."""
    solved: dict[tuple[object, ...], list[bool]] = {}
    tried, places = 0, []
    for cube in cubes:
        hidden, numbers, pattern = cube.hidden, cube.numbers, cube.pattern
        tried += len(hidden)
        if not hidden or not numbers:
            continue
        if pattern not in solved:
            solved[pattern] = _follows(_matrix(cube, numbers), _matrix(cube, hidden))
        told = zip(hidden, solved[pattern], strict=True)
        places += [cube.lines[place].table for place, is_in in told if is_in]
    return attempt(f"{NAME}, numeric", tried, places, "least squares in floating point")


def _matrix(
    cube: Cube, places: Sequence[int]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    found = np.zeros((len(places), len(cube.columns)))
    for line, place in enumerate(places):
        found[line, list(cube.vectors[place])] = 1.0
    return found


def _follows(
    published: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    hidden: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> list[bool]:
    # Orthogonal factors with pivots: a tenth of the time of singular values.
    least = max(published.shape) * float(np.finfo(np.float64).eps)
    weights, *_ = lstsq(published.T, hidden.T, cond=least, lapack_driver="gelsy")
    left = np.abs(published.T @ weights - hidden.T).max(axis=0, initial=0.0)
    return [bool(rest < _IS_ZERO) for rest in left]
