"""An mbox file as messages: where each begins and ends, found in the mapped file by its bytes."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_FROM = re.compile(rb"From [^\r\n]{0,500}\b(?:19|20)\d\d\b[^\r\n]{0,100}(?:\r?\n|\Z)")
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")
_BOM = b"\xef\xbb\xbf"
_LINE = 700


@dataclass(frozen=True)
class RawMessage:
    """One message: where it begins, its size, its `From ` line and its header block.

    `headers` is None where the block is larger than the limit. The body is never taken.
    """

    offset: int
    size: int
    from_line: bytes
    headers: bytes | None


@contextmanager
def mapped(path: Path) -> Iterator[mmap.mmap | bytes]:
    """Map a file into memory for reading; an empty one is empty bytes."""
    with path.open("rb") as stream:
        if path.stat().st_size == 0:
            yield b""
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield content


def split(content: mmap.mmap | bytes, header_limit: int) -> Iterator[RawMessage]:
    """Return the messages of an mbox, or the one message of a plain mail file.

    A message begins at the start of the file or after a blank line, with `From ` and a line that
    holds a year of four digits; `From ` at the start of a line of text splits nothing.
    """
    start = len(_BOM) if content[:3] == _BOM else 0
    while start < len(content) and content[start : start + 1] in b"\r\n":
        start += 1
    if start >= len(content):
        return
    begins = _FROM.match(content, start)
    here, line = start, begins.group() if begins else b""
    for after, next_line in _starts(content, start + 1):
        yield _message(content, here, after, (line, header_limit))
        here, line = after, next_line
    yield _message(content, here, len(content), (line, header_limit))


def looks_like_mail(start: bytes) -> bool:
    """Return whether bytes begin like an mbox or like the headers of a mail."""
    text = start.removeprefix(_BOM).lstrip(b"\r\n")
    if _FROM.match(text):
        return True
    known = re.search(
        rb"^(?:from|to|date|received|message-id|return-path|delivered-to|mime-version)[ \t]*:",
        text,
        re.IGNORECASE | re.MULTILINE,
    )
    return _HEADER_LINE.match(text) is not None and known is not None


def _starts(content: mmap.mmap | bytes, position: int) -> Iterator[tuple[int, bytes]]:
    while (at := content.find(b"\nFrom ", position)) >= 0:
        position = at + 1
        before = content[max(at - 2, 0) : at + 1]
        if before.endswith((b"\n\n", b"\n\r\n")):
            line = _FROM.match(content[at + 1 : at + 1 + _LINE])
            if line:
                yield at + 1, line.group()


def _message(
    content: mmap.mmap | bytes, start: int, end: int, how: tuple[bytes, int]
) -> RawMessage:
    line, limit = how
    first = start + len(line)
    block = content[first : min(first + limit + 4, end)]
    # A message without any header begins with the blank line itself.
    blank = None if block[:1] == b"\n" or block[:2] == b"\r\n" else _BLANK.search(block)
    if blank:
        headers: bytes | None = block[: blank.start()]
    elif block[:1] in (b"\n", b"\r") or len(block) <= limit:
        headers = b"" if block[:1] in (b"\n", b"\r") else block
    else:
        headers = None
    return RawMessage(start, end - start, line, headers)
