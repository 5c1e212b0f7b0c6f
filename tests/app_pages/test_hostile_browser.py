"""Hostile names and texts on every page in headless Chromium: nothing runs, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator

import hostile_names as hostile
import pytest
from app_addresses import addresses
from beacon import Beacon, beacon
from playwright.sync_api import expect
from served_app import served
from watched_page import Watched, watched

from core.published import Published

pytestmark = pytest.mark.browser

PAGES = addresses()
BATCH = 60  # as many groups as the made-up release has


@pytest.fixture
def listener() -> Iterator[Beacon]:
    with beacon() as heard:
        yield heard


@pytest.mark.slow
@pytest.mark.parametrize(
    "is_clean", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["clean", "as it came"]
)
def test_no_text_of_a_release_runs_or_calls_out(browser, listener, tmp_path, is_clean) -> None:
    texts = hostile.everything(listener.url)
    published = hostile.hostile_release(tmp_path / "published", texts, clean=is_clean)
    with served(tmp_path, tmp_path) as url, watched(browser, url) as seen:
        for name in PAGES:
            seen.go(name)
        _unit_pages(seen, published, most=3)
    hostile.unharmed(seen, listener)


@pytest.mark.slow
def test_map_table_and_network_show_names_and_run_none(browser, listener, tmp_path) -> None:
    texts = hostile.everything(listener.url)
    published = hostile.hostile_release(tmp_path / "published", texts)
    with served(tmp_path, tmp_path) as url, watched(browser, url) as seen:
        page = seen.go("map")
        for mark in page.locator('[data-testid="stVegaLiteChart"] path[aria-label]').all()[::8]:
            mark.hover(force=True)
        seen.look()
        page.get_by_text("Table", exact=True).click()
        page.wait_for_selector('[data-testid="stDataFrame"]')
        seen.settled()
        page.get_by_text("Network", exact=True).click()
        frame = page.wait_for_selector("iframe").content_frame()
        frame.wait_for_selector("canvas")
        names = hostile.group_names(published)
        said = frame.locator("body").inner_text()
        assert sum(" ".join(name.split()) in said for name in names.values()) >= len(names) * 0.9
        seen.settled()
    hostile.unharmed(seen, listener)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_every_hostile_name_is_shown_on_the_page_of_its_unit(browser, listener, tmp_path) -> None:
    texts = hostile.everything(listener.url)
    for first in range(0, len(texts), BATCH):
        folder = tmp_path / str(first)
        turned = texts[first:] + texts[:first]
        published = hostile.hostile_release(folder / "published", turned)
        with served(folder, folder) as url, watched(browser, url) as seen:
            for name in PAGES:
                seen.go(name)
            _unit_pages(seen, published, most=BATCH if first < len(hostile.pack("")) else 15)
        hostile.unharmed(seen, listener)


@pytest.mark.slow
def test_names_of_exports_and_what_is_in_them_stay_text(browser, listener, tmp_path) -> None:
    # What `check` says of a hostile file is drawn on New audit; the file's own name never is.
    header = ",".join(f'"{text}"' for text in hostile.pack(listener.url)[:20] if '"' not in text)
    with served(tmp_path, tmp_path) as url, watched(browser, url) as seen:
        page = seen.go("new_audit")
        names = ("<img src=x onerror=window.__ran=1>.csv", "![a](x).csv", "=1+1.csv")
        page.locator('input[type="file"]').set_input_files(
            [{"name": n, "mimeType": "text/csv", "buffer": header.encode()} for n in names]
        )
        button = page.get_by_role("button", name="Check the exports")
        expect(button).to_be_enabled()
        button.click()
        expect(page.get_by_text("Export 3:")).to_be_visible(timeout=60_000)
        seen.settled()
    hostile.unharmed(seen, listener)


def _unit_pages(seen: Watched, published: Published, most: int) -> None:
    shown = 0
    for group, name in list(hostile.group_names(published).items())[:most]:
        page = seen.go(f"unit?unit={group}")
        expect(page.locator("h1")).to_have_text(name, use_inner_text=False)
        shown += 1
    assert shown
