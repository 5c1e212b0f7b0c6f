"""Imports that are killed, stopped, or run out of disk: the next one gives the same tables.

The tables to compare with are those of an import that nobody disturbs.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shared_data import CHECKOUT

from ingest.simulate.scenarios import simulate

PROCESS = CHECKOUT / "tests" / "support" / "intake_process.py"
FEW, MANY = 2, 50
TRIES = 8


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company") / "exports"
    simulate("small", 7, folder)
    return folder


@pytest.fixture(scope="module")
def undisturbed(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, float]:
    """The hash of the tables of one import, and how many seconds it took."""
    run = tmp_path_factory.mktemp("undisturbed") / "run"
    started = time.monotonic()
    assert _import(run, exports).returncode == 0
    return _tables(run), time.monotonic() - started


@pytest.mark.timeout(3000)
@pytest.mark.parametrize("n", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_an_import_killed_again_and_again_ends_in_the_same_tables(
    exports: Path, undisturbed: tuple[str, float], tmp_path: Path, n: int
) -> None:
    wanted, seconds = undisturbed
    draw = random.Random(2026)  # noqa: S311 - moments of dying, no secrets
    n_killed = 0
    for _ in range(n):
        process = _start(tmp_path / "run", exports)
        try:
            process.wait(draw.uniform(0.2, 1.1) * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            n_killed += 1
    assert n_killed >= n // 4
    assert _import(tmp_path / "run", exports).returncode == 0
    assert _tables(tmp_path / "run") == wanted
    private = tmp_path / "run" / "private"
    assert not (private / "next").exists()
    assert not list((private / "ledger").glob("*.half"))


@pytest.mark.slow
def test_an_import_that_is_stopped_leaves_no_half_state(
    exports: Path, undisturbed: tuple[str, float], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    assert _import(run, exports).returncode == 0
    for _ in range(TRIES):  # on a busy machine it may be done before the signal arrives
        process = _start(run, exports)
        _wait_for(run / "private" / "next")
        process.send_signal(signal.SIGINT)
        if process.wait() != 0:
            break
    assert process.returncode != 0
    assert _tables(run) == undisturbed[0]
    assert not (run / "private" / "next").exists()
    assert not (run / "private" / "spool").exists()


def test_a_full_disk_leaves_the_old_state_whole(
    exports: Path, undisturbed: tuple[str, float], tmp_path: Path
) -> None:
    """On a file system of its own that holds one run and has no room for a second."""
    run = tmp_path / "small" / "run"
    other = shutil.copytree(exports, tmp_path / "other")
    audit = other / "audit.toml"
    audit.write_text(audit.read_text().replace("seed = ", "seed = 1"))  # another key: read anew
    script = f"""
    mkdir -p {tmp_path}/small && mount -t tmpfs -o size=48m tmpfs {tmp_path}/small || exit 77
    {sys.executable} {PROCESS} {run} {exports} || exit 78
    (cd {run} && find private/canonical -type f -exec sha256sum {{}} + | sort) > {tmp_path}/before
    dd if=/dev/zero of={tmp_path}/small/filler bs=4k status=none 2>/dev/null
    truncate -s -{64 * 1024} {tmp_path}/small/filler
    {sys.executable} {PROCESS} {run} {other} 2> {tmp_path}/said; echo $? > {tmp_path}/code
    (cd {run} && find private/canonical -type f -exec sha256sum {{}} + | sort) > {tmp_path}/after
    rm {tmp_path}/small/filler
    {sys.executable} {PROCESS} {run} {exports} || exit 79
    (cd {run} && find private/canonical -type f -exec sha256sum {{}} + | sort) > {tmp_path}/again
    """
    done = subprocess.run(["unshare", "-rm", "bash", "-c", script], check=False, timeout=120)
    if done.returncode in {1, 77}:
        pytest.skip("this machine lets nobody mount a small file system")
    assert done.returncode == 0
    assert (tmp_path / "code").read_text().strip() == "5"
    assert "disk" in (tmp_path / "said").read_text().lower()
    before = (tmp_path / "before").read_text()
    assert before
    assert (tmp_path / "after").read_text() == before
    assert (tmp_path / "again").read_text() == before


def _start(run: Path, exports: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, PROCESS, run, exports],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _import(run: Path, exports: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, PROCESS, run, exports], check=False)


def _tables(run: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted((run / "private" / "canonical").rglob("*")):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


def _wait_for(path: Path) -> None:
    for _ in range(500):
        if path.exists():
            return
        time.sleep(0.02)
    raise TimeoutError("the import did not begin")
