"""Complementary suppression: no hidden cell can be recovered from what is shown.

*Atoms* are the finest disjoint sets of people: in a tree, the people that a group holds beyond
its children. A shown group is a 0/1 row over atoms and counts as its total (an attacker is
assumed to know every size). A hidden cell is recoverable when its vector lies in the row space
of the shown rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import PrivacyError

Matrix = NDArray[np.float64]

_IS_ZERO = 1e-7


@dataclass(frozen=True)
class Tree:
    """Groups of one cube: parent and number of contributing people by group id."""

    parent: Mapping[str, str | None]
    people: Mapping[str, int]

    @property
    def ids(self) -> list[str]:
        """Return all group ids, A to Z."""
        return sorted(self.parent)


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


def complement(
    tree: Tree, hidden: frozenset[str], floor: int, absent: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the groups to hide on top of `hidden` so that nothing under the floor is revealed.

    `absent` groups have no number for reasons of their own (no coverage): they are neither shown
    nor protected.

    Hides, one at a time, the shown group that loses least (fewest people, then id) among those
    that take part in a recovery: siblings of what would be revealed first, then its ancestors.
    Protected are all hidden groups that hold somebody and all atoms of 1 to `floor` - 1 people.

    Raises
    ------
    PrivacyError
        When cells are still recoverable with everything hidden: the tree contradicts itself.
    """
    ids = tree.ids
    atoms = _atoms(tree)
    added: set[str] = set()
    for _ in range(len(ids) + 1):
        cells = View(tree, atoms, hidden | added, absent - hidden)
        revealed = _revealed(cells, floor)
        if not revealed:
            return frozenset(added)
        added.add(_cheapest(cells, revealed[0]))
    raise PrivacyError(
        "Complementary suppression did not end; nothing was published.", code="E-PRIVACY-003"
    )


def revealed_cells(
    tree: Tree, hidden: frozenset[str], floor: int, absent: frozenset[str] = frozenset()
) -> list[str]:
    """Return the protected cells that the groups outside `hidden` would reveal (none is good)."""
    return _revealed(View(tree, _atoms(tree), hidden, absent - hidden), floor)


@dataclass(frozen=True)
class View:
    """What an attacker sees at one step of the suppression."""

    tree: Tree
    atoms: Mapping[str, int]
    hidden: frozenset[str]
    absent: frozenset[str]

    @property
    def shown(self) -> list[str]:
        """Return the groups with a number, A to Z."""
        gone = self.hidden | self.absent
        return [g for g in self.tree.ids if g not in gone and self.tree.people[g] > 0]

    def without(self, group: str) -> View:
        """Return the view with one more group hidden."""
        return View(self.tree, self.atoms, self.hidden | {group}, self.absent)


def _atoms(tree: Tree) -> dict[str, int]:
    """Return the people of each group beyond its children; groups with none have no atom."""
    rest = dict(tree.people)
    for group in tree.ids:
        above = tree.parent[group]
        if above is not None and above in rest:
            rest[above] -= tree.people[group]
    if any(n < 0 for n in rest.values()):
        raise PrivacyError(
            "A group holds fewer people than its parts; nothing was published.",
            code="E-PRIVACY-004",
        )
    return {group: n for group, n in rest.items() if n > 0}


def _rows(tree: Tree, atoms: Mapping[str, int], groups: list[str]) -> Matrix:
    column = {group: j for j, group in enumerate(sorted(atoms))}
    rows = np.zeros((len(groups), len(column)))
    line = {group: i for i, group in enumerate(groups)}
    for atom, j in column.items():
        above: str | None = atom
        while above is not None:
            if above in line:
                rows[line[above], j] = 1.0
            above = tree.parent.get(above)
    return rows


def _revealed(view: View, floor: int) -> list[str]:
    cells = sorted(g for g in view.hidden if view.tree.people[g] > 0)
    small = sorted(a for a, n in view.atoms.items() if n < floor)
    protected = np.vstack([_rows(view.tree, view.atoms, cells), _unit_rows(view.atoms, small)])
    found = recoverable(_rows(view.tree, view.atoms, view.shown), protected)
    return [name for name, is_found in zip([*cells, *small], found, strict=True) if is_found]


def _unit_rows(atoms: Mapping[str, int], names: list[str]) -> Matrix:
    ordered = sorted(atoms)
    rows = np.zeros((len(names), len(ordered)))
    for i, name in enumerate(names):
        rows[i, ordered.index(name)] = 1.0
    return rows


def _cheapest(view: View, cell: str) -> str:
    """Return the shown group to hide: a sibling or child of the cell, else the nearest above."""
    parent = view.tree.parent
    near = [
        g for g in view.shown if g != cell and (parent[g] == parent[cell] or parent[g] == cell)
    ]
    helpful = [g for g in near if not _still(view.without(g), cell)] or near
    if helpful:
        return min(helpful, key=lambda g: (view.tree.people[g], g))
    above: str | None = cell
    while above is not None:
        if above in view.shown:
            return above
        above = parent.get(above)
    return min(view.shown, key=lambda g: (view.tree.people[g], g))


def _still(view: View, cell: str) -> bool:
    is_slice = cell in view.hidden
    target = _rows(view.tree, view.atoms, [cell]) if is_slice else _unit_rows(view.atoms, [cell])
    return bool(recoverable(_rows(view.tree, view.atoms, view.shown), target)[0])
