"""Outcomes to a table: units found in the tree, each figure of a unit and a period once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from core.rows import Row, rows
from core.tables.context import OUTCOMES
from core.text import clean_name, slug
from ingest.batches import SEPARATOR
from ingest.people.unit_names import named_with_nearest
from ingest.people.units import UnitTree
from ingest.survey_rows import SurveyRows
from ingest.tally import Tally

FEWEST_PEOPLE = 5
"""A figure of fewer people is nearly one of a person, and is left out."""
_HIGHER_IS = {
    "engagement": "better",
    "csat": "better",
    "nps": "better",
    "enps": "better",
    "innovation": "better",
    "turnover": "worse",
    "absence": "worse",
}

Excluded = Callable[[str], bool]
Cells = dict[str, str | int | float | None]


class Read(Protocol):
    """What was read of one source."""

    @property
    def file_sha256(self) -> str:
        """Return the hash of the bytes read."""

    @property
    def tally(self) -> Tally:
        """Return the account of the source."""

    @property
    def survey(self) -> SurveyRows:
        """Return the rows held until the organization tree is known."""


@dataclass(frozen=True)
class _Figure:
    tally: Tally
    line: int
    cells: Cells


def take_outcomes(readings: Sequence[Read], units: UnitTree, excluded: Excluded) -> pd.DataFrame:
    """Return the `outcomes` table; every figure is accepted, duplicate, left out or rejected.

    A unit that is not on the roster is listed with its nearest match and left out. `excluded`
    tells unit names whose people are never looked at. Two figures of one outcome, unit and first
    day that differ: the first in the order of the files' bytes stays, the other is rejected.
    """
    ordered = sorted(readings, key=lambda reading: reading.file_sha256)
    found: dict[tuple[object, ...], Cells] = {}
    for figure in (f for reading in ordered for f in _placed(reading, units, excluded)):
        key = tuple(figure.cells[name] for name in OUTCOMES.key)
        if key not in found:
            figure.tally.accepted += 1
            found[key] = figure.cells
        elif found[key] == figure.cells:
            figure.tally.duplicate += 1
        else:
            figure.tally.reject(f"line {figure.line}", "E-OUTCOMES-008", "outcome_stands_twice")
    for reading in ordered:
        if reading.survey.n_outcomes and reading.tally.has_too_many():
            raise reading.tally.too_many()
    table = pd.DataFrame(list(found.values()), columns=OUTCOMES.names)
    return table.sort_values(list(OUTCOMES.key), ignore_index=True)


def _placed(reading: Read, units: UnitTree, excluded: Excluded) -> list[_Figure]:
    """The figures of a source whose unit is on the roster; the others are left out."""
    names = {unit: path for path, unit in units.ids.items()}
    unknown: Counter[str] = Counter()
    found = []
    for row in rows(reading.survey.frame("outcomes")):
        named = row.text("units")
        unit = units.find(tuple(named.split(SEPARATOR)))
        if unit is None:
            reading.tally.leave_out("unit_unknown")
            unknown[named] += 1
        elif any(excluded(name) for name in names[unit]):
            reading.tally.leave_out("special_group")
        elif row.whole("n_people") < FEWEST_PEOPLE:
            reading.tally.leave_out("too_few_people")
        else:
            found.append(_Figure(reading.tally, row.whole("line"), _cells(row, unit)))
    if unknown:
        reading.tally.warn(
            f"{reading.tally.file}: {unknown.total():,} figures name {len(unknown):,} units that "
            f"are not on the roster: {named_with_nearest(unknown, units)} (W-OUTCOMES-007). They "
            "were left out. Use the names of the roster."
        )
    return found


def _cells(row: Row, unit: str) -> Cells:
    outcome, kind = clean_name(row.text("outcome")), row.text("kind")
    return {
        "outcome_id": slug(outcome, fallback="outcome"),
        "outcome": outcome,
        "kind": kind,
        "unit_id": unit,
        "first_day": row.whole("first_day"),
        # The file names the last day, the table the day after it.
        "end_day": row.whole("end_day") + 1,
        "value": row.number("value"),
        "n_people": row.whole("n_people"),
        "higher_is": _HIGHER_IS.get(kind),
    }
