"""Running a reader over one source: its batches go to the book, the spool and the roster."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field

from core.errors import ConfigError, SourceError
from core.windows import day_of
from ingest.batches import Batch
from ingest.identity import Account, Book
from ingest.parsing import file_hash
from ingest.registry import readers
from ingest.roster import RosterRow
from ingest.settings import IntakeSettings, SourceSpec
from ingest.source import Source
from ingest.spool import Spool
from ingest.survey_rows import SurveyRows
from ingest.tally import Tally
from ingest.working_hours import DAY_S

# Nothing that a computer dates before this was sent by mail or chat: it is a clock never set.
EARLIEST = dt.date(1990, 1, 1)


@dataclass
class Reading:
    """One source and what its reader found in it."""

    spec: SourceSpec
    file_sha256: str
    tally: Tally
    roster: list[RosterRow] = field(default_factory=list)
    survey: SurveyRows = field(default_factory=SurveyRows)
    n_messages: int = 0
    n_recipients: int = 0


def start_reading(spec: SourceSpec, settings: IntakeSettings) -> Reading:
    """Hash the file of a source and check its options against what the reader takes."""
    entry = readers.get(spec.reader)
    unknown = sorted(set(spec.options) - set(entry.meta.options))
    if unknown:
        raise ConfigError(
            f"source[{spec.number}] has options that {spec.reader} does not take: "
            f"{', '.join(unknown)}.",
            code="E-CONFIG-013",
            hint=f"Known options: {', '.join(sorted(entry.meta.options))}.",
        )
    digest = file_hash(spec.path, settings.limits)
    return Reading(spec, digest, Tally(spec.path.name, settings.limits))


def read_source(
    reading: Reading, settings: IntakeSettings, book: Book, spool: Spool | None, rank: int
) -> None:
    """Read one source to its end; without a spool, messages are counted and let go."""
    source = source_for(reading, settings)
    for batch in readers.get(reading.spec.reader).function(source):
        _take(reading, batch, book, spool, rank)
    close_accounts(reading, reading.survey.n_units)


def close_accounts(reading: Reading, n_asked: int) -> None:
    """Raise `SourceError` for a unit that a reader neither gave nor counted: it has been lost."""
    tally = reading.tally
    given = reading.n_messages + len(reading.roster) + n_asked
    ends = given + tally.n_filtered + tally.n_rejected
    if ends != tally.n_seen:
        raise SourceError(
            f"{tally.n_seen:,} units were seen and {ends:,} accounted for",
            file=tally.file,
            code="E-BALANCE-001",
            hint="Nothing was kept. This is a defect of the reader: report it.",
        )


def source_for(reading: Reading, settings: IntakeSettings) -> Source:
    """Return what the reader is given; never the key."""
    earliest = day_of(EARLIEST) * DAY_S
    return Source(
        number=reading.spec.number,
        path=reading.spec.path,
        tally=reading.tally,
        options=reading.spec.options,
        time_zone=settings.calendar.time_zone,
        earliest_s=earliest,
        latest_s=int(time.time()) + DAY_S,
        survey=settings.survey,
        codebook=settings.codebook,
    )


def _take(reading: Reading, batch: Batch, book: Book, spool: Spool | None, rank: int) -> None:
    rows = batch.rows
    if batch.table == "messages":
        reading.n_messages += rows.num_rows
        if spool is not None:
            spool.add_messages(rows, reading.spec.number, rank)
    elif batch.table == "recipients":
        reading.n_recipients += rows.num_rows
        if spool is not None:
            spool.add_recipients(rows, rank)
    elif batch.table == "people":
        reading.roster += [RosterRow(**row) for row in rows.to_pylist()]
    elif batch.table == "accounts":
        for row in rows.to_pylist():
            book.add_account(
                row["account"],
                Account(
                    row["email"] or "",
                    row["kind"] == "service",
                    row["kind"] == "guest",
                    row["time_zone"] or "",
                ),
            )
    else:
        reading.survey.add(batch)
