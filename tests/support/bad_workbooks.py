"""Workbooks that no export of a table looks like: entities, bombs, macros, far-off cells."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator

from openpyxl import Workbook

MEGA = 1 << 20
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
HEADER = ["respondent_id", "team", "q1", "q2", "q3"]


def workbooks(_: random.Random) -> Iterator[tuple[str, bytes, str, int, tuple[str, ...]]]:
    """Return bad workbooks: file name, content, reader, exit code, what is said."""
    reader, sound = "survey_csv", workbook()
    for name, declares in (("outside", OUTSIDE), ("laughs", LAUGHS)):
        for member in (SHEET, "xl/workbook.xml"):
            bad = changed(sound, member, lambda text, d=declares: _declared(text, d))
            what = f"X1_{name}_{member.rpartition('/')[2]}.xlsx"
            yield (
                what,
                bad,
                reader,
                3,
                ("declares a document type", "E-XLSX-002", "Nothing was read"),
            )
    late = changed(sound, SHEET, lambda text: _declared(text, b" " * 9000 + OUTSIDE))
    yield "X1_late.xlsx", late, reader, 3, ("X1_late.xlsx", "E-XLSX-001")
    far = changed(sound, SHEET, lambda text: text.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    ))  # fmt: skip
    yield "X2_far.xlsx", far, reader, 3, ("columns = 2,000", "row ", "[limits]")
    low = changed(sound, SHEET, lambda text: text.replace(
        b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    ))  # fmt: skip
    yield "X2_low.xlsx", low, reader, 0, ("seen",)
    size = b"<si><t>" + b"a" * (190 * MEGA) + b"</t></si>"
    bomb = with_member(sound, "xl/sharedStrings.xml", b"<sst>" + size + b"</sst>")
    yield "X3_string.xlsx", bomb, reader, 3, ("entry_ratio = 200", "[limits]")
    yield (
        "X4_macros.xlsm",
        sound,
        reader,
        3,
        ("holds macros", "E-XLSX-004", "Save it as XLSX or CSV"),
    )
    macros = with_member(sound, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    yield "X4_hidden_macros.xlsx", macros, reader, 3, ("holds macros", "E-XLSX-004")
    rows: list[list[object]] = [["r1", "Ops", "=1+1", 2, 3], ["r2", "Ops", "#N/A", None, 3]]
    odd = workbook([*rows, ["r3", None, 1, 2, 3]], merged="B3:B4")
    # 20 sound forms with 60 answers; of the odd ones "=1+1" has no cached value, None is blank.
    yield "X4_cells.xlsx", odd, reader, 0, ("23 seen", "23 accepted")
    yield "X4_cut.xlsx", sound[: len(sound) * 2 // 3], reader, 3, ("damaged", "E-ZIP-001")
    yield (
        "X4_other.xlsx",
        with_member(b"", "a.txt", b"x"),
        reader,
        3,
        ("no workbook", "E-XLSX-001"),
    )


def workbook(more: list[list[object]] | None = None, merged: str = "") -> bytes:
    """Return a workbook of 20 survey forms and more rows."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for number in range(20):
        sheet.append([f"f{number}", "Ops", number % 5 + 1, 2, 3])
    for row in more or []:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(content: bytes, member: str, change: object) -> bytes:
    """Return an archive with one member changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text) if name == member else text)  # type: ignore[operator]
    return target.getvalue()


def with_member(content: bytes, name: str, text: bytes) -> bytes:
    """Return an archive with one member more."""
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return target.getvalue()


def _declared(text: bytes, declares: bytes) -> bytes:
    head, mark, rest = text.partition(b"?>") if text.startswith(b"<?xml") else (b"", b"", text)
    return head + mark + declares + rest
