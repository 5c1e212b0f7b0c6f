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


@dataclass(frozen=True)
class ReaderInfo:
    """What a reader says about itself.

    `gives` names the tables of `ingest.batches` it yields; `options` the keys it takes under its
    `[[source]]`; `sniff` tells from a path and its first bytes whether the file is of this
    format.
    """

    title: str
    gives: tuple[str, ...]
    suffixes: tuple[str, ...]
    options: tuple[str, ...]
    sniff: Sniff


readers: Registry[ReaderInfo, Reader] = Registry("reader", "ingest.readers")
