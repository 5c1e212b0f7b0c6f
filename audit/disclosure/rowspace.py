"""Complementary suppression: no hidden cell can be recovered from what is shown.

*Atoms* are the finest disjoint sets of people. A shown slice is a 0/1 row over atoms and counts
as its total (an attacker is assumed to know every size). A hidden slice is recoverable when its
vector lies in the row space of the shown rows. The tree of groups is one such cube; slices by
location and level, other periods and earlier releases are more rows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.disclosure.cube import Cube, Whole
from audit.disclosure.defences import ALL, Defences
from audit.disclosure.elimination import Elimination
from audit.disclosure.unions import small_unions

Matrix = NDArray[np.float64]

Judge = Callable[[Matrix, Matrix], NDArray[np.bool_]]

_IS_ZERO = 1e-7


def recoverable(published: Matrix, hidden: Matrix) -> NDArray[np.bool_]:
    """Return, for each hidden 0/1 row, whether published rows can be combined to give it.

    Shape: `published` (rows, atoms), `hidden` (cells, atoms); the answer is (cells,).
    With nothing published, only an all-zero row is recoverable.
    """
    if hidden.size == 0:
        return np.zeros(hidden.shape[0], dtype=bool)
    if published.size == 0:
        return np.asarray(np.linalg.norm(hidden, axis=1) < _IS_ZERO)
    _, s, basis = np.linalg.svd(published, full_matrices=False)
    basis = basis[s > 1e-9 * max(published.shape) * s.max(initial=1.0)]
    return np.asarray(np.linalg.norm(hidden - hidden @ basis.T @ basis, axis=1) < _IS_ZERO)


def suppress(
    cube: Cube,
    hidden: frozenset[str],
    floor: int,
    absent: frozenset[str] = frozenset(),
    public: frozenset[str] = frozenset(),
    defences: Defences = ALL,
) -> frozenset[str]:
    """Return the slices to hide on top of `hidden` so that nothing under the floor is revealed.

    Slices are let out one by one, those that are read first and hold the most people first, each
    only if nothing protected follows with it: so what is hidden has the fewest people, then the
    last id, and no slice is hidden that could be shown beside the others. Protected are all
    hidden slices that hold somebody and all atoms of 1 to `floor` - 1 people. By the remainder
    rule no two slices are let out that differ by 1 to `floor` - 1 people.

    `absent` slices have no number for reasons of their own (no coverage): they are neither shown
    nor protected. `public` slices are known already: what follows from them is lost.
    """
    system = _System.of(cube)
    added: frozenset[str] = frozenset()
    unions: frozenset[frozenset[int]] = frozenset()
    while True:
        rules = _Rules(hidden | added, floor, defences, unions)
        kept, known = _kept_back(system, rules, absent, public)
        # What is kept back is hidden too: once more, with that protected from the start. So is
        # a small set of people over several atoms that follows from what would be let out.
        told = frozenset[frozenset[int]]() if kept else rules.told(system, known)
        if not kept and told <= unions:
            return added
        added |= kept
        unions |= told


def revealed(
    cube: Cube,
    hidden: frozenset[str],
    floor: int,
    absent: frozenset[str] = frozenset(),
    judge: Judge = recoverable,
) -> list[str]:
    """Return the protected slices and atoms that slices outside `hidden` reveal (none is good).

    The judge is the singular value decomposition, whatever has chosen what to hide.
    """
    gone = hidden | absent
    cells = sorted(s for s in hidden if cube.slices[s] and cube.size(s) > 0)
    small = cube.small_atoms(floor)
    sets = [*(cube.slices[s] for s in cells), *(frozenset({atom}) for atom in small)]
    shown = [cube.slices[s] for s in sorted(cube.slices) if s not in gone]
    found = judge(cube.vectors(shown).astype(float), cube.vectors(sets).astype(float))
    return [name for name, is_found in zip([*cells, *small], found, strict=True) if is_found]


@dataclass(frozen=True)
class _System:
    """A cube as rows of numbers: one column per atom, and last the people behind the slice."""

    cube: Cube
    rows: Whole
    people: Whole
    place: Mapping[str, int]

    @classmethod
    def of(cls, cube: Cube) -> _System:
        names = sorted(cube.slices)
        held = cube.vectors(cube.slices[name] for name in names)
        sizes = np.array([cube.size(name) for name in names], dtype=np.int64)
        people = np.array([cube.people[atom] for atom in cube.atoms], dtype=np.int64)
        place = {name: i for i, name in enumerate(names)}
        return cls(cube, np.hstack([held, sizes[:, None]]), people, place)

    def row(self, name: str) -> Whole:
        """Return the row of a slice with its size."""
        return np.asarray(self.rows[self.place[name]])


@dataclass(frozen=True)
class _Rules:
    """What is hidden from the start, and by which rules more is."""

    hidden: frozenset[str]
    floor: int
    defences: Defences
    unions: frozenset[frozenset[int]] = frozenset()
    """Small sets of people over several atoms that must not follow either."""

    @property
    def least_rest(self) -> int:
        """The fewest people that two slices may differ by."""
        return self.floor if self.defences.remainder else 0

    def start(self, system: _System) -> Elimination:
        """Return an elimination that keeps what must not follow."""
        is_on = self.defences.complement
        some = (name for name in sorted(self.hidden) if system.cube.size(name) > 0)
        places = [system.place[name] for name in some] if is_on else []
        small = (system.people < self.floor) & is_on
        sets = np.zeros((len(self.unions), len(system.people)), dtype=np.int64)
        for line, atoms in enumerate(sorted(self.unions, key=sorted)):
            sets[line, sorted(atoms)] = 1
        protected = np.vstack([system.rows[places, :-1], sets])
        return Elimination(protected, small, self.least_rest)

    def told(self, system: _System, known: Elimination) -> frozenset[frozenset[int]]:
        """Return the small sets of people over several atoms that follow from known rows."""
        if not self.least_rest:
            return frozenset()
        left = np.eye(len(system.people), dtype=np.int64)
        small = (system.people > 0) & (system.people < self.floor)
        left[small] = known.left_of(left[small])
        return frozenset(small_unions(left, system.people, self.floor))


def _kept_back(
    system: _System, rules: _Rules, absent: frozenset[str], public: frozenset[str]
) -> tuple[frozenset[str], Elimination]:
    """Return the slices that cannot be let out after those before them, and what is known then."""
    known = rules.start(system)
    seen = _Shown(system, rules.least_rest)
    for name in sorted(public):
        known.force(system.row(name))
        seen.add(name)
    kept: set[str] = set()
    for name in _in_turn(system.cube, rules.hidden | absent | public):
        if not seen.is_close(name) and known.take(system.row(name)):
            seen.add(name)
        else:
            kept.add(name)
    return frozenset(kept), known


class Remembering:
    """A judge that looks at each pattern of suppression once: indicators share few of them."""

    def __init__(self) -> None:
        """Start with no pattern known."""
        self._known: dict[tuple[int, bytes, bytes], NDArray[np.bool_]] = {}

    def __call__(self, published: Matrix, hidden: Matrix) -> NDArray[np.bool_]:
        """Return what `recoverable` returns."""
        width = published.shape[1]
        key = (width, np.packbits(published > 0).tobytes(), np.packbits(hidden > 0).tobytes())
        if key not in self._known:
            self._known[key] = recoverable(published, hidden)
        return self._known[key]


class _Shown:
    """The slices let out so far, for the remainder rule."""

    def __init__(self, system: _System, floor: int) -> None:
        self._system = system
        self._floor = floor
        # Slices in columns: what a slice shares with all others adds up its own atoms alone.
        self._held = np.zeros((len(system.people), len(system.rows)), dtype=np.int64)
        self._sizes = np.zeros(len(system.rows), dtype=np.int64)
        self._weights = np.zeros(len(system.rows), dtype=np.int64)
        self._n = 0

    def add(self, name: str) -> None:
        """Let a slice out."""
        row = self._system.row(name)
        held = row[:-1] * self._system.people
        self._held[:, self._n], self._sizes[self._n] = held, row[-1]
        self._weights[self._n] = held.sum()
        self._n += 1

    def is_close(self, name: str) -> bool:
        """Return whether a slice differs by a few people from one that is out."""
        if not self._floor:
            return False
        row = self._system.row(name)
        held = self._held[:, : self._n]
        shared = held[np.flatnonzero(row[:-1])].sum(axis=0)
        sizes, size = self._sizes[: self._n], int(row[-1])
        more = self._weights[: self._n] - shared
        less = row[:-1] @ self._system.people - shared
        is_in, holds = less == 0, more == 0
        few_more = self._few(np.where(is_in, sizes - size, more))
        few_less = self._few(np.where(holds, size - sizes, less))
        close = (is_in & few_more) | (holds & few_less) | (few_more & few_less)
        return bool(close.any())

    def _few(self, n: Whole) -> NDArray[np.bool_]:
        return np.asarray((n >= 1) & (n < self._floor))


def _in_turn(cube: Cube, gone: frozenset[str]) -> list[str]:
    """Return the slices that could be shown, in the order in which they are let out."""
    open_slices = [s for s in cube.slices if s not in gone and cube.size(s) > 0]
    return sorted(open_slices, key=lambda s: (cube.tiers.get(s, 0), -cube.size(s), s))
