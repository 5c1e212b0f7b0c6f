"""Survey answers as CSV or XLSX: one row a form (wide), or one row an answer (long)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.batches import SEPARATOR, Batch, Rows, full, rest
from ingest.columns import Picked, aliased_columns, mapped_columns, names_of, plain
from ingest.csv_table import OPTIONS, shape_of
from ingest.limits import Limits
from ingest.parsing import day_pattern, number, parse_day
from ingest.registry import ReaderInfo, readers
from ingest.scales import shipped
from ingest.settings import ItemSettings
from ingest.source import Source
from ingest.survey_items import absent_codes, item_columns, items_by_name, labels_of
from ingest.survey_promise import refuse_broken_promise
from ingest.survey_traps import Traps
from ingest.tables import Table, open_any
from ingest.xlsx_table import is_workbook, open_workbook

ALIASES: dict[str, tuple[str, ...]] = {
    "respondent": ("respondentid", "responseid", "formid", "respondent"),
    "person": ("employeeid", "employee", "emailaddress", "email", "workemail", "recipientemail"),
    "division": ("division", "businessunit"),
    "department": ("department", "dept"),
    "team": ("team", "unit", "group", "orgunit"),
    "date": ("submitdate", "enddate", "recordeddate", "completiontime", "date", "timestamp"),
    "item": ("item", "question", "questionid", "itemid"),
    "value": ("value", "answer", "score", "response"),
    "level_group": ("levelgroup",),
    "site": ("site", "location"),
    "tenure_band": ("tenureband",),
    "wave": ("wave", "snapshot"),
    "status": ("status", "responsestatus"),
}
UNIT_COLUMNS = ("division", "department", "team")
FEWEST_ITEMS = 2
_NO_FORM = {"survey preview", "preview", "spam", "test"}
_PARTIAL = {"incomplete", "partial", "in progress"}
_NOT_APPLICABLE = {"-99", "n/a", "na", "not applicable", "don't know", "dont know", "no opinion"}


def _is_survey(path: Path, start: bytes) -> bool:
    if is_workbook(path, start):
        header = [plain(cell) for cell in open_workbook(path, Limits()).header]
    else:
        first = start.split(b"\n", 1)[0].decode("utf-8", "replace").lstrip("\ufeff")
        header = [plain(cell) for cell in re.split(r"[,;\t|]", first)]
    is_long = bool({"item", "question", "itemid"} & set(header)) and bool(
        {"value", "answer", "score", "response"} & set(header)
    )
    numbered = [cell for cell in header if re.fullmatch(r"(?:q|item|frage)\d+\w*", cell)]
    known = {plain(item.item_id) for item in shipped().items}
    return is_long or max(len(numbered), len(known & set(header))) >= FEWEST_ITEMS


@readers.add(
    "survey_csv",
    ReaderInfo(
        title="Survey answers (CSV, XLSX), wide or long",
        gives=("forms", "answers"),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=(
            *OPTIONS,
            "layout",
            "wave",
            "first_day",
            "last_day",
            "date",
            "columns",
            "items",
            "labels",
            "invited",
            "sheet",
            "not_applicable",
        ),
        sniff=_is_survey,
    ),
)
def read_survey_csv(source: Source) -> Iterator[Batch]:
    """Answers to declared items; free text, names and unmapped columns are not read."""
    shape, limits = shape_of(source), source.tally.limits
    table = open_any(source.path, shape, limits, source.text("sheet"))
    refuse_broken_promise(source, table)
    places = aliased_columns(table, ALIASES)
    places |= mapped_columns(source, table, source.table("columns"), tuple(ALIASES))
    picked = Picked(places)
    is_long = source.one_of("layout", ("wide", "long"), _layout(picked)) == "long"
    if is_long and not {"item", "value"} <= picked.places.keys():
        raise source.error(
            "a long table needs a column for the item and one for the answer",
            "E-SURVEY-005",
            f"Nothing was read. Columns found: {names_of(table)}.",
            place="1",
        )
    items = {} if is_long else item_columns(source, table)
    reader = _Reader(source, picked, items, labels_of(source))
    reader.by_name, reader.absent = items_by_name(source), absent_codes(source)
    reader.pattern = _date_pattern(source, table, picked)
    for line, row in table.rows(source.tally):
        if is_long:
            reader.answer(line, row)
        else:
            reader.form(line, row)
        yield from full(reader.forms, reader.answers)
    reader.traps.tell(source, is_long=is_long)
    yield from rest(reader.forms, reader.answers)


@dataclass
class _Reader:
    source: Source
    picked: Picked
    items: Mapping[int, ItemSettings]
    labels: Mapping[str, float]
    pattern: str = ""
    by_name: dict[str, ItemSettings] = field(default_factory=dict)
    forms: Rows = field(default_factory=lambda: Rows("forms"))
    answers: Rows = field(default_factory=lambda: Rows("answers"))
    absent: frozenset[str] = frozenset()
    traps: Traps = field(default_factory=Traps)
    n_units: int = 0

    def form(self, line: int, row: Sequence[str]) -> None:
        """Take a row that holds all answers of one form."""
        if self._is_left_out(row):
            return
        unit = self._open_form(line, row)
        for place, item in self.items.items():
            self._answer(unit, item, row[place])

    def answer(self, line: int, row: Sequence[str]) -> None:
        """Take a row that holds one answer."""
        if self._is_left_out(row):
            return
        name = self.picked.cell(row, "item")
        item = self.by_name.get(plain(name))
        if item is None:
            self.source.tally.leave_out("item_not_declared")
            self.traps.item_unknown(plain(name))
            return
        self.traps.item(item.item_id)
        if "respondent" not in self.picked and "person" not in self.picked:
            self.source.tally.reject(f"line {line}", "E-SURVEY-006", "respondent_missing")
            return
        self._answer(self._open_form(line, row), item, self.picked.cell(row, "value"))

    def _is_left_out(self, row: Sequence[str]) -> bool:
        status = self.picked.cell(row, "status").casefold()
        if not any(cell.strip() for cell in row):
            self.source.tally.leave_out("empty_row")
            return True
        if status in _NO_FORM:
            self.source.tally.leave_out("test_or_spam")
            return True
        if status in _PARTIAL:
            self.source.tally.note("marked_incomplete")
        return False

    def _open_form(self, line: int, row: Sequence[str]) -> int:
        cell = self.picked.cell
        unit = self.n_units
        self.n_units += 1
        self.traps.form(cell(row, "respondent") or cell(row, "person"))
        is_anonymous = self.source.survey.mode == "anonymous"
        names = [name for column in UNIT_COLUMNS if (name := cell(row, column))]
        wave = cell(row, "wave") or self.source.text("wave", f"wave {self.source.number}")
        person = "" if is_anonymous else cell(row, "person")
        # Forms promised anonymous keep the team alone: a team, a site and a level together can
        # be one person.
        described = [
            None if is_anonymous else cell(row, name) or None
            for name in ("level_group", "site", "tenure_band")
        ]
        self.forms.add(
            unit,
            wave,
            cell(row, "respondent") or f"line {line}",
            ("email:" if "@" in person else "id:") + person if person else None,
            SEPARATOR.join(names) or None,
            parse_day(cell(row, "date"), self.pattern),
            *described,
        )
        return unit

    def _answer(self, unit: int, item: ItemSettings, cell: str) -> None:
        tally = self.source.tally
        tally.answer_slots += 1
        text = cell.strip().rstrip(";")
        value = self.labels.get(text.casefold(), number(text))
        if not text:
            tally.drop_slot("blank")
        elif text.casefold() in _NOT_APPLICABLE | self.absent:
            tally.drop_slot("not_applicable")
        elif value is None:
            tally.drop_slot("answer_not_understood")
        elif not item.lowest <= value <= item.highest:
            tally.drop_slot("answer_out_of_range")
            self.traps.code(value)
        else:
            self.answers.add(unit, item.item_id, value)


def _layout(picked: Picked) -> str:
    return "long" if "item" in picked and "value" in picked else "wide"


def _date_pattern(source: Source, table: Table, picked: Picked) -> str:
    declared = source.text("date")
    if declared or "date" not in picked:
        return declared
    sample = type(source.tally)(file=source.file, limits=source.tally.limits)
    cells = [picked.cell(row, "date") for _, row in table.rows(sample)]
    return day_pattern(cells) or ""
