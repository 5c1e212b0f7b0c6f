"""The served app in headless Chromium: no request leaves the machine, names stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

PAGES = ("", "map", "unit?unit=operations-fleet", "reports", "quality", "method")
LOCAL = {"127.0.0.1"}
# Streamlit's own: by rule, the part of the selector that must match.
NOT_OURS = {
    "list": "stSidebarNav",
    "listitem": "stSidebarNav",
}


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


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=getattr(request, "param", "light")
    )
    page = context.new_page()
    seen = Visit(page)
    context.on("request", lambda r: seen.requests.append(r.url))
    page.on("websocket", lambda w: seen.requests.append(w.url))
    page.on("dialog", lambda d: (seen.dialogs.append(d.message), d.dismiss()))
    page.on("pageerror", lambda e: seen.errors.append(str(e)))
    yield seen
    context.close()


def test_nothing_leaves_this_machine_and_hostile_names_are_text(visit, serve) -> None:
    url = serve("hostile")
    for page in PAGES:
        visit.go(f"{url}/{page}")
        assert visit.page.locator("h1").count() == 1
    page = visit.go(f"{url}/map")
    for mark in page.locator('[data-testid="stVegaLiteChart"] path[aria-label]').all()[::6]:
        mark.hover(force=True)
    page.get_by_text("Table", exact=True).click()
    page.wait_for_selector('[data-testid="stDataFrame"]')
    assert visit.beyond() == []
    assert visit.dialogs == []
    assert page.locator("img[src='x'], a[href*='evil']").count() == 0
    said = visit.go(f"{url}/").inner_text("body")
    assert "<img src=x onerror=alert(1)>" in said
    assert "![a](https://evil.example/x.png)" in said.replace("\u200b", "")


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
    page = visit.go(f"{serve('full')}/map")
    page.locator('path[aria-label^="Dispatch,"]').click(force=True)
    expect(page.locator("h2.iso-name")).to_have_text("Dispatch")
    expect(page).to_have_url(re.compile(r"unit=operations-dispatch"))
    expect(page.get_by_role("combobox", name="Find a unit")).to_have_value("Dispatch")
    page.get_by_role("link", name="Open Dispatch").click()
    expect(page.locator("h1")).to_have_text("Dispatch")
    expect(page).to_have_url(re.compile(r"/unit\?unit=operations-dispatch"))


def test_the_select_box_can_be_reached_and_used_by_keyboard(visit, serve) -> None:
    page = visit.go(f"{serve('full')}/map")
    box = page.get_by_role("combobox", name="Find a unit")
    for _ in range(40):
        page.keyboard.press("Tab")
        if box.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.type("Flee")
    page.keyboard.press("Enter")
    expect(page.locator("h2.iso-name")).to_have_text("Fleet")


@pytest.mark.parametrize("visit", ["light", "dark"], indirect=True)
def test_no_page_breaks_a_serious_rule_of_accessibility(visit, serve) -> None:
    url = serve("full")
    found = []
    for page in PAGES:
        shown = visit.go(f"{url}/{page}")
        for broken in Axe().run(shown).response["violations"]:
            for node in broken["nodes"]:
                place = f"{broken['id']} on /{page}: {node['target']} {node['html'][:160]}"
                if broken["impact"] in ("serious", "critical") and not _is_theirs(place):
                    found.append(place)
    assert found == []
    assert visit.errors == []


def _is_theirs(place: str) -> bool:
    rule = place.partition(" ")[0]
    return rule in NOT_OURS and NOT_OURS[rule] in place
