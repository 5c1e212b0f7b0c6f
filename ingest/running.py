"""The one door through which a reader is run: here, or in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.batches import Batch
from ingest.child import read_in_child
from ingest.registry import readers
from ingest.source import Source
from ingest.xlsx_table import is_workbook

_START = 4


def batches_of(reader: str, source: Source) -> Iterator[Batch]:
    """Return the batches of a reader over one source.

    A reader of a hostile format, and every reader of a workbook, runs in a child process: what
    a file does to it, it cannot do to us.
    """
    entry = readers.get(reader)
    is_hostile = entry.meta.is_hostile or holds_workbook(source.path)
    try:
        yield from read_in_child(entry, source) if is_hostile else entry.function(source)
    except OSError as error:
        raise source.error(
            f"it could not be read: {(error.strerror or type(error).__name__).lower()}",
            "E-FILE-003",
            "Nothing of it was kept. Name a file or folder that this reader takes, readable by "
            "the account that runs the audit.",
        ) from error


def holds_workbook(path: Path) -> bool:
    """Return whether a file is a workbook, whatever its reader."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return is_workbook(path, stream.read(_START))
