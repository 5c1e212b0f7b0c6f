"""Exports as a weekly job would see them, and what it does with those it does not judge yet."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from audit.config.audit_file import AuditConfig
from audit.sources import intake_settings, key_of, source_specs
from audit.weekly import drop_events, gather_weeks
from core.engine import DuckDBEngine
from core.progress import Silent
from core.store import RunFolder
from ingest.intake import take_in

DAY_S = 86400
ON_THE_DAY = 10


def day_text(date: dt.date) -> str:
    """Return a date as exports write it."""
    return date.isoformat()


def condensed(config: AuditConfig, out: Path) -> list[str]:
    """Import as a run does whose weeks do not fill a window: read, condense, keep, drop messages.

    Returns the lines of the balance sheet; the sums lie in the run folder `out`.
    """
    folder = RunFolder.create(out, is_staged=True)
    settings = intake_settings(config, key_of(config).pseudonyms)
    with DuckDBEngine(threads=1, spill=folder.spool) as engine:
        report = take_in(source_specs(config), settings, folder, engine, Silent())
        gather_weeks(config, folder, engine, settings)
        drop_events(folder)
    folder.commit()
    folder.clear()
    return report.lines()


def simulated_until(exports: Path, target: Path, first: dt.date, end: dt.date) -> None:
    """Write the exports of a made-up company as they were on a day.

    Messages from `first` to before `end`, UTC; roster, surveys and codings whole.
    """
    shutil.copytree(exports, target, dirs_exist_ok=True)
    span = (day_text(first), day_text(end))
    _trace(exports / "message_trace.csv", target / "message_trace.csv", span)
    _slack(exports / "slack_export.zip", target / "slack_export.zip", span)


def tsv_until(data: Path, target: Path, first: dt.date, end: dt.date) -> None:
    """Write messages and recipients of the Enron tables as they were on a day."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(data / "employees.tsv", target / "employees.tsv")
    span = [dt.datetime(d.year, d.month, d.day, tzinfo=dt.UTC).timestamp() for d in (first, end)]
    kept: set[str] = set()

    def is_inside(line: str) -> bool:
        cells = line.split("\t", 3)
        is_in = span[0] <= float(cells[2]) < span[1]
        if is_in:
            kept.add(cells[0])
        return is_in

    _lines(data / "messages.tsv", target / "messages.tsv", is_inside)
    _lines(
        data / "recipients.tsv",
        target / "recipients.tsv",
        lambda line: line.split("\t", 2)[0] in kept,
    )


def _lines(source: Path, target: Path, keeps: Callable[[str], bool]) -> None:
    with source.open(encoding="utf-8", errors="surrogateescape", newline="") as told:
        lines = [line for line in told if keeps(line)]
    with target.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        stream.writelines(lines)


def _trace(source: Path, target: Path, span: tuple[str, str]) -> None:
    with source.open(encoding="utf-8", newline="") as told:
        header, *rows = list(csv.reader(told))
    sent = header.index("Sent (UTC)")
    rows = [row for row in rows if span[0] <= row[sent][:ON_THE_DAY] < span[1]]
    with target.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def _slack(source: Path, target: Path, span: tuple[str, str]) -> None:
    """Days of a Slack export are files; what lies at the top says who is where."""
    with zipfile.ZipFile(source) as told, zipfile.ZipFile(target, "w") as kept:
        for name in told.namelist():
            day = Path(name).stem
            if "/" not in name or name.endswith("/") or span[0] <= day < span[1]:
                kept.writestr(name, told.read(name))
