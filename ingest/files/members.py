"""The files of one export, whatever holds them: a folder, a ZIP or a tar archive.

Members are named by their path inside the export, with `/` between parts, and read as bounded
streams. Nothing is ever extracted; hostile names, links and bombs are refused before a reader
sees them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from core.errors import SourceError
from ingest.files.archives import is_zip, open_zip
from ingest.files.folders import open_folder
from ingest.files.tar_archives import is_tar, open_tar
from ingest.limits import Limits

_START = 512


class Members(Protocol):
    """The files of one export by name."""

    @property
    def path(self) -> Path:
        """Return the folder or archive."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all files in one fixed order; folders are left out."""

    def size(self, name: str) -> int:
        """Return how many bytes a member says it has."""

    def read(self, name: str) -> bytes:
        """Return the bytes of one member, its real size bounded by the limits."""

    def open(self, name: str) -> AbstractContextManager[io.BufferedReader]:
        """Return one member as a stream that stops at the limits."""


@contextmanager
def open_members(path: Path, limits: Limits) -> Iterator[Members]:
    """Open a folder, a ZIP or a tar archive (plain, gzip, bzip2, xz) as named members.

    Raises
    ------
    SourceError
        For a damaged or hostile archive, and for a file that is none of these.
    LimitError
        For one with too many or too large members.
    """
    if path.is_dir():
        with open_folder(path, limits) as folder:
            yield folder
        return
    with path.open("rb") as stream:
        start = stream.read(_START)
    if is_zip(start):
        with open_zip(path, limits) as archive:
            yield archive
    elif is_tar(path, start):
        with open_tar(path, limits) as tar:
            yield tar
    else:
        raise SourceError(
            "the file is no folder, ZIP or tar archive",
            file=path.name,
            code="E-ZIP-001",
            hint="Nothing was read. Take the export as the tool wrote it.",
        )


def names_in(path: Path, start: bytes) -> tuple[str, ...]:
    """Return the names inside a folder or archive for sniffing; empty where it is neither.

    Looks only; a damaged or hostile archive gives no names here and its error when it is opened.
    """
    is_one = path.is_dir() or is_zip(start) or is_tar(path, start)
    if not is_one:
        return ()
    if path.is_dir():
        return _names(path)
    state = path.stat()
    return _known_names(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _known_names(path: Path, _changed: int, _size: int) -> tuple[str, ...]:
    # Every reader asks for the names of one archive, and a packed one is unpacked to tell them.
    return _names(path)


def _names(path: Path) -> tuple[str, ...]:
    try:
        with open_members(path, Limits()) as members:
            return members.names
    except (SourceError, OSError):
        return ()
