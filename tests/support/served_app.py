"""The app as it is served: a process of its own on a free port of this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shared_data import CHECKOUT

PATIENCE = 120


@contextmanager
def served(
    folder: Path, run: Path | None = None, script: str = "app.py", options: Sequence[str] = ()
) -> Iterator[str]:
    """Serve a script until the block ends and give its address; its log lies in `folder`."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    rest = [] if run is None else ["--", "--run", str(run)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *options, *rest], cwd=CHECKOUT, stdout=log, stderr=log
        )
    try:
        _wait(port, process, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(PATIENCE):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.25)
    process.kill()
    raise RuntimeError("the app did not start: " + log.read_text()[-2000:])
