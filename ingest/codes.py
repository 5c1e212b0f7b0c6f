"""Codings to a table: interviews and coders under pseudonyms, units found, each code once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pandas as pd

from core.rows import Row, rows
from core.tables.survey import CODES
from ingest.batches import SEPARATOR
from ingest.people.unit_names import named_with_nearest
from ingest.people.units import UnitTree
from ingest.reading import Reading
from ingest.settings import IntakeSettings
from ingest.tally import Tally

_KEYED_FOR = "interviews"
Word = TypeVar("Word", str, int)
Excluded = Callable[[str], bool]


@dataclass(frozen=True)
class _Coding:
    """One row of a source with the account that it is counted in."""

    tally: Tally
    row: Row
    unit: str

    def text(self, name: str) -> str:
        return self.row.text(name)

    def reject(self, code: str, reason: str) -> None:
        self.tally.reject(f"line {self.row.whole('line')}", code, reason)


@dataclass
class _Interviews:
    """What most rows say of an interview and of a code: the others contradict it."""

    units: dict[str, Counter[str]] = field(default_factory=dict)
    days: dict[str, Counter[int]] = field(default_factory=dict)
    elements: dict[str, Counter[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def note(self, coding: _Coding) -> None:
        interview, label = coding.text("interview"), coding.text("code")
        self.units.setdefault(interview, Counter())[coding.unit] += 1
        day = coding.row.maybe_whole("day")
        if day is not None:
            self.days.setdefault(interview, Counter())[day] += 1
        code = label.casefold()
        self.elements.setdefault(code, Counter())[coding.text("element")] += 1
        self.labels[code] = min(label, self.labels.get(code, label))

    def day(self, interview: str) -> int | None:
        found = self.days.get(interview)
        return _most(found) if found else None


def take_codes(
    readings: Sequence[Reading], units: UnitTree, settings: IntakeSettings, excluded: Excluded
) -> pd.DataFrame:
    """Return the `codes` table; every coding is accepted, duplicate, left out or rejected.

    Ids of interviews and coders become pseudonyms under a key that serves interviews alone. An
    interview belongs to one unit and a code to one element: those of most rows; rows that say
    otherwise are rejected with their line. `excluded` tells unit names whose people are never
    looked at.
    """
    # In the order of the files' bytes, so that the order of the sources changes no table.
    ordered = sorted(readings, key=lambda reading: reading.file_sha256)
    codings = [c for reading in ordered for c in _placed(reading, units, excluded)]
    known = _Interviews()
    for coding in codings:
        known.note(coding)
    found: dict[tuple[str, str, str, str], dict[str, str | int | None]] = {}
    for coding in codings:
        key = _key(coding)
        if coding.unit != _most(known.units[coding.text("interview")]):
            coding.reject("E-CODES-009", "interview_is_in_another_unit")
        elif coding.text("element") != _most(known.elements[key[2]]):
            coding.reject("E-CODES-010", "code_has_another_element")
        elif key in found:
            coding.tally.duplicate += 1
        else:
            coding.tally.accepted += 1
            found[key] = _cells(coding, known, settings)
    for reading in ordered:
        if reading.survey.n_codings and reading.tally.has_too_many():
            raise reading.tally.too_many()
    table = pd.DataFrame(list(found.values()), columns=CODES.names)
    return table.astype({"day": "Int32"}).sort_values(list(CODES.key), ignore_index=True)


def _placed(reading: Reading, units: UnitTree, excluded: Excluded) -> list[_Coding]:
    """The codings of a source whose unit is on the roster; the others are left out."""
    names = {unit: path for path, unit in units.ids.items()}
    unknown: Counter[str] = Counter()
    found = []
    for row in rows(reading.survey.frame("codings")):
        team = row.text("team")
        unit = units.find(tuple(team.split(SEPARATOR)))
        if unit is None:
            reading.tally.leave_out("unit_unknown")
            unknown[team] += 1
        elif any(excluded(name) for name in names[unit]):
            reading.tally.leave_out("special_group")
        else:
            found.append(_Coding(reading.tally, row, unit))
    if unknown:
        reading.tally.warn(_unknown_units(reading.tally, unknown, units))
    return found


def _key(coding: _Coding) -> tuple[str, str, str, str]:
    code = coding.text("code").casefold()
    return coding.text("interview"), coding.text("coder"), code, coding.text("polarity")


def _cells(
    coding: _Coding, known: _Interviews, settings: IntakeSettings
) -> dict[str, str | int | None]:
    interview = coding.text("interview")
    return {
        "interview_id": settings.key.form(_KEYED_FOR, f"interview:{interview}"),
        "day": known.day(interview),
        "unit_id": coding.unit,
        "coder_id": settings.key.form(_KEYED_FOR, f"coder:{coding.text('coder')}"),
        "code": known.labels[coding.text("code").casefold()],
        "polarity": coding.text("polarity"),
        "element": coding.text("element"),
    }


def _most(counts: Counter[Word]) -> Word:
    """The value of most rows; the first in order of two that are equally frequent."""
    return min(counts, key=lambda word: (-counts[word], word))


def _unknown_units(tally: Tally, unknown: Counter[str], units: UnitTree) -> str:
    return (
        f"{tally.file}: {unknown.total():,} codes name {len(unknown):,} units that are not on the "
        f"roster: {named_with_nearest(unknown, units)} (W-CODES-011). They were left "
        "out. Use the names of the roster."
    )
