"""Which groups and which cells of a release may be seen, and in what form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from audit.disclosure.cube import Cube
from audit.disclosure.cubes import MEMBERS, PeriodCube, PeriodShape, Slices, counted
from audit.disclosure.defences import ALL, Defences
from audit.disclosure.rowspace import suppress
from audit.disclosure.thresholds import (
    CROSSED_FLOOR,
    DOMINANT_SHARE,
    DOMINATED,
    HARD_FLOOR,
    WOULD_REVEAL,
    Floor,
    Form,
    n_band,
)


@dataclass(frozen=True)
class Cell:
    """The fate of one cell: how it may be shown, why not, and its size band."""

    form: Form
    why: str | None
    band: str | None

    @property
    def is_shown(self) -> bool:
        """Return whether anything of the cell may be seen."""
        return self.form != "hidden"

    @property
    def has_number(self) -> bool:
        """Return whether its numbers may be seen."""
        return self.form == "number"


@dataclass(frozen=True)
class Decision:
    """All fates of one release, by (period, group) and (period, group, indicator)."""

    groups: Mapping[tuple[int, str], Cell]
    cells: Mapping[tuple[int, str, str], Cell]

    def group(self, period: int, group: str) -> Cell:
        """Return the fate of a group as a whole."""
        return self.groups[period, group]

    def cell(self, period: int, group: str, indicator: str) -> Cell:
        """Return the fate of one indicator of a group; a cell nobody computed is hidden."""
        own = self.groups[period, group]
        if not own.is_shown:
            return own
        return self.cells.get((period, group, indicator), Cell("hidden", "not observed", None))


def decide(
    groups: pd.DataFrame,
    values: pd.DataFrame,
    floor: Floor,
    defences: Defences = ALL,
    slices: Slices | None = None,
) -> Decision:
    """Decide the fate of every group, slice and cell of each period by itself.

    `groups` is the private org_groups table, `values` the private indicator_values table,
    `slices` what is released beside the tree. The groups and slices of a period are decided by
    their members; each indicator again by the people that contribute to it, on top of what is
    already hidden. Floor, dominance, then complementary suppression with the remainder rule.
    """
    fates: dict[tuple[int, str], Cell] = {}
    cells: dict[tuple[int, str, str], Cell] = {}
    found = slices or Slices()
    for period, members in groups.groupby("window_id"):
        key = int(str(period))
        shape = PeriodShape.of(members, found.of(key))
        period_rules = Rules(floor, defences, shape.two_dimensional)
        own = _members_fates(shape, members, period_rules)
        fates |= {(key, name): cell for name, cell in own.items()}
        gone = frozenset(name for name, cell in own.items() if not cell.is_shown)
        measured = _measured(values[values["window_id"] == period], shape)
        for indicator, part in measured.groupby("indicator"):
            told = _indicator_fates(str(indicator), part, shape, (period_rules, gone))
            cells |= {(key, name, str(indicator)): cell for name, cell in told.items()}
    return Decision(fates, cells)


def _members_fates(shape: PeriodShape, members: pd.DataFrame, rules: Rules) -> dict[str, Cell]:
    """Decide groups and slices by their members; a slice of a group that is hidden is hidden too.

    It would say of most of the group what the group must not say.
    """
    cube = shape.cube(MEMBERS, shape.members(members))
    gone: frozenset[str] = frozenset()
    while True:
        own = _fates(cube, rules, _Kept(gone))
        within = {
            name
            for name, group in shape.group_of.items()
            if name in own and own[name].is_shown and group in own and not own[group].is_shown
        }
        if not within or not rules.defences.slices:
            return own
        gone |= within


@dataclass(frozen=True)
class Rules:
    """The floors of a release and the defences that are on."""

    floor: Floor
    defences: Defences
    crossed: frozenset[str] = frozenset()
    """Slices that cross two dimensions: they need more people."""

    def least(self, name: str) -> int:
        """Return the fewest people that a group or slice needs."""
        least = self.floor.min_people
        return max(least, CROSSED_FLOOR) if name in self.crossed else least

    def small(self, cube: Cube) -> frozenset[str]:
        """Return the slices under the floor."""
        if not self.defences.floor:
            return frozenset()
        return frozenset(name for name in cube.slices if cube.size(name) < self.least(name))

    def form(self, n: int) -> Form:
        """Return in what form a shown cell leaves."""
        is_under = n < self.floor.min_people
        is_loose = not self.defences.bands or (is_under and not self.defences.floor)
        return "number" if is_loose else self.floor.form(n)


def _measured(values: pd.DataFrame, shape: PeriodShape) -> pd.DataFrame:
    """Return the cells of groups and slices in one table, by `name`."""
    columns = ["name", "indicator", "n_people", "top_share", "status"]
    tree = values.rename(columns={"group_id": "name"})[columns]
    beside = shape.slices.measured.rename(columns={"slice_id": "name"})[columns]
    known = [*shape.parent, *shape.slice_ids]
    parts = [part[part["name"].isin(known)] for part in (tree, beside) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else tree


def _indicator_fates(
    indicator: str,
    cells: pd.DataFrame,
    shape: PeriodShape,
    decided: tuple[Rules, frozenset[str]],
) -> dict[str, Cell]:
    rules, gone = decided
    own = counted(cells, "name")
    cube = shape.cube(indicator, own)
    has_number = frozenset(cells.loc[cells["status"].isin(["shown", "too_few"]), "name"])
    is_carried = cells["top_share"].fillna(0) > DOMINANT_SHARE
    dominated = frozenset(cells.loc[is_carried, "name"]) if rules.defences.dominance else _NONE
    everything = frozenset(cube.cube.slices)
    kept = _Kept(gone & everything, everything - has_number, dominated & everything)
    fates = _fates(cube, rules, kept)
    return {name: _with_data(fates[name], name, gone, rules) for name in own}


@dataclass(frozen=True)
class _Kept:
    """Slices that are not shown whatever the others are."""

    gone: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    dominated: frozenset[str] = frozenset()


_NONE: frozenset[str] = frozenset()


def _fates(found: PeriodCube, rules: Rules, kept: _Kept = _Kept()) -> dict[str, Cell]:
    cube, least = found.cube, rules.floor.min_people if rules.defences.floor else 0
    small = rules.small(cube)
    hidden = small | kept.gone | kept.dominated
    added = suppress(cube, hidden, least, kept.absent, defences=rules.defences)
    if not rules.defences.slices:
        # As if anybody could cut slices that nobody had audited.
        added = frozenset(name for name in added if not cube.tiers.get(name, 0))
    fates: dict[str, Cell] = {}
    for name in cube.slices:
        n = cube.size(name)
        if name in small:
            fates[name] = Cell("hidden", rules.floor.too_few_of(rules.least(name)), None)
        elif name in kept.dominated:
            fates[name] = Cell("hidden", DOMINATED, None)
        elif name in hidden or name in added:
            fates[name] = Cell("hidden", WOULD_REVEAL, None)
        else:
            fates[name] = Cell(rules.form(n), None, n_band(max(n, HARD_FLOOR)))
    return fates | dict.fromkeys(found.untold, Cell("hidden", WOULD_REVEAL, None))


def _with_data(cell: Cell, name: str, gone: frozenset[str], rules: Rules) -> Cell:
    """Say of a cell in a large enough group that it is the people *with data* who are too few."""
    if cell.why != rules.floor.too_few_of(rules.least(name)) or name in gone:
        return cell
    return Cell(cell.form, f"{cell.why} with data", cell.band)
