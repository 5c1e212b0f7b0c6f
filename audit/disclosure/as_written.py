"""A release audited from its files: what an attacker reads, held against who stood behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.disclosure.cells import Cell, Decision
from audit.disclosure.cube import Cube
from audit.disclosure.cubes import MEMBERS, PeriodShape
from audit.disclosure.fates import Fates
from audit.disclosure.rowspace import Remembering, revealed, suppress
from audit.disclosure.waves import CellKey, telling
from core.rows import rows
from core.tables.published import PUBLISHED

ROW_SPACE = "a hidden cell follows from what is shown"
REMAINDER = "two shown groups differ by a few people"
WAVES = "joiners or leavers follow from numbers of several periods or releases"

_STATES = {"shown": "number", "status_only": "status_only"}


@dataclass(frozen=True)
class Found:
    """What the audit of a release as written looked at and found."""

    n_systems: int
    n_protected: int
    breaches: tuple[str, ...]


def audit_as_written(fresh: Path, fates: Fates) -> Found:
    """Run row-space audit, remainder rule and wave rule on the files of a release.

    Every period and indicator is one system, of all groups and slices released together; the
    members of groups and slices are one more.
    """
    shown = _shown(fresh)
    judge = Remembering()
    n_systems = n_protected = 0
    breaches: list[str] = []
    for cube, gone, absent in _systems(fates, shown):
        least = fates.floor.min_people
        n_systems += 1
        n_protected += len(gone) + len(cube.small_atoms(least))
        if revealed(cube, gone, least, absent, judge):
            breaches.append(ROW_SPACE)
        if suppress(cube, gone, least, absent):
            breaches.append(REMAINDER)
    as_read = Decision(fates.decision.groups, _cells(fates, shown))
    if telling(as_read, fates.together, fates.floor.min_people):
        breaches.append(WAVES)
    return Found(n_systems, n_protected, tuple(dict.fromkeys(breaches)))


def _shown(fresh: Path) -> dict[CellKey, str]:
    """Return the form of every cell that is shown, as the files have it."""
    found: dict[CellKey, str] = {}
    for name, key in (("indicator_values", "group_id"), ("slice_values", "slice_id")):
        frame = PUBLISHED[name].read(fresh)
        for row in rows(frame[frame["is_shown"]]):
            form = _STATES.get(row.text("status"), "absent")
            if not row.is_null("value"):
                form = "number"
            found[row.whole("window_id"), row.text(key), row.text("indicator")] = form
    return found


def _systems(
    fates: Fates, shown: dict[CellKey, str]
) -> Iterator[tuple[Cube, frozenset[str], frozenset[str]]]:
    """Return the cube of each period and indicator, what is hidden and what is not observed."""
    own: dict[tuple[int, str], dict[str, int]] = {}
    for (at, name, indicator), n in fates.counts.items():
        own.setdefault((at, indicator), {})[name] = n
    for period, members in fates.groups.groupby("window_id"):
        key = int(str(period))
        shape = PeriodShape.of(members, fates.slices.of(key))
        everybody = shape.cube(MEMBERS, shape.members(members)).cube
        is_out = {name for name in everybody.slices if fates.decision.group(key, name).is_shown}
        yield everybody, frozenset(everybody.slices) - is_out, frozenset()
        for (when, indicator), counts in sorted(own.items()):
            if when != key:
                continue
            cube = shape.cube(indicator, counts).cube
            is_told = {name for name in counts if (key, name, indicator) in shown}
            gone = frozenset(
                name
                for name in cube.slices
                if name not in is_told and (name in counts or name not in is_out)
            )
            numbers = {name for name in is_told if shown[key, name, indicator] != "absent"}
            yield cube, gone, frozenset(cube.slices) - gone - numbers


def _cells(fates: Fates, shown: dict[CellKey, str]) -> dict[CellKey, Cell]:
    """Return the cells of the decision, with a number wherever the files have one."""
    found = dict(fates.decision.cells)
    for key, form in shown.items():
        if form == "number":
            band = fates.decision.cell(*key).band
            found[key] = Cell("number", None, band)
    return found
