"""The command `identities`: what could not be resolved, decided by hand, and a report of it."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from audit.config.audit_file import AuditConfig, load_config
from audit.sources import intake_settings, source_specs
from audit.terminal import TerminalReporter
from core.engine import DuckDBEngine
from core.errors import UsageError
from core.files import write_whole
from core.journal_place import open_journal
from core.store import RunFolder
from core.text import slug
from ingest.identity_review import Seen, review_queue, seen_identities
from ingest.keys.pseudonyms import KEY_BYTES, Pseudonymiser
from ingest.people.identity_report import IdentityReport, report_of_book, report_of_run
from ingest.people.review_file import apply_review, backup_of, undo_review
from ingest.settings import IntakeSettings

RUNS = Path("runs")
REVIEW, ALIASES = "identity-review.csv", "aliases.csv"
_CONFIG = click.Path(path_type=Path)


@click.group(short_help="Find out whose the unresolved addresses and accounts are.")
def identities() -> None:
    """Find out whose the unresolved addresses and accounts are.

    Nothing is merged because names look alike: `review` writes suggestions, a person decides,
    `apply` puts the decisions into the alias file.
    """


@identities.command(short_help="Write suggestions for unresolved identities to a private file.")
@click.argument("config", type=_CONFIG)
@click.option("--out", type=_CONFIG, help=f"The file; left out: {REVIEW} beside CONFIG.")
def review(config: Path, out: Path | None) -> None:
    """Read the sources of CONFIG anew and write whom each unresolved identity may be.

    The file holds names and addresses in clear and can be read by its owner only. Write "yes"
    into the column decision where a suggestion is right.
    """
    loaded = load_config(config)
    settings = _settings(loaded)
    queue = review_queue(_seen(loaded, settings), settings)
    path = out or config.parent / REVIEW
    _record(loaded, "review written", len(queue.suggestions))
    write_whole(path, queue.as_csv())
    path.chmod(0o600)
    click.echo(
        f"{queue.n_unresolved:,} of {queue.n_identities:,} identities are nobody's; "
        f"{sum(bool(s.person_id) for s in queue.suggestions):,} suggestions are in {path}"
    )
    click.echo("It holds names and addresses: only you can read it. Delete it when you are done.")
    click.echo('Write "yes" into the column decision where a suggestion is right; leave the rest.')
    click.echo(f"Then: python -m audit identities apply {config} {path}")


@identities.command(short_help="Put the decisions of a review into the alias file.")
@click.argument("config", type=_CONFIG)
@click.argument("review_file", metavar="REVIEW", type=_CONFIG, required=False)
@click.option("--undo", is_flag=True, help="Put the alias file back as it was before.")
def apply(config: Path, review_file: Path | None, undo: bool) -> None:
    """Put every "yes" of REVIEW into the alias file of CONFIG, or nothing where one is in doubt.

    The file as it was is kept beside; --undo puts it back.
    """
    loaded = load_config(config)
    aliases = loaded.organization.alias_file or config.resolve().parent / ALIASES
    if undo:
        _record(loaded, "review undone", 0)
        undo_review(aliases)
        click.echo(f"{aliases.name} is as it was before the last review.")
        return
    if review_file is None or not review_file.is_file():
        raise UsageError(
            "There is no such review file.",
            hint=f"Write one: python -m audit identities review {config}",
        )
    settings = _settings(loaded)
    seen = _seen(loaded, settings, with_aliases=False)
    domains = seen.book.rules.own_domains
    _record(loaded, "review to be applied", 0)
    done = apply_review(review_file, aliases, seen.roster, domains, settings.limits)
    click.echo(f"{done.n_added:,} aliases added, {done.n_known:,} known already.")
    if done.n_added:
        click.echo(f"As it was: {backup_of(aliases).name}. Take it back with --undo.")
    if loaded.organization.alias_file is None:
        click.echo(f'Add to {config.name} under [organization]: alias_file = "{ALIASES}"')


@identities.command(short_help="Report how much of a run, or of the exports, is resolved.")
@click.argument("path", metavar="CONFIG|RUN", type=_CONFIG)
def report(path: Path) -> None:
    """Report the resolved share by source, merges by rule and sizes; never an address.

    For an audit file the exports are read anew and own domains with gaps are named; for a run
    folder its tables are read, and the share is of messages.
    """
    if path.is_dir():
        folder = RunFolder.open(path)
        with DuckDBEngine() as engine:
            found = report_of_run(folder.canonical, engine)
    else:
        found = _report_of_exports(load_config(path))
    click.echo("\n".join(found.lines()))


def _record(config: AuditConfig, action: str, n: int) -> None:
    """Record a decision on identities where the engagement has a log already."""
    journal = open_journal(RUNS / slug(config.audit.name))
    if journal is not None:
        journal.write("identity", action=action, n=n)


def _report_of_exports(config: AuditConfig) -> IdentityReport:
    settings = _settings(config)
    seen = _seen(config, settings)
    return report_of_book(seen.book, seen.parties(settings), seen.by_source)


def _settings(config: AuditConfig) -> IntakeSettings:
    # Nothing is kept, so no key of the audit is needed: hashes live as long as the command.
    return intake_settings(config, Pseudonymiser(secrets.token_bytes(KEY_BYTES)))


def _seen(config: AuditConfig, settings: IntakeSettings, *, with_aliases: bool = True) -> Seen:
    reporter = TerminalReporter()
    return seen_identities(source_specs(config), settings, reporter, with_aliases=with_aliases)
