"""ZIP archives as streams: members are read, never extracted, and bombs are refused."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import IO, TYPE_CHECKING

from core.errors import SourceError
from ingest.limits import Limits, check_limit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 1 << 20
_ENCRYPTED, _UTF8 = 0x1, 0x800
_NESTED = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
_LEAST_HEADER = 30
_READING = (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, OSError)
# The directory of a damaged archive fails in more ways than the library promises.
_OPENING = (*_READING, zipfile.LargeZipFile, struct.error, ValueError, OverflowError)


@dataclass(frozen=True)
class Archive:
    """The members of one ZIP archive by name; folders are left out."""

    path: Path
    limits: Limits
    members: dict[str, zipfile.ZipInfo]
    _zip: zipfile.ZipFile

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all files in the order in which they lie in the archive."""
        return tuple(self.members)

    def size(self, name: str) -> int:
        """Return the bytes that a member says it has; its real size shows while it is read."""
        return self.members[name].file_size

    def read(self, name: str) -> bytes:
        """Return the bytes of one member, its real size bounded while it is unpacked."""
        limit = min(self.limits.entry_bytes, self.limits.json_bytes)
        parts: list[bytes] = []
        size = 0
        with self.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                check_limit(size, limit, "entry_bytes", self.path.name)
                parts.append(chunk)
        return b"".join(parts)

    @contextmanager
    def open(self, name: str) -> Iterator[io.BufferedReader]:
        """Return one member as a stream that stops at the limits while it is unpacked."""
        info = self.members[name]
        refuse_nested(name, self.path, f"byte {info.header_offset}")
        try:
            stream = self._zip.open(info)
        except _OPENING as error:
            raise _damaged(self.path, f"byte {info.header_offset}") from error
        try:
            with stream:
                yield bounded(
                    stream,
                    self.limits.entry_bytes,
                    self.path.name,
                    lambda size: self._check_ratio(size, info),
                )
        except _READING as error:
            raise _damaged(self.path, f"byte {info.header_offset}") from error

    def _check_ratio(self, size: int, info: zipfile.ZipInfo) -> None:
        ratio = size // max(info.compress_size, 1)
        if size > self.limits.ratio_after_bytes:
            check_limit(ratio, self.limits.entry_ratio, "entry_ratio", self.path.name)


def bounded(
    stream: IO[bytes], limit: int, file: str, check: Callable[[int], None] = lambda _: None
) -> io.BufferedReader:
    """Return a stream that raises `LimitError` once more than `limit` bytes have come out.

    `check` is called with the bytes so far, and may raise as well.
    """
    return io.BufferedReader(_Bounded(stream, limit, file, check), _CHUNK)


class _Bounded(io.RawIOBase):
    def __init__(
        self, stream: IO[bytes], limit: int, file: str, check: Callable[[int], None]
    ) -> None:
        super().__init__()
        self._stream, self._limit, self._file, self._check = stream, limit, file, check
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        found = self._stream.read(len(view))
        self._size += len(found)
        check_limit(self._size, self._limit, "entry_bytes", self._file)
        self._check(self._size)
        view[: len(found)] = found
        return len(found)


@contextmanager
def open_zip(path: Path, limits: Limits) -> Iterator[Archive]:
    """Open an archive after a look at all its entries; what is hostile or damaged is refused."""
    check_limit(path.stat().st_size, limits.file_bytes, "file_bytes", path.name)
    try:
        opened = zipfile.ZipFile(path)  # closed below, after the reader is done
        members = _members(path, opened, limits)
    except _OPENING as error:
        raise _damaged(path, "") from error
    with opened:
        yield Archive(path, limits, members, opened)


def is_zip(start: bytes) -> bool:
    """Return whether bytes begin like a ZIP archive."""
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _members(path: Path, opened: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    entries = opened.infolist()
    check_limit(len(entries), limits.archive_entries, "archive_entries", path.name)
    total = sum(entry.file_size for entry in entries)
    check_limit(total, limits.archive_bytes, "archive_bytes", path.name)
    members: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for number, entry in enumerate(sorted(entries, key=lambda e: e.header_offset)):
        fault = _fault(entry, limits)
        name = _true_name(entry)
        if fault is None and name in members:
            fault = "stands twice"
        if fault is None and entry.header_offset < end:
            fault = "overlaps the entry before it"
        if fault:
            raise SourceError(
                f"entry {number + 1} of the archive {fault}",
                file=path.name,
                place=f"byte {entry.header_offset}",
                code="E-ZIP-002",
                hint="Nothing was read. Take the archive as the tool exported it.",
            )
        end = entry.header_offset + _LEAST_HEADER + entry.compress_size
        if not name.endswith("/"):
            members[name] = entry
    return members


def _fault(entry: zipfile.ZipInfo, limits: Limits) -> str | None:
    name = entry.orig_filename
    mode = entry.external_attr >> 16
    is_plain = mode == 0 or stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0
    faults = {
        "is encrypted": entry.flag_bits & _ENCRYPTED,
        "has no name": not name,
        "has a name with a NUL": "\x00" in name,
        "has a name that is too long": len(name.encode("utf-8", "replace"))
        > limits.entry_name_bytes,
        "has a name that leaves its folder": leaves_folder(name),
        "is no plain file": not is_plain,
    }
    return next((says for says, is_so in faults.items() if is_so), None)


def refuse_nested(name: str, path: Path, place: str) -> None:
    """Raise `SourceError` for a member that is an archive itself: none is opened inside another.

    Attachments may well be archives, and no reader asks for them: only reading one is refused.
    """
    if name.lower().endswith(_NESTED):
        raise SourceError(
            "an entry that is an archive itself would have to be read",
            file=path.name,
            place=place,
            code="E-ZIP-003",
            hint="Nothing more was read of it. Unpack the outer archive and name the inner one.",
        )


def leaves_folder(name: str) -> bool:
    """Return whether the name of a member would lead out of the folder it is unpacked into."""
    parts = name.replace("\\", "/").split("/")
    return "\\" in name or name.startswith("/") or ".." in parts or parts[0].endswith(":")


def _true_name(entry: zipfile.ZipInfo) -> str:
    """Some tools write UTF-8 names without saying so; they arrive read as code page 437."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _damaged(path: Path, place: str) -> SourceError:
    return SourceError(
        "the archive is damaged or is no ZIP archive",
        file=path.name,
        place=place,
        code="E-ZIP-001",
        hint="Nothing more was read of it. Export or copy it again.",
    )
