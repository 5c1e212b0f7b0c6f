"""Suggestions for exports without a declaration: a column map, the way of writing times, items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from core.errors import SourceError
from ingest.limits import Limits
from ingest.settings import ItemSettings, OptionValue, ScaleSettings, SurveySettings
from ingest.survey.traps import nearly_alike
from ingest.tables.any_table import Table, open_any
from ingest.tables.columns import aliased_columns, names_of, plain
from ingest.tables.csv_table import CsvShape
from ingest.tables.parsing import explained_dates, number, time_parser
from ingest.tally import Tally

MESSAGE_ALIASES: dict[str, tuple[str, ...]] = {
    "message_id": ("messageid", "internetmessageid", "id", "callid"),
    "thread_id": ("conversationid", "conversation", "threadid", "thread"),
    "reply_to": ("inreplyto", "replyto", "parentid"),
    "sender": ("senderaddress", "sender", "fromaddress", "from", "senderid", "caller"),
    "recipients": (
        "recipients",
        "recipientaddress",
        "recipient",
        "toaddress",
        "to",
        "recipientid",
        "callees",
        "callee",
    ),
    "sent": (
        "sentutc",
        "sent",
        "sentat",
        "date",
        "received",
        "timestamp",
        "time",
        "startedat",
        "origintimestamp",
        "datetime",
    ),
}
_NEEDED = ("sender", "recipients", "sent")
_KINDS = ("iso", "epoch_s", "epoch_ms", "epoch_us")
_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_EPOCH_RANGE = (631_152_000, 4_102_444_800)
_SAMPLE = 500
_MOST_POINTS = 11
_MOST_ITEMS = 300


@dataclass(frozen=True)
class Suggestion:
    """Options that read a file, the lines that declare them in TOML, and the survey guessed."""

    options: Mapping[str, OptionValue]
    toml: tuple[str, ...] = ()
    survey: SurveySettings | None = None


def suggest_messages(path: Path, limits: Limits) -> Suggestion:
    """Return the column map that seems to fit a message table, or raise with the columns found."""
    table, rows = _sampled(path, limits)
    places = aliased_columns(table, MESSAGE_ALIASES)
    missing = [name for name in _NEEDED if name not in places]
    if missing:
        raise SourceError(
            f"no column looks like {', '.join(missing)}",
            file=path.name,
            place="1",
            code="E-COLUMN-003",
            hint="Nothing was read. Declare it under [[source]] with [source.columns]. "
            f"Columns found: {names_of(table)}.",
        )
    columns = {meaning: table.header[at[0]] for meaning, at in places.items()}
    cells = {meaning: [row[at[0]] for row in rows] for meaning, at in places.items()}
    identity = "email" if any("@" in cell for cell in cells["sender"]) else "employee_id"
    time = _time_kind(path, cells["sent"])
    toml = [f'identity = "{identity}"', f'time = "{time}"', "[source.columns]"]
    toml += [f'{meaning} = "{name}"' for meaning, name in columns.items()]
    return Suggestion({"columns": columns, "time": time, "identity": identity}, tuple(toml))


def suggest_survey(path: Path, limits: Limits) -> Suggestion:
    """Return every column of small whole numbers as an item, so that a file can be counted.

    Which items belong together and which are reversed is never guessed.
    """
    table, rows = _sampled(path, limits)
    header = [plain(name) for name in table.header]
    if {"item", "itemid", "question"} & set(header):
        names = _long_items(header, table, limits)
    else:
        names = {
            table.header[at]: bounds
            for at in range(table.width)
            if (bounds := _bounds([row[at] for row in rows])) is not None
            and header[at] not in {"id", "respondentid", "formid"}
        }
    if not names:
        raise SourceError(
            "no columns look like answers on a scale",
            file=path.name,
            place="1",
            code="E-SURVEY-002",
            hint=f"Nothing was read. Declare [[survey.scale]]. Columns found: {names_of(table)}.",
        )
    items = tuple(
        ItemSettings(f"item_{n}", "asked", name, n, low, high)
        for n, (name, (low, high)) in enumerate(names.items(), start=1)
    )
    listed = ", ".join(f'"{name}"' for name in names)
    toml = (
        "[[survey.scale]]",
        'id = "..."',
        f"items = [{listed}]",
        "reversed = []  # where agreement means less; never guessed",
        *(f'# one question in two spellings? "{a}" and "{b}"' for a, b in nearly_alike(names)),
    )
    survey = SurveySettings(scales=(ScaleSettings("asked", "", ""),), items=items)
    return Suggestion({}, toml, survey)


def _sampled(path: Path, limits: Limits) -> tuple[Table, list[list[str]]]:
    table = open_any(path, CsvShape(), limits)
    rows = table.rows(Tally(path.name, limits))
    return table, [row for _, row in islice(rows, _SAMPLE)]


def _time_kind(path: Path, cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell.strip()]
    for kind in _KINDS:
        if filled and _reads(kind, filled):
            return kind
    explained = explained_dates(filled)
    if explained is None:
        return "iso"
    why, day = explained
    if not day:
        raise SourceError(
            why,
            file=path.name,
            place="2",
            code="E-CSV-009",
            hint='Nothing was read. Declare the source with time = "%d/%m/%Y %H:%M:%S", or the '
            "pattern that fits.",
        )
    fitting = (f"{day} {clock}" for clock in _CLOCKS if _reads(f"{day} {clock}", filled))
    return next(fitting, "iso")


def _reads(kind: str, cells: Sequence[str]) -> bool:
    parse = time_parser(kind, ZoneInfo("UTC"), lambda: None)
    found = [parse(cell) for cell in cells]
    low, high = _EPOCH_RANGE
    return all(instant is not None and low < instant < high for instant in found)


def _bounds(cells: Sequence[str]) -> tuple[int, int] | None:
    """Least and greatest answer, where all cells are small whole numbers."""
    values = [number(cell) for cell in cells if cell.strip()]
    if not values or any(v is None or v != int(v) for v in values):
        return None
    whole = [int(value) for value in values if value is not None]
    low, high = min(whole), max(whole)
    if low < 0 or high >= _MOST_POINTS:
        return None
    return min(low, 1), max(high, 5)


def _long_items(header: Sequence[str], table: Table, limits: Limits) -> dict[str, tuple[int, int]]:
    """Every item of a long table, read to its end: items often stand in blocks."""
    at = next(n for n, name in enumerate(header) if name in {"item", "itemid", "question"})
    named = (row[at].strip() for _, row in table.rows(Tally("items", limits)))
    return dict.fromkeys(islice(dict.fromkeys(named), _MOST_ITEMS), (0, _MOST_POINTS))
