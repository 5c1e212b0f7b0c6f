"""Hostile text in slices, certificate, log, papers, addresses and roles: shown, never run."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlparse

import hostile_names as hostile
import pandas as pd
import pytest
from app_addresses import SIGNED_IN_ONLY, addresses, role_that_opens
from beacon import Beacon, beacon
from made_up_release import JOURNAL_KEY
from oidc_provider import Provider
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLate
from served_app import served
from signed_in import accounts, distinct_release, write_secrets
from watched_page import PATIENCE, watched

from app_pages._slices import CUTS
from core.errors import JournalError
from core.journal_place import start_journal
from core.roles import ROLES
from core.text import clean_name

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIVE = ("=", "+", "-", "@", "\t", "\r")
MOST = 190  # entries that the page of the log draws, and some for the visit itself
LONGEST = 110
LONGEST_FILE, PAPERS = 250, 60
MOST_TRIES = 6


@pytest.fixture
def listener() -> Iterator[Beacon]:
    with beacon() as heard:
        yield heard


def plain(text: str) -> str:
    """Return a text as it reads: without the marks that keep Markdown off, on one line."""
    return " ".join(text.replace("\u200b", "").split())


def missing(place: Locator, wanted: Iterable[str]) -> list[str]:
    """Return the texts that do not stand in a part of a page letter by letter."""
    said = plain(place.text_content() or "")
    return [text for text in wanted if plain(text) not in said]


def test_slices_show_places_and_levels_and_run_none(browser, listener, tmp_path) -> None:
    texts = hostile.everything(listener.url)
    published = hostile.hostile_release(tmp_path / "published", texts)
    cuts = published.table("slices")
    cuts = cuts[cuts["window_id"] == cuts["window_id"].max()]
    whole = "org"
    shown = 0
    with served(tmp_path, tmp_path) as url, watched(browser, url) as seen:
        for group in [whole, *cuts["group_id"].dropna().unique()]:
            own = cuts[cuts["group_id"].isna() if group == whole else cuts["group_id"] == group]
            page = seen.go(f"unit?unit={group}")
            region = page.get_by_role("region", name="By location and level")
            expect(region).to_be_visible(timeout=PATIENCE)
            for place, kind in enumerate(_kinds(own)):
                if place:
                    _pick(page, "slice_kind", place)
                wanted = own.loc[own["kind"] == kind, ["location", "level"]]
                for text in wanted.to_numpy().ravel():
                    if isinstance(text, str):
                        expect(region).to_contain_text(text, timeout=PATIENCE, ignore_case=True)
                        shown += 1
                seen.settled()
            _pick(page, "slice_indicator", 1)
            seen.settled()
    assert shown >= 30
    hostile.unharmed(seen, listener)


def test_a_certificate_of_hostile_words_is_read_letter_by_letter(
    browser, listener, tmp_path
) -> None:
    texts = hostile.everything(listener.url)
    wanted = {clean_name(text, hostile.LONGEST) for text in texts}
    published = hostile.hostile_release(tmp_path / "published", texts, n_rules=len(texts))
    told = published.table("certificate")
    assert {*told["statement"], *told["bound"].dropna()} == wanted
    with served(tmp_path, tmp_path) as url, watched(browser, url) as seen:
        page = seen.go("method")
        main = page.locator('[data-testid="stMain"]')
        expect(main.get_by_text("To make this again")).to_be_visible(timeout=PATIENCE)
        assert missing(main, wanted) == []
        assert main.locator("img, a[href*='evil'], script").count() == 0
    hostile.unharmed(seen, listener)


def test_the_log_and_the_papers_beside_it_are_text(browser, listener, tmp_path) -> None:
    texts = [clean_name(text, LONGEST) for text in hostile.everything(listener.url)]
    hostile.hostile_release(tmp_path / "published", texts)
    entries, names = _logged(tmp_path, texts), _papers(tmp_path / "pack", texts)
    with served(tmp_path, tmp_path) as url, watched(browser, url) as seen:
        page = seen.go("audit_log")
        main = page.locator('[data-testid="stMain"]')
        expect(page.get_by_role("button", name="Download the log")).to_be_visible()
        assert missing(main, entries) == []
        assert missing(main, names) == []
        with page.expect_download() as got:
            page.get_by_role("button", name="Download the log").click()
        rows = list(csv.reader(io.StringIO(got.value.path().read_text())))
        seen.settled()
    assert len(rows) > len(entries)
    assert [cell for row in rows for cell in row if cell.startswith(LIVE)] == []
    hostile.unharmed(seen, listener)


def test_an_address_that_names_a_hostile_unit_opens_none(browser, listener, tmp_path) -> None:
    hostile.hostile_release(tmp_path / "published", hostile.everything(listener.url))
    with served(tmp_path, tmp_path) as url, watched(browser, url) as seen:
        for text, page in zip(hostile.pack(listener.url), cycle(("unit", "map")), strict=False):
            seen.go(f"{page}?unit={quote(text, safe='')}")
    hostile.unharmed(seen, listener)


@pytest.mark.parametrize("name", SIGNED_IN_ONLY)
def test_pages_behind_a_sign_in_show_hostile_claims_as_text(
    browser, listener, tmp_path, name
) -> None:
    distinct_release(tmp_path / "run" / "published")
    values = [clean_name(text, LONGEST) for text in hostile.everything(listener.url)]
    role = role_that_opens(name)
    provider = Provider(accounts(("operations", "sales")))
    secrets = tmp_path / "secrets.toml"
    write_secrets(secrets, provider.issuer)
    options = ("--secrets.files", str(secrets))
    with served(tmp_path, tmp_path / "run", options=options) as url, watched(browser, url) as seen:
        port = urlparse(url).port or 0
        write_secrets(secrets, provider.issuer, port, **dict.fromkeys(values, "hr"))
        page = seen.page
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        page.get_by_role("button", name="Sign in").click()
        page.locator(f"#{role}").click()
        page.get_by_role("button", name="Sign out").wait_for()
        for address in addresses(role=ROLES[role]):
            seen.go(address)
        main = seen.go("" if name == ROLES[role].home else name).locator('[data-testid="stMain"]')
        expect(main.get_by_text("Which value gives which role")).to_be_visible()
        assert missing(main, values) == []
    provider.close()
    seen.requests = [one for one in seen.requests if not one.startswith(provider.issuer)]
    hostile.unharmed(seen, listener)


def _kinds(cuts: pd.DataFrame) -> list[str]:
    """The kinds of slices of a group, in the order in which the page offers them."""
    held = set(cuts["kind"])
    return [kind for kind in CUTS if kind in held]


def _pick(page: Page, key: str, place: int) -> None:
    """Open a select box and take the option at a place.

    What is drawn while the list opens closes it again: then it is opened once more.
    """
    box = page.locator(f".st-key-{key}").get_by_role("combobox")
    option = page.get_by_role("option").nth(place)
    for _ in range(MOST_TRIES):
        box.click()
        try:
            option.wait_for(timeout=PATIENCE / MOST_TRIES)
        except TooLate:
            continue
        option.click()
        return
    pytest.fail(f"the list of {key} did not open")


def _logged(run: Path, texts: list[str]) -> list[str]:
    """Write texts into the log of a run as facts; return those that it takes."""
    journal, taken = start_journal(run, JOURNAL_KEY), []
    for text in texts:
        try:
            journal.write("run", what=text)
        except JournalError:
            continue  # may hold an address, or is too long with its escapes
        taken.append(text)
        if len(taken) == MOST:
            break
    assert len(taken) == MOST
    return taken


def _papers(folder: Path, texts: list[str]) -> list[str]:
    """Lay papers with hostile names beside a run; return the names that a disk can hold."""
    folder.mkdir()
    names = []
    for text in texts:
        name = f"{text}.md"
        if "/" not in name and len(os.fsencode(name)) < LONGEST_FILE and len(names) < PAPERS:
            (folder / name).write_text("x")
            names.append(name)
    assert len(names) == PAPERS
    return names
