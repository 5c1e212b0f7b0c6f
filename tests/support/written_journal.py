"""An audit log as it is written, to be tampered with, and what it holds."""

from __future__ import annotations

import functools
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.journal import Head, Journal, entries

KEY = bytes(range(32))
N = 7
START = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


class Clock:
    """A clock that goes on by ten minutes at each look."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=10)
        return self.now


def written(folder: Path, n: int = N, key: bytes = KEY) -> Path:
    path = folder / "journal.jsonl"
    path.write_bytes(_content(n, key))
    path.chmod(0o600)
    return path


@functools.cache
def _content(n: int, key: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        journal = Journal(path, key, now=Clock())
        for number in range(1, n + 1):
            journal.write("view", group=f"G{number}", band="10-19", n=number)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        return path.read_bytes()


def head_of(path: Path) -> Head:
    return list(entries(path))[-1].head


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)
