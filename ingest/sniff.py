"""Which reader a file is for, by its content; what no reader takes is named."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from core.errors import SourceError
from ingest.registry import readers

START_BYTES = 64 * 1024
_SIGNATURES = (
    (b"!BDN", "Outlook PST"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Outlook MSG or an old Office document"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"SQLite format 3", "SQLite database"),
    (b"PAR1", "Parquet"),
    (b"$FL2", "SPSS"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b'x\x9f>"', "winmail.dat (TNEF)"),
)
_MARKS = (b",", b";", b"\t", b"|")
_TEXT_KINDS = (
    (re.compile(rb"\s*BEGIN:VCALENDAR", re.IGNORECASE), "calendar (iCalendar)"),
    (re.compile(rb"\s*<(?:!doctype\s+)?html", re.IGNORECASE), "web page"),
    (re.compile(rb"\s*<"), "XML"),
    (re.compile(rb"\s*[\[{]"), "JSON"),
)


def sniff(path: Path) -> str:
    """Return the name of the reader for a file, or raise `SourceError` that names its kind."""
    if path.is_dir():
        return _by_readers(path, b"") or _no_folder(path)
    if not path.is_file():
        raise SourceError(
            "there is no such file",
            file=path.name,
            code="E-FILE-001",
            hint="Nothing was read. Mend the path.",
        )
    with path.open("rb") as stream:
        start = stream.read(START_BYTES)
    if not start.strip():
        raise SourceError(
            "the file is empty",
            file=path.name,
            code="E-FILE-002",
            hint="Nothing was read. Export again.",
        )
    text = _as_utf8(start)
    if name := _by_readers(path, text):
        return name
    kind = next((kind for mark, kind in _SIGNATURES if start.startswith(mark)), None)
    kind = kind or _text_kind(text)
    raise _none(path, kind, "Known readers: " + ", ".join(readers.names()) + ".")


def _by_readers(path: Path, start: bytes) -> str:
    return next((entry.name for entry in readers if entry.meta.sniff(path, start)), "")


def _no_folder(path: Path) -> str:
    raise _none(path, "folder", "Name one file of it, or the folder that an export fills.")


def _as_utf8(start: bytes) -> bytes:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return start.decode("utf-16", "replace").encode("utf-8", "replace")
    return start.removeprefix(codecs.BOM_UTF8)


def _text_kind(start: bytes) -> str:
    if start.startswith(b"PK"):
        return "ZIP archive that is no Slack export"
    if b"\x00" in start:
        return "binary file"
    for pattern, kind in _TEXT_KINDS:
        if pattern.match(start):
            return kind
    first, _, second = start.partition(b"\n")
    second = second.partition(b"\n")[0]
    is_table = any(first.count(mark) == second.count(mark) > 0 for mark in _MARKS)
    return "table whose columns no reader knows" if is_table else "text"


def _none(path: Path, kind: str, hint: str) -> SourceError:
    return SourceError(
        f"no reader for this kind of file yet ({kind})",
        file=path.name,
        code="E-READER-001",
        hint=f"Nothing was read. {hint}",
    )
