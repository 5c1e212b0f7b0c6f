"""Progress of long work: what is under way, how far it is, and how long each stage took."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

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
