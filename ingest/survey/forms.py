"""Rows of any survey tool to forms and answers: declared items alone, everything counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.batches import SEPARATOR, Batch, Rows, full, rest
from ingest.settings import ItemSettings, OptionValue
from ingest.source import Source
from ingest.survey.answers import Answers
from ingest.survey.dates import FormDates, has_short_dates, is_day_first
from ingest.survey.items import item_columns, items_by_name
from ingest.survey.promise import NOBODY, refuse_broken_promise
from ingest.survey.table import SurveyTable
from ingest.tables.columns import Picked, mapped_columns, names_of, plain
from ingest.tables.csv_table import OPTIONS
from ingest.tables.parsing import is_scientific

ALIASES: dict[str, tuple[str, ...]] = {
    "respondent": ("respondentid", "responseid", "formid", "respondent", "token"),
    "person": (
        "employeeid",
        "employee",
        "emailaddress",
        "email",
        "workemail",
        "recipientemail",
        "externalreference",
        "externaldatareference",
    ),
    "division": ("division", "businessunit"),
    "department": ("department", "dept"),
    "team": ("team", "unit", "group", "orgunit"),
    "date": (
        "submitdate",
        "datesubmitted",
        "submitdateutc",
        "enddate",
        "recordeddate",
        "completiontime",
        "date",
        "timestamp",
    ),
    "item": ("item", "question", "questionid", "itemid"),
    "value": ("value", "answer", "score", "response"),
    "level_group": ("levelgroup",),
    "site": ("site", "location"),
    "tenure_band": ("tenureband",),
    "wave": ("wave", "snapshot"),
    "status": ("status", "responsestatus", "responsetype"),
    "finished": ("finished",),
    "started": ("startdate", "starttime", "startdateutc", "datestarted"),
}
UNIT_COLUMNS = ("division", "department", "team")
DATED = ("date", "started")
SURVEY_OPTIONS = (
    *OPTIONS,
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
    "unfinished",
)
_NO_FORM = {"survey preview", "preview", "survey test", "spam", "test"}
_PARTIAL = {"incomplete", "partial", "in progress", "started"}
_NOT_FINISHED = {"false", "0", "no", "falsch", "faux", "falso", "onwaar", "nein"}


def read_forms(source: Source, survey: SurveyTable) -> Iterator[Batch]:
    """Return forms and answers; free text, names and unmapped columns are not read."""
    refuse_broken_promise(source, survey)
    picked = Picked(meanings(source, survey))
    is_long = _is_long(source, survey, picked)
    reader = _Reader(source, survey, picked, Answers.of(source, has_codes=survey.has_codes))
    reader.items = {} if is_long else item_columns(source, survey, _taken(source, picked))
    reader.by_name = items_by_name(source)
    reader.dates = _dates(source, survey, picked)
    for line, row in survey.table.rows(source.tally):
        if is_long:
            reader.answer(line, row)
        else:
            reader.form(line, row)
        yield from full(reader.forms, reader.answers.rows)
    reader.tell(is_long=is_long)
    yield from rest(reader.forms, reader.answers.rows)


def meanings(source: Source, survey: SurveyTable) -> dict[str, tuple[int, ...]]:
    """Return the columns of each meaning: declared ones, else those with a known name."""
    return survey.places(ALIASES) | _mapped(source, survey)


@dataclass
class _Reader:
    source: Source
    survey: SurveyTable
    picked: Picked
    answers: Answers
    items: Mapping[int, ItemSettings] = field(default_factory=dict)
    by_name: dict[str, ItemSettings] = field(default_factory=dict)
    dates: FormDates = field(default_factory=FormDates)
    forms: Rows = field(default_factory=lambda: Rows("forms"))
    n_units: int = 0
    n_broken_ids: int = 0

    def form(self, line: int, row: Sequence[str]) -> None:
        """Take a row that holds all answers of one form."""
        if self._is_left_out(row):
            return
        unit = self._open_form(line, row)
        for place, item in self.items.items():
            self.answers.take(unit, item, row[place])

    def answer(self, line: int, row: Sequence[str]) -> None:
        """Take a row that holds one answer."""
        if self._is_left_out(row):
            return
        name = self.picked.cell(row, "item")
        item = self.by_name.get(plain(name))
        if item is None:
            self.source.tally.leave_out("item_not_declared")
            self.answers.traps.item_unknown(plain(name))
            return
        self.answers.traps.item(item.item_id)
        if "respondent" not in self.picked and "person" not in self.picked:
            self.source.tally.reject(f"line {line}", "E-SURVEY-006", "respondent_missing")
            return
        self.answers.take(self._open_form(line, row), item, self.picked.cell(row, "value"))

    def tell(self, *, is_long: bool) -> None:
        """Warn of everything that would have been lost or averaged silently."""
        self.answers.traps.tell(self.source, is_long=is_long)
        self.answers.tell()
        if self.n_broken_ids:
            self.source.tally.note("respondent_ids_destroyed", self.n_broken_ids)
            self.source.tally.warn(
                f"{self.source.file}: {self.n_broken_ids:,} ids of forms look like 1.14E+11; a "
                "spreadsheet has destroyed them (W-SURVEY-011). The forms were told apart by "
                "their lines. Export again with ids as text before the file is imported twice."
            )

    def _is_left_out(self, row: Sequence[str]) -> bool:
        tally = self.source.tally
        status = self.picked.cell(row, "status").casefold()
        if not any(cell.strip() for cell in row):
            tally.leave_out("empty_row")
            return True
        if status in _NO_FORM | self.survey.no_form:
            tally.leave_out("test_or_spam")
            return True
        if not self._is_finished(row, status):
            if self.source.one_of("unfinished", ("read", "leave_out"), "read") == "leave_out":
                tally.leave_out("unfinished")
                return True
            tally.note("marked_incomplete")
        return False

    def _is_finished(self, row: Sequence[str], status: str) -> bool:
        if status in _PARTIAL:
            return False
        if self.survey.needs_date and not self.picked.cell(row, "date"):
            return False
        return self.picked.cell(row, "finished").casefold() not in _NOT_FINISHED

    def _open_form(self, line: int, row: Sequence[str]) -> int:
        cell = self.picked.cell
        unit = self.n_units
        self.n_units += 1
        is_anonymous = self.source.survey.mode == "anonymous"
        filled = (c for c in self.picked.cells(row, "person") if c.casefold() not in NOBODY)
        person = "" if is_anonymous else next(filled, "")
        respondent = self._respondent(row)
        self.answers.traps.form(respondent or person)
        names = [name for column in UNIT_COLUMNS if (name := cell(row, column))]
        wave = cell(row, "wave") or self.source.text("wave", f"wave {self.source.number}")
        # Forms promised anonymous keep the team alone: a team, a site and a level together can
        # be one person.
        described = [
            None if is_anonymous else cell(row, name) or None
            for name in ("level_group", "site", "tenure_band")
        ]
        self.forms.add(
            unit,
            wave,
            respondent or f"line {line}",
            ("email:" if "@" in person else "id:") + person if person else None,
            SEPARATOR.join(names) or None,
            self._day(row),
            *described,
        )
        return unit

    def _respondent(self, row: Sequence[str]) -> str:
        if self.survey.form_columns:
            cells = [row[place].strip() for place in self.survey.form_columns]
            return " ".join(cells) if any(cells) else ""
        found = next(iter(self.picked.cells(row, "respondent")), "")
        if is_scientific(found):
            self.n_broken_ids += 1
            return ""
        return found

    def _day(self, row: Sequence[str]) -> int | None:
        cells = self.picked.cells(row, "date")
        day = next((day for cell in cells if (day := self.dates.day(cell)) is not None), None)
        if cells and day is None and not any(c[:10] in self.survey.no_dates for c in cells):
            self.source.tally.note("date_not_understood")
        return day


def _mapped(source: Source, survey: SurveyTable) -> dict[str, tuple[int, ...]]:
    """The columns that the source declares, under any of their names."""
    option: dict[str, OptionValue] = {}
    for meaning, column in source.table("columns").items():
        place = survey.place(column) if isinstance(column, str) and survey.table.header else None
        option[meaning] = column if place is None else place + 1
    return mapped_columns(source, survey.table, option, tuple(ALIASES))


def _taken(source: Source, picked: Picked) -> set[int]:
    """Columns that are something else than an answer: declared so, or known when items are not."""
    if source.survey.finds_items:
        return {at for places in picked.places.values() for at in places}
    return {at for meaning in source.table("columns") for at in picked.places.get(meaning, ())}


def _is_long(source: Source, survey: SurveyTable, picked: Picked) -> bool:
    if survey.is_wide:
        return False
    found = "long" if "item" in picked and "value" in picked else "wide"
    is_long = source.one_of("layout", ("wide", "long"), found) == "long"
    if is_long and not {"item", "value"} <= picked.places.keys():
        raise source.error(
            "a long table needs a column for the item and one for the answer",
            "E-SURVEY-005",
            f"Nothing was read. Columns found: {names_of(survey.table)}.",
            place="1",
        )
    return is_long


def _dates(source: Source, survey: SurveyTable, picked: Picked) -> FormDates:
    """How this file writes days: as declared, else told by all its dates together."""
    pattern = source.text("date")
    if pattern or "date" not in picked:
        return FormDates(pattern, pattern.startswith("%d"), survey.no_dates)
    sample = type(source.tally)(file=source.file, limits=source.tally.limits)
    cells = [
        c for _, row in survey.table.rows(sample) for m in DATED for c in picked.cells(row, m)
    ]
    day_first = is_day_first(cells)
    if day_first is None and has_short_dates(cells):
        is_bound = bool(source.text("first_day") and source.text("last_day"))
        if not is_bound and not source.survey.finds_items:
            raise source.error(
                "the dates can be read with the day or with the month first",
                "E-CSV-009",
                'Nothing was read. Set date = "%d/%m/%Y" (or the pattern that fits), or first_day '
                f"and last_day, for source[{source.number}].",
                place=str(survey.table.first_line),
            )
        source.tally.note("day_or_month_first_unclear")
    return FormDates("", day_first, survey.no_dates)
