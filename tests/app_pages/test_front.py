"""The reverse-proxy samples: their headers on every page, with nothing of the app refused."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
import streamlit
from app_addresses import addresses
from front_proxy import front_proxy
from served_app import served
from shared_data import CHECKOUT
from watched_page import watched
from written_reports import brief_of

from reports.writers.network_html import network_page

NGINX = CHECKOUT / "deploy" / "nginx.conf"
CADDY = CHECKOUT / "deploy" / "Caddyfile"
WANTED = {
    "Strict-Transport-Security",
    "Content-Security-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "Cache-Control",
}


def _nginx() -> dict[str, str]:
    return dict(re.findall(r'add_header (\S+) "([^"]*)" always;', NGINX.read_text()))


def test_both_samples_set_the_same_headers() -> None:
    caddy = re.findall(r'^\t\t([A-Z][A-Za-z-]+) "([^"]*)"$', CADDY.read_text(), re.MULTILINE)
    assert dict(caddy) == _nginx()
    assert set(_nginx()) >= WANTED


def test_the_policy_allows_by_hash_exactly_the_scripts_there_are() -> None:
    # After an upgrade of Streamlit or pyvis this says which hash to put into both samples.
    page = network_page(brief_of("small"))
    index = Path(streamlit.__file__).parent / "static" / "index.html"
    found = [*_inline(page), *_inline(index.read_text(encoding="utf-8"))]
    policy = _nginx()["Content-Security-Policy"]
    script_src = policy.partition("script-src ")[2].partition(";")[0]
    assert script_src.split() == ["'self'", *found]
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy


def test_bodies_are_limited_as_the_app_limits_uploads() -> None:
    config = (CHECKOUT / ".streamlit" / "config.toml").read_text()
    limit = re.search(r"^maxUploadSize = (\d+)", config, re.MULTILINE)
    assert limit is not None
    assert f"client_max_body_size {limit[1]}m;" in NGINX.read_text()
    assert f"max_size {limit[1]}MB" in CADDY.read_text()


@pytest.mark.slow
@pytest.mark.browser
def test_every_page_works_behind_the_sample_and_nothing_is_refused(
    browser, runs, tmp_path
) -> None:
    with (
        served(tmp_path, runs["full"]) as url,
        front_proxy(url, _nginx()) as host,
        watched(browser, host) as seen,
    ):
        for name in addresses("operations-fleet"):
            seen.go(name)
        page = seen.go("map")
        page.get_by_text("Table", exact=True).click()
        page.wait_for_selector('[data-testid="stDataFrame"]')
        seen.settled()
        page.get_by_text("Network", exact=True).click()
        page.wait_for_selector("iframe").content_frame().wait_for_selector("canvas")
        seen.settled()
        injected = "document.body.append(Object.assign(document.createElement('script'),"
        page.evaluate(f"{injected} {{textContent: 'window.__ran=1'}}))")
        assert page.evaluate("window.__ran") is None, "the policy is in force"
    complaints = [text for text in seen.refused if "__ran" not in text]
    assert len(complaints) == 1, complaints  # that of the script just put in
    assert seen.errors == []
    assert seen.beyond == []


def _inline(page: str) -> list[str]:
    """Return the hash of each script that stands in a page and is run."""
    scripts = re.findall(r"<script(?![^>]*(?:src|json))[^>]*>(.*?)</script>", page, re.DOTALL)
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in scripts
    ]
