"""Runs to open the app on, the app without a browser, and a browser on a served app."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from app_as_account import ISSUER, App
from made_up_release import make_release
from shared_data import CHECKOUT
from signed_in import write_secrets
from streamlit import config
from streamlit.testing.v1 import AppTest

from app_pages import _sessions

Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return run folders with a made-up release each; `missing` holds nothing."""
    root = tmp_path_factory.mktemp("runs")
    for kind in ("full", "small", "smallest"):
        make_release(root / kind / "published", kind)  # type: ignore[arg-type]
    make_release(root / "hostile" / "published", "full", hostile_names=True)
    return {kind: root / kind for kind in ("full", "small", "smallest", "hostile", "missing")}


def _opener(runs: dict[str, Path], patch: pytest.MonkeyPatch) -> Open:
    def opener(run: str = "full", page: str = "overview", **query: str) -> AppTest:
        patch.setattr(sys, "argv", ["app.py", "--run", str(runs[run])])
        patch.chdir(CHECKOUT)
        # AppTest itself keeps something in session state that cannot be pickled; the browser
        # tests run with the option on.
        config.set_option("runner.enforceSerializableSessionState", False)
        at = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=60)
        if page != "overview":  # its address is its file's name: no other page need be run first
            at.switch_page(f"app_pages/{page}.py")
        for name, value in query.items():
            at.query_params[name] = value
        return at.run()

    return opener


@pytest.fixture
def open_app(runs: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens one page of the app on one run."""
    return _opener(runs, monkeypatch)


@pytest.fixture(scope="module")
def open_once(runs: dict[str, Path]) -> Iterator[Open]:
    """Return the same for pages that all tests of a module look at."""
    with pytest.MonkeyPatch.context() as patch:
        yield _opener(runs, patch)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Return the app behind a sign-in, on a small run of its own."""
    make_release(tmp_path / "run" / "published", "small")
    secrets = write_secrets(tmp_path / "secrets.toml", ISSUER)
    monkeypatch.setattr(sys, "argv", ["app.py", "--run", str(tmp_path / "run")])
    monkeypatch.chdir(CHECKOUT)
    was = {name: config.get_option(name) for name in ("secrets.files", "server.address")}
    config.set_option("runner.enforceSerializableSessionState", False)
    config.set_option("secrets.files", [str(secrets)])
    config.set_option("server.address", "0.0.0.0")  # noqa: S104  with a provider any will do
    _sessions.sessions.clear()
    yield App(tmp_path / "run", secrets)
    for name, value in was.items():
        config.set_option(name, value)


@pytest.fixture(scope="session")
def serve(runs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable]:
    """Return a function that serves the app on one run and gives its address."""
    started: dict[str, tuple[str, subprocess.Popen[bytes]]] = {}

    def address(run: str) -> str:
        if run not in started:
            started[run] = _start(runs[run], tmp_path_factory.mktemp("served"))
        return started[run][0]

    yield address
    for _, process in started.values():
        process.terminate()
        process.wait(timeout=10)


def _start(run: Path, folder: Path) -> tuple[str, subprocess.Popen[bytes]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--", "--run", str(run)], cwd=CHECKOUT, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return url, process
        except OSError:
            time.sleep(0.25)
    process.kill()
    raise RuntimeError("the app did not start: " + (folder / "log").read_text()[-2000:])
