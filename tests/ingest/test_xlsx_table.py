"""Workbooks as tables: cells as text, the sheet that is meant, refusals of what is hostile."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.errors import LimitError, SourceError
from ingest.limits import Limits
from ingest.tables.xlsx_table import open_workbook
from ingest.tally import Tally


def workbook(
    path: Path, rows: list[list[object]], first: list[list[object]] | None = None
) -> Path:
    book = Workbook()
    sheet = book.active
    for row in first or []:
        sheet.append(row)
    sheet = book.create_sheet("Answers") if first is not None else sheet
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def read(path: Path, sheet: str = "", limits: Limits | None = None) -> list[list[str]]:
    limits = limits or Limits()
    return [cells for _, cells in open_workbook(path, limits, sheet).rows(Tally("t", limits))]


def test_cells_come_as_a_csv_export_would_write_them(tmp_path: Path) -> None:
    rows = [["a", "b", "c", "d", "e"], [3.0, 2.5, True, dt.datetime(2025, 3, 1, 9, 30), None]]
    found = read(workbook(tmp_path / "b.xlsx", rows))
    assert found == [["3", "2.5", "TRUE", "2025-03-01 09:30:00", ""]]


def test_blank_rows_are_no_records_and_lines_are_those_of_the_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [[None], ["Team", "Q1"], [None, None], ["Fleet", 3]])
    table, tally = open_workbook(path, Limits()), Tally("t")
    assert table.header == ("Team", "Q1")
    assert list(table.rows(tally)) == [(4, ["Fleet", "3"])]
    assert tally.n_seen == 1


def test_a_cell_beyond_the_header_is_counted_as_not_understood(tmp_path: Path) -> None:
    path, tally = workbook(tmp_path / "b.xlsx", [["Team"], ["Fleet", 3], ["Stores"]]), Tally("t")
    assert [cells for _, cells in open_workbook(path, Limits()).rows(tally)] == [["Stores"]]
    assert dict(tally.rejected) == {"too_many_cells": 1}


def test_the_first_sheet_that_holds_anything_is_read_or_the_one_that_is_named(
    tmp_path: Path,
) -> None:
    path = workbook(tmp_path / "b.xlsx", [["Team"], ["Fleet"]], first=[])
    assert read(path) == [["Fleet"]]
    other = workbook(tmp_path / "c.xlsx", [["Team"], ["Fleet"]], first=[["Note"], ["x"]])
    assert read(other) == [["x"]]
    assert read(other, "Answers") == [["Fleet"]]
    with pytest.raises(SourceError, match=r'no sheet "Nothing".*E-XLSX-003.*"Answers"'):
        read(other, "Nothing")


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"Team,Q1\nFleet,3\n"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceError):
        read(path)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(SourceError, match="E-XLSX-001"):
        read(path)


def test_a_document_type_is_refused_before_anything_is_parsed(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", [["Team"], ["Fleet"]])
    hostile = tmp_path / "b.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(hostile, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/workbook.xml":
                data = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + data
            new.writestr(name, data)
    with pytest.raises(SourceError, match="E-XLSX-002"):
        read(hostile)


def test_more_than_a_workbook_may_hold_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [["Team", "Q1", "Q2"], ["Fleet", 1, 2]])
    with pytest.raises(LimitError, match="columns = 2"):
        read(path, limits=replace(Limits(), columns=2))
    with pytest.raises(LimitError, match="archive_bytes"):
        read(path, limits=replace(Limits(), archive_bytes=100))


def test_a_lone_cell_at_the_far_corner_is_told_and_harms_nothing(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "Team"
    book.active["XFD3"] = "far"
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(LimitError, match="columns"):
        read(tmp_path / "b.xlsx")
