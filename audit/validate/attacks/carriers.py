"""Attacker: every document opened again, down to what a reader does not see.

Gives records (things with an id and attributes), lines (what stands together in a row, a
paragraph or a label) and the whole text with document properties, comments and hidden parts.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from defusedxml import ElementTree
from openpyxl import load_workbook

from core.errors import UsageError

Record = Mapping[str, object]

_BLOCKS = frozenset(
    (
        *("tr", "p", "li", "h1", "h2", "h3", "h4", "div", "section", "option", "title"),
        *("text", "figcaption", "dd", "dt"),
    )
)
_ODD_PARTS = ("comment", "external", "customxml", "embedding", "vba", "custom.xml", "media/")
_DATA = re.compile(
    r"<script[^>]*application/(?:ld\+|vnd[\w.+-]*)?json[^>]*>(.*?)</script>", re.DOTALL
)


@dataclass(frozen=True)
class Opened:
    """One document as an attacker sees it."""

    records: tuple[Record, ...] = ()
    lines: tuple[str, ...] = ()
    text: str = ""
    odd: tuple[str, ...] = ()
    """Parts that a document of ours has no reason to hold."""


def open_document(path: Path) -> Opened:
    """Return all that a document holds; a kind that nobody can read is named as odd."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        return Opened(text=path.read_bytes().decode("utf-8", "replace"), odd=("unknown kind",))
    return reader(path)


def _graphml(path: Path) -> Opened:
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    names = {
        key.get("id"): key.get("attr.name") for key in root.iter() if key.tag.endswith("}key")
    }
    found = []
    for part in root.iter():
        if part.tag.endswith(("}node", "}edge")):
            told = {str(names.get(data.get("key"))): data.text for data in part}
            found.append({**told, **dict(part.attrib)})
    return Opened(tuple(found), text=text)


def _json(path: Path) -> Opened:
    text = path.read_text(encoding="utf-8")
    return Opened(tuple(_objects(json.loads(text))), text=text)


def _objects(value: object) -> Iterator[Record]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _objects(part)


def _html(path: Path) -> Opened:
    text = path.read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    page.close()
    data = [part for found in _DATA.findall(text) for part in _objects(json.loads(found))]
    told = [text for record in data for text in record.values() if isinstance(text, str)]
    return Opened(tuple(data), (*page.lines, *told), text)


class _Page(HTMLParser):
    """Text by block; comments and the values of attributes are lines of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._open: list[str] = []
        self._is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end()
        self._is_code = tag in {"style", "script"}
        told = [value for name, value in attrs if value and name in _TELLING_ATTRIBUTES]
        self.lines += told

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False
        if tag in _BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        if not self._is_code and data.strip():
            self._open.append(" ".join(data.split()))

    def handle_comment(self, data: str) -> None:
        self.lines.append(data)

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        if self._open:
            self.lines.append("\t".join(self._open))
        self._open = []


_TELLING_ATTRIBUTES = frozenset({"title", "alt", "aria-label", "content", "data-value", "value"})


def _xlsx(path: Path) -> Opened:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        text = "\n".join(archive.read(name).decode("utf-8", "replace") for name in names)
    odd = {part for part in _ODD_PARTS for name in names if part in name.lower()}
    if re.search(r'<sheet [^>]*state="(?:very)?[hH]idden"', text):
        odd.add("hidden sheet")
    book = load_workbook(path, read_only=True, data_only=False)
    lines = [
        "\t".join(str(cell) for cell in row if cell is not None)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
    ]
    book.close()
    return Opened(lines=tuple(line for line in lines if line), text=text, odd=tuple(sorted(odd)))


def _pdf(path: Path) -> Opened:
    try:
        from pypdf import PdfReader  # noqa: PLC0415 - a tool of the tests, not of the product
    except ImportError as error:
        raise UsageError(
            "The PDF cannot be opened: pypdf is not installed.",
            hint="`make test` or `pip install -r requirements-dev.txt` installs it.",
        ) from error
    document = PdfReader(path)
    pages = [page.extract_text() for page in document.pages]
    lines = [line.strip() for page in pages for line in page.splitlines() if line.strip()]
    told = [str(document.metadata), str(document.xmp_metadata and document.trailer["/Root"])]
    odd = ("attachment",) if document.attachments else ()
    # Compressed streams are noise, in which anything looks like an address: text is unpacked.
    return Opened(lines=tuple(lines), text="\n".join([*told, *pages]), odd=odd)


def _csv(path: Path) -> Opened:
    text = path.read_text(encoding="utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    lines = ["\t".join(str(cell) for cell in row.values() if cell) for row in found]
    return Opened(tuple(found), tuple(lines), text)


_READERS = {
    ".graphml": _graphml,
    ".json": _json,
    ".html": _html,
    ".xlsx": _xlsx,
    ".pdf": _pdf,
    ".csv": _csv,
}
