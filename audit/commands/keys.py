"""The command `keys`: which key an engagement has, its next epoch, its end."""

from __future__ import annotations

import stat
from pathlib import Path

import click

from audit.config.audit_file import load_config
from audit.engagement import Engagement
from audit.life_cycle.desk import opened
from audit.life_cycle.key_life import CERTIFICATE, destroy, rotate
from audit.sources import key_of, key_path
from core.text import slug

RUNS = Path("runs")
_PATH = click.Path(path_type=Path)
_CONFIG = click.argument("config", type=_PATH)
_OUT = click.option(
    "--out", type=_PATH, help="Folder of the run; left out: runs/<name of the audit>."
)
_REASON = click.option("--reason", default="", help="Why, for the audit log: a ticket, no name.")


@click.group(short_help="Show, rotate or destroy the key of an engagement.")
def keys() -> None:
    """Show, rotate or destroy the key of an engagement.

    The key itself is never shown; four digits of a check value stand for it.
    """


@keys.command(short_help="Show which key an engagement has, and its epoch.")
@_CONFIG
@_OUT
def show(config: Path, out: Path | None) -> None:
    """Show which key the engagement of CONFIG has, where it lies, and its epoch."""
    loaded = load_config(config, may_be_gone=True)
    root = out or RUNS / slug(loaded.audit.name)
    known = Engagement.read(root)
    path = key_path(loaded)
    if known is None:
        click.echo(f"No engagement has been begun in {root}.")
    else:
        state = f", destroyed on {known.destroyed_on}" if known.destroyed_on else ""
        click.echo(f"Key {known.key_check[:4]}, begun on {known.begun_on}{state}")
        click.echo(f"Epoch {known.epoch}, since {known.epoch_on}")
    if loaded.audit.is_sample:
        click.echo("The key of the sample follows from its seed and is no secret.")
    elif not path.exists():
        click.echo(f"Key file {path}: not there")
    else:
        rights = stat.filemode(path.stat().st_mode)
        click.echo(f"Key file {path}: {rights}")
    if known is not None and not known.destroyed_on:
        key_of(loaded, root)  # says so where it is another key
        click.echo("It is the key of this engagement.")


@keys.command("rotate", short_help="Begin a new epoch: all pseudonyms of people change.")
@_CONFIG
@_OUT
@_REASON
def rotate_command(config: Path, out: Path | None, reason: str) -> None:
    """Begin a new epoch in the engagement of CONFIG: all pseudonyms of people change.

    Tables under the old pseudonyms are removed; the next run reads all exports anew. What was
    published stays.
    """
    with opened(config, out, reason) as desk:
        done = rotate(desk)
    click.echo("\n".join(done.lines()))
    click.echo(f"Now run: python -m audit run {config}")


@keys.command("destroy", short_help="Destroy the key and the vault: the engagement is over.")
@_CONFIG
@_OUT
@_REASON
@click.option("--yes", is_flag=True, help="Do not ask.")
def destroy_command(config: Path, out: Path | None, reason: str, yes: bool) -> None:
    """Destroy the key and the vault of the engagement of CONFIG; it cannot be undone.

    Nothing can be linked to a person or added to the engagement afterwards. What was published
    and the audit log stay. A certificate is written into the run folder.
    """
    with opened(config, out, reason, needs_tables=False) as desk:
        if not yes:
            click.confirm(
                f"Destroy key {desk.key.check_value} and the vault of {desk.folder.root.name}? "
                "This cannot be undone",
                abort=True,
            )
        certificate = destroy(desk)
        root = desk.folder.root
    click.echo(certificate.markdown())
    click.echo(f"Written to {root / CERTIFICATE}.md and {CERTIFICATE}.json")
