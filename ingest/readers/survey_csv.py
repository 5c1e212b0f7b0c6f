"""Survey answers as a table: one row a form (wide), or one row an answer (long)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.batches import SEPARATOR, Batch, Rows, full, rest
from ingest.columns import Picked, aliased_columns, mapped_columns, names_of, plain
from ingest.csv_table import OPTIONS, CsvTable, open_table, shape_of
from ingest.parsing import day_pattern, number, parse_day
from ingest.registry import ReaderInfo, readers
from ingest.scales import scales_of, shipped
from ingest.settings import ItemSettings
from ingest.source import Source

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
}
UNIT_COLUMNS = ("division", "department", "team")
# Columns that name a person or a machine; a file that was promised anonymous has none of them.
PERSONAL = {
    "email",
    "emailaddress",
    "workemail",
    "recipientemail",
    "ip",
    "ipaddress",
    "ipaddr",
    "name",
    "firstname",
    "lastname",
    "fullname",
    "recipientfirstname",
    "recipientlastname",
    "employeeid",
    "employee",
    "userid",
    "username",
    "token",
    "phone",
    "networkid",
    "locationlatitude",
    "locationlongitude",
    "externalreference",
}
FEWEST_ITEMS = 2
_NOBODY = {"", "anonymous"}
_NOT_APPLICABLE = {"-99", "n/a", "na", "not applicable", "don't know", "dont know", "no opinion"}


def _is_survey(_path: Path, start: bytes) -> bool:
    first = start.split(b"\n", 1)[0].decode("utf-8", "replace").lstrip("\ufeff")
    header = [plain(cell) for cell in re.split(r"[,;\t|]", first)]
    is_long = bool({"item", "question", "itemid"} & set(header)) and bool(
        {"value", "answer", "score"} & set(header)
    )
    numbered = [cell for cell in header if re.fullmatch(r"(?:q|item|frage)\d+\w*", cell)]
    known = {plain(item.item_id) for item in shipped().items}
    return is_long or max(len(numbered), len(known & set(header))) >= FEWEST_ITEMS


@readers.add(
    "survey_csv",
    ReaderInfo(
        title="Survey answers (CSV), wide or long",
        gives=("forms", "answers"),
        suffixes=(".csv", ".tsv", ".txt"),
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
        ),
        sniff=_is_survey,
    ),
)
def read_survey_csv(source: Source) -> Iterator[Batch]:
    """Answers to declared items; free text, names and unmapped columns are not read."""
    table = open_table(source.path, shape_of(source), source.tally.limits)
    _refuse_broken_promise(source, table)
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
    items = {} if is_long else _item_columns(source, table)
    reader = _Reader(source, picked, items, _labels(source))
    reader.by_name = _items_by_name(source)
    reader.pattern = _date_pattern(source, table, picked)
    for line, row in table.rows(source.tally):
        if is_long:
            reader.answer(line, row)
        else:
            reader.form(line, row)
        yield from full(reader.forms, reader.answers)
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
    n_units: int = 0

    def form(self, line: int, row: Sequence[str]) -> None:
        """Take a row that holds all answers of one form."""
        if self._is_preview(row):
            return
        unit = self._open_form(line, row)
        for place, item in self.items.items():
            self._answer(unit, item, row[place])

    def answer(self, line: int, row: Sequence[str]) -> None:
        """Take a row that holds one answer."""
        name = self.picked.cell(row, "item")
        item = self.by_name.get(plain(name))
        if item is None:
            self.source.tally.leave_out("item_not_declared")
            return
        if "respondent" not in self.picked and "person" not in self.picked:
            self.source.tally.reject(f"line {line}", "E-SURVEY-006", "respondent_missing")
            return
        self._answer(self._open_form(line, row), item, self.picked.cell(row, "value"))

    def _is_preview(self, row: Sequence[str]) -> bool:
        if any(cell.strip() for cell in row):
            return False
        self.source.tally.leave_out("empty_row")
        return True

    def _open_form(self, line: int, row: Sequence[str]) -> int:
        cell = self.picked.cell
        unit = self.n_units
        self.n_units += 1
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
        elif text.casefold() in _NOT_APPLICABLE:
            tally.drop_slot("not_applicable")
        elif value is None:
            tally.drop_slot("answer_not_understood")
        elif not item.lowest <= value <= item.highest:
            tally.drop_slot("answer_out_of_range")
        else:
            self.answers.add(unit, item.item_id, value)


def _refuse_broken_promise(source: Source, table: CsvTable) -> None:
    if source.survey.mode != "anonymous":
        return
    personal = {i: name for i, name in enumerate(table.header) if plain(name) in PERSONAL}
    if not personal:
        return
    sample = type(source.tally)(file=source.file, limits=source.tally.limits)
    filled: set[int] = set()
    for _, row in table.rows(sample):
        filled |= {i for i in personal if row[i].strip().casefold() not in _NOBODY}
    if filled:
        listed = ", ".join(f'"{personal[i]}"' for i in sorted(filled))
        raise source.error(
            f"declared anonymous but has columns {listed}",
            "E-SURVEY-001",
            'Import refused. Remove them or set mode = "confidential".',
            place="1",
        )


def _layout(picked: Picked) -> str:
    return "long" if "item" in picked and "value" in picked else "wide"


def _item_columns(source: Source, table: CsvTable) -> dict[int, ItemSettings]:
    """Where each item stands; a scale that is there in part is an error."""
    survey = scales_of(source.survey)
    given = {str(item): column for column, item in source.table("items").items()}
    headers = {name: i for i, name in reversed(list(enumerate(table.header)))}
    by_plain = {plain(name): i for i, name in reversed(list(enumerate(table.header))) if name}
    found: dict[int, ItemSettings] = {}
    missing: dict[str, list[str]] = {}
    for item in survey.items:
        column = given.get(item.item_id, item.column)
        place = headers.get(column, by_plain.get(plain(column)))
        if place is None:
            missing.setdefault(item.scale_id, []).append(column)
        else:
            found[place] = item
    asked = {item.scale_id for item in found.values()}
    broken = [name for scale in asked for name in missing.get(scale, [])]
    if not found or broken:
        listed = ", ".join(f'"{name}"' for name in broken) or "any declared item"
        raise source.error(
            f"there is no column for {listed}",
            "E-SURVEY-002",
            f"Nothing was read. Columns found: {names_of(table)}. Mend [[survey.scale]].",
            place="1",
        )
    for scale in sorted(set(missing) - asked):
        source.tally.note(f"scale_not_asked_{scale}")
    return found


def _items_by_name(source: Source) -> dict[str, ItemSettings]:
    survey = scales_of(source.survey)
    items = {item.item_id: item for item in survey.items}
    by_name = {plain(item.column): item for item in survey.items}
    by_name |= {plain(item_id): item for item_id, item in items.items()}
    for column, item_id in source.table("items").items():
        if str(item_id) in items:
            by_name[plain(column)] = items[str(item_id)]
    return by_name


def _labels(source: Source) -> dict[str, float]:
    labels: dict[str, float] = {}
    for text, value in source.table("labels").items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise source.bad_option(f"labels.{text}", "a number")
        labels[text.strip().casefold()] = float(value)
    return labels


def _date_pattern(source: Source, table: CsvTable, picked: Picked) -> str:
    declared = source.text("date")
    if declared or "date" not in picked:
        return declared
    sample = type(source.tally)(file=source.file, limits=source.tally.limits)
    cells = [picked.cell(row, "date") for _, row in table.rows(sample)]
    return day_pattern(cells) or ""
