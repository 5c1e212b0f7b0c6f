"""A whole audit of a company whose units, scales, codes and title are hostile."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hostile_names as hostile
import openpyxl
import pytest
from app_addresses import addresses
from beacon import Beacon, beacon
from playwright.sync_api import expect
from read_reports import pdf_links, read_page
from served_app import served
from watched_page import PATIENCE, watched

from audit import pipeline
from audit.config.audit_file import load_config
from core.progress import Silent
from core.published import Published
from core.store import RunFolder
from core.text import clean_name
from ingest.simulate.scenarios import simulate
from reports.build import build_reports

PLACES = (
    "<img src=x onerror=window.__ran=1>",
    "=1+1 ![a](https://evil.example/x.png)",
    "[a](javascript:window.__ran=1) https://evil.example/bare",
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@dataclass(frozen=True)
class Spoilt:
    """The audit of a company with hostile names, and who listens at the address in them."""

    folder: RunFolder
    listener: Beacon


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spoilt]:
    root = tmp_path_factory.mktemp("spoilt")
    exports = root / "exports"
    simulate("small", 7, exports)
    with beacon() as listener:
        _spoil(exports, listener.url)
        pipeline.run(load_config(exports / "audit.toml"), root / "run", Silent())
        yield Spoilt(RunFolder.open(root / "run"), listener)


def test_a_company_with_hostile_names_is_audited_and_reported_as_text(spoilt: Spoilt) -> None:
    folder = spoilt.folder
    files = {path.suffixes[-1]: path for path in build_reports(folder.published, folder.reports)}
    names = set(Published.open(folder.published).table("units")["name"])
    allowed = {clean_name(text) for text in hostile.pack(spoilt.listener.url)}
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


@pytest.mark.browser
def test_every_page_of_that_audit_shows_the_names_and_runs_none(
    browser, spoilt: Spoilt, tmp_path: Path
) -> None:
    run = spoilt.folder.root
    published = Published.open(spoilt.folder.published)
    cuts = published.table("slices")
    assert len({clean_name(place) for place in PLACES} & set(cuts["location"].dropna())) >= 2
    split = 0
    with served(tmp_path, run) as url, watched(browser, url) as seen:
        for address in addresses():
            seen.go(address)
        for group, name in hostile.group_names(published).items():
            page = seen.go(f"unit?unit={group}")
            expect(page.locator("h1")).to_have_text(name, timeout=PATIENCE)
            split += page.get_by_role("region", name="By location and level").count()
    assert split
    hostile.unharmed(seen, spoilt.listener)


def _spoil(exports: Path, beacon_url: str) -> None:
    """Give every division, team and place of the exports a hostile name, the same in each file."""
    texts, places = iter(hostile.pack(beacon_url)), iter(PLACES)
    names: dict[str, str] = {}
    for path in sorted(exports.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if not rows or "Team" not in rows[0]:
            continue
        for row in rows:
            for column in [c for c in ("Location", "Division", "Team") if c in row]:
                if row[column] and row[column] not in names:
                    names[row[column]] = next(places if column == "Location" else texts)
                row[column] = names.get(row[column], "")
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)
    config = exports / "audit.toml"
    text = config.read_text(encoding="utf-8")
    title = json.dumps(f"<img src='{beacon_url}/title'> =1+1 ![a]({beacon_url}/t)")
    text = re.sub(r'^name = ".*"', f"name = {title}", text, count=1, flags=re.MULTILINE)
    text = re.sub(r'^title = ".*"', f"title = {title}", text, flags=re.MULTILINE)
    config.write_text(f"{text}\n[judgement]\npermutations = 199\n", encoding="utf-8")
