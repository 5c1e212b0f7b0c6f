"""The commands `stop` and `resume`: the kill switch of a run folder."""

from __future__ import annotations

from pathlib import Path

import click

from audit.logbook import checked_reason, log_of
from core.errors import UsageError
from core.stop import STOP, is_stopped
from core.store import RunFolder

_RUN = click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
_REASON = click.option("--reason", default="", help="Why, for the audit log: a decision, no name.")


@click.command(short_help="Stop an audit: nothing is run, reported or shown.")
@_RUN
@_REASON
def stop(run_folder: Path, reason: str) -> None:
    """Stop the audit of RUN: nothing is run, reported or shown until `resume`.

    Where this command is not at hand, an empty file STOP in the folder does the same.
    """
    given = checked_reason(reason)
    folder = RunFolder.open(run_folder)
    journal = log_of(folder)
    is_new = not is_stopped(folder.root)
    if is_new:
        folder.stop.touch()  # first the stop: it must hold even where the log cannot be written
    journal.write("stop", reason=given)
    click.echo(f"{folder.root.name} is stopped." if is_new else "It was stopped already.")
    click.echo(f'Go on with: python -m audit resume {run_folder} --reason "..."')


@click.command(short_help="Go on with an audit that was stopped.")
@_RUN
@_REASON
def resume(run_folder: Path, reason: str) -> None:
    """Take the file STOP out of RUN, so that the audit goes on."""
    given = checked_reason(reason)
    folder = RunFolder.open(run_folder)
    if not is_stopped(folder.root):
        raise UsageError(f"{folder.root.name} is not stopped: it holds no file {STOP}.")
    log_of(folder).write("resume", reason=given)
    folder.stop.unlink()
    click.echo(f"{folder.root.name} goes on.")
