"""Workbook, JSON and GraphML, read back with other libraries."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pytest
from made_up_company import NAUGHTY

from core.text import clean_name
from reports.brief import Brief
from reports.focus import quadrants
from reports.network import nodes, ties
from reports.writers.data_json import write_json
from reports.writers.graphml import write_graphml
from reports.writers.xlsx import write_xlsx


@pytest.fixture(scope="module")
def book_path(full: Brief, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("xlsx") / "book.xlsx"
    write_xlsx(full, path)
    return path


@pytest.fixture(scope="module")
def book(book_path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(book_path)


@pytest.fixture(scope="module")
def data(full: Brief, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("json") / "data.json"
    write_json(full, path)
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_workbook_has_its_sheets_and_keeps_heads_in_view(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Read me", "Verdicts", "Findings", "Indicators", "Slices",
                               "Elements", "Interviews", "Edges", "Quality"]  # fmt: skip
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes in ("A2", "B2")
        assert sheet.auto_filter.ref
        assert all(cell.value for cell in sheet[1])
        assert sheet.page_setup.orientation == "landscape"
        assert "Confidential" in str(sheet.oddFooter.left.text)


def test_the_verdicts_equal_the_brief(book: openpyxl.Workbook, full: Brief) -> None:
    rows = list(book["Verdicts"].values)
    place = {name: i for i, name in enumerate(rows[0])}
    behaviour = full.verdicts[full.verdicts["layer"] == "behaviour"].set_index("group_id")
    for row, group in zip(rows[1:], full.groups["group_id"].iloc[1:], strict=True):
        published = behaviour.loc[group]
        found = row[place["Behaviour: effect (points)"]]
        if published["is_shown"]:
            assert found == published["effect"]
            assert row[place["Behaviour: low (points)"]] == published["low"]
        else:
            assert found is None


def test_hidden_rows_of_the_workbook_are_last_and_blank(book: openpyxl.Workbook) -> None:
    rows = list(book["Verdicts"].values)[1:]
    hidden = [row for row in rows if row[3] == "Not shown"]
    assert rows[-6:] == hidden
    assert [row[0] for row in hidden] == sorted(str(row[0]) for row in hidden)
    for row in hidden:
        assert not [cell for cell in row if isinstance(cell, (int, float))]
        assert str(row[-1]).startswith("Not shown: ")
    indicators = [row for row in list(book["Indicators"].values)[1:] if row[5] == "not shown"]
    assert len(indicators) == 48  # by hand: 6 groups, 8 indicators
    assert all(cell is None for row in indicators for cell in row[6:12])


def test_no_cell_of_the_workbook_is_live(hostile: Brief, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_xlsx(hostile, path)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
            assert b"<hyperlink" not in archive.read(name)
            assert "rels" not in name or b"External" not in archive.read(name)
        stamps = {info.date_time for info in archive.infolist()}
    assert stamps == {(1980, 1, 1, 0, 0, 0)}
    book = openpyxl.load_workbook(path)
    names = {row[0] for row in book["Verdicts"].values}
    assert {clean_name(name) for name in NAUGHTY[:12]} <= names
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_json_says_not_shown_as_a_state_with_a_reason(data: dict[str, Any]) -> None:
    assert data["schema_version"] == 1
    hidden = [row for row in data["verdicts"] if not row["is_shown"]]
    assert len(hidden) == 12  # by hand: 6 groups, 2 layers
    for row in hidden:
        assert row["verdict"] == "not_shown"
        assert row["why_hidden"]
        numbers = ("effect", "low", "high", "odds_in_ten", "mde", "evidence", "n_band")
        assert all(row[name] is None for name in numbers)
    assert data["groups"][-1]["name"] == "Sales Support"
    assert data["period"] == {
        "first_on": "2025-04-07",
        "is_latest": True,
        "label": "After",
        "last_on": "2025-06-29",
        "n_windows": 3,
        "window_id": 5,
    }


def test_json_holds_every_row_of_the_brief(data: dict[str, Any], full: Brief) -> None:
    for name in ("groups", "verdicts", "joint", "values", "edges", "findings", "quality"):
        assert len(data[name]) == len(getattr(full, name))


def test_graphml_holds_the_published_network(full: Brief, tmp_path: Path) -> None:
    path = tmp_path / "net.graphml"
    write_graphml(full, path)
    graph = nx.read_graphml(path)
    assert graph.number_of_nodes() == 59
    assert graph.number_of_edges() == len(full.edges)
    allowed = {"label", "division", "behaviour", "perception", "joint", "x", "y", "n_band"}
    for _, told in graph.nodes(data=True):
        assert set(told) <= allowed
    hidden = [n for n, told in graph.nodes(data=True) if told["joint"] == "Not shown"]
    assert len(hidden) == 6
    for node in hidden:
        assert graph.degree(node) == 0
        assert "n_band" not in graph.nodes[node]


def test_graphml_reads_hostile_names_back(hostile: Brief, tmp_path: Path) -> None:
    path = tmp_path / "net.graphml"
    write_graphml(hostile, path)
    labels = {told["label"] for _, told in nx.read_graphml(path).nodes(data=True)}
    assert {node.label for node in nodes(hostile)} == labels


def test_a_tie_to_a_hidden_group_never_leaves(full: Brief) -> None:
    extra = full.edges.iloc[[0]].assign(target_group_id="operations-safety")
    joined = full.edges._append(extra) if hasattr(full.edges, "_append") else full.edges
    brief = Brief(**{**full.__dict__, "edges": joined})
    assert len(ties(brief)) == len(full.edges)


def test_thinks_and_feels_holds_what_people_told_only(full: Brief) -> None:
    wrong = full.indicators.assign(quadrant="thinks_feels")
    brief = Brief(**{**full.__dict__, "indicators": wrong})
    for card in (quadrants(full, "operations-fleet"), quadrants(brief, "operations-fleet")):
        assert [q.title for q in card] == ["Hears", "Sees", "Says and does", "Thinks and feels"]
        assert {line.tag for line in card[3].lines} == {"P", "I"}
        assert all(len(q.lines) <= 4 for q in card)


def test_without_a_survey_nobody_was_asked(full: Brief) -> None:
    kept = full.indicators[full.indicators["layer"] == "behaviour"]
    brief = Brief(**{**full.__dict__, "indicators": kept})
    assert [line.tag for line in quadrants(brief, "operations-fleet")[3].lines] == ["I"]
    silent = Brief(**{**brief.__dict__, "themes": full.themes.iloc[:0]})
    card = quadrants(silent, "operations-fleet")
    assert card[3].lines == ()
    assert card[3].empty == "Nobody was asked."


def test_an_unobserved_indicator_says_why(full: Brief) -> None:
    card = quadrants(full, "finance-tax")
    assert [line.value for line in card[3].lines] == [
        "not observed: survey response below 50 %"
    ] * 2
