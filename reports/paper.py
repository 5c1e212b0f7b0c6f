"""A paper: headings, prose, lists and tables, as Markdown and as PDF."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import ReportError
from reports.files import read_template
from reports.typesetting import PdfError, typeset

_LIVE = re.compile(r"([\\`*_\[\]<>|$~])|(?<=[:@])(?=[^\s])|(?<=www)(?=\.)", re.IGNORECASE)
_AT_START = re.compile(r"^([#+\-=>]|\d+[.)])")


@dataclass(frozen=True)
class Heading:
    """A heading of the first or second level."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with a head; every row has as many cells.

    `widths` are shares of the page; `code` numbers the columns whose cells name files, fields,
    tests or commands and are set as such.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    code: tuple[int, ...] = ()


Block = Heading | Text | Bullets | Table


@dataclass(frozen=True)
class Paper:
    """A document of its own: what it is, when and from which configuration it was made."""

    key: str
    title: str
    lead: str
    foot: str
    dated: dt.date
    blocks: tuple[Block, ...]


def as_markdown(paper: Paper) -> str:
    """Return the paper as Markdown; text that comes from data is shown as it is, never live."""
    parts = [f"# {_inline(paper.title)}", _inline(paper.lead)]
    parts += [_markdown(block) for block in paper.blocks]
    parts += ["---", _inline(paper.foot)]
    return "\n\n".join(parts) + "\n"


def as_pdf(paper: Paper) -> bytes:
    """Return the paper as PDF/UA, or as a plain PDF where a name holds a glyph no font has.

    Raises
    ------
    ReportError
        When it cannot be set at all.
    """
    blocks = [{"is": type(b).__name__.lower(), **dataclasses.asdict(b)} for b in paper.blocks]
    told = {"title": paper.title, "lead": paper.lead, "foot": paper.foot, "blocks": blocks}
    with tempfile.TemporaryDirectory(prefix="isotherm-") as name:
        root = Path(name)
        (root / "paper.typ").write_text(read_template("paper.typ"), encoding="utf-8")
        (root / "paper.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        for is_tagged in (True, False):
            try:
                return typeset(root, "paper.typ", paper.dated, is_tagged=is_tagged)
            except PdfError:
                continue
    raise ReportError(
        f"The paper {paper.key} could not be set as PDF.",
        code="E-REPORT-001",
        hint="Its Markdown file says the same.",
    )


def _markdown(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * (level + 1)} {_inline(text)}"
        case Text(text):
            return _paragraph(text)
        case Bullets(items):
            return "\n".join(f"- {_inline(item)}" for item in items)
        case Table():
            return "\n".join(_table(block))


def _table(table: Table) -> Iterator[str]:
    yield _line(_inline(cell) for cell in table.head)
    yield _line("---" for _ in table.head)
    for row in table.rows:
        yield _line(
            _code(cell) if place in table.code else _inline(cell) for place, cell in enumerate(row)
        )


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """Return a code span for each part between commas; nothing in one is live."""
    parts = (part.replace("`", "").replace("|", "/").strip() for part in text.split(","))
    return ", ".join(f"`{part}`" for part in parts if part)


def _paragraph(text: str) -> str:
    return _AT_START.sub(r"\\\1", _inline(text))


def _inline(text: str) -> str:
    """Escape what Markdown would take for markup, and break what it would take for an address."""
    plain = " ".join(text.split())
    return _LIVE.sub(lambda found: f"\\{found[1]}" if found[1] else "\u200b", plain)
