"""The command behind `purge`: the limits of the audit file, applied to everything that is kept."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from audit.life_cycle.jobs import jobs_of
from audit.life_cycle.retention import DAY_S, Limits, Trimmed, newest_day, trim
from audit.life_cycle.subjects import Desk
from audit.sources import intake_settings
from core.store import RunFolder
from core.tables.canonical import IDENTITIES, MESSAGES, PEOPLE
from core.windows import date_of
from ingest.intake import rules_of
from ingest.keys.left_out import LeftOut
from ingest.parts import Part
from ingest.people.book import Book
from ingest.scrubbing import Gone, count_left_out, drop_rejects, scrub

REVIEW = "identity-review.csv"
KEPT_AT_THE_END = ("engagement.json",)


@dataclass(frozen=True)
class Purged:
    """What a purge removed, or would remove, table by table."""

    limits: Limits
    tables: tuple[Trimmed, ...]
    n_release_tables: int
    is_dry: bool
    notes: tuple[str, ...] = ()

    @property
    def n_old(self) -> int:
        """How many rows were too old."""
        return sum(table.n_old for table in self.tables)

    def lines(self) -> list[str]:
        """Return the table of counts as it is printed."""
        days = self.limits
        verb = "would go" if self.is_dry else "gone"
        width = max([len(table.name) for table in self.tables] + [5])
        out = [
            f"Kept: messages from {date_of(days.messages)}, forms from {date_of(days.forms)}, "
            f"results from {date_of(days.aggregates)}.",
            f"{'table':<{width}} {'rows':>12} {verb:>12}",
        ]
        out += [f"{t.name:<{width}} {t.n_rows:>12,} {t.n_old:>12,}" for t in self.tables]
        if self.n_release_tables:
            out.append(f"The release and its reports: {verb}, all of it is too old.")
        return out + [f"Note: {note}" for note in self.notes]


def purge(desk: Desk, today: dt.date, *, is_dry: bool = False) -> Purged:
    """Remove what is older than the limits of `[retention]`; the caller holds the lock.

    The limits go on the list of what is left out first, so that no import brings old days back.
    Every step may be done again: a purge that was killed is finished by the next one.
    """
    folder = desk.folder
    limits = Limits.of(desk.config.retention, today)
    if not is_dry:
        left_out = LeftOut.read(folder.left_out, desk.key)
        left_out.keep_from(limits.messages, limits.forms)
        left_out.write()
    tables = [
        _parts(desk, limits, is_dry=is_dry),
        *_strangers(folder, limits, is_dry=is_dry),
        *trim(folder, limits, is_dry=is_dry),
    ]
    n_release = _release(folder, limits, is_dry=is_dry)
    done = Purged(limits, _added_up(tables), n_release, is_dry, tuple(_reviews(desk, limits)))
    if not is_dry:
        desk.journal.write(
            "purge",
            reason=desk.reason,
            n_rows=done.n_old,
            messages_from=str(date_of(limits.messages)),
            forms_from=str(date_of(limits.forms)),
            is_release_gone=bool(n_release),
        )
    return done


def remove_private(folder: RunFolder) -> int:
    """Remove every private file of a run, and what the app keeps of it; return how many files.

    What was published, the reports and the audit log stay; so does the note that the engagement
    is over.
    """
    n_files = count_private(folder)
    for path in _going(folder):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for job in jobs_of(folder.root):
        n_files += sum(one.is_file() for one in _walk(job.folder))
        job.remove()
    return n_files


def count_private(folder: RunFolder) -> int:
    """Return how many private files a run holds."""
    return sum(one.is_file() for path in _going(folder) for one in _walk(path))


def _going(folder: RunFolder) -> list[Path]:
    private = folder.root / "private"
    return [path for path in sorted(private.iterdir()) if path.name not in KEPT_AT_THE_END]


def _parts(desk: Desk, limits: Limits, *, is_dry: bool) -> Trimmed:
    like = Book(desk.key, rules_of(intake_settings(desk.config, desk.key)))
    n_rows = n_old = 0
    for path in sorted(desk.folder.ledger.glob("*")):
        part = Part(path)
        if not part.is_whole():
            continue
        book = part.book(like)
        gone = Gone.before(limits.messages)
        n_rows += part.state().n_messages
        n_old += count_left_out(part, gone).total()
        if is_dry:
            continue
        is_stale = path.stat().st_mtime < limits.rejects * DAY_S
        scrub(part, book, gone)
        if is_stale:
            drop_rejects(part)
    return Trimmed("ledger", n_rows, n_old)


def _strangers(folder: RunFolder, limits: Limits, *, is_dry: bool) -> Iterator[Trimmed]:
    """Outside parties whose last message goes: they go with it."""
    path = MESSAGES.path(folder.canonical)
    if not path.exists():
        return
    table = pq.read_table(path, columns=["sender_id", "recipient_id", "sent_day"])
    is_old = pc.less(table["sent_day"], limits.messages)
    kept, gone = (_people(table.filter(which)) for which in (pc.invert(is_old), is_old))
    for contract in (IDENTITIES, PEOPLE):
        frame = contract.read(folder.canonical)
        lost = frame["kind"].ne("employee") & frame["person_id"].isin(gone - kept)
        if lost.any() and not is_dry:
            contract.write(frame[~lost], folder.canonical)
        yield Trimmed(f"canonical/{contract.name}", len(frame), int(lost.sum()))


def _people(table: pa.Table) -> set[str]:
    ids = (table[name].unique().to_pylist() for name in ("sender_id", "recipient_id"))
    return {person for found in ids for person in found}


def _release(folder: RunFolder, limits: Limits, *, is_dry: bool) -> int:
    """Remove the release, its reports and who stood behind it once its last day is too old."""
    end = newest_day(folder)
    places = (folder.published, folder.reports, folder.released)
    paths = [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]
    if end is None or end > limits.aggregates or not paths:
        return 0
    for path in paths if not is_dry else ():
        path.unlink()
    return len(paths)


def _reviews(desk: Desk, limits: Limits) -> Iterator[str]:
    """Review files with names in clear that nobody has deleted."""
    aliases = desk.config.organization.alias_file
    folders = {desk.audit_file.resolve().parent} | ({aliases.parent} if aliases else set())
    for folder in sorted(folders):
        path = folder / REVIEW
        if path.exists() and path.stat().st_mtime < limits.rejects * DAY_S:
            yield f"{path.name} holds names and addresses in clear and is old: delete it"


def _added_up(tables: list[Trimmed]) -> tuple[Trimmed, ...]:
    """One line for each table; people and identities are looked at twice."""
    found: dict[str, Trimmed] = {}
    for table in tables:
        known = found.get(table.name)
        n_rows = max(table.n_rows, known.n_rows) if known else table.n_rows
        n_old = table.n_old + (known.n_old if known else 0)
        found[table.name] = Trimmed(table.name, n_rows, n_old)
    return tuple(found.values())


def _walk(path: Path) -> Iterator[Path]:
    return path.rglob("*") if path.is_dir() else iter([path])
