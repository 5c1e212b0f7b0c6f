"""Retention: what is older than the audit file allows leaves every private table and part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from audit.config.retention import RetentionPart
from core.files import sync_file
from core.store import RunFolder
from core.tables.canonical import MESSAGES, REJECTS
from core.tables.network import THREADS, WINDOWS
from core.tables.survey import WAVES
from core.windows import day_of

DAY_S = 86_400
MONTH_DAYS = 365.25 / 12
_LEFT_ALONE = ("ledger", "released", "next", "spool")


@dataclass(frozen=True)
class Limits:
    """The first day that is kept, for each kind of data."""

    messages: int
    forms: int
    aggregates: int
    rejects: int

    @classmethod
    def of(cls, part: RetentionPart, today: dt.date) -> Limits:
        """Return the limits that hold on a day."""
        now = day_of(today)
        return cls(
            now - part.message_days,
            now - part.survey_days,
            now - round(part.aggregates_months * MONTH_DAYS),
            now - part.rejects_days,
        )


@dataclass(frozen=True)
class Trimmed:
    """What one table holds and what of it is too old."""

    name: str
    n_rows: int
    n_old: int


def trim(folder: RunFolder, limits: Limits, *, is_dry: bool) -> list[Trimmed]:
    """Rewrite every private table without the rows that are too old; return what each held.

    What a row is about, and so which limit it has, is told by its columns: the day a message was
    sent, the week of a tie or a sum, the wave of a form, the window of a result. A week goes as a
    whole once its Monday is too old. Each file is swapped in whole, and nothing of the old bytes
    is left in it; an interrupted purge is finished by the next one.
    """
    known = _Known.of(folder, limits)
    found = []
    for path in _tables(folder):
        table = pq.read_table(path)
        old = known.old(table, path)
        n_old = int(pc.sum(old).as_py() or 0) if old is not None else 0
        name = path.relative_to(folder.root / "private").with_suffix("").as_posix()
        found.append(Trimmed(name, table.num_rows, n_old))
        if n_old and not is_dry:
            _rewrite(path, table.filter(pc.invert(old)))
    return found


@dataclass(frozen=True)
class _Known:
    """Days of windows, waves and threads, by which rows without a day of their own are dated."""

    limits: Limits
    windows: Mapping[int, int]
    old_waves: pa.Array
    old_threads: pa.Array
    old_messages: pa.Array

    @classmethod
    def of(cls, folder: RunFolder, limits: Limits) -> _Known:
        windows = _read(WINDOWS.path(folder.network), ["window_id", "end_day"])
        waves = _read(WAVES.path(folder.canonical), ["wave_id", "last_day"])
        threads = _read(THREADS.path(folder.network), ["thread_id", "week"])
        messages = _read(MESSAGES.path(folder.canonical), ["message_id", "sent_day"])
        return cls(
            limits,
            dict(zip(*(windows[n].to_pylist() for n in windows.column_names), strict=True))
            if windows is not None
            else {},
            _ids_before(waves, limits.forms),
            _ids_before(threads, limits.messages),
            _ids_before(messages, limits.messages),
        )

    def old(self, table: pa.Table, path: Path) -> pa.Array | None:
        """Which rows are too old; None where the table keeps no day."""
        names, limits = set(table.column_names), self.limits
        if path.stem == REJECTS.name:
            is_old = path.stat().st_mtime < limits.rejects * DAY_S
            return pa.array([is_old] * table.num_rows)
        for column in ("sent_day", "week"):
            if column in names:
                return _before(table[column], limits.messages)
        if "wave_id" in names:
            return pc.is_in(table["wave_id"], value_set=self.old_waves)
        if "window_id" in names and path.stem != WINDOWS.name:
            limit = limits.messages if "person_id" in names else limits.aggregates
            gone = [one for one, end in self.windows.items() if end <= limit]
            return pc.is_in(table["window_id"], value_set=pa.array(gone, pa.int32()))
        return self._by_what_it_names(table)

    def _by_what_it_names(self, table: pa.Table) -> pa.Array | None:
        names = set(table.column_names)
        if "thread_id" in names:
            return pc.is_in(table["thread_id"], value_set=self.old_threads)
        if "message_id" in names:
            return pc.is_in(table["message_id"], value_set=self.old_messages)
        if {"interview_id", "day"} <= names:
            return _before(table["day"], self.limits.forms)
        return None


def newest_day(folder: RunFolder) -> int | None:
    """Return the day after the last window of a run; None where it has none."""
    windows = _read(WINDOWS.path(folder.network), ["end_day"])
    return None if windows is None or not windows.num_rows else pc.max(windows["end_day"]).as_py()


def _tables(folder: RunFolder) -> list[Path]:
    private = folder.root / "private"
    found = sorted(private.rglob("*.parquet"))
    kept = [path for path in found if path.relative_to(private).parts[0] not in _LEFT_ALONE]
    # Tables that date others are rewritten after them, so that a purge can be finished.
    dating = {WINDOWS.name, WAVES.name, THREADS.name, MESSAGES.name}
    return sorted(kept, key=lambda path: (path.stem in dating, path))


def _read(path: Path, columns: list[str]) -> pa.Table | None:
    return pq.read_table(path, columns=columns) if path.exists() else None


def _ids_before(table: pa.Table | None, day: int) -> pa.Array:
    if table is None:
        return pa.array([], pa.string())
    ids, days = (table[name] for name in table.column_names)
    return pc.unique(ids.filter(pc.less(days, day))).cast(pa.string())


def _before(column: pa.ChunkedArray, day: int) -> pa.ChunkedArray:
    return pc.fill_null(pc.less(column, day), False)


def _rewrite(path: Path, table: pa.Table) -> None:
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(table, partial, compression="zstd", store_schema=False)
    sync_file(partial)
    partial.replace(path)
