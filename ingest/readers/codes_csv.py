"""Coded interviews as a table: one row says that a coder gave an interview a code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.elements import ELEMENTS
from core.tables.results import POLARITIES
from core.text import clean_name
from ingest.batches import SEPARATOR, Batch, Rows, full, rest
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.columns import Picked, aliased_columns, mapped_columns, names_of, plain
from ingest.tables.csv_table import OPTIONS, CsvTable, open_table, shape_of
from ingest.tables.parsing import day_pattern, is_no_date, parse_day

ALIASES: dict[str, tuple[str, ...]] = {
    "interview": ("interview", "interviewid", "interviewee", "intervieweeid"),
    "coder": ("coder", "coderid", "rater", "codedby"),
    "division": ("division", "businessunit"),
    "department": ("department", "dept"),
    "unit": ("unit", "team", "group", "orgunit"),
    "code": ("code", "codename", "codelabel"),
    "polarity": ("polarity", "valence"),
    "element": ("element",),
    "date": ("date", "interviewdate", "day"),
}
UNIT_COLUMNS = ("division", "department", "unit")
NEEDED = ("interview", "coder", "code", "polarity")
LONGEST_CODE = 60
MOST_WORDS = 8
# Columns that hold what somebody said or a coder thought: never read, whatever is declared.
FREE_TEXT = re.compile(
    r"quot|verbatim|text|note|comment|excerpt|memo|passage|statement|remark|transcript|zitat|"
    r"citat|segment$"
)
_ELEMENTS = {plain(name): name for name in ELEMENTS} | {
    "listening": "active listening",
    "transparency": "transparent communication",
    "feedback": "feedback culture",
    "leadership": "leadership modelling",
    "leadershipmodeling": "leadership modelling",
}
_POLARITIES = {name: name for name in POLARITIES} | {
    "+": "positive",
    "-": "negative",
    "\N{MINUS SIGN}": "negative",
    "+/-": "mixed",
    "\N{PLUS-MINUS SIGN}": "mixed",
}


def _is_codes(_path: Path, start: bytes) -> bool:
    first = start.split(b"\n", 1)[0].decode("utf-8", "replace").lstrip("\ufeff")
    header = {plain(cell) for cell in re.split(r"[,;\t|]", first)}
    return all(header & set(ALIASES[meaning]) for meaning in NEEDED)


@readers.add(
    "codes_csv",
    ReaderInfo(
        title="Coded interviews (CSV)",
        gives=("codings",),
        suffixes=(".csv", ".tsv", ".txt"),
        options=(*OPTIONS, "columns", "date"),
        sniff=_is_codes,
        traps=(
            "a quote in the column of codes: a code longer than a label is rejected, never kept",
            "a code outside the code book is rejected where one is declared",
            "columns with words of anybody are not read",
        ),
    ),
)
def read_codes_csv(source: Source) -> Iterator[Batch]:
    """Codes of interviews from a closed code book; no word of anybody is read."""
    table = open_table(source.path, shape_of(source), source.tally.limits)
    places = aliased_columns(table, ALIASES)
    places |= mapped_columns(source, table, source.table("columns"), tuple(ALIASES))
    picked = Picked(places)
    _refuse_missing(source, table, picked)
    _refuse_free_text(source, table, picked)
    reader = _Reader(source, picked, _date_pattern(source, table, picked))
    for line, row in table.rows(source.tally):
        reader.take(line, row)
        yield from full(reader.codings)
    yield from rest(reader.codings)
    reader.explain()


@dataclass
class _Reader:
    source: Source
    picked: Picked
    pattern: str
    declared: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The code book: label and element by plain label."""
    codings: Rows = field(default_factory=lambda: Rows("codings"))

    def __post_init__(self) -> None:
        book = self.source.codebook
        self.declared = {plain(code): (code, element) for code, element in book.items()}

    def take(self, line: int, row: Sequence[str]) -> None:
        """Take one row, or count it with its reason and its line."""
        tally = self.source.tally
        if not any(cell.strip() for cell in row):
            tally.leave_out("empty_row")
            return
        fault = self._fault(row)
        if fault is not None:
            tally.reject(f"line {line}", *fault)
            return
        cell = self.picked.cell
        code = clean_name(cell(row, "code"))
        names = [name for column in UNIT_COLUMNS if (name := cell(row, column))]
        self.codings.add(
            line,
            cell(row, "interview").casefold(),
            cell(row, "coder").casefold(),
            SEPARATOR.join(names),
            self.declared.get(plain(code), (code, ""))[0],
            _POLARITIES[cell(row, "polarity").casefold()],
            self._element(row, code),
            parse_day(cell(row, "date"), self.pattern),
        )

    def explain(self) -> None:
        """Say once what would have been understood, where something was not."""
        tally = self.source.tally
        known = {
            "polarity_unknown": ("polarities", "E-CODES-003", POLARITIES),
            "element_unknown": ("elements", "E-CODES-004", ELEMENTS),
            "code_not_in_code_book": ("codes", "E-CODES-005", tuple(self.source.codebook)),
        }
        for reason, (what, code, words) in known.items():
            if n := tally.rejected[reason]:
                rows = "1 row is" if n == 1 else f"{n:,} rows are"
                tally.warn(
                    f"{tally.file}: {rows} left out ({code}): {reason.replace('_', ' ')}. "
                    f"Known {what}: {', '.join(words)}."
                )

    def _fault(self, row: Sequence[str]) -> tuple[str, str] | None:
        """Code and reason of the first thing that is wrong with a row, if anything is."""
        cell, declared = self.picked.cell, self.declared
        code, date = cell(row, "code"), cell(row, "date")
        empty = [name for name in NEEDED if not cell(row, name)]
        if not any(cell(row, column) for column in UNIT_COLUMNS):
            empty.append("unit")
        is_polarity = cell(row, "polarity").casefold() in _POLARITIES
        is_day = is_no_date(date) or parse_day(date, self.pattern) is not None
        checks: tuple[tuple[bool, str, str], ...] = (
            (not empty, "E-CODES-002", f"{empty[0] if empty else 'nothing'}_missing"),
            (not _looks_said(code), "E-CODES-006", "code_looks_like_a_quote"),
            (not declared or plain(code) in declared, "E-CODES-005", "code_not_in_code_book"),
            (is_polarity, "E-CODES-003", "polarity_unknown"),
            (self._element(row, code) != "", "E-CODES-004", "element_unknown"),
            (is_day, "E-CODES-007", "date_unparsable"),
        )
        return next(((number, reason) for holds, number, reason in checks if not holds), None)

    def _element(self, row: Sequence[str], code: str) -> str:
        """The element of a row: the code book's, else the column's; "" where neither knows it."""
        given = self.declared.get(plain(code))
        return given[1] if given else _ELEMENTS.get(plain(self.picked.cell(row, "element")), "")


def _looks_said(code: str) -> bool:
    """Whether a cell is longer than a label ever is: then it may be somebody's words."""
    return len(code) > LONGEST_CODE or len(code.split()) > MOST_WORDS or "@" in code


def _refuse_missing(source: Source, table: CsvTable, picked: Picked) -> None:
    missing = [name for name in NEEDED if name not in picked]
    if not any(column in picked for column in UNIT_COLUMNS):
        missing.append("unit")
    if "element" not in picked and not source.codebook:
        missing.append("element")
    if missing:
        raise source.error(
            f"there is no column for {', '.join(missing)}",
            "E-CODES-001",
            f"Nothing was read. Columns found: {names_of(table)}. Name them under "
            "[source.columns].",
            place="1",
        )


def _refuse_free_text(source: Source, table: CsvTable, picked: Picked) -> None:
    """Refuse a column of somebody's words where it is mapped; say that others were not read."""
    said = {at for at, name in enumerate(table.header) if FREE_TEXT.search(plain(name))}
    taken = {at: meaning for meaning, places in picked.places.items() for at in places}
    for at in sorted(said & taken.keys()):
        raise source.error(
            f'the column "{table.header[at]}" is declared as {taken[at]} and looks like words '
            "that somebody said",
            "E-CODES-008",
            "Nothing was read. No quote is ever stored: give a column of labels from a closed "
            "code book.",
            place="1",
        )
    if said:
        listed = ", ".join(f'"{table.header[at]}"' for at in sorted(said))
        source.tally.remarks.append(f"not read, words of people are never stored: {listed}")


def _date_pattern(source: Source, table: CsvTable, picked: Picked) -> str:
    declared = source.text("date")
    if declared or "date" not in picked:
        return declared
    sample = type(source.tally)(file=source.file, limits=source.tally.limits)
    return day_pattern([picked.cell(row, "date") for _, row in table.rows(sample)]) or ""
