"""Commands of the data life cycle: `forget`, `object`, `access-request`, `purge`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from audit.life_cycle.access_request import access_request
from audit.life_cycle.desk import opened
from audit.life_cycle.ending import end_engagement
from audit.life_cycle.erasure import finish_erasure, forget, object_to
from audit.life_cycle.purging import purge
from audit.terminal import TerminalReporter
from core.engine import DuckDBEngine
from core.files import write_whole

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


@click.command("access-request", short_help="Say what is held about a person, for Art. 15 GDPR.")
@_common
@click.option("--to", type=_PATH, help="File to write, for its owner alone; left out: printed.")
def access_command(
    config: Path, email: str, out: Path | None, reason: str, dry_run: bool, to: Path | None
) -> None:
    """Write what the engagement of CONFIG holds about the person behind EMAIL, as JSON.

    It holds nothing of anybody else. With --dry-run it is only said whether anything is held.
    """
    told = _told(email)
    with opened(config, out, reason) as desk, DuckDBEngine() as engine:
        answer = json.dumps(access_request(desk, told, engine), indent=1, ensure_ascii=False)
    if dry_run:
        click.echo(f"There is an answer, of {len(answer):,} characters. Nothing was written.")
    elif to is None:
        click.echo(answer)
    else:
        write_whole(to, answer.encode() + b"\n")
        to.chmod(0o600)
        click.echo(f"Wrote {to}. It is about one person: only you can read it.")


@click.command("purge", short_help="Remove what is older than the audit file allows, or all.")
@click.argument("config", metavar="CONFIG", type=_PATH)
@click.option("--out", type=_PATH, help="Folder of the run; left out: runs/<name of the audit>.")
@click.option("--reason", default="retention", show_default=True, help="Why, for the audit log.")
@click.option("--all", "is_end", is_flag=True, help="End the engagement: remove all private data.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before --all.")
def purge_command(
    config: Path, out: Path | None, reason: str, is_end: bool, dry_run: bool, yes: bool
) -> None:
    """Remove from the engagement of CONFIG what is older than its [retention] allows.

    With --all everything private goes and the key is destroyed: nothing that was kept elsewhere
    can be linked to anybody any more. What was published and the audit log stay.
    """
    if is_end and not (dry_run or yes):
        click.confirm("Remove all private data and destroy the key? No way back", abort=True)
    with opened(config, out, reason, needs_tables=not is_end) as desk:
        if is_end:
            lines = end_engagement(desk, is_dry=dry_run)
        else:
            if not dry_run:
                finish_erasure(desk, TerminalReporter())
            lines = purge(desk, dt.datetime.now(dt.UTC).date(), is_dry=dry_run).lines()
    click.echo("\n".join(lines))


def _told(email: str) -> str:
    return sys.stdin.readline().strip() if email == "-" else email
