"""How many people of each unit a survey invited: as a file says, else as the roster has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pandas as pd

from core.errors import SourceError
from core.tables.survey import INVITED
from ingest.people.roster import Roster
from ingest.people.units import UnitTree
from ingest.reading import Reading
from ingest.tables.columns import Picked, aliased_columns
from ingest.tables.csv_table import CsvShape, open_table
from ingest.tally import Tally

ALIASES = {
    "division": ("division", "businessunit"),
    "department": ("department", "dept"),
    "team": ("team", "unit", "group", "orgunit"),
    "wave": ("wave",),
    "n_invited": ("ninvited", "invited", "recipients", "headcount", "n"),
}


class Asked(Protocol):
    """A wave: its name and when it began."""

    @property
    def wave_id(self) -> str:
        """Return the name."""

    @property
    def first_day(self) -> int:
        """Return the first day on which forms were filled in."""


def invited_frame(
    readings: Sequence[Reading], waves: Mapping[str, Asked], roster: Roster, units: UnitTree
) -> pd.DataFrame:
    """Return the `invited` table; a wave with no file of its own invited everybody employed."""
    counts: dict[tuple[str, str], int] = {}
    for reading in readings:
        path = reading.spec.options.get("invited")
        if isinstance(path, str):
            counts |= _from_file(reading, reading.spec.path.parent / path, units)
    told = {wave for wave, _ in counts}
    for wave in waves.values():
        if wave.wave_id not in told:
            employed = Counter(
                units.unit_of(stay.row.unit_path)
                for stay in roster.stays
                if stay.row.first_day <= wave.first_day
                and (stay.valid_to_day is None or wave.first_day < stay.valid_to_day)
            )
            counts |= {(wave.wave_id, unit): n for unit, n in employed.items()}
    return pd.DataFrame(
        [(wave, unit, n) for (wave, unit), n in counts.items()], columns=INVITED.names
    )


def _from_file(reading: Reading, path: Path, units: UnitTree) -> dict[tuple[str, str], int]:
    if not path.is_file():
        raise SourceError(
            "there is no such file",
            file=path.name,
            code="E-FILE-001",
            hint="Nothing was read. Mend `invited` of this source.",
        )
    tally = Tally(path.name, reading.tally.limits)
    table = open_table(path, CsvShape(), tally.limits)
    picked = Picked(aliased_columns(table, ALIASES))
    default = reading.spec.options.get("wave", f"wave {reading.spec.number}")
    counts: dict[tuple[str, str], int] = {}
    for line, row in table.rows(tally):
        names = [n for c in ("division", "department", "team") if (n := picked.cell(row, c))]
        unit, number = units.find(tuple(names)), picked.cell(row, "n_invited")
        if unit is None or not (number.isascii() and number.isdigit()):
            raise SourceError(
                "this row names no unit of the roster, or no number of people",
                file=path.name,
                place=str(line),
                code="E-SURVEY-008",
                hint="Nothing was read. The columns are team (with division) and invited.",
            )
        key = (picked.cell(row, "wave") or str(default), unit)
        counts[key] = counts.get(key, 0) + int(number)
    return counts
