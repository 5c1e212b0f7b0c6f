"""Gauss-Jordan elimination that takes one row at a time and never loses a digit.

Arithmetic modulo a prime of 31 bits: whatever follows from the rows over the rationals follows
here too, and nothing is lost to rounding. That something follows here alone would take a prime
that divides a determinant of the system; it would hide a cell too many, never one too few.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

PRIME = 2_147_483_647


class Elimination:
    """What follows from the rows taken so far, and which protected rows do not.

    Every row has one column per atom and, last, the number of people behind it: sums and
    differences of rows carry their sizes with them. `floor` is the fewest people that a
    difference of rows may be about; 0 asks nothing of differences.
    """

    def __init__(self, protected: Whole, floor: int = 0) -> None:
        """Start with no row taken; `protected` (rows, atoms) holds what must not follow."""
        n_atoms = protected.shape[1]
        self._protected = protected[protected.any(axis=1)] % PRIME
        self._basis = np.zeros((0, n_atoms + 1), dtype=np.int64)
        self._pivots = np.zeros(0, dtype=np.int64)
        self._floor = floor

    def take(self, row: Whole) -> bool:
        """Take a row unless a protected row or a small difference would follow with it."""
        step = self._step(row)
        return step is None or self._commit(step, is_forced=False)

    def force(self, row: Whole) -> None:
        """Take a row that is known already, and give up what follows from it."""
        step = self._step(row)
        if step is not None:
            self._commit(step, is_forced=True)

    def follows(self, row: Whole) -> bool:
        """Return whether a row (without its size) follows from the rows taken."""
        return not self._reduced(np.append(row, 0))[:-1].any()

    def _reduced(self, row: Whole) -> Whole:
        row = row % PRIME
        factors = row[self._pivots]
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
        is_known = ~kept.any(axis=1)
        below = np.flatnonzero(self._basis[:, pivot])
        basis = _without(self._basis[below], row, pivot)
        if not is_forced and (is_known.any() or self._is_small(np.vstack([basis, row[None]]))):
            return False
        self._protected[inside] = kept
        if is_known.any():
            self._protected = np.delete(self._protected, inside[is_known], axis=0)
        self._basis[below] = basis
        self._basis = np.vstack([self._basis, row[None]])
        self._pivots = np.append(self._pivots, pivot)
        return True

    def _is_small(self, basis: Whole) -> bool:
        """Return whether a row of the basis is one set of people, fewer than the floor.

        In a tree these rows are exactly what each group holds beyond the groups shown below it.
        """
        if not self._floor:
            return False
        signs = np.where(basis > PRIME // 2, basis - PRIME, basis)
        atoms = signs[:, :-1]
        n = np.where((atoms < 0).any(axis=1), -signs[:, -1], signs[:, -1])
        is_set = (atoms >= 0).all(axis=1) | (atoms <= 0).all(axis=1)
        is_set &= (np.abs(atoms) <= 1).all(axis=1)
        return bool((is_set & (n >= 1) & (n < self._floor)).any())


def _without(rows: Whole, row: Whole, pivot: int) -> Whole:
    """Return rows from which a column has been cleared by means of a row that is 1 there."""
    return np.asarray((rows - rows[:, [pivot]] * row % PRIME) % PRIME)
