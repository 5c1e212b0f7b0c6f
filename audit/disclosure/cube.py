"""A cube: slices as sets of atoms, the finest disjoint sets of people that slices cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.errors import PrivacyError

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Cube:
    """Slices as sets of atoms, and the people who contribute to each atom.

    Where it is not known how many of an atom's members contribute, `people` holds the fewest
    that may, at least 1. `sizes` gives the people behind a slice where that is known better than
    by adding up its atoms; `tiers` says what is read first (0), and so is hidden last.
    """

    slices: Mapping[str, frozenset[str]]
    people: Mapping[str, int]
    sizes: Mapping[str, int] = field(default_factory=dict)
    tiers: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of_tree(cls, parent: Mapping[str, str | None], people: Mapping[str, int]) -> Cube:
        """Return the cube of a tree: one atom for what each group holds beyond its children.

        Raises
        ------
        PrivacyError
            When a group holds fewer people than its parts.
        """
        rest = dict(people)
        for group, own in parent.items():
            if own is not None and own in rest:
                rest[own] -= people[group]
        if any(n < 0 for n in rest.values()):
            raise PrivacyError(
                "A group holds fewer people than its parts; nothing was published.",
                code="E-PRIVACY-004",
            )
        held: dict[str, set[str]] = {group: set() for group in parent}
        for atom in (group for group, n in rest.items() if n > 0):
            above: str | None = atom
            while above is not None:
                if above in held:
                    held[above].add(atom)
                above = parent.get(above)
        return cls({group: frozenset(atoms) for group, atoms in held.items()}, rest, people)

    @property
    def atoms(self) -> list[str]:
        """Return the atoms that somebody may contribute to, A to Z."""
        return sorted(atom for atom, n in self.people.items() if n > 0)

    def size(self, slice_id: str) -> int:
        """Return the people behind a slice."""
        known = self.sizes.get(slice_id)
        held = self.slices[slice_id]
        return sum(max(0, self.people[atom]) for atom in held) if known is None else known

    def vectors(self, sets: Iterable[Set[str]]) -> Whole:
        """Return sets of atoms as 0/1 rows over `atoms`."""
        column = {atom: j for j, atom in enumerate(self.atoms)}
        found = list(sets)
        rows = np.zeros((len(found), len(column)), dtype=np.int64)
        for i, atoms in enumerate(found):
            rows[i, [column[atom] for atom in atoms if atom in column]] = 1
        return rows

    def small_atoms(self, floor: int) -> list[str]:
        """Return the atoms of 1 to `floor` - 1 people, A to Z."""
        return [atom for atom in self.atoms if self.people[atom] < floor]
