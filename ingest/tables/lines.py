"""Physical lines of a text with their numbers, bounded, and put back where they were not used."""

from __future__ import annotations

from collections import deque
from typing import Protocol


class LineStream(Protocol):
    """Text that can be read line by line."""

    def readline(self, size: int, /) -> str:
        """Return the next line, or its first characters; "" at the end."""


class Lines:
    """Physical lines with numbers; a line over the limit comes as its start, the rest skipped."""

    def __init__(self, stream: LineStream, limit: int, number: int = 0) -> None:
        self.stream: LineStream = stream
        self.limit = limit
        self.number = number
        self.waiting: deque[tuple[int, str]] = deque()

    def start(self) -> tuple[int, str] | None:
        """Return the line on which a record begins; None where there are no more."""
        return self.next()

    def next(self) -> tuple[int, str] | None:
        """Return the next line; None at the end."""
        if self.waiting:
            return self.waiting.popleft()
        text = self.stream.readline(self.limit + 1)
        if not text:
            return None
        self.number += 1
        if len(text) > self.limit:
            more = text
            while more and not more.endswith(("\n", "\r")):
                more = self.stream.readline(self.limit)
        return self.number, text

    def put_back(self, lines: list[tuple[int, str]]) -> None:
        """Hand lines back: they come again."""
        self.waiting.extendleft(reversed(lines))
