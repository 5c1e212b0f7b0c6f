"""Progress in the terminal: a bar on stderr for steps that take longer than two seconds."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TextIO

from core.progress import Progress

PATIENCE_S = 2.0
TICK_S = 0.25
WIDTH = 24


@dataclass
class TerminalReporter:
    """Draws the step under way; short steps stay unseen.

    On a terminal one line is redrawn; elsewhere (a log file) a slow step gets one line when it
    becomes slow and one when it ends.
    """

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _label: str = ""
    _total: int | None = None
    _done: int = 0
    _rows: int = 0
    _started: float = 0.0
    _is_drawn: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)
    _ticker: threading.Thread | None = None

    def start(self, label: str, total: int | None) -> None:
        """Say that a step has begun; an unfinished one before it ends here."""
        self.finish()
        self._label, self._total, self._done, self._rows = label, total, 0, 0
        self._started, self._is_drawn = time.monotonic(), False
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, args=(self._stop,), daemon=True)
        self._ticker.start()

    def advance(self, n: int = 1) -> None:
        """Say that `n` more units of the step are done."""
        self._done += n

    def rows(self, n: int) -> None:
        """Say how many rows have come of the step so far."""
        self._rows = n

    def finish(self) -> None:
        """Say that the step has ended."""
        if self._ticker is None:
            return
        self._stop.set()
        self._ticker.join()
        self._ticker = None
        if self._is_drawn:
            seconds = time.monotonic() - self._started
            lead = "\r\033[K" if self.stream.isatty() else ""
            rows = f"{self._rows:,} rows, " if self._rows else ""
            self.stream.write(f"{lead}{self._label}: {rows}{seconds:.0f} s\n")
            self.stream.flush()

    def _tick(self, stop: threading.Event) -> None:
        while not stop.wait(TICK_S):
            seconds = time.monotonic() - self._started
            if seconds < PATIENCE_S:
                continue
            if self.stream.isatty():
                self.stream.write(f"\r\033[K{self._line(seconds)}")
            elif not self._is_drawn:
                self.stream.write(f"{self._label} ...\n")
            self._is_drawn = True
            self.stream.flush()

    def _line(self, seconds: float) -> str:
        now = Progress(self._label, self._done, self._total or 0, self._rows, seconds)
        if now.share is None:
            return f"{self._label} ... {now.words()}"
        bar = "#" * round(WIDTH * now.share)
        return f"{self._label} [{bar:-<{WIDTH}}] {100 * now.share:3.0f} %  {now.words()}"
