"""One export that is a file, or a folder or archive of such files: streams by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ingest.files.archives import is_zip
from ingest.files.members import Members, open_members
from ingest.files.tar_archives import is_tar
from ingest.limits import Limits
from ingest.tally import Reject, Tally

_START = 512


@dataclass(frozen=True)
class ExportFile:
    """One file of an export; `name` is empty where the export is that file alone."""

    name: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]


@contextmanager
def files_of(
    path: Path, limits: Limits, wanted: Callable[[str], bool]
) -> Iterator[tuple[ExportFile, ...]]:
    """Open an export as its files: the file itself, or the wanted members of what holds them."""
    if not path.is_dir() and not holds_members(path):
        yield (ExportFile("", path.stat().st_size, lambda: path.open("rb")),)
        return
    with open_members(path, limits) as members:
        yield tuple(
            ExportFile(name, members.size(name), _opener(members, name))
            for name in members.names
            if wanted(name)
        )


def _opener(members: Members, name: str) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    return lambda: members.open(name)


def holds_members(path: Path) -> bool:
    """Return whether a file is an archive by its first bytes."""
    with path.open("rb") as stream:
        start = stream.read(_START)
    return is_zip(start) or is_tar(path, start)


def plain_files(path: Path, suffixes: tuple[str, ...]) -> list[tuple[str, Path]]:
    """Return the one file, or the files of a folder with these endings, by name and path."""
    if not path.is_dir():
        return [("", path)]
    found = (p for p in path.rglob("*") if p.suffix.lower() in suffixes and not p.is_symlink())
    return sorted((p.relative_to(path).as_posix(), p) for p in found if p.is_file())


@contextmanager
def named_places(tally: Tally, name: str) -> Iterator[None]:
    """Put the name of a member before the places of all rejects that are counted inside."""
    before = len(tally.rejects)
    yield
    if name:
        tally.rejects[before:] = [
            Reject(f"{name} {reject.locator}", reject.code, reject.reason)
            for reject in tally.rejects[before:]
        ]
