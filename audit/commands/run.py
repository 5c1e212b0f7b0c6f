"""Commands that work: `demo`, `run`, `report`, `simulate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from audit import pipeline
from audit.config.audit_file import load_config
from audit.life_cycle.erasure import finish_pending
from audit.reporting import write_reports
from audit.terminal import TerminalReporter
from core.errors import UsageError
from core.progress import FileReporter, Reporter
from core.store import RunFolder, locked
from core.text import slug
from ingest.simulate.scenarios import SCENARIOS
from ingest.simulate.scenarios import simulate as simulate_company
from reports.registry import writers

RUNS = Path("runs")
SAMPLE = RUNS / "sample"
SEED = 7
AUDIT_FILE = "audit.toml"


@click.command(short_help="Audit the made-up sample company.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=SAMPLE,
    show_default=True,
    help="Folder of the run.",
)
@click.option("--if-missing", is_flag=True, help="Do nothing where the run is there already.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=SEED,
    show_default=True,
    help="Seed of the made-up company and of the run.",
)
def demo(out: Path, if_missing: bool, seed: int) -> None:
    """Audit the made-up sample company: exports, run, all reports."""
    if if_missing and (out / "published" / "about.parquet").exists():
        click.echo(f"The sample audit is in {out} already.")
        return
    reporter = TerminalReporter()
    with locked(out):
        exports = RunFolder.create(out, is_staged=True).root / "exports"
        reporter.start("Making up a company", None)
        simulate_company("planted", seed, exports)
        reporter.finish()
    _run(exports / AUDIT_FILE, out, reporter)


@click.command(short_help="Audit an organization as CONFIG says.")
@click.argument("config", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder of the run; left out: runs/<name of the audit>.",
)
@click.option(
    "--progress",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that is kept up to date with how far the run is, for another program to show.",
)
def run(config: Path, out: Path | None, progress: Path | None) -> None:
    """Audit an organization as CONFIG says: read, measure, judge, publish, write reports."""
    bar = TerminalReporter()
    _run(config, out, FileReporter(progress, bar) if progress else bar)


@click.command(short_help="Write the reports of a run again.")
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--to", "formats", default="", help="Writers, joined by commas; left out: all.")
def report(run_folder: Path, formats: str) -> None:
    """Write the reports of RUN, a run folder, again."""
    folder = RunFolder.open(run_folder)
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    _write_reports(folder, wanted, TerminalReporter())


@click.command(short_help="Write the exports of a made-up company.")
@click.option(
    "--scenario",
    type=click.Choice(SCENARIOS),
    default=SCENARIOS[0],
    show_default=True,
    help="What is planted in the company.",
)
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Seed.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder to write into; it must be empty.",
)
def simulate(scenario: str, seed: int, out: Path) -> None:
    """Write the exports of a made-up company, its audit file and its planted truth."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out.name} is not an empty folder.", hint="Choose another --out.")
    reporter = TerminalReporter()
    reporter.start("Making up a company", None)
    simulate_company(scenario, seed, out)
    reporter.finish()
    click.echo(f"Wrote {', '.join(sorted(path.name for path in out.iterdir()))} to {out}")
    click.echo(f"Audit it: python -m audit run {out / AUDIT_FILE}")


def _run(config_path: Path, out: Path | None, reporter: Reporter) -> None:
    config = load_config(config_path)
    _known_writers(config.reports.formats)
    root = out or RUNS / slug(config.audit.name)
    finish_pending(config_path, root, reporter)
    summary = pipeline.run(config, root, reporter)
    click.echo("\n".join(summary.lines()))
    if summary.published is None:
        return
    _write_reports(RunFolder.open(root), config.reports.formats, reporter)


def _write_reports(folder: RunFolder, formats: Sequence[str], reporter: Reporter) -> None:
    paths = write_reports(folder, formats, reporter)
    click.echo("Reports:")
    for path in paths:
        click.echo(f"  {path}")


def _known_writers(formats: Sequence[str]) -> None:
    for name in formats:
        writers.get(name)
