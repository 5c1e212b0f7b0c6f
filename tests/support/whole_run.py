"""A whole run of the small made-up company: exports, pipeline, release, all reports."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from audit import pipeline
from audit.config.audit_file import load_config
from core.files import write_whole
from core.progress import Silent
from core.store import RunFolder
from ingest.simulate.scenarios import simulate
from reports.build import build_reports
from reports.registry import writers

SEED = 7
PATIENCE_S = 280  # a test is given 300 with what it waits for


@dataclass(frozen=True)
class WholeRun:
    """Where the exports, the run and its reports lie."""

    exports: Path
    folder: RunFolder
    lines: list[str]


def shared_small_company(base: Path) -> WholeRun:
    """Return the whole run below `base`; the first worker makes it, the others wait for it."""
    root, told = base / "whole", base / "whole.json"
    try:
        root.mkdir()
    except FileExistsError:
        for _ in range(PATIENCE_S):
            if told.exists():
                lines = json.loads(told.read_text())
                return WholeRun(root / "exports", RunFolder.open(root / "run"), lines)
            time.sleep(1)
        raise TimeoutError("the worker that makes the whole run did not end") from None
    try:
        run = run_small_company(root)
    except BaseException:
        shutil.rmtree(root)  # the next worker that asks makes it anew
        raise
    write_whole(told, json.dumps(run.lines).encode())
    return run


def run_small_company(root: Path, scenario: str = "small") -> WholeRun:
    """Make up a company, audit it and write every report."""
    exports = root / "exports"
    simulate(scenario, SEED, exports)
    summary = pipeline.run(load_config(exports / "audit.toml"), root / "run", Silent())
    folder = RunFolder.open(root / "run")
    build_reports(folder.published, folder.reports, writers.names(), Silent())
    return WholeRun(exports, folder, summary.lines())
