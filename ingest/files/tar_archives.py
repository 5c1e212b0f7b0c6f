"""Tar archives as streams: members are read, never extracted; links and bombs are refused."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import Self

from core.errors import SourceError
from ingest.files.archives import bounded, leaves_folder, refuse_nested
from ingest.limits import Limits, check_limit

_MAGIC_AT, _MAGIC = 257, b"ustar"
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_SUFFIXES = (".tar", ".tgz", ".tbz", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
_MOST_EXTRA = 1 << 20
"""Bytes of a name or of attributes that stand in blocks of their own, read as a whole."""
_EXTRA = (
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
)
_FAULTS = (tarfile.TarError, zlib.error, LZMAError, EOFError, OSError, UnicodeError, ValueError)


@dataclass(frozen=True)
class TarArchive:
    """The members of one tar archive by name; folders are left out."""

    path: Path
    limits: Limits
    members: dict[str, tarfile.TarInfo]
    _tar: tarfile.TarFile

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names in the order in which they lie, so that reading never winds back."""
        return tuple(self.members)

    def size(self, name: str) -> int:
        """Return the bytes that a member says it has."""
        return self.members[name].size

    def read(self, name: str) -> bytes:
        """Return the bytes of one member."""
        limit = min(self.limits.entry_bytes, self.limits.json_bytes)
        check_limit(self.members[name].size, limit, "entry_bytes", self.path.name)
        with self.open(name) as stream:
            return stream.read()

    @contextmanager
    def open(self, name: str) -> Iterator[io.BufferedReader]:
        """Return one member as a stream that stops at the limits."""
        info = self.members[name]
        refuse_nested(name, self.path, f"byte {info.offset}")
        try:
            stream = self._tar.extractfile(info)
            if stream is None:
                raise _damaged(self.path, f"byte {info.offset}")
            with stream:
                yield bounded(stream, self.limits.entry_bytes, self.path.name)
        except _FAULTS as error:
            raise _damaged(self.path, f"byte {info.offset}") from error


def is_tar(path: Path, start: bytes) -> bool:
    """Return whether a file is a tar archive, plain or packed."""
    is_plain = start[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)] == _MAGIC
    is_named = path.name.lower().endswith(_SUFFIXES)
    return is_plain or (is_named and start.startswith(_PACKED))


@contextmanager
def open_tar(path: Path, limits: Limits) -> Iterator[TarArchive]:
    """Open an archive after a look at all its entries; what is hostile or damaged is refused."""
    packed = path.stat().st_size
    check_limit(packed, limits.file_bytes, "file_bytes", path.name)
    try:
        opened = tarfile.open(path, tarinfo=_Entry)  # noqa: SIM115 - closed below, after the reader is done
    except _FAULTS as error:
        raise _damaged(path, "") from error
    with opened:
        try:
            members = _members(path, opened, limits)
        except _FAULTS as error:
            raise _damaged(path, f"byte {opened.offset}") from error
        yield TarArchive(path, limits, members, opened)


class _Entry(tarfile.TarInfo):
    """An entry whose damage is never taken for the end of the archive, and never read at length.

    The library stops in silence at a damaged entry, reads what stands in extra blocks as a whole
    whatever its size, and walks backwards where a size is below zero.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        entry = super().frombuf(buf, encoding, errors)
        if entry.size < 0 or (entry.type in _EXTRA and entry.size > _MOST_EXTRA):
            raise tarfile.ReadError("the size of an entry cannot be")
        return entry

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile_)
        except tarfile.HeaderError as error:
            if type(error).__name__ == "EOFHeaderError":  # blocks of zeros end an archive
                raise
            raise tarfile.ReadError("an entry is damaged") from error


def _members(path: Path, opened: tarfile.TarFile, limits: Limits) -> dict[str, tarfile.TarInfo]:
    members: dict[str, tarfile.TarInfo] = {}
    total = 0
    packed = max(path.stat().st_size, 1)
    for n, info in enumerate(opened, start=1):
        total += info.size
        check_limit(n, limits.archive_entries, "archive_entries", path.name)
        check_limit(total, limits.archive_bytes, "archive_bytes", path.name)
        if total > limits.ratio_after_bytes:
            check_limit(total // packed, limits.entry_ratio, "entry_ratio", path.name)
        fault = _fault(info, limits, members)
        if fault:
            raise SourceError(
                f"entry {n} of the archive {fault}",
                file=path.name,
                place=f"byte {info.offset}",
                code="E-ZIP-002",
                hint="Nothing was read. Take the archive as the tool exported it.",
            )
        if info.isreg():
            members[info.name.removeprefix("./")] = info
    return members


def _fault(
    info: tarfile.TarInfo, limits: Limits, members: dict[str, tarfile.TarInfo]
) -> str | None:
    name = info.name
    faults = {
        "has a name with a NUL": "\x00" in name,
        "has a name that is too long": len(name.encode("utf-8", "replace"))
        > limits.entry_name_bytes,
        "has a name that leaves its folder": leaves_folder(name),
        "is no plain file": not (info.isreg() or info.isdir()) or info.issparse(),
        "has a size below zero": info.size < 0,
        "stands twice": info.isreg() and name.removeprefix("./") in members,
    }
    return next((says for says, is_so in faults.items() if is_so), None)


def _damaged(path: Path, place: str) -> SourceError:
    return SourceError(
        "the archive is damaged or is no tar archive",
        file=path.name,
        place=place,
        code="E-ZIP-001",
        hint="Nothing more was read of it. Export or copy it again.",
    )
