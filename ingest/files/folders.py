"""A folder as named files: links are refused, every file is read as it stands."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import SourceError
from ingest.limits import Limits, check_limit


@dataclass(frozen=True)
class Folder:
    """All plain files below one folder by their relative names."""

    path: Path
    limits: Limits
    sizes: dict[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all files, sorted."""
        return tuple(sorted(self.sizes))

    def size(self, name: str) -> int:
        """Return the bytes of one file."""
        return self.sizes[name]

    def read(self, name: str) -> bytes:
        """Return the bytes of one file."""
        limit = min(self.limits.entry_bytes, self.limits.json_bytes)
        check_limit(self.sizes[name], limit, "entry_bytes", self.path.name)
        with self.open(name) as stream:
            return stream.read()

    @contextmanager
    def open(self, name: str) -> Iterator[io.BufferedReader]:
        """Return one file as a stream."""
        check_limit(self.sizes[name], self.limits.file_bytes, "file_bytes", self.path.name)
        with (self.path / name).open("rb") as stream:
            yield stream


@contextmanager
def open_folder(path: Path, limits: Limits) -> Iterator[Folder]:
    """Open a folder after a walk over all its files; a link or device in it is refused."""
    yield Folder(path, limits, _sizes(path, limits))


def _sizes(path: Path, limits: Limits) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for parent, folders, files in os.walk(path, onerror=_raise):
        folders.sort()
        for name in (*folders, *files):
            full = Path(parent, name)
            state = full.lstat()
            relative = full.relative_to(path).as_posix()
            if stat.S_ISREG(state.st_mode):
                sizes[relative] = state.st_size
                check_limit(len(sizes), limits.archive_entries, "archive_entries", path.name)
            elif not stat.S_ISDIR(state.st_mode):
                raise SourceError(
                    "the folder holds a link or a device",
                    file=path.name,
                    place=f"entry {len(sizes) + 1}",
                    code="E-FOLDER-001",
                    hint="Nothing was read. Copy the export itself, not links to it.",
                )
    check_limit(sum(sizes.values()), limits.archive_bytes, "archive_bytes", path.name)
    return sizes


def _raise(error: OSError) -> None:
    raise error
