"""A browser page of which everything is written down that text from data must never cause."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlparse

from playwright.sync_api import Browser, ConsoleMessage, Page

PATIENCE = 90_000
"""Milliseconds after which a condition that is waited for has failed, on a busy machine too."""
# Set by every script of the hostile pack; looked for in all frames.
RAN = "() => window.__ran === undefined && !window.__proto__.polluted"
INJECTED = (
    "img[src='x'], img[src*='beacon'], a[href*='evil'], a[href^='javascript'], object, embed, "
    "main script, main base, main meta, main link, main math, .katex, marquee"
)


@dataclass
class Watched:
    """One browser page with all it asked for, ran, and complained about."""

    page: Page
    host: str
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the app and wait until it is drawn; see that nothing ran."""
        self.page.goto(f"{self.host}/{path}")
        self.page.wait_for_selector("h1")
        return self.settled()

    def settled(self) -> Page:
        """Wait until the app has drawn what was asked for; see that nothing ran."""
        idle = '[data-testid="stApp"][data-test-script-state="notRunning"]'
        self.page.wait_for_selector(idle)
        self.look()
        return self.page

    def look(self) -> None:
        """Fail where a script of the data ran or its markup became markup."""
        assert urlparse(self.page.url).netloc == urlparse(self.host).netloc
        for frame in self.page.frames:
            assert frame.evaluate(RAN), "a script of the data ran"
        found = self.page.locator(INJECTED)
        assert found.count() == 0, found.first.evaluate("e => e.outerHTML")

    @property
    def beyond(self) -> list[str]:
        """Return the requests that went anywhere but to the app."""
        own = urlparse(self.host).netloc
        return [
            url
            for url in self.requests
            if urlparse(url).scheme not in ("data", "blob") and urlparse(url).netloc != own
        ]


@contextmanager
def watched(browser: Browser, host: str) -> Iterator[Watched]:
    """Open a page in a fresh context and write down what it does."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = Watched(page, host)
    context.on("request", lambda r: seen.requests.append(r.url))
    page.on("websocket", lambda w: seen.requests.append(w.url))
    page.on("dialog", lambda d: (seen.dialogs.append(d.message), d.dismiss()))
    page.on("pageerror", lambda e: seen.errors.append(str(e)))
    page.on("console", lambda m: _complaint(seen, m))
    yield seen
    context.close()


def _complaint(seen: Watched, message: ConsoleMessage) -> None:
    if "Content Security Policy" in message.text or "Refused to" in message.text:
        seen.refused.append(message.text)
