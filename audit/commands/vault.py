"""The command `vault`: one person at a time, for a reason, always in the audit log."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from audit.life_cycle.desk import opened
from audit.life_cycle.subjects import find_subject, in_vault
from core.errors import UsageError
from core.text import clean_name

_PATH = click.Path(path_type=Path)
_CONFIG = click.argument("config", type=_PATH)
_OUT = click.option(
    "--out", type=_PATH, help="Folder of the run; left out: runs/<name of the audit>."
)
_REASON = click.option("--reason", default="", help="Why, for the audit log: a ticket, no name.")


@click.group(short_help="Ask the vault who one pseudonym or address is, for a reason.")
def vault() -> None:
    """Ask the vault who one pseudonym or address is, for a reason.

    There is no list of people: it answers for one person at a time, and the audit log has it.
    """


@vault.command(short_help="Tell the pseudonym of an address, and how many identities it has.")
@_CONFIG
@click.argument("email", metavar="EMAIL")
@_OUT
@_REASON
def find(config: Path, email: str, out: Path | None, reason: str) -> None:
    """Tell under which pseudonym the engagement of CONFIG holds EMAIL.

    EMAIL is an address, "id:1234" for an id of the roster, or - to read it from the input, so
    that it stands in no history.
    """
    told = sys.stdin.readline().strip() if email == "-" else email
    with opened(config, out, reason) as desk:
        subject = find_subject(desk, told)
    click.echo(f"{subject.person_id}  {subject.kind}")
    click.echo(f"{len(subject.addresses):,} addresses, {len(subject.digests):,} keyed hashes")


@vault.command(short_help="Tell who a pseudonym of the roster is.")
@_CONFIG
@click.argument("person_id", metavar="PERSON_ID")
@_OUT
@_REASON
def whois(config: Path, person_id: str, out: Path | None, reason: str) -> None:
    """Tell whose pseudonym PERSON_ID is in the engagement of CONFIG."""
    with opened(config, out, reason) as desk:
        found = in_vault(desk).get(person_id.strip().lower())
    if not found:
        raise UsageError(
            "The vault knows nobody under this pseudonym.",
            hint="It holds people of the roster only, and of the present epoch.",
        )
    for identity in sorted(found):
        click.echo(clean_name(identity, len(identity)))
