"""Running a reader over one source: messages become a part, rosters and surveys stay in memory."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from core.errors import ConfigError, SourceError
from core.progress import Reporter
from core.windows import day_of
from ingest.ahead import read_ahead
from ingest.batches import Batch
from ingest.files.whole import FileHash
from ingest.ledger import Ledger, decided_by, part_name
from ingest.limits import MEGA
from ingest.parts import Part, PartWriter
from ingest.people.book import Book
from ingest.people.roster import RosterRow
from ingest.registry import readers
from ingest.running import batches_of
from ingest.settings import IntakeSettings, SourceSpec
from ingest.source import Source
from ingest.survey_rows import SurveyRows
from ingest.tally import Tally
from ingest.working_hours import DAY_S

# Nothing that a computer dates before this was sent by mail or chat: it is a clock never set.
EARLIEST = dt.date(1990, 1, 1)
# From here on a thread of its own pays: it reads while the last batch is hashed and written.
AHEAD_BYTES = 32 * MEGA


@dataclass
class Reading:
    """One source and what its reader found in it."""

    spec: SourceSpec
    digest: FileHash
    tally: Tally
    roster: list[RosterRow] = field(default_factory=list)
    survey: SurveyRows = field(default_factory=SurveyRows)
    part: Part | None = None
    start: int = 0
    n_messages: int = 0
    n_recipients: int = 0

    @property
    def file_sha256(self) -> str:
        """Return the hash of the bytes read."""
        return self.digest.hex

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return self.digest.size


Progress = Callable[[Reading], None]


@dataclass
class ReadingProgress:
    """Tells a reporter how many bytes of all sources are behind, and how many units came of them.

    Inside a source the reader's own share counts, where it can tell it.
    """

    reporter: Reporter
    readings: Sequence[Reading]
    _told: int = 0
    _behind: int = 0

    def __post_init__(self) -> None:
        """Begin the step."""
        self.reporter.start("Reading exports", sum(r.size for r in self.readings) or None)

    def told(self, reading: Reading) -> None:
        """Say how far the reader of a source has come."""
        self._tell(self._behind + int(reading.tally.how_far() * reading.size))

    def done(self, reading: Reading) -> None:
        """Say that a source has been read to its end."""
        self._behind += reading.size
        self._tell(self._behind)

    def _tell(self, n_bytes: int) -> None:
        self.reporter.rows(sum(r.tally.n_seen for r in self.readings))
        self.reporter.advance(max(0, n_bytes - self._told))
        self._told = max(self._told, n_bytes)


def start_reading(spec: SourceSpec, settings: IntakeSettings) -> Reading:
    """Find the bytes of a source and check its options against what the reader takes."""
    entry = readers.get(spec.reader)
    unknown = sorted(set(spec.options) - set(entry.meta.options))
    if unknown:
        raise ConfigError(
            f"source[{spec.number}] has options that {spec.reader} does not take: "
            f"{', '.join(unknown)}.",
            code="E-CONFIG-013",
            hint=f"Known options: {', '.join(sorted(entry.meta.options))}.",
        )
    return Reading(
        spec, FileHash(spec.path, settings.limits), Tally(spec.path.name, settings.limits)
    )


def read_source(
    reading: Reading,
    settings: IntakeSettings,
    ledger: Ledger,
    book: Book,
    told: Progress = lambda _: None,
) -> None:
    """Read one source to its end, or take what the ledger holds of the same bytes.

    Only sources that give messages leave a part; `book` lends its key and rules, and gets nothing.
    """
    if "messages" not in readers.get(reading.spec.reader).meta.gives:
        for batch in _batches(reading, settings, told):
            take_row_batch(reading, batch)
        close_accounts(reading, reading.survey.n_units)
        return
    decided = decided_by(reading.spec, settings, book)
    if ledger.has_size(decided, reading.size):
        reading.part = ledger.find(part_name(decided, reading.file_sha256, book))
    if reading.part is not None:
        _take_over(reading, reading.part)
        return
    reading.digest.begin()  # while the file is read
    old = _grown_from(reading, ledger, decided)
    writer = ledger.begin(decided, Book(book.key, book.rules))
    try:
        if old is not None:
            writer.continue_from(old)
            _take_over(reading, old)
        _read_part(reading, settings, writer, told)
        target = ledger.folder / part_name(decided, reading.file_sha256, book)
        reading.part = writer.close(reading.tally, reading.size, reading.file_sha256, target)
    finally:
        writer.end()


def _grown_from(reading: Reading, ledger: Ledger, decided: str) -> Part | None:
    """The part of an earlier, shorter copy of this file, where its reader can go on behind it."""
    path, continues = reading.spec.path, readers.get(reading.spec.reader).meta.continues
    if continues is None or not path.is_file():
        return None
    old = ledger.grown_from(decided, path, reading.size)
    if old is None or not continues(path, start := old.state().size):
        return None
    reading.start = start
    return old


def _take_over(reading: Reading, part: Part) -> None:
    state = part.state()
    reading.tally.restore(state.tally)
    reading.n_messages, reading.n_recipients = state.n_messages, state.n_recipients


def _read_part(
    reading: Reading, settings: IntakeSettings, writer: PartWriter, told: Progress
) -> None:
    for batch in _batches(reading, settings, told):
        writer.take(batch)
    reading.n_messages, reading.n_recipients = writer.n_messages, writer.n_recipients
    close_accounts(reading, 0)


def _batches(reading: Reading, settings: IntakeSettings, told: Progress) -> Iterator[Batch]:
    source = source_for(reading, settings)
    batches = batches_of(reading.spec.reader, source)
    for batch in read_ahead(batches) if reading.size >= AHEAD_BYTES else batches:
        yield batch
        told(reading)


def take_row_batch(reading: Reading, batch: Batch) -> None:
    """Keep a batch of a source without messages: a roster, a survey, interviews, outcomes."""
    if batch.table == "people":
        reading.roster += [RosterRow(**row) for row in batch.rows.to_pylist()]
    else:
        reading.survey.add(batch)


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
        start=reading.start,
        tally=reading.tally,
        options=reading.spec.options,
        time_zone=settings.calendar.time_zone,
        earliest_s=earliest,
        latest_s=int(time.time()) + DAY_S,
        survey=settings.survey,
        codebook=settings.codebook,
    )
