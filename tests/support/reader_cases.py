"""Contract cases of readers: a small export of known content, and all that must come out of it.

A case is a file `case*.toml` in `tests/fixtures/exports/<reader>/`. Expected rows are written by
hand from the fixture, never copied from what the reader gave:

    title = "Two workspaces, a thread, a bot"   # what the case proves
    source = "export"                           # file or folder beside the case; "shared:..." for
                                                # a file of the shared corpora
    pack = "zip"                                # pack the folder first: "zip", "tar"
    is_sniffed = true                           # the file is recognised as this reader's (default)
    warnings = ["W-SLACK-001"]                  # codes that the reader must warn with
    [options]                                   # as under [[source]]
    [survey]                                    # mode and items, as in IntakeSettings.survey
    [expect]
    seen = 4
    filtered = { system_event = 1 }
    rejected = { date_unparsable = 1 }
    slots = { bcc = 1 }                         # recipient slots that became no row
    notes = { tz_assumed = 1 }                  # the quality of times and addresses
    [[expect.messages]]                         # one for each unit that the reader gave, in order;
    sent = 2026-01-05T09:00:00Z                 # only the fields named here are compared
    sender = "email:ana@acme.example"
    to = ["email:ben@acme.example"]             # recipients by role: to, cc, mention, member
    act = "reply"
    parent = "mid:1@acme.example"
    auto_reason = "bulk"

`accepted` is not given: it is the number of rows. Other tables (accounts, people, forms, answers,
codings, outcomes, invited) are lists of the same kind; dates stand for days since 1970.
"""

from __future__ import annotations

import datetime as dt
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake_runs import EXPORTS, settings
from shared_data import shared_path

from ingest.batches import SEPARATOR, TABLES
from ingest.reading import Reading, close_accounts, source_for, start_reading
from ingest.registry import readers
from ingest.settings import ItemSettings, ScaleSettings, SourceSpec, SurveySettings
from ingest.sniff import sniff

UNIT_TABLES = ("messages", "people", "forms", "codings", "outcomes")
PACKED_AT = (2026, 1, 5, 0, 0, 0)
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One case as its file tells it."""

    reader: str
    file: Path
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the name of the case in test reports and documents."""
        return f"{self.reader}/{self.file.stem}"

    def path(self, scratch: Path) -> Path:
        """Return the export, packed where the case says so."""
        given = self.told["source"]
        if given.startswith("shared:"):
            return shared_path(*given.removeprefix("shared:").split("/"))
        path = self.file.parent / given
        if pack := self.told.get("pack"):
            return _packed(path, scratch / f"{path.name}.{pack}", pack)
        return path


@dataclass(frozen=True)
class Outcome:
    """What a reader gave for one export: its counts and its rows by table."""

    reading: Reading
    rows: Mapping[str, list[Row]]


def all_cases() -> list[Case]:
    """Return every case of every reader, by name."""
    return [
        Case(file.parent.name, file, tomllib.loads(file.read_text(encoding="utf-8")))
        for file in sorted(EXPORTS.glob("*/case*.toml"))
    ]


def run_case(case: Case, scratch: Path) -> Outcome:
    """Read the export of a case to its end, as an import does."""
    path = case.path(scratch)
    if case.told.get("is_sniffed", True):
        assert sniff(path) == case.reader
    spec = SourceSpec(1, case.reader, path, case.told.get("options", {}))
    chosen = settings(survey=_survey(case.told["survey"])) if "survey" in case.told else settings()
    reading = start_reading(spec, chosen)
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for batch in readers.get(case.reader).function(source_for(reading, chosen)):
        assert batch.table in readers.get(case.reader).meta.gives
        assert batch.rows.schema == TABLES[batch.table]
        rows[batch.table] += batch.rows.to_pylist()
    reading.n_messages = len(rows["messages"])
    others = sum(len(rows[name]) for name in UNIT_TABLES if name != "messages")
    close_accounts(reading, others)
    return Outcome(reading, rows)


def shown(table: str, outcome: Outcome, wanted: Row) -> list[Row]:
    """Return the rows of a table with the fields that the case names, in the case's terms."""
    fields = set(wanted)
    if table != "messages":
        return [_told(row, fields) for row in outcome.rows[table]]
    slots: dict[int, dict[str, list[str]]] = {}
    for row in outcome.rows["recipients"]:
        slots.setdefault(row["unit"], {}).setdefault(row["role"], []).append(row["recipient"])
    return [
        _told({**row, **_by_role(slots.get(row["unit"], {}))}, fields)
        for row in outcome.rows["messages"]
    ]


def _by_role(slots: Mapping[str, list[str]]) -> Row:
    return {role: slots.get(role, []) for role in ("to", "cc", "mention", "member")}


def _told(row: Row, fields: set[str]) -> Row:
    told: Row = {}
    for name in fields:
        if name == "sent":
            told[name] = dt.datetime.fromtimestamp(row["sent_s"], dt.UTC)
        elif name in {"units", "team", "aliases"}:
            told[name] = row[name].split(SEPARATOR) if row[name] else []
        elif name.endswith("_day") or name == "day":
            told[name] = None if row[name] is None else _date(row[name])
        else:
            told[name] = row[name] if row[name] is not None else ""
    return told


def _date(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def _survey(told: Mapping[str, Any]) -> SurveySettings:
    items = tuple(ItemSettings(**item) for item in told.get("items", ()))
    scales = tuple(ScaleSettings(name, name, name) for name in {item.scale_id for item in items})
    return SurveySettings(mode=told.get("mode", "confidential"), scales=scales, items=items)


def _packed(folder: Path, target: Path, pack: str) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if pack == "tar":
        with tarfile.open(target, "w") as archive:
            for file in files:
                archive.add(file, file.relative_to(folder).as_posix())
        return target
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            info = zipfile.ZipInfo(file.relative_to(folder).as_posix(), PACKED_AT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, file.read_bytes())
    return target
