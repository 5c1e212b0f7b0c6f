"""Progress of long work: what is under way, how far it is, and how long each stage took."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Protocol

from core.files import write_whole

TOLD_EVERY_S = 0.5
LEAST_SHARE, LEAST_S = 0.02, 3.0  # before that, how long is left is a guess
_log = logging.getLogger("isotherm")


class Reporter(Protocol):
    """Whoever shows progress: a bar in the terminal, a file that the app reads, or nobody."""

    def start(self, label: str, total: int | None) -> None:
        """Say that a step has begun; `total` is None where the length is not known."""

    def advance(self, n: int = 1) -> None:
        """Say that `n` more units of the step are done."""

    def rows(self, n: int) -> None:
        """Say how many rows have come of the step so far."""

    def finish(self) -> None:
        """Say that the step has ended."""


class Silent:
    """Shows nothing; for tests and for work inside other work."""

    def start(self, label: str, total: int | None) -> None:
        """Do nothing."""

    def advance(self, n: int = 1) -> None:
        """Do nothing."""

    def rows(self, n: int) -> None:
        """Do nothing."""

    def finish(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Progress:
    """How far a step is: units done of a total (0: not known), rows so far, seconds taken."""

    label: str = ""
    done: int = 0
    total: int = 0
    rows: int = 0
    seconds: float = 0.0

    @property
    def share(self) -> float | None:
        """Return the share done, None where the length is not known."""
        return min(1.0, self.done / self.total) if self.total else None

    def words(self) -> str:
        """Return rows, rate and time left: "1,203,000 rows, 84,000 a second, 12 s left"."""
        parts = []
        if self.rows:
            parts = [
                f"{self.rows:,} rows",
                f"{self.rows / max(self.seconds, 0.001):,.0f} a second",
            ]
        parts.append(f"{self.seconds:.0f} s")
        share = self.share
        if share is not None and LEAST_SHARE <= share < 1 and self.seconds >= LEAST_S:
            parts.append(f"{self.seconds * (1 - share) / share:.0f} s left")
        return ", ".join(parts)


@dataclass
class FileReporter:
    """Keeps a small file up to date that another process can show: see `read_progress`.

    Hands everything on to a second reporter, such as the bar of a terminal.
    """

    path: Path
    second: Reporter
    _now: Progress = field(default_factory=Progress)
    _began: float = 0.0
    _written: float = 0.0

    def start(self, label: str, total: int | None) -> None:
        """Say that a step has begun; `total` is None where the length is not known."""
        self._began = time.monotonic()
        self._now = Progress(label, 0, total or 0)
        self._write()
        self.second.start(label, total)

    def advance(self, n: int = 1) -> None:
        """Say that `n` more units of the step are done."""
        self._now = replace(self._now, done=self._now.done + n)
        self._write_now_and_then()
        self.second.advance(n)

    def rows(self, n: int) -> None:
        """Say how many rows have come of the step so far."""
        self._now = replace(self._now, rows=n)
        self._write_now_and_then()
        self.second.rows(n)

    def finish(self) -> None:
        """Say that the step has ended."""
        self._write()
        self.second.finish()

    def _write_now_and_then(self) -> None:
        if time.monotonic() - self._written >= TOLD_EVERY_S:
            self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        self._now = replace(self._now, seconds=self._written - self._began)
        write_whole(self.path, json.dumps(asdict(self._now)).encode())


def read_progress(path: Path) -> Progress | None:
    """Return what a `FileReporter` has last written; None where it has written nothing yet."""
    try:
        return Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@dataclass
class Stage:
    """One stage of a run: rows in and out, and seconds once it has ended."""

    name: str
    rows_in: int | None = None
    rows_out: int | None = None
    seconds: float = 0.0
    notes: dict[str, float] = field(default_factory=dict)

    def describe(self) -> str:
        """Return one log line: "edges: 1,284,002 -> 61,233 rows, 3.1 s"."""
        rows = " -> ".join(f"{n:,}" for n in (self.rows_in, self.rows_out) if n is not None)
        return f"{self.name}: {rows + ' rows, ' if rows else ''}{self.seconds:.1f} s"


@contextmanager
def stage(name: str, log: list[Stage] | None = None) -> Iterator[Stage]:
    """Time a stage, log one line when it ends, and add its name to an exception that leaves it."""
    running = Stage(name)
    started = time.perf_counter()
    try:
        yield running
    except Exception as error:
        error.add_note(f"in stage {name!r}")
        raise
    running.seconds = time.perf_counter() - started
    if log is not None:
        log.append(running)
    _log.info("%s", running.describe())
