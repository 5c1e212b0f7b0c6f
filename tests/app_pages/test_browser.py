"""The served app in headless Chromium: no request leaves the machine, names stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlparse

import pytest
from app_addresses import addresses
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from watched_page import PATIENCE

from core.published import Published

pytestmark = pytest.mark.browser

PAGES = addresses("operations-fleet")
LOCAL = {"127.0.0.1"}
# Streamlit's own: by rule, what must stand in the element. Its menu is a list of sections whose
# items are not list items, and the other way round.
NOT_OURS = {"list": 'data-testid="stSidebarNavItems"', "listitem": '<li class="st-emotion-cache-'}


IS_DARK = "getComputedStyle(document.querySelector('.stApp')).colorScheme === 'dark'"


@dataclass
class Visit:
    """One browser page with everything it asked for and ran."""

    page: Page
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def go(self, address: str) -> Page:
        """Open an address and wait until the app has drawn it."""
        self.page.goto(address)
        self.page.wait_for_selector("h1")
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        return self.page

    def beyond(self) -> list[str]:
        """Return the requests that went to another machine."""
        return [
            url
            for url in self.requests
            if urlparse(url).scheme in ("http", "https", "ws", "wss")
            and urlparse(url).hostname not in LOCAL
        ]


@contextmanager
def _visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = Visit(page)
    context.on("request", lambda r: seen.requests.append(r.url))
    page.on("websocket", lambda w: seen.requests.append(w.url))
    page.on("dialog", lambda d: (seen.dialogs.append(d.message), d.dismiss()))
    page.on("pageerror", lambda e: seen.errors.append(str(e)))
    yield seen
    context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    with _visit(browser) as seen:
        yield seen


@dataclass(frozen=True)
class Tour:
    """What was met on a walk over every page: requests beyond, dialogs, broken rules."""

    beyond: list[str]
    dialogs: list[str]
    errors: list[str]
    injected: int
    headings: list[int]
    rules: list[str]


@pytest.fixture(scope="module")
def tour(browser: Browser, serve) -> Tour:
    """Walk over every page of a release with hostile names; look at each in both themes."""
    url = serve("hostile")
    headings, rules, injected = [], [], 0
    with _visit(browser) as seen:
        for name in PAGES:
            page = seen.go(f"{url}/{name}")
            headings.append(page.locator("h1").count())
            injected += page.locator("img[src='x'], a[href*='evil'], main script").count()
            rules += _broken_rules(page, name)
            page.emulate_media(color_scheme="dark")
            page.wait_for_function(IS_DARK)
            rules += _broken_rules(page, f"{name} in the dark")
            page.emulate_media(color_scheme="light")
        page = seen.go(f"{url}/map")
        for mark in page.locator('[data-testid="stVegaLiteChart"] path[aria-label]').all()[::6]:
            mark.hover(force=True)
        injected += page.locator("img[src='x'], a[href*='evil']").count()
        page.get_by_text("Table", exact=True).click()
        page.wait_for_selector('[data-testid="stDataFrame"]')
        return Tour(seen.beyond(), seen.dialogs, seen.errors, injected, headings, rules)


def test_no_page_asks_another_machine_for_anything(tour) -> None:
    assert tour.beyond == []


def test_no_name_becomes_an_image_a_link_or_a_script(tour) -> None:
    assert tour.dialogs == []
    assert tour.injected == 0
    assert tour.errors == []


def test_every_page_has_one_main_heading(tour) -> None:
    assert tour.headings == [1] * len(PAGES)


def test_no_page_breaks_a_serious_rule_of_accessibility(tour) -> None:
    assert tour.rules == []


def test_hostile_names_are_printed_letter_by_letter(visit, serve, runs) -> None:
    groups = Published(runs["hostile"] / "published").table("org_groups")
    latest = groups[(groups["window_id"] == groups["window_id"].max()) & (groups["depth"] == 2)]
    latest = latest[latest["name"].str.startswith(("<img", "![a]", "=1+1"))]
    chosen = latest.drop_duplicates("name")
    assert len(chosen) == 3
    for group_id, name in zip(chosen["group_id"], chosen["name"], strict=True):
        page = visit.go(f"{serve('hostile')}/map?unit={group_id}")
        expect(page.locator("h2.iso-name")).to_have_text(name)
        expect(page.get_by_role("combobox", name="Find a unit")).to_have_value(name)
        said = page.get_by_role("link", name="Open").last.inner_text()
        assert said.split("Open ", 1)[1].replace("\u200b", "") == name
    assert visit.beyond() == []
    assert visit.dialogs == []


def test_the_network_frame_has_an_origin_of_its_own(visit, serve) -> None:
    page = visit.go(f"{serve('hostile')}/map")
    page.get_by_text("Network", exact=True).click()
    page.wait_for_selector("iframe")
    frame = page.query_selector("iframe").content_frame()
    frame.wait_for_selector("canvas")
    assert frame.evaluate("self.origin") == "null"
    reach = "try { parent.document.title; 'open' } catch (e) { e.name }"
    assert frame.evaluate(f"eval({reach!r})") == "SecurityError"
    assert visit.beyond() == []
    assert visit.dialogs == []


def test_a_click_on_a_mark_opens_its_unit_everywhere(visit, serve) -> None:
    page = visit.go(f"{serve('hostile')}/map")
    page.locator('path[aria-label^="=1+1,"]').first.click(force=True)
    expect(page.locator("h2.iso-name")).to_have_text("=1+1")
    expect(page).to_have_url(re.compile(r"/map\?unit=[a-z-]+$"))
    expect(page.get_by_role("combobox", name="Find a unit")).to_have_value("=1+1")
    unit = urlparse(page.url).query
    page.get_by_role("link", name="Open").last.click()
    expect(page.locator("h1")).to_have_text("=1+1")
    assert page.url.endswith(f"/unit?{unit}")


def test_the_select_box_can_be_reached_and_used_by_keyboard(visit, serve) -> None:
    page = visit.go(f"{serve('hostile')}/map")
    box = page.get_by_role("combobox", name="Find a unit")
    for _ in range(40):
        page.keyboard.press("Tab")
        if box.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.type("=1+1")
    page.keyboard.press("Enter")
    expect(page.locator("h2.iso-name")).to_have_text("=1+1")


def _broken_rules(page: Page, name: str) -> list[str]:
    return [
        f"{broken['id']} on /{name}: {node['html'][:200]}"
        for broken in Axe().run(page).response["violations"]
        for node in broken["nodes"]
        if broken["impact"] in ("serious", "critical")
        and not (broken["id"] in NOT_OURS and NOT_OURS[broken["id"]] in node["html"])
    ]
