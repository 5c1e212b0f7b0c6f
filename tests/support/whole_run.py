"""A whole run of the small made-up company: exports, pipeline, release, all reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from audit import pipeline
from audit.config import load_config
from core.progress import Silent
from core.store import RunFolder
from ingest.simulate.scenarios import simulate
from reports.build import build_reports
from reports.registry import writers

SEED = 7


@dataclass(frozen=True)
class WholeRun:
    """Where the exports, the run and its reports lie."""

    exports: Path
    folder: RunFolder
    lines: list[str]


def run_small_company(root: Path, scenario: str = "small") -> WholeRun:
    """Make up a company, audit it and write every report."""
    exports = root / "exports"
    simulate(scenario, SEED, exports)
    summary = pipeline.run(load_config(exports / "audit.toml"), root / "run", Silent())
    folder = RunFolder.open(root / "run")
    build_reports(folder.published, folder.reports, writers.names(), Silent())
    return WholeRun(exports, folder, summary.lines())
