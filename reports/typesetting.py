"""The typesetter: a folder with a template and its data becomes the bytes of a PDF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import typst

# Typst carries this family, so that a page breaks alike on every machine.
FONT = "Libertinus Serif"


class PdfError(Exception):
    """Typst refused. Its own words are dropped: they quote the text that it stumbled over."""


def typeset(root: Path, template: str, day: dt.date, *, is_tagged: bool) -> bytes:
    """Return the PDF of a template in `root`, a folder that holds nothing but it and its data.

    `is_tagged` asks for PDF/UA, which every glyph must have a font for. `day` is the date in the
    file's properties: the same input gives the same bytes. Raises `PdfError`.
    """
    try:
        content = typst.compile(
            str(root / template),
            root=str(root),
            format="pdf",
            timestamp=dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC),
            pdf_standards=["ua-1"] if is_tagged else [],
        )
    except typst.TypstError:
        raise PdfError(template) from None
    if not isinstance(content, bytes):
        raise PdfError(template)
    return content
