"""The command `purposes`: what an audit is for, and who has approved that it changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from audit.config.audit_file import load_config
from audit.engagement import (
    ROLES_NEEDED,
    Approval,
    Engagement,
    approvers,
    change,
    purposes_hash,
    today,
)
from audit.logbook import log_of
from core.store import RunFolder, locked
from core.text import slug

RUNS = Path("runs")
ROLES = ("dpo", "works_council", "management", "legal")
_PATH = click.Path(path_type=Path)
_CONFIG = click.argument("config", type=_PATH)
_OUT = click.option(
    "--out", type=_PATH, help="Folder of the run; left out: runs/<name of the audit>."
)


@click.group(short_help="Say what an audit is for, and approve a change of it.")
def purposes() -> None:
    """Say what an audit is for, and approve a change of it.

    Purposes are fixed by the first release. A run with others is refused until two roles have
    approved exactly those.
    """


@purposes.command(short_help="Show the purposes and who has approved them.")
@_CONFIG
@_OUT
def show(config: Path, out: Path | None) -> None:
    """Show the purposes of CONFIG and whether its engagement may be run with them."""
    loaded = load_config(config, may_be_gone=True)
    for number, text in enumerate(loaded.audit.purposes, start=1):
        click.echo(f"{number}. {text}")
    known = Engagement.read(out or RUNS / slug(loaded.audit.name))
    fresh = purposes_hash(loaded.audit.purposes)
    if known is None or not known.purposes:
        click.echo("No engagement has been begun with them yet.")
    elif known.purposes == fresh:
        click.echo(f"They are those of the engagement ({fresh}).")
    else:
        roles = approvers(known, fresh)
        click.echo(
            f"They are not those of the engagement: {len(roles)} of {ROLES_NEEDED} roles have "
            f"approved them{': ' + ', '.join(roles) if roles else ''}."
        )


@purposes.command(short_help="Approve the purposes of an audit file, for one role.")
@_CONFIG
@click.option("--role", type=click.Choice(ROLES), required=True, help="Who approves.")
@_OUT
def approve(config: Path, role: str, out: Path | None) -> None:
    """Approve the purposes that stand in CONFIG, for one role; the log has it."""
    loaded = load_config(config, may_be_gone=True)
    root = out or RUNS / slug(loaded.audit.name)
    fresh = purposes_hash(loaded.audit.purposes)
    journal = log_of(RunFolder.open(root))

    def approved(known: Engagement) -> Engagement:
        journal.write("purposes", change="approved", role=role, purposes=fresh)
        given = Approval(role, fresh, today())
        return replace(known, approvals=(*known.approvals, given))

    with locked(root):
        roles = approvers(change(root, approved), fresh)
    for number, text in enumerate(loaded.audit.purposes, start=1):
        click.echo(f"{number}. {text}")
    click.echo(f"Approved by {', '.join(roles)}: {len(roles)} of {ROLES_NEEDED} roles.")
