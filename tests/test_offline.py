"""The product needs no network: nothing it imports or runs speaks beyond this machine."""

from __future__ import annotations

import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from offline_guard import EXIT, command
from pytest_socket import SocketConnectBlockedError

from core.roles import LOCAL

CHROMIUM = Path("/usr/bin/chromium")
PACKAGES = ("app_pages", "audit", "core", "graph", "ingest", "reports")

IMPORT_ALL = """
import importlib, pkgutil
for package in {packages!r}:
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, package + "."):
        if module.name.endswith("__main__") or package == "app_pages":
            continue  # scripts: importing one runs it
        importlib.import_module(module.name)
        print(module.name)
"""

OPEN_PAGES = """
from pathlib import Path
from streamlit import config
from streamlit.testing.v1 import AppTest
config.set_option("runner.enforceSerializableSessionState", False)  # AppTest breaks it itself
app = AppTest.from_file(str(Path("app.py").resolve()), default_timeout=120).run()
from core.roles import LOCAL
for page in LOCAL.pages:
    app.switch_page(f"app_pages/{page}.py").run()
    if app.exception:
        raise SystemExit(f"{page}: {app.exception}")
    print(page)
"""

# The server and, where there is one, a browser that walks over its pages.
SERVE_PAGES = """
import sys; sys.path[:0] = ["", "tests/support"]
from pathlib import Path
from app_addresses import addresses
from playwright.sync_api import sync_playwright
from served_app import served
from watched_page import watched
run, folder = map(Path, sys.argv[1:])
chromium = Path("/usr/bin/chromium")
with served(folder, run) as url:
    if chromium.exists():
        with sync_playwright() as player:
            browser = player.chromium.launch(
                executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"]
            )
            with watched(browser, url) as seen:
                for name in addresses():
                    seen.go(name)
                    print(name or "overview")
                assert seen.beyond == [], seen.beyond
                assert seen.errors == [], seen.errors
"""


def _guarded(*arguments: str, checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, cwd=checkout, timeout=240, check=False
    )


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "import urllib.request; urllib.request.urlopen('http://192.0.2.1/', timeout=1)",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import socket\ntry: socket.gethostbyname('example.org')\nexcept BaseException: pass",
    ],
)
def test_the_guard_ends_a_process_that_calls_out(code: str, checkout: Path) -> None:
    done = _guarded("-c", code, checkout=checkout)
    assert done.returncode == EXIT
    assert "offline guard" in done.stderr


def test_a_test_that_calls_out_is_refused() -> None:
    with pytest.warns(UserWarning, match="192.0.2.1"), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_the_guard_lets_a_process_speak_to_itself(checkout: Path) -> None:
    code = (
        "import socket; s = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(s.getsockname()).close(); print('spoken')"
    )
    assert _guarded("-c", code, checkout=checkout).stdout == "spoken\n"


def test_importing_every_module_calls_nobody(checkout: Path) -> None:
    done = _guarded("-c", IMPORT_ALL.format(packages=PACKAGES), checkout=checkout)
    assert done.returncode == 0, done.stderr
    imported = done.stdout.split()
    for room in set(PACKAGES) - {"app_pages"}:
        assert any(name.startswith(f"{room}.") for name in imported), f"nothing of {room}"


# A network namespace of its own: no interface but loopback, for a process and all its children.
# Where the system permits none, the guard above and the blocked sockets of the tests remain.
NAMESPACE = ("unshare", "--user", "--map-root-user", "--net", "sh", "-c")
UP = "ip link set lo up 2>/dev/null || true; "


def _can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def _alone(*arguments: str, checkout: Path) -> subprocess.CompletedProcess[str]:
    line = UP + shlex.join([sys.executable, *arguments])
    return subprocess.run(
        [*NAMESPACE, line], capture_output=True, text=True, cwd=checkout, timeout=900, check=False
    )


without_namespace = pytest.mark.skipif(
    not _can_unshare(), reason="this system permits no network namespace"
)


@without_namespace
def test_in_a_namespace_of_its_own_a_process_reaches_nobody(checkout: Path) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
    done = _alone("-c", code, checkout=checkout)
    assert done.returncode == 1
    assert "Network is unreachable" in done.stderr


@pytest.mark.slow
@without_namespace
@pytest.mark.timeout(1800)
def test_without_any_network_an_audit_its_reports_and_the_served_app_work(
    checkout: Path, tmp_path: Path
) -> None:
    exports, run = tmp_path / "exports", tmp_path / "run"
    simulate = ("-m", "audit", "simulate", "--scenario", "small", "--out", str(exports))
    assert _alone(*simulate, checkout=checkout).returncode == 0
    config = exports / "audit.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}\n[judgement]\npermutations = 199\n", encoding="utf-8")
    audit = ("-m", "audit", "run", str(config), "--out", str(run))
    for step in (audit, ("-c", SERVE_PAGES, str(run), str(tmp_path))):
        done = _alone(*step, checkout=checkout)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert len(list((run / "reports").iterdir())) >= 6
    if CHROMIUM.exists():
        assert done.stdout.split() == list(LOCAL.pages)


# Every test of a run, a report or a page runs with sockets blocked too (`--allow-hosts`); this one
# shows the same of whole processes, children included.
@pytest.mark.slow
def test_an_audit_its_reports_and_every_page_call_nobody(checkout: Path, tmp_path: Path) -> None:
    exports, run = tmp_path / "exports", tmp_path / "run"
    simulate = ("-m", "audit", "simulate", "--scenario", "small", "--out", str(exports))
    audit = ("-m", "audit", "run", str(exports / "audit.toml"), "--out", str(run))
    assert _guarded(*simulate, checkout=checkout).returncode == 0
    config = exports / "audit.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}\n[judgement]\npermutations = 199\n", encoding="utf-8")
    for step in (audit, ("-c", OPEN_PAGES, "--run", str(run))):
        done = _guarded(*step, checkout=checkout)
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split() == list(LOCAL.pages)
    assert len(list((run / "reports").iterdir())) >= 6
