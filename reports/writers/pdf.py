"""The report as PDF: set by Typst, data as JSON only, tagged for screen readers."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from pathlib import Path

from core.errors import ReportError
from core.files import write_whole
from reports import theme
from reports.brief import Brief
from reports.charts.legend import symbol_svg
from reports.document import document
from reports.figures import figures
from reports.files import read_template
from reports.registry import WriterInfo, writers
from reports.typesetting import FONT, PdfError, typeset

UNTAGGED = (
    "A name in this report holds characters that no font here can draw, so the file could not "
    "be certified for screen readers; the same report as a web page can be read by them."
)


@writers.add("pdf", WriterInfo("Report as PDF", ".pdf", "application/pdf"))
def write_pdf(brief: Brief, path: Path) -> None:
    """Write the report as PDF/UA; where a glyph is missing, as a plain PDF that says so inside."""
    with tempfile.TemporaryDirectory(prefix="isotherm-") as name:
        root = Path(name)
        _lay_out(brief, root)
        try:
            content = _compiled(root, brief, is_tagged=True)
        except PdfError:
            content = _fallback(root, brief)
    write_whole(path, content)


def _lay_out(brief: Brief, root: Path) -> None:
    """Put template, data and pictures into a folder that holds nothing else."""
    pictures = figures(brief, font=FONT)
    (root / "report.typ").write_text(read_template("report.typ"), encoding="utf-8")
    for figure in pictures.values():
        (root / f"{figure.key}.svg").write_text(figure.svg, encoding="utf-8")
    for state in theme.STATES:
        (root / f"state-{state}.svg").write_text(symbol_svg(state), encoding="utf-8")
    told: dict[str, object] = {
        "document": dataclasses.asdict(document(brief)),
        "figures": {
            f.key: {"title": f.title, "alt": f.alt, "note": f.note, "ratio": f.ratio}
            for f in pictures.values()
        },
        "font": FONT,
        "untagged": "",
    }
    _write_data(root, told)


def _write_data(root: Path, told: dict[str, object]) -> None:
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, sort_keys=True)
    (root / "report.json").write_text(text, encoding="utf-8")


def _fallback(root: Path, brief: Brief) -> bytes:
    told = json.loads((root / "report.json").read_text(encoding="utf-8"))
    _write_data(root, told | {"untagged": UNTAGGED})
    try:
        return _compiled(root, brief, is_tagged=False)
    except PdfError:
        raise ReportError(
            "The PDF could not be set.",
            code="E-REPORT-001",
            hint="Write the report as a web page: --to html.",
        ) from None


def _compiled(root: Path, brief: Brief, *, is_tagged: bool) -> bytes:
    return typeset(root, "report.typ", brief.about.last_on, is_tagged=is_tagged)
