"""Which sets of people stand behind the groups and slices of a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import pandas as pd

from audit.disclosure.cube import Cube
from core.rows import Row, rows
from core.tables.results import SLICE_ATOMS, SLICE_VALUES, SLICES

MEMBERS = ""
"""In place of an indicator: members, whatever they contribute."""
_TWO_DIMENSIONS = ("unit_location", "unit_level", "location_level")

Parents = Mapping[str, str | None]
_Place = tuple[str | None, str | None]


@dataclass(frozen=True)
class Slices:
    """The released slices beside the tree, as private tables; none by default."""

    table: pd.DataFrame = field(default_factory=SLICES.empty)
    atoms: pd.DataFrame = field(default_factory=SLICE_ATOMS.empty)
    measured: pd.DataFrame = field(default_factory=SLICE_VALUES.empty)

    def of(self, period: int) -> Slices:
        """Return the slices of one period."""
        parts = (self.table, self.atoms, self.measured)
        return Slices(*(part[part["window_id"] == period] for part in parts))


@dataclass(frozen=True)
class PeriodCube:
    """The cube of a period and indicator, and what of it could not be laid out in atoms."""

    cube: Cube
    untold: frozenset[str] = frozenset()
    """Slices whose people are not known: they cannot be audited."""


@dataclass(frozen=True)
class PeriodShape:
    """Groups and slices of one period, from which the cube of each indicator is made."""

    parent: Parents
    slices: Slices

    @classmethod
    def of(cls, groups: pd.DataFrame, slices: Slices) -> PeriodShape:
        """Return the shape of a period; `groups` are its rows of the private org_groups."""
        parent = {row.text("group_id"): row.maybe_text("parent_id") for row in rows(groups)}
        return cls(parent, slices)

    def members(self, groups: pd.DataFrame) -> dict[str, int]:
        """Return the members of each group and slice."""
        return counted(groups, "group_id") | counted(self.slices.table, "slice_id")

    @property
    def two_dimensional(self) -> frozenset[str]:
        """Return the slices that cross two dimensions."""
        table = self.slices.table
        return frozenset(table.loc[table["kind"].isin(_TWO_DIMENSIONS), "slice_id"])

    @property
    def slice_ids(self) -> frozenset[str]:
        """Return the slices beside the tree."""
        return frozenset(self.slices.table["slice_id"])

    @property
    def group_of(self) -> dict[str, str]:
        """Return the group that each slice is cut from; slices of the whole are left out."""
        table = self.slices.table.dropna(subset=["group_id"])
        pairs = table[["slice_id", "group_id"]].itertuples(index=False, name=None)
        return {str(name): str(group) for name, group in pairs}

    def cube(self, indicator: str, own: Mapping[str, int]) -> PeriodCube:
        """Return the cube of an indicator; `own` counts its people by group and slice.

        Without atoms, or where they do not add up to the lowest groups, the cube is the tree
        alone: what stands beside it cannot be audited then, and is named so.
        """
        counts = nested(self.parent, {g: n for g, n in own.items() if g in self.parent})
        beside = self.slice_ids & frozenset(own)
        if not beside:
            return PeriodCube(Cube.of_tree(self.parent, counts))
        held, people = self._atoms(indicator)
        leaves = frozenset(self.parent) - frozenset(above for above in self.parent.values())
        adds_up = all(sum(people[a] for a in held[g]) == counts[g] for g in leaves)
        if not adds_up:
            return PeriodCube(Cube.of_tree(self.parent, counts), beside)
        sizes = {**counts, **{name: own[name] for name in beside}}
        slices = {name: frozenset(held[name]) for name in sizes}
        crossed = self.two_dimensional & beside
        tiers = dict.fromkeys(beside, 1) | dict.fromkeys(crossed, 2)
        return PeriodCube(Cube(slices, people, sizes, tiers))

    def _atoms(self, indicator: str) -> tuple[dict[str, set[str]], dict[str, int]]:
        """Return the atoms of each group and slice, and the people of each atom."""
        table = self.slices.atoms
        held: dict[str, set[str]] = {name: set() for name in (*self.parent, *self.slice_ids)}
        people: dict[str, int] = {}
        for atom in rows(table[table["indicator"] == indicator]):
            name = atom.text("atom_id")
            people[name] = atom.whole("n_people")
            path = _path(self.parent, atom.text("group_id"))
            for group in path:
                held[group].add(name)
            for cut in self._cuts_of(path, _place(atom)):
                held[cut].add(name)
        return held, people

    def _cuts_of(self, path: list[str], place: _Place) -> Iterator[str]:
        """Return the slices of an atom: each dimension is left open or is that of the atom."""
        units: list[str | None] = [None, *path]
        for key in product(units, {None, place[0]}, {None, place[1]}):
            if key in self._cuts:
                yield self._cuts[key]

    @cached_property
    def _cuts(self) -> dict[tuple[str | None, str | None, str | None], str]:
        """Slices by group, location and level; None where a dimension is left open."""
        return {
            (cut.maybe_text("group_id"), *_place(cut)): cut.text("slice_id")
            for cut in rows(self.slices.table)
        }


def counted(table: pd.DataFrame, name: str) -> dict[str, int]:
    """Return n_people by a column of ids."""
    return {row.text(name): row.whole("n_people") for row in rows(table[[name, "n_people"]])}


def nested(parent: Parents, own: Mapping[str, int]) -> dict[str, int]:
    """Return people by group; a group without a row of its own counts what its parts hold."""
    paths = {group: _path(parent, group) for group in parent}
    total = dict.fromkeys(parent, 0)
    for group in sorted(parent, key=lambda g: (-len(paths[g]), g)):
        total[group] = own.get(group, total[group])
        above = parent[group]
        if above is not None and above in total:
            total[above] += total[group]
    return total


def _path(parent: Parents, group: str) -> list[str]:
    """Return a group and all groups above it."""
    found: list[str] = []
    above: str | None = group
    while above is not None and above in parent:
        found.append(above)
        above = parent[above]
    return found


def _place(row: Row) -> _Place:
    return row.maybe_text("location"), row.maybe_text("level")
