"""The content of a text file as bytes of UTF-8, of which whole lines are taken from the front."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TextIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_FIRST_NOT_ASCII = 0x80
_CHARACTERS = 1 << 20


class Utf8(Protocol):
    """Text in UTF-8, read piece by piece."""

    def readinto(self, view: memoryview, /) -> int:
        """Write the next bytes into a view; return how many they are, 0 at the end alone."""


class CheckedUtf8:
    """A file in UTF-8; the first bytes that are none raise `UnicodeDecodeError`."""

    def __init__(self, stream: BinaryIO, has_mark: bool) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        if has_mark and stream.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            stream.seek(0)

    def readinto(self, view: memoryview, /) -> int:
        """Write the next bytes into a view; return how many they are, 0 at the end alone."""
        n: int = self._stream.readinto(view)  # type: ignore[attr-defined]
        octets = np.frombuffer(view[:n], np.uint8)
        is_plain = n and octets.max() < _FIRST_NOT_ASCII and not self._decoder.getstate()[0]
        if not is_plain:
            self._decoder.decode(view[:n], final=not n)
        return n


class Recoded:
    """Text of another encoding."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._held = memoryview(b"")

    def readinto(self, view: memoryview, /) -> int:
        """Write the next bytes into a view; return how many they are, 0 at the end alone."""
        if not self._held:
            self._held = memoryview(self._stream.read(_CHARACTERS).encode("utf-8"))
        n = min(len(view), len(self._held))
        view[:n] = self._held[:n]
        self._held = self._held[n:]
        return n


@dataclass(frozen=True)
class Piece:
    """Some whole lines; they stand in the buffer of their content until the next are taken."""

    buffer: bytearray
    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first

    def __contains__(self, mark: bytes) -> bool:
        return self.buffer.find(mark, self.first, self.end) >= 0

    def begins_with(self, mark: bytes) -> bool:
        """Return whether a mark stands at its beginning."""
        return self.buffer.startswith(mark, self.first, self.end)

    def count(self, mark: bytes) -> int:
        """Return how often a mark stands in it."""
        return self.buffer.count(mark, self.first, self.end)

    def has_short_lines(self, longest: int) -> bool:
        """Return whether it can be told at once that no line is longer than so many bytes."""
        at = self.first
        while self.end - at > longest:
            at = self.buffer.rfind(b"\n", at, at + longest) + 1
            if not at:
                return False
        return True

    def octets(self) -> NDArray[np.uint8]:
        """Return its bytes."""
        return np.frombuffer(self.buffer, np.uint8, len(self), self.first)

    def stream(self) -> pa.BufferReader:
        """Return it as a file of Arrow."""
        return pa.BufferReader(pa.py_buffer(memoryview(self.buffer)[self.first : self.end]))

    def text(self) -> str:
        """Return it as text."""
        return self.buffer[self.first : self.end].decode("utf-8")


class Content:
    """The lines of a text, from one buffer of `size` bytes that is filled again and again."""

    def __init__(self, source: Utf8, size: int) -> None:
        self._source = source
        self._buffer = bytearray(size)
        self._at = self._end = 0
        self._is_read = False

    def piece(self, size: int) -> Piece | None:
        """Return about `size` bytes of whole lines; None at the end or without a line end."""
        self._fill(size)
        if self._is_read and self._end - self._at <= size:
            return self._up_to(self._end)
        stop = min(self._at + size, self._end)
        end = self._buffer.rfind(b"\n", self._at, stop) + 1
        if not end:
            self._fill(len(self._buffer))
            end = self._buffer.find(b"\n", self._at, self._end) + 1
        if not end and self._is_read:
            end = self._end
        return self._up_to(end)

    def advance(self, n: int) -> None:
        """Go on by some bytes, or back by some of the piece taken last."""
        self._at += n

    def rest(self) -> TextIO:
        """Return all that is left as one stream."""
        left = io.BufferedReader(_Left(self))
        return io.TextIOWrapper(left, encoding="utf-8", errors="strict", newline="")

    def readinto(self, view: memoryview, /) -> int:
        """Write what comes next into a view; return how many bytes they are, 0 at the end."""
        if self._at == self._end:
            return self._source.readinto(view)
        n = min(len(view), self._end - self._at)
        view[:n] = memoryview(self._buffer)[self._at : self._at + n]
        self._at += n
        return n

    def _up_to(self, end: int) -> Piece | None:
        return Piece(self._buffer, self._at, end) if end > self._at else None

    def _fill(self, size: int) -> None:
        held = self._end - self._at
        if self._is_read or held >= min(size, len(self._buffer)):
            return
        view = memoryview(self._buffer)
        view[:held] = view[self._at : self._end]
        self._at, self._end = 0, held
        while self._end < len(view) and not self._is_read:
            n = self._source.readinto(view[self._end :])
            self._end += n
            self._is_read = not n


class _Left(io.RawIOBase):
    """What is left of a content, as the raw stream that the standard library reads from."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, view: memoryview, /) -> int:  # type: ignore[override]
        """Write what comes next into a view."""
        return self._content.readinto(view)
