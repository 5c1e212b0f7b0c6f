"""What no export of a table holds: a workbook with any of it is refused before it is opened."""

from __future__ import annotations

import re
from pathlib import Path

from openpyxl import DEFUSEDXML

from core.errors import SourceError
from ingest.files.archives import Archive
from ingest.limits import check_limit

_MAIN = "xl/workbook.xml"
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD = 4096
_MACROS = "vbaproject.bin"


def refuse_hostile(archive: Archive) -> None:
    """Raise `SourceError` for macros, document types and all that would unpack to too much."""
    path = archive.path
    names = [name.lower() for name in archive.names]
    if not DEFUSEDXML:
        raise refused(path, "the package defusedxml is missing", "E-XLSX-005", "Install it.")
    if _MAIN not in archive.members:
        raise refused(path, "this is no workbook", "E-XLSX-001", "Export it as XLSX or CSV.")
    if path.suffix.lower() == ".xlsm" or any(name.endswith(_MACROS) for name in names):
        raise refused(path, "the workbook holds macros", "E-XLSX-004", "Save it as XLSX or CSV.")
    _refuse_large(archive)
    _refuse_declarations(archive)


def refused(path: Path, what: str, code: str, hint: str) -> SourceError:
    """Return the error that refuses a workbook."""
    return SourceError(what, file=path.name, code=code, hint=f"Nothing was read. {hint}")


def _refuse_large(archive: Archive) -> None:
    limits, file = archive.limits, archive.path.name
    sizes = [(info.file_size, info.compress_size) for info in archive.members.values()]
    check_limit(sum(size for size, _ in sizes), limits.xlsx_bytes, "xlsx_bytes", file)
    for size, packed in sizes:
        if size > limits.ratio_after_bytes:
            check_limit(size // max(packed, 1), limits.entry_ratio, "entry_ratio", file)


def _refuse_declarations(archive: Archive) -> None:
    for name in archive.names:
        if not name.endswith((".xml", ".rels")):
            continue
        with archive.open(name) as stream:
            start = stream.read(_HEAD)
        if _DECLARES.search(start):
            hint = "Take the workbook as the tool exported it."
            raise refused(archive.path, "it declares a document type", "E-XLSX-002", hint)
