"""Commands of the data life cycle: `forget`, `object`, `access-request`, `purge`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from audit.desk import opened
from audit.erasure import finish_erasure, forget, object_to
from audit.terminal import TerminalReporter

Function = Callable[..., None]
_PATH = click.Path(path_type=Path)


def _common(command: Function) -> Function:
    """Arguments that all of them take."""
    options: tuple[Callable[[Function], Function], ...] = (
        click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing."),
        click.option("--reason", default="", help="Why, for the audit log: a ticket, no name."),
        click.option(
            "--out", type=_PATH, help="Folder of the run; left out: runs/<name of the audit>."
        ),
        click.argument("email", metavar="EMAIL"),
        click.argument("config", metavar="CONFIG", type=_PATH),
    )
    for option in options:
        command = option(command)
    return command


@click.command("forget", short_help="Erase a person from an engagement, for good.")
@_common
def forget_command(config: Path, email: str, out: Path | None, reason: str, dry_run: bool) -> None:
    """Erase the person behind EMAIL from everything that the engagement of CONFIG holds.

    EMAIL is an address, "id:1234" for an id of the roster, or - to read it from the input, so
    that it stands in no history. The person is never imported again. Nothing is published.
    """
    told = _told(email)
    with opened(config, out, reason) as desk:
        done = forget(desk, told, TerminalReporter(), is_dry=dry_run)
    click.echo("\n".join(done.lines()))


@click.command("object", short_help="Leave a member out of every analysis from now on.")
@_common
def object_command(config: Path, email: str, out: Path | None, reason: str, dry_run: bool) -> None:
    """Leave the person behind EMAIL out of every analysis of the engagement of CONFIG.

    The person still counts as a member. It holds for all later runs. Nothing is published.
    """
    told = _told(email)
    with opened(config, out, reason) as desk:
        if not dry_run:
            finish_erasure(desk, TerminalReporter())
        done = object_to(desk, told, TerminalReporter(), is_dry=dry_run)
    click.echo("\n".join(done.lines()))


def _told(email: str) -> str:
    return click.get_text_stream("stdin").readline().strip() if email == "-" else email
