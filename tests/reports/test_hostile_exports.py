"""Hostile names and texts in every export: nothing live, nothing read, nothing lost."""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from pathlib import Path

import hostile_names as hostile
import networkx as nx
import openpyxl
import pytest
from beacon import beacon
from defusedxml import ElementTree
from pypdf import PdfReader
from read_reports import pdf_links, read_page
from watched_page import RAN

from core.published import Published
from reports.build import build_reports


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Write every format of a hostile release while somebody listens."""
    folder = tmp_path_factory.mktemp("hostile")
    with beacon() as listener:
        texts = hostile.everything(listener.url)
        published = hostile.hostile_release(folder / "published", texts)
        files = build_reports(folder / "published", folder / "reports")
        yield {"".join(path.suffixes[-2:]): path for path in files}, published, listener


def _file(exported, ending: str) -> Path:
    return next(path for name, path in exported[0].items() if name.endswith(ending))


def _names(published: Published) -> list[str]:
    return list(hostile.group_names(published).values())


def test_no_cell_of_the_workbook_is_live(exported) -> None:
    path = _file(exported, ".xlsx")
    cells = [c for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for c in row]
    assert [c.coordinate for c in cells if c.data_type == "f" or c.hyperlink] == []
    assert set(_names(exported[1])) <= {c.value for c in cells}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert not re.search(rb"<f[ >]|<hyperlink|TargetMode|DDE", archive.read(name)), name


def test_graphml_and_json_hold_the_names_as_they_are(exported) -> None:
    graph = nx.read_graphml(_file(exported, ".graphml"))
    wanted = hostile.group_names(exported[1])
    assert {n: d["label"] for n, d in graph.nodes(data=True)} == {n: wanted[n] for n in graph}
    assert ElementTree.parse(_file(exported, ".graphml")).getroot() is not None
    text = _file(exported, ".json").read_text(encoding="utf-8")
    assert set(wanted.values()) <= _strings(json.loads(text))


def test_the_pdf_prints_names_and_reads_no_file(exported) -> None:
    path = _file(exported, ".pdf")
    text = "".join(page.extract_text() for page in PdfReader(path).pages)
    assert "root:x:" not in text
    assert pdf_links(path) == []
    plain = re.sub(r"\s", "", "".join(c for c in text if not unicodedata.combining(c)))
    words = [w for name in _names(exported[1]) if name.isascii() for w in name.split()]
    assert len(words) > 60
    # A long word is broken over lines and columns; its beginning stands together.
    assert [word for word in words if word[:12] not in plain] == []
    assert '#read("/etc/passwd")' in plain


def test_the_page_is_text_alone(exported) -> None:
    page = read_page(_file(exported, ".html"))
    assert page.scripts == []
    assert page.handlers == []
    assert [a for a in page.addresses if not a.startswith(("#", "data:"))] == []


@pytest.mark.browser
def test_the_pages_run_nothing_of_the_data_when_opened(browser, exported) -> None:
    context = browser.new_context()
    asked: list[str] = []
    dialogs: list[str] = []
    context.on("request", lambda r: asked.append(r.url))
    for path in {p for p in exported[0].values() if p.suffix == ".html"}:
        page = context.new_page()
        page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
        page.goto(path.as_uri())
        page.wait_for_selector("h1")
        for _ in range(3):  # over the middle of the network: tooltips
            page.mouse.move(600, 400)
            page.mouse.move(620, 300)
        assert page.evaluate(RAN)
        assert page.url == path.as_uri()
    context.close()
    assert dialogs == []
    assert [u for u in asked if not u.startswith(("file:", "data:", "blob:"))] == []
    assert exported[2].hits == []


def _strings(told: object) -> set[str]:
    if isinstance(told, str):
        return {told}
    parts = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    return set().union(*(_strings(part) for part in parts)) if parts else set()
