"""Small intakes for tests: the fixture exports as sources, plain settings, tables read back."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from shared_data import CHECKOUT

from core.engine import DuckDBEngine
from core.progress import Silent
from core.store import RunFolder
from ingest.balance import IntakeReport
from ingest.intake import take_in
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.settings import (
    IntakeSettings,
    ItemSettings,
    OptionValue,
    ScaleSettings,
    SourceSpec,
    SurveySettings,
)
from ingest.working_hours import WorkCalendar

EXPORTS = CHECKOUT / "tests" / "fixtures" / "exports"
KEY = Pseudonymiser(bytes(range(32)))
TRACE_COLUMNS = {
    "message_id": "Message ID",
    "thread_id": "Conversation",
    "reply_to": "In-Reply-To",
    "sender": "Sender",
    "recipients": "Recipients",
    "sent": "Sent",
}
CALLS: dict[str, OptionValue] = {
    "channel": "call",
    "time": "epoch_s",
    "identity": "employee_id",
    "separator": "tab",
    "quote": "off",
    "header": False,
    "columns": {"message_id": 1, "sent": 3, "sender": 5},
    "recipients": {"path": "callees.tsv", "columns": {"message_id": 1, "recipient": 3}},
}
SURVEY = SurveySettings(
    scales=(ScaleSettings("safety", "Safety", "psychological safety", 2, "own", "own"),),
    items=(
        ItemSettings("safety_1", "safety", "Q1", 1, 1, 7, is_reversed=True),
        ItemSettings("safety_2", "safety", "Q2", 2, 1, 7),
        ItemSettings("safety_3", "safety", "Q3", 3, 1, 7),
    ),
)


@dataclass(frozen=True)
class Taken:
    """One intake: its report and its folder."""

    report: IntakeReport
    folder: RunFolder

    def table(self, name: str) -> pd.DataFrame:
        """Return one canonical table."""
        return pd.read_parquet(self.folder.canonical / f"{name}.parquet")


def settings(**changes: object) -> IntakeSettings:
    """Return the settings of the fixture company; rejects do not stop it unless told so."""
    base = IntakeSettings(
        key=KEY,
        own_domains=("acme.example",),
        stakeholders=(("customer", ("customer.example",)),),
        excluded_roles=("works council",),
        calendar=WorkCalendar("Europe/Rome"),
        survey=SURVEY,
    )
    base = replace(base, limits=replace(base.limits, reject_share=1.0))
    return replace(base, **changes)  # type: ignore[arg-type]


def source(
    number: int, reader: str, path: Path, options: Mapping[str, OptionValue] | None = None
) -> SourceSpec:
    """Return one source."""
    return SourceSpec(number, reader, path, options or {})


def fixture_sources(scratch: Path) -> list[SourceSpec]:
    """Return one source or more of every reader, all of one made-up company."""
    survey = {"wave": "2025-03", "first_day": "2025-03-10", "last_day": "2025-03-21"}
    return [
        source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv"),
        source(2, "messages_csv", EXPORTS / "messages_csv" / "trace.csv",
               {"columns": TRACE_COLUMNS}),
        source(3, "messages_csv", EXPORTS / "messages_csv" / "calls.tsv", CALLS),
        source(4, "mbox", EXPORTS / "mbox" / "mail.mbox"),
        source(5, "slack", slack_zip(EXPORTS / "slack", scratch / "slack.zip")),
        source(6, "survey_csv", EXPORTS / "survey_csv" / "wide.csv", survey),
        source(7, "survey_csv", EXPORTS / "survey_csv" / "long.csv", {"wave": "2025-03 long"}),
        source(8, "codes_csv", EXPORTS / "codes_csv" / "codes.csv"),
    ]  # fmt: skip


def run_intake(folder: Path, sources: list[SourceSpec], **changes: object) -> Taken:
    """Take the sources into a new run folder."""
    if folder.exists():
        shutil.rmtree(folder)
    run = RunFolder.create(folder)
    with DuckDBEngine(threads=1) as engine:
        report = take_in(sources, settings(**changes), run, engine, Silent())
    return Taken(report, run)


def slack_zip(folder: Path, path: Path) -> Path:
    """Pack the files of an export as Slack does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.json")):
            info = zipfile.ZipInfo(file.relative_to(folder).as_posix(), (2025, 3, 13, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, file.read_bytes())
    return path
