"""Slices in the workbook and in the data file: released rows alone, hidden ones last and blank."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
from made_up_release import make_release
from made_up_slices import HIDDEN

from reports.brief import Brief
from reports.slice_sheet import sheet_rows
from reports.writers.data_json import write_json
from reports.writers.xlsx import write_xlsx

NUMBERS = slice(6, 9)


def test_slices_stand_a_to_z_and_those_not_shown_last(tmp_path: Path) -> None:
    brief = Brief.gather(make_release(tmp_path))
    shown = brief.slices["is_shown"].tolist()
    assert shown == sorted(shown, reverse=True)
    for part in (brief.slices[brief.slices["is_shown"]], brief.slices[~brief.slices["is_shown"]]):
        names = part["name"].str.casefold().tolist()
        assert names == sorted(names)
    order = list(dict.fromkeys(brief.slice_values["slice_id"]))
    assert order == brief.slices["slice_id"].tolist()


def test_the_sheet_holds_every_value_and_blanks_hidden_ones_at_its_end(tmp_path: Path) -> None:
    brief = Brief.gather(make_release(tmp_path / "published"))
    write_xlsx(brief, tmp_path / "book.xlsx")
    lines = list(openpyxl.load_workbook(tmp_path / "book.xlsx")["Slices"].values)[1:]
    assert len(lines) == len(brief.slice_values)
    hidden = [line for line in lines if line[5] == "not shown"]
    assert hidden == lines[-len(hidden) :]
    assert len(hidden) == 2
    for line in hidden:
        assert all(cell is None for cell in (line[2], *line[NUMBERS], line[9]))
        assert line[10] == HIDDEN
    aarhus = next(line for line in lines if line[0] == "Aarhus")
    assert aarhus[2] == "20-49"
    assert aarhus[6:10] == (20, 10, 30, "about 20 %")


def test_a_release_without_slices_has_no_such_sheet(tmp_path: Path) -> None:
    brief = Brief.gather(make_release(tmp_path / "published", "smallest"))
    write_xlsx(brief, tmp_path / "book.xlsx")
    assert "Slices" not in openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames


def test_hostile_places_are_no_formulas_and_the_data_file_holds_them_as_text(
    tmp_path: Path,
) -> None:
    brief = Brief.gather(make_release(tmp_path / "published", hostile_names=True))
    write_json(brief, tmp_path / "data.json")
    told = json.loads((tmp_path / "data.json").read_text())
    assert {cut["location"] for cut in told["slices"]} >= {"![a](https://evil.example/place.png)"}
    assert len(told["slice_values"]) == len(brief.slice_values)
    rows = sheet_rows(brief.slices, brief.slice_values, brief.indicators)
    assert len(rows) == len(brief.slice_values)
