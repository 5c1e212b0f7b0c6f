"""Small sets of people that no slice and no atom is, and that follow all the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audit.disclosure.elimination import PRIME

Whole = NDArray[np.int64]


def small_unions(left: Whole, people: Whole, floor: int) -> set[frozenset[int]]:
    """Return the sets of rows, of 1 to `floor` - 1 people in all, that add up to nothing.

    `left` (atoms, columns) is what known sums leave of each atom, modulo the prime of the
    elimination. What is left of one atom must be taken away by others that hold the same column,
    so only these are tried next: those of the column that the fewest of them hold.
    """
    found: set[frozenset[int]] = set()
    atoms = _mutual(left, np.flatnonzero((people > 0) & (people < floor)))
    held = left != 0
    n_later = held[atoms].sum(axis=0)
    for first in atoms.tolist():
        n_later = n_later - held[first]
        tried: set[frozenset[int]] = set()
        stack = [(frozenset({first}), left[first])]
        while stack:
            chosen, total = stack.pop()
            columns = np.flatnonzero(total)
            if not len(columns):
                found.add(chosen)
                continue
            column = columns[n_later[columns].argmin()]
            room = floor - int(people[list(chosen)].sum())
            holds = atoms[held[atoms, column] & (atoms > first) & (people[atoms] < room)]
            for atom in holds.tolist():
                wider = chosen | {atom}
                if atom not in chosen and wider not in tried:
                    tried.add(wider)
                    stack.append((wider, (total + left[atom]) % PRIME))
    return found


def _mutual(left: Whole, atoms: Whole) -> Whole:
    """Leave out atoms that hold a column which no other atom holds: nothing takes that away."""
    while True:
        held = left[atoms] != 0
        alone = held & (held.sum(axis=0) == 1)
        kept: Whole = atoms[~alone.any(axis=1)]
        if len(kept) == len(atoms):
            return kept
        atoms = kept
