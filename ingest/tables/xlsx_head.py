"""The first rows of a workbook by a bounded look at its text, for telling what it is.

The library that reads workbooks takes in a whole workbook to tell its first row. Here some
hundred kilobytes of a sheet are looked at and no more, so that this is safe outside a child
process. Cells come roughly as they are written; reading them properly is `xlsx_table`'s work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from ingest.files.archives import Archive, open_zip
from ingest.limits import KILO, Limits
from ingest.tables.xlsx_guard import refuse_hostile

_SHEET = re.compile(r"xl/worksheets/(?:sheet)?(\d+)\.xml", re.IGNORECASE)
_STRINGS = "xl/sharedStrings.xml"
_LOOK = 256 * KILO
_LONGEST = 500
_MOST_CELLS = 2_000
_COLUMN = re.compile(r"[A-Z]{1,3}")


class _EnoughError(Exception):
    """As many rows as were asked for have been seen."""


def head_rows(path: Path, limits: Limits, n: int) -> list[list[str]]:
    """Return about the first `n` filled rows of the first sheet that holds any.

    Raises `SourceError` for a damaged or hostile workbook; what is no sound XML gives no rows.
    """
    with open_zip(path, limits) as archive:
        refuse_hostile(archive)
        names = [name for name in archive.names if _SHEET.fullmatch(name)]
        for name in sorted(names, key=_number):
            sheet = _Sheet(n)
            _parse(archive, name, sheet)
            if sheet.rows:
                return list(_texts(sheet, _strings(archive, sheet.most_shared)))
    return []


def _number(name: str) -> int:
    match = _SHEET.fullmatch(name)
    return int(match.group(1)[:9]) if match else 0


def _parse(archive: Archive, name: str, handler: _Sheet | _Strings) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    with suppress(_EnoughError, expat.ExpatError), archive.open(name) as stream:
        parser.Parse(stream.read(_LOOK), False)


def _refuse(*_: object) -> None:
    raise _EnoughError


@dataclass
class _Sheet:
    """Cells of a sheet as (kind, text) by column."""

    wanted: int
    rows: list[dict[int, tuple[str, str]]] = field(default_factory=list)
    most_shared: int = -1
    _row: dict[int, tuple[str, str]] = field(default_factory=dict)
    _kind: str = ""
    _at: int = 0
    _text: list[str] = field(default_factory=list)
    _is_open: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._kind, self._text = attributes.get("t", "n"), []
            letters = _COLUMN.match(attributes.get("r", ""))
            self._at = _place(letters.group()) if letters else len(self._row)
        elif name in {"v", "t"}:
            self._is_open = True

    def text(self, data: str) -> None:
        if self._is_open and sum(map(len, self._text)) < _LONGEST:
            self._text.append(data)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in {"v", "t"}:
            self._is_open = False
        elif name == "c" and self._text and self._at < _MOST_CELLS:
            text = "".join(self._text)[:_LONGEST]
            self._row[self._at] = (self._kind, text)
            if self._kind == "s" and text.isascii() and text.isdigit():
                self.most_shared = max(self.most_shared, int(text[:9]))
        elif name == "row":
            if self._row:
                self.rows.append(self._row)
                self._row = {}
            if len(self.rows) >= self.wanted:
                raise _EnoughError


@dataclass
class _Strings:
    """Shared strings up to a number."""

    last: int
    found: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _is_open: bool = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            self._text = []
        self._is_open = name == "t"

    def text(self, data: str) -> None:
        if self._is_open and sum(map(len, self._text)) < _LONGEST:
            self._text.append(data)

    def end(self, tag: str) -> None:
        self._is_open = False
        if tag.rpartition(":")[2] == "si":
            self.found.append("".join(self._text)[:_LONGEST])
            if len(self.found) > self.last:
                raise _EnoughError


def _strings(archive: Archive, last: int) -> list[str]:
    strings = _Strings(last)
    if last >= 0 and _STRINGS in archive.names:
        _parse(archive, _STRINGS, strings)
    return strings.found


def _texts(sheet: _Sheet, strings: list[str]) -> Iterator[list[str]]:
    for row in sheet.rows:
        cells = [""] * (max(row) + 1)
        for at, (kind, text) in row.items():
            if kind != "s":
                cells[at] = text.removesuffix(".0")
            elif text.isascii() and text.isdigit() and int(text[:9]) < len(strings):
                cells[at] = strings[int(text[:9])]
        if any(cells):
            yield cells


def _place(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1
