"""The command `validate`: the whole validation plan, and whether every bound holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from audit.terminal import TerminalReporter
from audit.validate.estimators import BREAKS
from audit.validate.experiment import Experiment, Setting
from audit.validate.page import html
from audit.validate.plan import EXPERIMENTS
from audit.validate.record import Record, read_record
from audit.validate.report import bound, markdown, number, verdict_line
from audit.validate.run import chosen, run_plan, unknown
from core.errors import UsageError, ValidationError
from core.files import write_whole

SEED = 2026
WORKERS = 2


@dataclass(frozen=True)
class _Request:
    setting: Setting
    seed: int
    workers: int
    date: dt.date
    only: Sequence[str]
    results: Path | None


@click.command(short_help="Check error rates, recovery and calibration on made-up companies.")
@click.option("--quick", is_flag=True, help="Few replications and wider bounds: minutes.")
@click.option("--only", default="", help="Targets or experiments, joined by commas.")
@click.option(
    "--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Seed of everything."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=WORKERS,
    show_default=True,
    help="Processes; the figures do not depend on them.",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Record (JSON) to add to; what it holds already is not run again unless named by --only.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for validation.md and validation.html.",
)
@click.option(
    "--note",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Markdown to put below the head of validation.md: what a missed bound means.",
)
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day that the report names; left out: today.",
)
@click.option(
    "--mail",
    type=click.Path(path_type=Path, exists=True),
    help="Audit file of real mail, whose units are exchanged (N5).",
)
@click.option(
    "--break",
    "broken",
    type=click.Choice(BREAKS),
    default=None,
    help="Break the estimator on purpose, to see the plan fail; stops at the first miss.",
)
def validate(**options: object) -> None:
    """Run the validation plan: exit code 0 only if every bound holds, 6 if one does not.

    The whole plan takes about three quarters of an hour on two cores, `--quick` some minutes.
    Parts can be run one after the other into one record: `--only N1,N2 --results FILE`.
    """
    request, out, note = _request(options), options["out"], options["note"]
    record = _record(request)
    try:
        record = _run(request, record)
    finally:
        if request.results is not None and record.entries:
            record.write(request.results)
    record = record.in_order([experiment.name for experiment in EXPERIMENTS])
    if isinstance(out, Path):
        told = note.read_text(encoding="utf-8") if isinstance(note, Path) else ""
        write_whole(out / "validation.md", markdown(record, told).encode())
        write_whole(out / "validation.html", html(record).encode())
    if record.missed:
        raise ValidationError(
            verdict_line(record),
            hint="The report says which and by how much; a bound is never widened to pass.",
        )
    click.echo(verdict_line(record))


def _request(options: dict[str, object]) -> _Request:
    date, mail, results = options["date"], options["mail"], options["results"]
    setting = Setting(
        is_quick=bool(options["quick"]),
        broken=str(options["broken"] or ""),
        mail=mail if isinstance(mail, Path) else None,
    )
    return _Request(
        setting,
        int(str(options["seed"])),
        int(str(options["workers"])),
        date.date() if isinstance(date, dt.datetime) else dt.datetime.now(dt.UTC).date(),
        [name for name in str(options["only"]).split(",") if name.strip()],
        results if isinstance(results, Path) else None,
    )


def _record(request: _Request) -> Record:
    fresh = Record.begin(request.setting, request.seed)
    if request.results is None or not request.results.exists():
        return fresh
    known = read_record(request.results)
    same = (known.seed, known.is_quick, known.broken) == (
        fresh.seed,
        fresh.is_quick,
        fresh.broken,
    )
    if not same:
        raise UsageError(
            f"{request.results.name} is the record of another seed or mode.",
            hint="Name another file.",
        )
    return known


def _run(request: _Request, record: Record) -> Record:
    wanted = _wanted(request, record)
    reporter = TerminalReporter()
    for outcome in run_plan(wanted, request.setting, request.seed, request.workers, reporter):
        record = record.plus(outcome, request.date)
        if request.results is not None:
            record.write(request.results)
        missed = False
        for figure in outcome.summary.figures:
            met = figure.is_met(request.setting.is_quick)
            missed |= not met
            limits = bound(figure, request.setting.is_quick)
            mark = "ok  " if met else "MISS"
            click.echo(
                f"{mark} {figure.target:4} {number(figure.value):>9}  {limits:16}  {figure.what}"
            )
        if missed and request.setting.broken:
            break
    return record


def _wanted(request: _Request, record: Record) -> list[Experiment]:
    if strange := unknown(request.only):
        raise UsageError(
            f"There is no target or experiment {', '.join(strange)}.",
            hint=f"There are {', '.join(experiment.name for experiment in EXPERIMENTS)}.",
        )
    experiments = chosen(request.only)
    if request.only:
        return list(experiments)
    return [experiment for experiment in experiments if not record.has(experiment.name)]
