"""The command `attack`: every attack of the suite on one run; 0 only when nothing was got."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from audit.terminal import TerminalReporter
from audit.validate.attacks.attempt import Attempt
from audit.validate.attacks.suite import SEED, attack_run
from core.errors import PrivacyError
from core.files import write_whole
from core.store import RunFolder


@click.command(short_help="Try to read people and hidden groups out of a release.")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--full", is_flag=True, help="Also 500 made-up companies, two or three waves each: minutes."
)
@click.option(
    "--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Seed of everything."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes, by default one for each core; what is found does not depend on them.",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File (JSON) for what was tried and what was got.",
)
def attack(run: Path, full: bool, seed: int, workers: int | None, results: Path | None) -> None:
    """Attack a run: exit code 0 only if every attack was carried out and got nothing, else 4.

    Attackers read published tables and reports alone; private tables say whether they are right.
    Nothing of the run is changed.
    """
    folder = RunFolder.open(run)
    found: list[Attempt] = []
    n_workers = workers or os.cpu_count() or 1
    attempts = attack_run(folder, TerminalReporter(), seed=seed, workers=n_workers, is_full=full)
    for one in attempts:
        found.append(one)
        click.echo(line(one))
    if results is not None:
        told = json.dumps([asdict(one) for one in found], indent=1, sort_keys=True)
        write_whole(results, told.encode())
    refuse(found)
    tried = sum(one.tried for one in found)
    click.echo(f"{len(found)} attacks, {tried:,} attempts: nothing was got.")


def line(one: Attempt) -> str:
    """Return an attack as one line of the printed table."""
    mark = "ok  " if one.is_withstood else "GOT "
    places = f" [{', '.join(one.places)}]" if one.places else ""
    return f"{mark} {one.name:44} tried {one.tried:>9,}  got {one.got:>5,}  {one.says}{places}"


def refuse(found: Sequence[Attempt]) -> None:
    """Raise `PrivacyError` that names every attack that got something, and where."""
    lost = [one for one in found if not one.is_withstood]
    if lost:
        named = "; ".join(f"{one.name} ({', '.join(one.places) or 'not run'})" for one in lost)
        raise PrivacyError(
            f"{len(lost)} of {len(found)} attacks got something: {named}.",
            code="E-PRIVACY-020",
            hint="Do not hand this release on. No person is named here, nor in any log.",
        )
