"""The search for bytes that must be gone: every file, unpacked, in every spelling."""

from __future__ import annotations

import base64
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

_PARQUET, _ZIP, _GZIP, _PDF = b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"%PDF"
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_DEEPEST = 3
_AT_ONCE = 1 << 25  # bytes of a file that are held in memory
_LARGEST = 1 << 31  # bytes of one unpacked member that are held in memory
_ENDS = 2  # digits of base64 that depend on what stands beside


@dataclass(frozen=True)
class Found:
    """What a search saw: files and bytes, packed ones unpacked, and the files with a hit."""

    n_files: int
    n_bytes: int
    hits: tuple[Path, ...]
    unread: tuple[Path, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Return whether everything was looked through and nothing was found."""
        return not self.hits and not self.unread

    def line(self, root: Path) -> str:
        """Return the search in a line; files are named, what was found is not."""
        where = ", ".join(_name(path, root) for path in self.hits[:5])
        told = f"{len(self.hits)} hits" + (f" in {where}" if where else "")
        if self.unread:
            told += f"; {len(self.unread)} files could not be unpacked"
        return f"Searched {self.n_files:,} files, {self.n_bytes:,} bytes: {told}."


@dataclass(frozen=True)
class Needles:
    """Bytes to look for: as they stand, and without regard to case."""

    exact: tuple[bytes, ...]
    folded: tuple[bytes, ...]

    @classmethod
    def of(cls, texts: Iterable[str], digits: Iterable[str] = ()) -> Needles:
        """Return the spellings of texts in clear, and of hex digits, which may be packed bytes."""
        clear, codes = sorted(set(texts)), sorted(set(digits))
        exact = {form for text in clear for form in _encoded(text)}
        exact |= {bytes.fromhex(code) for code in codes}
        exact |= {form for code in codes for form in _base64(code.encode())}
        folded = {form.lower() for text in (*clear, *codes) for form in _spelled(text)}
        return cls(tuple(sorted(exact)), tuple(sorted(folded)))

    @property
    def longest(self) -> int:
        """The number of bytes of the longest."""
        return max(map(len, (*self.exact, *self.folded)), default=1)

    def are_in(self, data: bytes) -> bool:
        """Return whether any of them stands in these bytes."""
        if any(needle in data for needle in self.exact):
            return True
        low = data.lower()
        return any(needle in low for needle in self.folded)


def search(places: Sequence[Path], needles: Needles, leave: Sequence[Path] = ()) -> Found:
    """Look through files and everything below folders; symbolic links are not followed."""
    n_files = n_bytes = 0
    hits: list[Path] = []
    unread: list[Path] = []
    for path in _files(places, leave):
        n_files += 1
        is_hit, n_here, is_whole = _look(path, needles)
        n_bytes += n_here
        if is_hit or needles.are_in(path.name.encode("utf-8", "surrogateescape")):
            hits.append(path)
        if not is_whole:
            unread.append(path)
    return Found(n_files, n_bytes, tuple(hits), tuple(unread))


def _look(path: Path, needles: Needles) -> tuple[bool, int, bool]:
    n_bytes, is_hit = 0, False
    try:
        for data, is_counted in _pieces(path, needles.longest):
            n_bytes += len(data) if is_counted else 0
            is_hit = is_hit or needles.are_in(data)
    except (OSError, pa.ArrowException, zipfile.BadZipFile, zlib.error, ValueError, EOFError):
        return is_hit, n_bytes, False
    return is_hit, n_bytes, True


def _pieces(path: Path, longest: int) -> Iterator[tuple[bytes, bool]]:
    """A file piece by piece, pieces overlapping, then what is packed in it; what to count."""
    with path.open("rb") as stream:
        start, tail = stream.read(len(_PARQUET)), b""
        stream.seek(0)
        while piece := stream.read(_AT_ONCE):
            yield tail[-longest:] + piece[:longest], False
            yield piece, True
            tail = piece[-longest:]
    if start == _PARQUET:
        yield from ((cells, True) for cells in _cells(path))
    elif start.startswith((_ZIP, _GZIP, _PDF)):
        yield from ((data, n > 0) for n, data in enumerate(_unpacked(path.read_bytes(), 0)))


def _unpacked(data: bytes, depth: int) -> Iterator[bytes]:
    """The bytes themselves, and what is packed in them."""
    yield data
    if data.startswith(_PARQUET):
        yield from _cells(io.BytesIO(data))
    elif data.startswith(_ZIP) and depth < _DEEPEST:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename.encode()
                if member.file_size > _LARGEST:
                    raise ValueError("a member is too large")
                yield from _unpacked(archive.read(member), depth + 1)
    elif data.startswith(_GZIP) and depth < _DEEPEST:
        yield from _unpacked(zlib.decompressobj(wbits=47).decompress(data, _LARGEST), depth + 1)
    elif data.startswith(_PDF):
        for stream in _STREAM.findall(data):
            yield _inflated(stream)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, _LARGEST)
    except zlib.error:
        return stream  # a picture or a font, packed in a way of its own


def _cells(data: Path | io.BytesIO) -> Iterator[bytes]:
    """Every text and every piece of bytes in a Parquet file, and what its footer says."""
    file = pq.ParquetFile(data)
    yield repr(file.metadata.metadata).encode()
    named = [
        field.name
        for field in file.schema_arrow
        if pa.types.is_string(field.type)
        or pa.types.is_large_string(field.type)
        or pa.types.is_binary(field.type)
        or pa.types.is_fixed_size_binary(field.type)
    ]
    for batch in file.iter_batches(batch_size=1 << 17, columns=named) if named else ():
        for column in batch.columns:
            values = column.unique().cast(pa.binary()) if len(column) else column
            for buffer in values.buffers()[2:]:
                yield buffer.to_pybytes() if buffer is not None else b""


def _files(places: Sequence[Path], leave: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_file():
            yield place
        for path in sorted(place.rglob("*")) if place.is_dir() else ():
            is_left = any(path == one or one in path.parents for one in leave)
            if path.is_file() and not path.is_symlink() and not is_left:
                yield path


def _encoded(text: str) -> Iterator[bytes]:
    for form in {text, text.lower()}:
        yield from _base64(form.encode())
        yield from _base64(form.encode("utf-16-le"))


def _spelled(text: str) -> Iterator[bytes]:
    for form in {text, text.lower(), html.escape(text), quote(text), quote(text, safe="")}:
        yield form.encode()
        yield form.encode("utf-16-le")
        yield form.encode("utf-16-be")


def _base64(data: bytes) -> Iterator[bytes]:
    """The part of base64 that is the same whatever stands before and behind, at three places."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + data).rstrip(b"=")
        inner = coded[(shift * 8 + 5) // 6 : len(coded) - _ENDS]
        if len(inner) >= 8:  # noqa: PLR2004 - shorter ones stand in many files by chance
            yield inner


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
