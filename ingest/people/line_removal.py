"""Rows of a private CSV file that name somebody forgotten; all others stay as written."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from core.files import write_whole
from ingest.keys.left_out import LeftOut
from ingest.people.aliases import plain_cell, typed_alias
from ingest.people.identity import canonical, typed_identity

_SEPARATORS = ",;\t|"
IsGone = Callable[[str], bool]


def lines_about(path: Path, left_out: LeftOut, own_domains: tuple[str, ...]) -> int:
    """Return how many rows of a file name an identity that is on the list as forgotten."""
    return _split(path, _is_gone(left_out, own_domains))[1] if path.is_file() else 0


def remove_lines(path: Path, left_out: LeftOut, own_domains: tuple[str, ...]) -> int:
    """Rewrite a file without those rows, swapped in whole; return how many went.

    For alias files, their copies and review files: any cell may name the person.
    """
    if not path.is_file():
        return 0
    kept, n_gone = _split(path, _is_gone(left_out, own_domains))
    if n_gone:
        mode = path.stat().st_mode & 0o777
        write_whole(path, kept)
        path.chmod(mode)
    return n_gone


def _split(path: Path, is_gone: IsGone) -> tuple[bytes, int]:
    raw = path.read_bytes()
    encoding = "utf-8" if _is_utf8(raw) else "latin-1"  # bytes come back as they were
    lines = raw.decode(encoding).splitlines(keepends=True)
    first = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=max(_SEPARATORS, key=first.count))
    kept: list[str] = []
    start = n_gone = 0
    for row in reader:
        if any(is_gone(cell.lstrip("\ufeff")) for cell in row):
            n_gone += 1
        else:
            kept += lines[start : reader.line_num]
        start = reader.line_num
    return "".join(kept).encode(encoding), n_gone


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_gone(left_out: LeftOut, own_domains: tuple[str, ...]) -> IsGone:
    def says(cell: str) -> bool:
        forms = {typed_alias(cell), typed_identity(plain_cell(cell))} if cell.strip() else set()
        clear = {canonical(form, own_domains) for form in forms} - {""}
        return any(left_out.is_forgotten(left_out.key.identity(one)) for one in clear)

    return says
