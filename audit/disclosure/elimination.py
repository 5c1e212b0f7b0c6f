"""Gauss-Jordan elimination that takes one row at a time and never loses a digit.

Arithmetic modulo a prime of 31 bits: whatever follows from the rows over the rationals follows
here too, and nothing is lost to rounding. That something follows here alone would take a prime
that divides a determinant of the system; it would hide a cell too many, never one too few.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

PRIME = 2_147_483_647
_FIRST_ROWS = 64


class Elimination:
    """What follows from the rows taken so far, and which protected rows do not.

    Every row has one column per atom and, last, the number of people behind it: sums and
    differences of rows carry their sizes with them. The rows are kept reduced: each has a column
    of its own, its pivot, in which all others are 0. So a single atom follows exactly when one
    of them has nothing but its pivot.
    """

    def __init__(self, protected: Whole, small: Truth, floor: int = 0) -> None:
        """Start with no row taken.

        `protected` (rows, atoms) and the atoms marked in `small` must not follow; `floor` is the
        fewest people that a difference of rows may be about, 0 where nothing is asked of them.
        """
        self._protected = protected[protected.any(axis=1)] % PRIME
        self._small = small
        self._floor = floor
        self._basis = np.zeros((_FIRST_ROWS, protected.shape[1] + 1), dtype=np.int64)
        self._pivots = np.zeros(_FIRST_ROWS, dtype=np.int64)
        self._n = 0

    def take(self, row: Whole) -> bool:
        """Take a row unless something protected or a small difference would follow with it."""
        step = self._step(row)
        return step is None or self._commit(step, is_forced=False)

    def force(self, row: Whole) -> None:
        """Take a row that is known already, and give up what follows from it."""
        step = self._step(row)
        if step is not None:
            self._commit(step, is_forced=True)

    def left_of(self, rows: Whole) -> Whole:
        """Return what the rows taken leave of other rows (without sizes), modulo the prime."""
        none = np.zeros((len(rows), 1), dtype=np.int64)
        return np.array([self._reduced(row)[:-1] for row in np.hstack([rows, none])]).reshape(
            rows.shape
        )

    def _reduced(self, row: Whole) -> Whole:
        row = row % PRIME
        factors = row[self._pivots[: self._n]]
        used = np.flatnonzero(factors)
        # Each product is under 2^62; they are brought down before they are added up.
        known = (factors[used, None] * self._basis[used] % PRIME).sum(axis=0)
        return np.asarray((row - known) % PRIME)

    def _step(self, row: Whole) -> tuple[Whole, int] | None:
        """Return what is new in a row, 1 at its pivot; None where it follows already."""
        rest = self._reduced(row)
        columns = np.flatnonzero(rest[:-1])
        if not len(columns):
            return None
        # The column that the fewest rows share keeps them sparse.
        shared = np.count_nonzero(self._protected[:, columns], axis=0)
        pivot = int(columns[int(shared.argmin())])
        return rest * pow(int(rest[pivot]), -1, PRIME) % PRIME, pivot

    def _commit(self, step: tuple[Whole, int], *, is_forced: bool) -> bool:
        row, pivot = step
        inside = np.flatnonzero(self._protected[:, pivot])
        kept = _without(self._protected[inside], row[:-1], pivot)
        below = np.flatnonzero(self._basis[: self._n, pivot])
        basis = _without(self._basis[below], row, pivot)
        is_known = ~kept.any(axis=1)
        if not is_forced and (is_known.any() or self._tells(np.vstack([basis, row[None]]))):
            return False
        self._protected[inside] = kept
        if is_known.any():
            self._protected = np.delete(self._protected, inside[is_known], axis=0)
        self._basis[below] = basis
        self._append(row, pivot)
        return True

    def _append(self, row: Whole, pivot: int) -> None:
        if self._n == len(self._pivots):
            self._basis = np.vstack([self._basis, np.zeros_like(self._basis)])
            self._pivots = np.append(self._pivots, np.zeros_like(self._pivots))
        self._basis[self._n], self._pivots[self._n] = row, pivot
        self._n += 1

    def _tells(self, basis: Whole) -> bool:
        """Return whether a reduced row is a small atom, or a set of fewer people than the floor.

        In a tree the reduced rows are exactly what each group holds beyond the groups shown below
        it.
        """
        atoms = basis[:, :-1]
        alone = np.count_nonzero(atoms, axis=1) == 1
        if self._small[atoms[alone].argmax(axis=1)].any():
            return True
        if not self._floor:
            return False
        size = basis[:, -1]
        n = np.where(size > PRIME // 2, PRIME - size, size)
        few = (n >= 1) & (n < self._floor)
        held = atoms[few]
        is_plus, is_minus = held == 1, held == PRIME - 1
        n_held = np.count_nonzero(held, axis=1)
        is_set = (is_plus.sum(axis=1) == n_held) | (is_minus.sum(axis=1) == n_held)
        return bool(is_set.any())


def _without(rows: Whole, row: Whole, pivot: int) -> Whole:
    """Return rows from which a column has been cleared by means of a row that is 1 there."""
    return np.asarray((rows - rows[:, [pivot]] * row % PRIME) % PRIME)
