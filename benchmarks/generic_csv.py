"""How fast a generic message table becomes canonical Parquet, as ratios in one run.

Against DuckDB's bare `read_csv` to Parquet over the same file, which keeps all cells in clear and
checks nothing; the canonical table is compressed with zstd, so that is its peer, and DuckDB's own
choice, snappy, stands beside it. Ours hashes the file, rejects what is no message, turns times
into UTC and people into pseudonyms, hashes every key, finds who is who, brings copies together,
sets clocks, looks for senders to set aside, writes the table in order, checks its contract,
balances its accounts and syncs what it wrote. "Part" is what happens before who is who.
Run from the root: `python -m benchmarks.generic_csv --rows 1000000`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from core.engine import DuckDBEngine
from core.progress import Silent
from core.store import RunFolder
from core.tables.canonical import MESSAGES
from ingest.intake import rules_of, take_in
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.ledger import Ledger
from ingest.people.book import Book
from ingest.reading import read_source, start_reading
from ingest.registry import readers
from ingest.settings import IntakeSettings, SourceSpec

COLUMNS = {
    "message_id": "Message ID",
    "thread_id": "Conversation",
    "reply_to": "In-Reply-To",
    "sender": "Sender",
    "recipient": "Recipient",
    "sent": "Sent",
}
MAKE = """
copy (
    select '<' || substr(md5(cast(i as varchar)), 1, 20) || '@mail.acme.example>' as "Message ID",
           'C' || cast(i // 4 as varchar) as "Conversation",
           case when i % 4 > 0 then '<' || substr(md5(cast(i - 1 as varchar)), 1, 20)
               || '@mail.acme.example>' end as "In-Reply-To",
           'user' || cast(hash(i * 7 + 1) % 10000 as varchar) || '@acme.example' as "Sender",
           'user' || cast(hash(i * 13 + 5) % 10000 as varchar) || '@acme.example' as "Recipient",
           strftime(make_timestamp(1704067200000000 + i * cast(2000000 as bigint)),
                    '%Y-%m-%dT%H:%M:%SZ') as "Sent"{others}
    from range({n}) as t(i)
) to '{path}' (format csv, header, quote '"')
"""
# What an export has beside: read by DuckDB, never by us.
OTHERS = """,
           'Re: ' || substr(md5(cast(i // 4 as varchar)), 1, 24) as "Subject",
           '10.' || cast(i % 250 as varchar) || '.' || cast(i % 199 as varchar) || '.7'
               as "Client IP",
           hash(i) % 90000 as "Size" """
BARE = "copy (select * from read_csv('{path}')) to '{out}' (format parquet, compression {kind})"


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock and seconds of work of one run."""

    wall: float
    work: float


def main() -> None:
    """Print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--shape", choices=("exported", "mapped"), default="exported",
                        help="with the columns nobody reads, or without")  # fmt: skip
    parser.add_argument("--folder", type=Path, help="where the made files go")
    asked = parser.parse_args()
    readers.names()  # found before the clock runs
    with tempfile.TemporaryDirectory(dir=asked.folder) as scratch:
        path = Path(scratch, "trace.csv")
        others = OTHERS if asked.shape == "exported" else ""
        duckdb.connect().execute(MAKE.format(others=others, n=asked.rows, path=path))
        print(f"{asked.rows:,} rows, {asked.shape}, {path.stat().st_size / 1e6:,.0f} MB, "
              f"best of {asked.repeat}; Python {platform.python_version()}, "
              f"duckdb {duckdb.__version__}, {os.cpu_count()} cores, {date.today()}")  # fmt: skip
        compare(path, asked.rows, asked.repeat)


def compare(path: Path, rows: int, repeat: int) -> None:
    """Time all ways in turn; print the best of each and the ratios."""
    best: dict[str, Spent] = {}
    for n in range(repeat):
        scratch = path.parent / f"turn{n}"
        scratch.mkdir()
        ways: dict[str, Callable[[], int]] = {
            "DuckDB, zstd": lambda: bare(path, "zstd"),
            "DuckDB, snappy": lambda: bare(path, "snappy"),
            "ours, part": lambda: part(path, scratch),  # noqa: B023 - called in this turn
            "ours, canonical": lambda: whole(path, scratch / "run", rows),  # noqa: B023
        }
        for name, run in ways.items():
            found: list[int] = []
            spent = timed(lambda: found.append(run()))  # noqa: B023 - called at once
            if found != [rows]:
                raise SystemExit(f"{name}: {found} of {rows} rows")
            old = best.get(name, spent)
            best[name] = Spent(min(old.wall, spent.wall), min(old.work, spent.work))
            print(f"turn {n + 1}: {name}: {spent.wall:.2f} s", flush=True)
        shutil.rmtree(scratch)
    for name, spent in best.items():
        peers = {peer: best[peer] for peer in best if peer.startswith("DuckDB")}
        ratios = [
            f"to {peer}: {spent.wall / other.wall:.2f}, work {spent.work / other.work:.2f}"
            for peer, other in peers.items()
        ]
        print(f"{name:16s} {spent.wall:7.2f} s, {spent.work:7.2f} s of work;", "; ".join(ratios))


def timed(run: Callable[[], object]) -> Spent:
    """Run and return what it took."""
    wall, work = time.perf_counter(), time.process_time()
    run()
    return Spent(time.perf_counter() - wall, time.process_time() - work)


def bare(path: Path, kind: str) -> int:
    """DuckDB alone, on as many threads as there are cores; return the rows written."""
    out = path.with_suffix(".parquet")
    with duckdb.connect() as connection:
        connection.execute(BARE.format(path=path, out=out, kind=kind))
    return int(pq.read_metadata(out).num_rows)


def part(path: Path, scratch: Path) -> int:
    """Our part of the file; return its messages, each with its recipient."""
    settings = _settings()
    book = Book(settings.key, rules_of(settings))
    reading = start_reading(_spec(path), settings)
    read_source(reading, settings, Ledger(scratch), book)
    units, slots = (
        sum(pq.read_metadata(file).num_rows for file in files)
        for files in (reading.part.units, reading.part.slots)  # type: ignore[union-attr]
    )
    return int(units) if units == slots else -1


def whole(path: Path, out: Path, rows: int) -> int:
    """Everything to `messages.parquet`; return the units of the file that are accounted for.

    Some rows of the file are from somebody to themselves, and give no message.
    """
    folder = RunFolder.create(out)
    with DuckDBEngine(memory="12GB", spill=folder.spool) as engine:
        report = take_in([_spec(path)], _settings(), folder, engine, Silent())
    source = report.sources[0]
    written = pq.read_metadata(MESSAGES.path(folder.canonical)).num_rows
    is_whole = source.n_seen == rows and written == source.n_rows == report.n_messages
    return rows if is_whole and rows - written < rows / 1000 else -1


def _settings() -> IntakeSettings:
    base = IntakeSettings(Pseudonymiser(bytes(range(32))), own_domains=("acme.example",))
    return replace(base, organization="Acme")


def _spec(path: Path) -> SourceSpec:
    return SourceSpec(1, "messages_csv", path, {"columns": COLUMNS})


if __name__ == "__main__":
    main()
