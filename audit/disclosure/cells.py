"""Which groups and which cells of a release may be seen, and in what form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from audit.disclosure.defences import ALL, Defences
from audit.disclosure.rowspace import Cube, suppress
from audit.disclosure.thresholds import (
    DOMINANT_SHARE,
    DOMINATED,
    HARD_FLOOR,
    WOULD_REVEAL,
    Floor,
    Form,
    n_band,
)
from core.rows import rows


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
    groups: pd.DataFrame, values: pd.DataFrame, floor: Floor, defences: Defences = ALL
) -> Decision:
    """Decide the fate of every group and cell: floor, dominance, complementary suppression.

    `groups` is the private org_groups table, `values` the private indicator_values table. The
    groups of a period are decided by their members; each indicator again by the people that
    contribute to it, on top of the groups already hidden.
    """
    fates: dict[tuple[int, str], Cell] = {}
    cells: dict[tuple[int, str, str], Cell] = {}
    for period, members in groups.groupby("window_id"):
        key = int(str(period))
        parent = _parents(members)
        counts = dict(zip(members["group_id"], members["n_people"].astype(int), strict=True))
        rules = _Rules(floor, defences)
        own = _fates(Cube.of_tree(parent, counts), rules)
        fates |= {(key, group): cell for group, cell in own.items()}
        gone = frozenset(group for group, cell in own.items() if not cell.is_shown)
        here = values[values["window_id"] == period]
        for indicator, part in here.groupby("indicator"):
            found = _indicator_fates(parent, part, rules, gone)
            cells |= {(key, group, str(indicator)): cell for group, cell in found.items()}
    return Decision(fates, cells)


@dataclass(frozen=True)
class _Rules:
    """The floor of a release and the defences that are on."""

    floor: Floor
    defences: Defences

    def small(self, cube: Cube) -> frozenset[str]:
        """Return the slices under the floor."""
        if not self.defences.floor:
            return frozenset()
        return frozenset(s for s in cube.slices if cube.size(s) < self.floor.min_people)

    def form(self, n: int) -> Form:
        """Return in what form a shown cell leaves."""
        return self.floor.form(n) if self.defences.bands else "number"


def _indicator_fates(
    parent: Mapping[str, str | None], cells: pd.DataFrame, rules: _Rules, gone: frozenset[str]
) -> dict[str, Cell]:
    known = cells[cells["group_id"].isin(parent)]
    own = dict(zip(known["group_id"], known["n_people"].astype(int), strict=True))
    has_number = known["status"].isin(["shown", "too_few"])
    absent = frozenset(parent) - frozenset(known.loc[has_number, "group_id"])
    dominated = frozenset(known.loc[known["top_share"].fillna(0) > DOMINANT_SHARE, "group_id"])
    cube = Cube.of_tree(parent, _nested(parent, own))
    kept = _Kept(gone, absent, dominated if rules.defences.dominance else frozenset())
    fates = _fates(cube, rules, kept)
    return {group: _with_data(fates[group], gone, group, rules.floor) for group in own}


@dataclass(frozen=True)
class _Kept:
    """Slices that are not shown whatever the others are."""

    gone: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    dominated: frozenset[str] = frozenset()


def _fates(cube: Cube, rules: _Rules, kept: _Kept = _Kept()) -> dict[str, Cell]:
    floor, small = rules.floor, rules.small(cube)
    hidden = (small - kept.absent) | kept.gone | kept.dominated
    added = suppress(cube, hidden, floor.min_people, kept.absent, defences=rules.defences)
    fates: dict[str, Cell] = {}
    for group in cube.slices:
        n = cube.size(group)
        if group in small:
            fates[group] = Cell("hidden", floor.too_few, None)
        elif group in kept.dominated:
            fates[group] = Cell("hidden", DOMINATED, None)
        elif group in hidden or group in added:
            fates[group] = Cell("hidden", WOULD_REVEAL, None)
        else:
            fates[group] = Cell(rules.form(n), None, n_band(max(n, HARD_FLOOR)))
    return fates


def _with_data(cell: Cell, gone: frozenset[str], group: str, floor: Floor) -> Cell:
    """Say of a cell in a large enough group that it is the people *with data* who are too few."""
    if cell.why != floor.too_few or group in gone:
        return cell
    return Cell(cell.form, f"{floor.too_few} with data", cell.band)


def _parents(groups: pd.DataFrame) -> dict[str, str | None]:
    return {row.text("group_id"): row.maybe_text("parent_id") for row in rows(groups)}


def _nested(parent: Mapping[str, str | None], own: Mapping[str, int]) -> dict[str, int]:
    """Return people by group; a group without a row of its own counts what its parts hold."""
    depth = {group: _depth(parent, group) for group in parent}
    total = dict.fromkeys(parent, 0)
    for group in sorted(parent, key=lambda g: (-depth[g], g)):
        total[group] = own.get(group, total[group])
        above = parent[group]
        if above is not None and above in total and group in total:
            total[above] += total[group]
    return total


def _depth(parent: Mapping[str, str | None], group: str) -> int:
    depth, above = 0, parent[group]
    while above is not None:
        depth, above = depth + 1, parent.get(above)
    return depth
