"""The registry of readers: one export format, one decorated function in `ingest/readers/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.registry import Registry
from ingest.batches import Batch
from ingest.source import Source

Sniff = Callable[[Path, bytes], bool]
Reader = Callable[[Source], Iterator[Batch]]
Continues = Callable[[Path, int], bool]


@dataclass(frozen=True)
class ReaderInfo:
    """What a reader says about itself.

    `gives` names the tables of `ingest.batches` it yields; `options` the keys it takes under its
    `[[source]]`; `sniff` tells from a path and its first bytes whether the file is of this
    format. A folder comes with no bytes.

    `traps` says, one clause each, where the format misleads and what is done about it: each is
    proven by a fixture. `package` names the optional package without which the reader cannot
    work. `is_hostile` formats are parsed by a library that a file can crash: such a reader runs
    in a child process of bounded memory and time. `continues` is given by formats that are only
    ever appended to: it tells whether a file can be read from a byte on as if what stands before
    it were another file, so that of a grown file the tail alone is read. `version` is raised when
    the reader gives other rows for the same bytes.
    """

    title: str
    gives: tuple[str, ...]
    suffixes: tuple[str, ...]
    options: tuple[str, ...]
    sniff: Sniff
    traps: tuple[str, ...] = ()
    package: str = ""
    is_hostile: bool = False
    continues: Continues | None = None
    version: int = 1


readers: Registry[ReaderInfo, Reader] = Registry("reader", "ingest.readers")
