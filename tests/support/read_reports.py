"""Read written reports back with other libraries than those that wrote them."""

from __future__ import annotations

import functools
import re
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
from pypdf import PdfReader

_LOADING = {
    "src",
    "href",
    "xlink:href",
    "srcset",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "ping",
    "cite",
    "manifest",
}


@dataclass
class Page(HTMLParser):
    """What an HTML file holds: tags, addresses that a browser would use, text, table rows."""

    tags: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    rows: list[tuple[str, list[str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    is_in_cell: bool = False
    policy: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.addresses += [v for k, v in found.items() if k in _LOADING]
        self.handlers += [k for k in found if k.startswith("on")]
        if found.get("role") == "img":
            self.labels.append(found.get("aria-label", ""))
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"]
        if tag == "script":
            self.scripts.append("")
        if tag == "tr":
            self.rows.append((found.get("class", ""), []))
        if tag in ("td", "th"):
            self.is_in_cell = True
            self.rows[-1][1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.is_in_cell = False

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts[-1] += data
            return
        if self.cdata_elem is None:
            self.words.append(data)
            if self.is_in_cell:
                self.rows[-1][1][-1] += data

    @property
    def text(self) -> str:
        """Return what a reader sees."""
        return " ".join(" ".join(self.words).split())


def read_page(path: Path) -> Page:
    """Return an HTML file parsed."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page


@functools.lru_cache(maxsize=32)
def text_of(path: Path) -> str:
    """Return the visible text of any report; a file is read once."""
    if path.suffix == ".html":
        return read_page(path).text
    if path.suffix == ".pdf":
        return " ".join(pdf_pages(path))
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        cells = [c.value for sheet in book for row in sheet.iter_rows() for c in row]
        return " ".join(str(c) for c in cells if c is not None)
    return path.read_text(encoding="utf-8")


@functools.lru_cache(maxsize=4)
def pdf_pages(path: Path) -> tuple[str, ...]:
    """Return the text of each page of a PDF, on one line; a file is read once."""
    return tuple(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)


def raw_parts(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file, by member where it is an archive."""
    if path.suffix != ".xlsx":
        return {path.name: path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pdf_links(path: Path) -> list[str]:
    """Return every address that a PDF points to, and every action beyond moving about."""
    found = re.findall(rb"/(URI|Launch|JavaScript|SubmitForm|GoToR)\b", path.read_bytes())
    return [name.decode() for name in found]
