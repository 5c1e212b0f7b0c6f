"""Judge: every cell of a release as a 0/1 row over atoms, with what of it was published.

Atoms are the finest disjoint sets of people who contribute to an indicator. An attacker who knows
every size turns a published mean into the total over its atoms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from audit.validate.attacks.exact import Space, Vector
from audit.validate.attacks.material import Seen, Truth
from core.rows import Row, rows

Key = tuple[int, str, str]
"""A cell: window id, group or slice id, indicator."""


@dataclass(frozen=True)
class Line:
    """One cell: who is in it, and whether its number was published or the cell was hidden."""

    place: str
    atoms: frozenset[str]
    is_number: bool
    is_hidden: bool
    table: str


@dataclass(frozen=True)
class Cube:
    """All cells of one indicator in one period."""

    window: int
    indicator: str
    lines: tuple[Line, ...]
    people: Mapping[str, int]
    """Contributing people of each atom."""

    @cached_property
    def columns(self) -> Mapping[frozenset[int], tuple[str, ...]]:
        """Return atoms that no line tells apart, by the lines that hold them."""
        held: dict[str, set[int]] = {}
        for place, line in enumerate(self.lines):
            for atom in line.atoms:
                if self.people.get(atom, 0) > 0:
                    held.setdefault(atom, set()).add(place)
        found: dict[frozenset[int], list[str]] = {}
        for atom in sorted(held):
            found.setdefault(frozenset(held[atom]), []).append(atom)
        return {key: tuple(atoms) for key, atoms in found.items()}

    @cached_property
    def sizes(self) -> dict[int, int]:
        """Return the people of each column."""
        return {
            column: sum(self.people[atom] for atom in atoms)
            for column, atoms in enumerate(self.columns.values())
        }

    @cached_property
    def vectors(self) -> list[Vector]:
        """Return each line as a row over columns; a line without data is empty."""
        found: list[Vector] = [{} for _ in self.lines]
        for column, places in enumerate(self.columns):
            for place in places:
                found[place][column] = 1
        return found

    @cached_property
    def pattern(self) -> tuple[object, ...]:
        """Return what decides whether anything follows: equal for cubes that are cut alike."""
        told = tuple((line.is_number, line.is_hidden) for line in self.lines)
        return (*map(frozenset, self.vectors), told, tuple(self.sizes.values()))

    @property
    def numbers(self) -> list[int]:
        """Return the lines of which a number was published."""
        return [place for place, line in enumerate(self.lines) if line.is_number]

    @cached_property
    def hidden(self) -> list[int]:
        """Return the hidden lines that somebody contributes to."""
        return [
            place
            for place, line in enumerate(self.lines)
            if line.is_hidden and self.people_of(place) > 0
        ]

    def known(self, numbers: Sequence[int]) -> Space:
        """Return all sums that follow from the numbers of these lines."""
        return Space(sorted((self.vectors[place] for place in numbers), key=len))

    def people_of(self, place: int) -> int:
        """Return the contributing people of a line."""
        return sum(self.sizes[column] for column in self.vectors[place])

    def looked(self, keys: frozenset[Key]) -> list[int]:
        """Return the lines whose number somebody has seen who has looked at these cells alone."""
        return [
            place
            for place in self.numbers
            if (self.window, self.lines[place].place, self.indicator) in keys
        ]


def cubes(seen: Seen, truth: Truth) -> list[Cube]:
    """Return the cubes of a release, by period and indicator."""
    numbers, shown = published_numbers(seen), _shown(seen)
    cells = _cells(truth)
    atoms = dict(iter(truth.atoms.groupby(["window_id", "indicator"])))
    found = []
    for (window, indicator), part in cells.groupby(["window_id", "indicator"], sort=True):
        key = (int(str(window)), str(indicator))
        known = atoms.get(key)
        places = _by_atoms(truth, key[0], known) if known is not None else _by_rest(truth, part)
        lines = tuple(
            Line(
                row.text("place"),
                places.atoms.get(row.text("place"), frozenset()),
                is_number=(key[0], row.text("place"), key[1]) in numbers,
                is_hidden=(key[0], row.text("place"), key[1]) not in shown,
                table=row.text("table"),
            )
            for row in rows(part)
            if row.text("place") in places.atoms
        )
        found.append(Cube(*key, lines, places.people))
    return found


def published_numbers(seen: Seen) -> frozenset[Key]:
    """Return the cells of which a number was published: attacker's material."""
    found: set[Key] = set()
    for name, place in (("indicator_values", "group_id"), ("slice_values", "slice_id")):
        table = seen.tables[name]
        told = table[table[["value", "low", "high"]].notna().any(axis=1)]
        found |= _keys(told, place)
    about = rows(seen.tables["about"])[0]
    verdicts = seen.tables["verdicts"]
    for layer in ("behaviour", "perception"):
        told = verdicts[(verdicts["layer"] == layer) & verdicts["effect"].notna()]
        found |= _keys(told.assign(indicator=about.text(f"lead_{layer}")), "group_id")
    return frozenset(found)


@dataclass(frozen=True)
class _Places:
    atoms: Mapping[str, frozenset[str]]
    people: Mapping[str, int]


def _shown(seen: Seen) -> frozenset[Key]:
    found: set[Key] = set()
    for name, place in (("indicator_values", "group_id"), ("slice_values", "slice_id")):
        table = seen.tables[name]
        found |= _keys(table[table["is_shown"].astype(bool)], place)
    return frozenset(found)


def _keys(table: pd.DataFrame, place: str) -> set[Key]:
    return {
        (int(window), str(where), str(indicator))
        for window, where, indicator in zip(
            table["window_id"], table[place], table["indicator"], strict=True
        )
    }


def _cells(truth: Truth) -> pd.DataFrame:
    """Return all private cells that somebody contributes to."""
    groups = truth.groups[["window_id", "group_id"]]
    values = truth.measured.merge(groups, on=["window_id", "group_id"], validate="many_to_one")
    parts = [
        values.rename(columns={"group_id": "place"}).assign(table="indicator_values"),
        truth.slice_values.rename(columns={"slice_id": "place"}).assign(table="slice_values"),
    ]
    names = ["window_id", "place", "indicator", "n_people", "table"]
    whole = pd.concat([part[names] for part in parts if len(part)], ignore_index=True)
    return whole[whole["n_people"] > 0]


def _by_atoms(truth: Truth, window: int, atoms: pd.DataFrame) -> _Places:
    """Return the atoms of every group and slice of a period, from the finest sets."""
    fine = rows(atoms)
    above = _above(truth.groups[truth.groups["window_id"] == window])
    found: dict[str, set[str]] = {group: set() for group in above}
    for atom in fine:
        for group in above.get(atom.text("group_id"), ()):
            found[group].add(atom.text("atom_id"))
    slices = truth.slices[truth.slices["window_id"] == window]
    for cut in rows(slices):
        inside = found.get(cut.text("group_id"), set()) if not cut.is_null("group_id") else None
        found[cut.text("slice_id")] = {
            atom.text("atom_id")
            for atom in fine
            if (inside is None or atom.text("atom_id") in inside)
            and _agrees(cut, atom, "location")
            and _agrees(cut, atom, "level")
        }
    people = {atom.text("atom_id"): atom.whole("n_people") for atom in fine}
    return _Places({place: frozenset(held) for place, held in found.items()}, people)


def _agrees(cut: Row, atom: Row, name: str) -> bool:
    return cut.is_null(name) or cut.cells[name] == atom.cells[name]


def _by_rest(truth: Truth, cells: pd.DataFrame) -> _Places:
    """Return the atoms of a tree without finer sets: what a group holds beyond its parts."""
    window = int(cells["window_id"].iloc[0])
    groups = truth.groups[truth.groups["window_id"] == window]
    above = _above(groups)
    own = {row.text("place"): row.whole("n_people") for row in rows(cells)}
    rest = {group: own.get(group, 0) for group in above}
    for group in sorted(own, key=lambda g: len(above.get(g, ()))):
        higher = [g for g in above.get(group, ())[1:] if g in own]
        if higher:
            rest[higher[0]] -= own[group]
    inside: dict[str, set[str]] = {group: set() for group in above}
    for group, line in above.items():
        for higher_group in line:
            inside[higher_group].add(group)
    return _Places(
        {group: frozenset(held) for group, held in inside.items()},
        {group: max(0, n) for group, n in rest.items()},
    )


def _above(groups: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return each group with all groups above it, the nearest first, itself included."""
    parent = {row.text("group_id"): row.maybe_text("parent_id") for row in rows(groups)}
    return {group: tuple(_line(parent, group)) for group in parent}


def _line(parent: Mapping[str, str | None], group: str | None) -> Iterable[str]:
    while group is not None and group in parent:
        yield group
        group = parent[group]
