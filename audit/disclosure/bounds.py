"""How narrowly a hidden value can be bounded by whoever knows all sizes and shown numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from audit.disclosure.cube import Cube

Row = NDArray[np.float64]


@dataclass(frozen=True)
class Shown:
    """The numbers of one system: each slice's share lies between two ends."""

    cube: Cube
    ends: Mapping[str, tuple[float, float]]


def widths(shown: Shown, hidden: Sequence[str]) -> Iterator[float]:
    """Return, for each hidden slice, the width of all shares that fit what is shown.

    Formula: with y the total of each atom, 0 <= y <= its people, and n low <= sum of y <= n high
    for every shown slice of n people, the largest less the smallest sum of y over the hidden
    slice, by its people (two linear programmes).
    Unit: share. Range: 0 (known exactly) to 1 (nothing is known).
    Edge cases: where no totals fit (values that are no plain means), nothing is bounded: 1.
    """
    names = sorted(shown.ends)
    for name in hidden:
        sets = [shown.cube.slices[one] for one in (*names, name)]
        rows, people = _merged(shown.cube, sets)
        sizes = rows[:-1] @ people
        low = np.array([shown.ends[one][0] for one in names]) * sizes
        high = np.array([shown.ends[one][1] for one in names]) * sizes
        n = float(rows[-1] @ people)
        limits = (csr_matrix(np.vstack([rows[:-1], -rows[:-1]])), np.concatenate([high, -low]))
        ends = [_least(sign * rows[-1], limits, people) for sign in (1.0, -1.0)]
        known = [end for end in ends if end is not None]
        yield max(0.0, -sum(known) / n) if len(known) == len(ends) and n else 1.0


def _least(cost: Row, limits: tuple[csr_matrix, Row], people: Row) -> float | None:
    bounds = [(0.0, float(n)) for n in people]
    found = linprog(cost, A_ub=limits[0], b_ub=limits[1], bounds=bounds, method="highs")
    return float(found.fun) if found.status == 0 else None


def _merged(cube: Cube, sets: Sequence[frozenset[str]]) -> tuple[Row, Row]:
    """Return the rows over sets of atoms that no row tells apart, and the people of each."""
    rows = cube.vectors(sets)
    people = np.array([cube.people[atom] for atom in cube.atoms], dtype=np.float64)
    kinds, place = np.unique(rows.T, axis=0, return_inverse=True)
    total = np.bincount(place.ravel(), weights=people).astype(np.float64)
    return kinds.T.astype(np.float64), total
