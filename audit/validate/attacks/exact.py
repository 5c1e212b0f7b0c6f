"""Exact linear algebra of an attacker: which sums of atoms follow from the sums that are seen.

Rational arithmetic, no rounding: an independent oracle for the row-space audit of the publisher,
which works in floating point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm

Number = int | Fraction
Vector = dict[int, Number]
"""A row over atoms, by atom; absent atoms are 0."""


class Space:
    """All sums that follow from the rows given so far.

    Every row is kept reduced by the others, with a leading 1; `reduced` takes out of a vector
    what the rows explain. A vector follows exactly when nothing is left of it.
    """

    def __init__(self, rows: Iterable[Mapping[int, Number]] = ()) -> None:
        self._rows: dict[int, Vector] = {}
        for row in rows:
            self.add(row)

    @property
    def rank(self) -> int:
        """Return how many independent sums are known."""
        return len(self._rows)

    def add(self, row: Mapping[int, Number]) -> bool:
        """Take up one more known sum; return whether it says anything new."""
        left = self.reduced(row)
        if not left:
            return False
        pivot = min(left)
        lead = left[pivot]
        fresh = {atom: _plain(Fraction(value) / lead) for atom, value in left.items()}
        for known in self._rows.values():
            if pivot in known:
                _subtract(known, fresh, known[pivot])
        self._rows[pivot] = fresh
        return True

    def reduced(self, vector: Mapping[int, Number]) -> Vector:
        """Return what the known sums do not explain of a vector; empty where they explain all."""
        left = dict(vector)
        for pivot in [atom for atom in left if atom in self._rows]:
            # Rows are reduced by each other: taking one out brings no other pivot back.
            _subtract(left, self._rows[pivot], left[pivot])
        return left

    def gives(self, vector: Mapping[int, Number]) -> bool:
        """Return whether a sum follows from the known ones."""
        return not self.reduced(vector)


def small_sums(
    left: Mapping[int, Vector], people: Mapping[int, int], floor: int
) -> list[frozenset[int]]:
    """Return the sets of atoms of 1 to `floor` - 1 people in all whose sum is known.

    `left` is what the known sums leave of each atom (`Space.reduced`), `people` how many each
    holds. Smallest sets only: none holds another. Every such set is found: what is left of one
    atom must be taken away by others, so only those that do are tried next.
    """
    atoms = sorted(a for a in left if 0 < people[a] < floor)
    whole = _whole({atom: left[atom] for atom in atoms})
    takers = _takers(whole)
    found: set[frozenset[int]] = set()
    for first in atoms:
        seen: set[frozenset[int]] = set()
        stack = [(frozenset({first}), whole[first], floor - people[first])]
        while stack:
            chosen, total, room = stack.pop()
            if not total:
                found.add(chosen)
                continue
            for atom in _fewest(total, takers):
                if atom <= first or people[atom] >= room or atom in chosen:
                    continue
                wider = chosen | {atom}
                if wider not in seen:
                    seen.add(wider)
                    stack.append((wider, _sum(total, whole[atom]), room - people[atom]))
    return _smallest(sorted(found, key=sorted))


def _whole(left: Mapping[int, Vector]) -> dict[int, dict[int, int]]:
    """Return rows in whole numbers: each column times what makes it whole, zero stays zero."""
    scale: dict[int, int] = {}
    for vector in left.values():
        for column, value in vector.items():
            scale[column] = lcm(scale.get(column, 1), Fraction(value).denominator)
    return {
        atom: {column: int(value * scale[column]) for column, value in vector.items()}
        for atom, vector in left.items()
    }


def _fewest(
    total: Mapping[int, int], takers: Mapping[tuple[int, bool], Sequence[int]]
) -> Sequence[int]:
    """Return those who take away the column that the fewest can take away."""
    return min((takers.get((c, value < 0), ()) for c, value in total.items()), key=len)


def _sum(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    total = dict(one)
    for column, value in other.items():
        rest = total.get(column, 0) + value
        if rest:
            total[column] = rest
        else:
            del total[column]
    return total


def _takers(left: Mapping[int, Mapping[int, int]]) -> dict[tuple[int, bool], list[int]]:
    """Return the atoms that hold a column with a sign: (column, is it above 0)."""
    found: dict[tuple[int, bool], list[int]] = {}
    for atom, vector in left.items():
        for column, value in vector.items():
            found.setdefault((column, value > 0), []).append(atom)
    return found


def _smallest(found: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    return [one for one in found if not any(other < one for other in found)]


def _subtract(target: Vector, row: Mapping[int, Number], factor: Number) -> None:
    for atom, value in row.items():
        rest = target.get(atom, 0) - factor * value
        if rest == 0:
            target.pop(atom, None)
        else:
            target[atom] = _plain(rest)


def _plain(value: Number) -> Number:
    return int(value) if value == int(value) else value
