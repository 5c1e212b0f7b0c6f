"""A whole audit of a company whose units, scales, codes and title are hostile."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from pathlib import Path

import hostile_names as hostile
import openpyxl
import pytest
from read_reports import pdf_links, read_page

from audit import pipeline
from audit.config import load_config
from core.progress import Silent
from core.published import Published
from core.store import RunFolder
from core.text import clean_name
from ingest.simulate.scenarios import simulate
from reports.build import build_reports

BEACON = "http://127.0.0.1:9"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_company_with_hostile_names_is_audited_and_reported_as_text(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    simulate("small", 7, exports)
    _spoilt(exports)
    pipeline.run(load_config(exports / "audit.toml"), tmp_path / "run", Silent())
    folder = RunFolder.open(tmp_path / "run")
    files = {path.suffixes[-1]: path for path in build_reports(folder.published, folder.reports)}
    names = set(Published.open(folder.published).table("units")["name"])
    allowed = {clean_name(text) for text in hostile.pack(BEACON)}
    assert len(names & allowed) >= 5
    for name in names:
        assert name == clean_name(name)
        assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in name)
    book = openpyxl.load_workbook(files[".xlsx"])
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert [c.coordinate for c in cells if c.data_type == "f" or c.hyperlink] == []
    assert pdf_links(files[".pdf"]) == []
    for path in folder.reports.glob("*.html"):
        page = read_page(path)
        assert page.handlers == []
        assert [a for a in page.addresses if not a.startswith(("#", "data:"))] == []


def _spoilt(exports: Path) -> None:
    """Give every division and team of the exports a hostile name, the same in each file."""
    texts = iter(hostile.pack(BEACON))
    names: dict[str, str] = {}
    for path in sorted(exports.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if not rows or "Team" not in rows[0]:
            continue
        for row in rows:
            for column in ("Division", "Team"):
                if row[column] and row[column] not in names:
                    names[row[column]] = next(texts)
                row[column] = names.get(row[column], "")
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)
    config = exports / "audit.toml"
    text = config.read_text(encoding="utf-8")
    title = json.dumps(f"<img src='{BEACON}/title'> =1+1 ![a]({BEACON}/t)")
    text = re.sub(r'^name = ".*"', f"name = {title}", text, count=1, flags=re.MULTILINE)
    text = re.sub(r'^title = ".*"', f"title = {title}", text, flags=re.MULTILINE)
    config.write_text(f"{text}\n[judgement]\npermutations = 199\n", encoding="utf-8")
