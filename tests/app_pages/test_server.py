"""Each setting of the server is in force: what is asked from elsewhere is refused."""

from __future__ import annotations

import socket
import tomllib
from urllib.parse import urlparse

import httpx
import pytest
from playwright.sync_api import expect
from shared_data import CHECKOUT
from streamlit import config
from watched_page import watched

EVIL = "https://evil.example"
SHELL = "<title>Streamlit</title>"


@pytest.fixture
def url(serve) -> str:
    return serve("full")


def _shake(url: str, host: str, origin: str) -> bytes:
    """Ask for the WebSocket under another name; return the first line of the answer."""
    request = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Sec-WebSocket-Version: 13\r\nOrigin: {origin}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", urlparse(url).port or 0), timeout=10) as line:
        line.sendall(request.encode())
        return line.recv(200).partition(b"\r\n")[0]


def test_every_setting_is_in_force() -> None:
    # Streamlit's own reading of the file, defaults and command line of `make app` included.
    told = tomllib.loads((CHECKOUT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    config.get_config_options(force_reparse=True)
    for section in ("browser", "server", "client", "runner"):
        for name, value in told[section].items():
            if name != "enforceSerializableSessionState":  # tests without a browser switch it off
                assert config.get_option(f"{section}.{name}") == value, name
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("browser.gatherUsageStats") is False


def test_a_socket_of_another_origin_is_refused(url: str) -> None:
    own = urlparse(url).netloc
    assert b"101" in _shake(url, own, url)
    assert b"403" in _shake(url, own, EVIL)


def test_a_name_that_was_bound_to_this_machine_is_refused(url: str) -> None:
    # DNS rebinding: the page without its socket is the empty shell that everybody can download.
    port = urlparse(url).port
    assert b"403" in _shake(url, f"evil.example:{port}", f"http://evil.example:{port}")
    shell = httpx.get(f"{url}/", headers={"Host": "evil.example"})
    assert SHELL in shell.text
    assert "Halden" not in shell.text


def test_another_origin_is_given_nothing(url: str) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config"):
        answer = httpx.get(f"{url}{path}", headers={"Origin": EVIL})
        assert answer.headers.get("access-control-allow-origin") is None, path


def test_an_upload_without_the_token_is_refused(url: str) -> None:
    for headers in ({}, {"Origin": EVIL}, {"X-Xsrftoken": "made up"}):
        answer = httpx.put(
            f"{url}/_stcore/upload_file/session/file",
            files={"f": ("a.csv", b"a,b")},
            headers=headers,
        )
        assert answer.status_code == 403


def test_cookies_are_kept_to_this_site(url: str) -> None:
    cookie = httpx.get(f"{url}/_stcore/health").headers["set-cookie"]
    assert "_streamlit_xsrf" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.streamlit/config.toml",
        "/.streamlit/secrets.toml",
        "/app.py",
        "/app/static/icon.png",
        "/requirements.txt",
        "/runs/sample/published/about.parquet",
        "/static/..%2f..%2f..%2fapp.py",
        "/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_no_file_of_the_project_is_served(url: str, path: str) -> None:
    answer = httpx.get(f"{url}{path}")
    assert answer.status_code in (400, 404) or SHELL in answer.text
    assert "from __future__" not in answer.text
    assert "[server]" not in answer.text


def test_reading_methods_change_nothing(url: str) -> None:
    for method in ("TRACE", "DELETE", "POST", "PATCH"):
        assert httpx.request(method, f"{url}/").status_code == 405, method
    assert SHELL in httpx.get(f"{url}/_stcore/upload_file/session/file").text


def test_no_program_can_drive_the_app(url: str) -> None:
    for path in ("/_stcore/agent/sessions", "/_stcore/agent/run"):
        assert httpx.post(f"{url}{path}", json={}).status_code in (403, 404, 405), path


@pytest.mark.browser
@pytest.mark.slow
def test_the_browser_keeps_nothing_of_a_release(browser, url: str) -> None:
    with watched(browser, url) as seen:
        page = seen.go("unit?unit=operations-fleet")
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        cookies = page.context.cookies()
        bases = page.evaluate("indexedDB.databases().then(d => d.length)")
    assert bases == 0
    for word in ("Fleet", "Operations", "Halden", "desert"):
        assert word not in kept
        assert all(word not in cookie["value"] for cookie in cookies)


@pytest.mark.browser
@pytest.mark.slow
def test_a_unit_named_twice_opens_one_or_none(browser, url: str) -> None:
    with watched(browser, url) as seen:
        page = seen.go("unit?unit=operations-fleet&unit=operations-dispatch")
        expect(page.locator("h1")).to_have_count(1)
        assert page.locator("h1").inner_text() in ("Fleet", "Dispatch", "Which unit?", "Unit")
