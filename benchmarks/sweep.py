"""Offer every file of the shared test data to `check`, and force it through plausible readers.

`python -m benchmarks.sweep` prints a table and ends with 1 where anything ended in a crash, took
more than 10 seconds or 1.5 GB, or did not balance.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from audit.cli import main as audit
from ingest.registry import ReaderInfo, readers

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
FOLDERS = ("corpora", "data")
MOST_SECONDS, MOST_BYTES = 10.0, 3 * 2**29
PATIENCE = 60.0
"""Seconds by the clock: on a busy machine they say little, so that work is what is bounded."""
FINE, GONE = (0, 2, 3), -1
BY_ITSELF = ""
"""No reader named: the file is recognised."""
# Suffixes that may hide one another: a reader of one of them is tried on all of them.
ALIKE = (
    {".csv", ".tsv", ".txt", ".log", ".dat", ".md", ".xlsx"},
    {".eml", ".mbox", ".mbx", ".txt", ".out", ".bin", ".mail", ".yaml", ".yml", ".xml", ""},
    {".json", ".jsonl", ".ndjson", ".zip", ".tar", ".gz", ".tgz"},
    {".ics", ".ical", ".txt"},
    {".pst", ".ost", ".msg", ".dat"},
    {".sav", ".zsav", ".por"},
    {".bson", ".bin"},
)


@dataclass(frozen=True)
class Job:
    """One path through one reader; no reader: by recognition."""

    path: Path
    reader: str


@dataclass(frozen=True)
class Outcome:
    """How one job ended."""

    job: Job
    code: int
    seconds: float
    megabytes: int
    said: str = ""
    work: float = 0.0
    """Seconds of the processor, of child processes too."""

    @property
    def is_fine(self) -> bool:
        """Return whether it ended as a run may end, in time."""
        is_balanced = "E-BALANCE" not in self.said and "E-CHILD-002" not in self.said
        return self.code in FINE and self.is_small and is_balanced

    @property
    def is_small(self) -> bool:
        """Return whether it kept to the bounds of time and memory."""
        return self.work <= MOST_SECONDS and self.megabytes <= MOST_BYTES >> 20


def main() -> int:
    """Run the sweep, print its table, and return 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th job")
    parser.add_argument("--reader", help="only this reader")
    given = parser.parse_args()
    if given.worker:
        work()
        return 0
    chosen = [job for job in jobs() if given.reader in (None, job.reader)][:: given.every]
    outcomes = list(sweep(chosen))
    for line in table(outcomes):
        print(line)
    return 0 if all(outcome.is_fine for outcome in outcomes) else 1


def jobs() -> Iterator[Job]:
    """Return every file and folder of the shared data with every reader that may take it."""
    for name in FOLDERS:
        for path in sorted((SHARED / name).rglob("*")):
            yield Job(path, BY_ITSELF)
            for entry in readers:
                if is_plausible(path, entry.meta):
                    yield Job(path, entry.name)


def is_plausible(path: Path, reader: ReaderInfo) -> bool:
    """Return whether a reader may be tried on a path.

    Each file takes the start of a process where the format is hostile: its own suffixes alone.
    """
    suffixes = reader.suffixes
    if reader.is_hostile and (path.is_dir() or path.suffix.lower() not in set(suffixes) - {""}):
        return False
    if path.is_dir():
        return bool({"", ".zip", ".tar", ".json", ".eml"} & set(suffixes))
    own = path.suffix.lower()
    known = {suffix for group in ALIKE for suffix in group}
    own = own if own in known or own in suffixes else ""
    return own in suffixes or any(own in g and g & set(suffixes) for g in ALIKE)


def sweep(chosen: list[Job]) -> Iterator[Outcome]:
    """Yield how each job ended; a worker that dies or hangs is replaced by a new one."""
    waiting = list(reversed(chosen))
    with Asked() as worker:
        while waiting:
            yield worker.ask(waiting.pop())


class Asked:
    """A worker that does one job after another; one that dies or hangs is replaced."""

    process: subprocess.Popen[str]

    def __enter__(self) -> Self:
        """Start the worker."""
        self.process = _worker()
        return self

    def __exit__(self, *_: object) -> None:
        """End the worker."""
        self.process.kill()
        self.process.wait()

    def ask(self, job: Job) -> Outcome:
        """Return how a job ended."""
        outcome = _ask(self.process, job)
        if outcome.code == GONE:
            self.__exit__()
            self.__enter__()
        return outcome


def work() -> None:
    """Do jobs from the standard input, one a line, in this process of bounded memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        path, reader = json.loads(line)
        said = io.StringIO()
        start, before = time.monotonic(), _work()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = audit(["check", path, *(("--reader", reader) if reader else ())])
        seconds = time.monotonic() - start
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        most = max(resource.getrusage(kind).ru_maxrss for kind in kinds) // 1024
        told = [code, seconds, most, said.getvalue(), _work() - before]
        print(json.dumps(told), file=answers, flush=True)


@dataclass
class _Row:
    codes: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    megabytes: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.codes[outcome.code] += 1
        self.seconds = max(self.seconds, outcome.work)
        self.megabytes = max(self.megabytes, outcome.megabytes)


def table(outcomes: list[Outcome]) -> Iterator[str]:
    """Return the table of readers and outcomes, then every job that did not end well."""
    rows: dict[str, _Row] = {}
    for outcome in outcomes:
        rows.setdefault(outcome.job.reader or "(recognised)", _Row()).add(outcome)
        rows.setdefault("all", _Row()).add(outcome)
    yield f"{'reader':<22}{'files':>7}{'0':>7}{'2':>7}{'3':>7}{'other':>7}{'worst s':>9}{'MB':>7}"
    for name, row in sorted(rows.items()):
        n = sum(row.codes.values())
        other = n - sum(row.codes[code] for code in FINE)
        counts = "".join(f"{row.codes[code]:>7,}" for code in FINE)
        yield f"{name:<22}{n:>7,}{counts}{other:>7,}{row.seconds:>9.2f}{row.megabytes:>7,}"
    for outcome in outcomes:
        if not outcome.is_fine:
            short = outcome.job.path.relative_to(SHARED).as_posix()
            yield f"NOT FINE: {outcome.job.reader or '(recognised)'} {short}: {outcome.code}"
            yield "    " + outcome.said.strip().replace("\n", "\n    ")[-800:]


def _worker() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sweep", "--worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    )


def _ask(process: subprocess.Popen[str], job: Job) -> Outcome:
    assert process.stdin and process.stdout  # noqa: S101 - both were asked for
    start = time.monotonic()
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps([str(job.path), job.reader]) + "\n")
        process.stdin.flush()
    # The first job of a worker also waits for its start.
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
    line = process.stdout.readline() if ready else ""
    if not line:
        seconds = time.monotonic() - start
        what = "died" if ready else "gave no answer"
        return Outcome(job, GONE, seconds, 0, f"the worker {what}")
    return Outcome(job, *json.loads(line))


def _work() -> float:
    used = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


if __name__ == "__main__":
    sys.exit(main())
