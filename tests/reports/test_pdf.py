from __future__ import annotations

from pathlib import Path

import pytest
import typst
from pypdf import PdfReader
from read_reports import pdf_pages, text_of
from written_reports import written

from reports.brief import Brief
from reports.writers import pdf
from reports.writers.pdf import write_pdf


@pytest.fixture(scope="module")
def tagged() -> Path:
    return written("pdf", "full")


@pytest.fixture(scope="module")
def plain() -> Path:
    return written("pdf", "small", True)


def test_the_report_is_certified_for_screen_readers(tagged: Path) -> None:
    reader = PdfReader(tagged)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Halden Group, empathy audit, 7 April to 29 June 2025"
    assert reader.metadata.author == "Isotherm"
    assert str(reader.metadata.creation_date).startswith("2025-06-29 00:00:00")


def test_every_picture_has_a_text_of_its_own(tagged: Path) -> None:
    texts = _alt_texts(PdfReader(tagged))
    assert len(texts) == 4
    assert sum(text.startswith("Map of 59 groups") for text in texts) == 1
    assert sum("90 % intervals" in text for text in texts) == 2


def _alt_texts(reader: PdfReader) -> list[str]:
    """Walk the tree of tags and collect what stands for pictures."""
    found: list[str] = []
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        part = waiting.pop().get_object()
        if isinstance(part, list):
            waiting += [child for child in part if not isinstance(child, int)]
        elif isinstance(part, dict):
            if "/Alt" in part:
                found.append(str(part["/Alt"]))
            if "/K" in part and not isinstance(part["/K"], int):
                waiting.append(part["/K"])
    return found


def test_a_missing_glyph_gives_a_plain_report_that_says_so(plain: Path) -> None:
    assert b"pdfuaid" not in PdfReader(plain).trailer["/Root"]["/Metadata"].get_object().get_data()
    assert "could not be certified for screen readers" in text_of(plain)


def test_names_are_never_evaluated(plain: Path) -> None:
    text = text_of(plain)
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text
    assert "{{ 7*7 }}{% raw %}" in text
    assert "$x^2$ *bold* _it_ `code` @ref <label>" in text
    assert "=1+1" in text


def test_an_error_of_the_setter_quotes_no_name(
    hostile: Brief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise typst.TypstError("the text `Secret Desk` could not be displayed")

    monkeypatch.setattr(pdf, "_lay_out", lambda _brief, root: pdf._write_data(root, {}))
    monkeypatch.setattr(typst, "compile", fail)
    with pytest.raises(pdf.ReportError) as caught:
        write_pdf(hostile, tmp_path / "report.pdf")
    assert "Secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert list(tmp_path.iterdir()) == []


def test_the_answer_fits_on_the_first_page(tagged: Path, full: Brief) -> None:
    first, second = pdf_pages(tagged)[:2]
    for part in (full.about.headline, full.about.next_step):
        assert part in first
    assert "The organization on one map" in second
