"""An mbox file as messages: where each begins and ends, found in the mapped file by its bytes."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

_FROM = re.compile(rb"From [^\r\n]{0,500}\b(?:19|20)\d\d\b[^\r\n]{0,100}(?:\r?\n|\Z)")
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")
_KNOWN = re.compile(
    rb"^(?:from|to|date|received|message-id|return-path|delivered-to|mime-version)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_BOM = b"\xef\xbb\xbf"
_LINE = 700
_MARK, _BLANKS = b"\nFrom ", (b"\n\n", b"\n\r\n")
_ENDS = (b"\n\n", b"\n\r\n")
_CR, _LINE_ENDS = 13, b"\r\n"
_WINDOW = 512 << 10
_SPARE = 8
_USUAL_HEAD = 16 << 10

Content = mmap.mmap | bytes


class RawMessage(NamedTuple):
    """One message: where it begins, its size, its `From ` line and its header block.

    `headers` is None where the block is larger than the limit. The body is never taken. The size
    is that of the mail itself, without the `From ` line and without line ends after it.
    """

    offset: int
    size: int
    from_line: bytes
    headers: bytes | None


@contextmanager
def mapped(path: Path) -> Iterator[Content]:
    """Map a file into memory for reading; an empty one is empty bytes."""
    with path.open("rb") as stream:
        if path.stat().st_size == 0:
            yield b""
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield content


def split(content: Content, header_limit: int, start: int = 0) -> Iterator[RawMessage]:
    """Return the messages of an mbox, or the one message of a plain mail file.

    A message begins at the start of the file or after a blank line, with `From ` and a line that
    holds a year of four digits; `From ` at the start of a line of text splits nothing. From a
    `start` on at which `begins_at` holds, the messages are those of the whole file.
    """
    here, size = start or _first(content), len(content)
    window = _Window(content)
    line = window.from_line(here)
    while here < size:
        first = here + len(line)
        block = window.block(first, header_limit)
        after, next_line = window.next_start(first + max(len(block or b"") - 1, 0))
        yield RawMessage(here, window.end_of_mail(first, after) - first, line, block)
        here, line = after, next_line


def whole(content: Content, header_limit: int) -> Iterator[RawMessage]:
    """Return the one message of a file that holds no more than one."""
    start = _first(content)
    if start < len(content):
        window = _Window(content)
        line = window.from_line(start)
        first = start + len(line)
        size = window.end_of_mail(first, len(content)) - first
        yield RawMessage(start, size, line, window.block(first, header_limit))


def begins_at(content: Content, start: int) -> bool:
    """Return whether a message of the mbox begins at a byte."""
    before = content[max(start - 3, 0) : start]
    return before.endswith(_BLANKS) and _FROM.match(content[start : start + _LINE]) is not None


def head_of(stream: IO[bytes], size: int, header_limit: int) -> RawMessage:
    """Return a file that is one mail; no more of it is read than its header block."""
    start = stream.read(_USUAL_HEAD)
    if len(start) == _USUAL_HEAD and not (b"\n\n" in start or b"\n\r\n" in start):
        start += stream.read(header_limit)
    first = _first(start)
    line = _FROM.match(start, first)
    at = first + (len(line.group()) if line else 0)
    block = _Window(start).block(at, header_limit)
    return RawMessage(0, size, line.group() if line else b"", block)


def looks_like_mail(start: bytes) -> bool:
    """Return whether bytes begin like an mbox or like the headers of a mail."""
    text = start.removeprefix(_BOM).lstrip(b"\r\n")
    if _FROM.match(text):
        return True
    return _HEADER_LINE.match(text) is not None and _KNOWN.search(text) is not None


def _first(content: Content) -> int:
    start = len(_BOM) if content[:3] == _BOM else 0
    while start < len(content) and content[start : start + 1] in b"\r\n":
        start += 1
    return start


class _Window:
    """A copy of a few megabytes of the file: searching it is faster than searching the file."""

    def __init__(self, content: Content) -> None:
        self._content, self._size = content, len(content)
        self._base, self._end, self._bytes = 0, 0, b""

    def from_line(self, at: int) -> bytes:
        """Return the `From ` line that stands at a place; empty where none does."""
        line = _FROM.match(self._content[at : at + _LINE])
        return line.group() if line else b""

    def block(self, first: int, limit: int) -> bytes | None:
        """Return the header block that begins at a place; None where it is too large."""
        for reach in (_USUAL_HEAD, limit + _SPARE):
            if first + reach > self._end:
                self._load(first, reach)
            start = first - self._base
            end = _block_end(self._bytes, start, start + reach)
            if end >= 0:
                break
        if end < 0 and self._end == self._size:
            end = len(self._bytes)
        if end < 0 or end - start > limit:
            return None
        block = self._bytes[start:end]
        # Line ends of old Macs.
        return block if b"\n" in block else block.replace(b"\r", b"\n")

    def next_start(self, at: int) -> tuple[int, bytes]:
        """Return where the next message begins, with its `From ` line; else the end."""
        while True:
            found = self._bytes.find(_MARK, at - self._base)
            while found >= 0:
                if (found == 0 or self._bytes[found - 1] in _LINE_ENDS) and (
                    line := self._split_line(self._base + found + 1)
                ):
                    return self._base + found + 1, line
                found = self._bytes.find(_MARK, found + 1)
            if self._end == self._size:
                return self._size, b""
            at = max(at, self._end - len(_MARK))
            self._load(at, 0)

    def end_of_mail(self, first: int, end: int) -> int:
        """Return where a mail ends without the line ends behind it."""
        tail = self._content[max(first, end - _SPARE) : end]
        return end - len(tail) + len(tail.rstrip(b"\r\n"))

    def _split_line(self, at: int) -> bytes:
        """The `From ` line at a place, where a blank line stands before it."""
        if self._content[max(at - 3, 0) : at].endswith(_BLANKS):
            return self.from_line(at)
        return b""

    def _load(self, at: int, n: int) -> None:
        self._bytes = self._content[at : at + max(_WINDOW, n)]
        self._base, self._end = at, at + len(self._bytes)


def _block_end(text: bytes, start: int, stop: int) -> int:
    """Where a header block ends with its blank line; -1 where there is none.

    A line of spaces is no end: it continues the header above it, as RFC 5322, 4.2 has it.
    """
    line_end = text.find(b"\n", start, stop)
    if line_end < 0:
        return text.find(b"\r\r", start, stop)
    if line_end == start or (line_end == start + 1 and text[start] == _CR):
        return start
    usual, other = _ENDS if text[line_end - 1] != _CR else reversed(_ENDS)
    end = text.find(usual, start, stop)
    before = end if end >= 0 else stop
    if text.find(b"\r", start, before) >= 0:
        nearer = text.find(other, start, before)
        end = nearer if nearer >= 0 else end
        return end - 1 if end >= 0 and text[end - 1] == _CR else end
    return end
