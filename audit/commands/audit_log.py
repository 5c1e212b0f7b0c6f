"""The command `audit-log`: whether the log is as it was written, and what it says."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import click

from audit.log_words import sentence, when
from audit.logbook import log_of
from core.errors import JournalError, PrivacyError, UsageError
from core.journal import Check, Head, entries, verify
from core.journal_place import LOG, journal_key, kept_heads
from core.store import RunFolder
from core.text import clean_name

_LONGEST = 2000
_LEAST_DIGITS = 8
_PATH = click.Path(path_type=Path)
_RUN = click.argument("run_folder", metavar="RUN", type=_PATH)


@click.group("audit-log", short_help="Check the audit log of a run, or read it.")
def audit_log() -> None:
    """Check the audit log of a run, or read it.

    Every entry is sealed together with all before it; `verify` names the first that was changed,
    removed, added or moved.
    """


@audit_log.command("verify", short_help="Say whether the log is as it was written.")
@_RUN
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar='"17 · a1b2..."',
    help="What stands behind 'Audit log' at the foot of a report; may be given several times.",
)
@click.option(
    "--copy", "copies", multiple=True, type=_PATH, help="File with further copies of the head."
)
def verify_command(run_folder: Path, heads: tuple[str, ...], copies: tuple[Path, ...]) -> None:
    """Say whether the audit log of RUN is as it was written; exit 4 names the first bad entry.

    The copies of its head in RUN and in [audit] log_copy are always held against it.
    """
    folder = RunFolder.open(run_folder)
    journal = log_of(folder)
    anchors = [*kept_heads(folder.root, copies), *(_head(text) for text in heads)]
    check = verify(folder.root / LOG, journal_key(folder.root), anchors)
    if not check.is_good:
        raise PrivacyError(
            f"The audit log of {folder.root.name} is not as it was written: {check.why}. "
            f"{check.n:,} entries before it hold.",
            code="E-LOG-007",
            hint="Keep the file as it is, and ask who could write to the folder since then.",
        )
    click.echo(_good(check, len(anchors)))
    try:
        journal.write("verify", n=check.n, copies=len(anchors))
    except JournalError:
        click.echo("This check is not recorded: you may not write to the log.")


@audit_log.command("show", short_help="Tell what the log says, in plain words.")
@_RUN
@click.option("--last", type=click.IntRange(1), help="Only so many entries, the last ones.")
@click.option("--event", help="Only entries of this event.")
@click.option("--hashes", is_flag=True, help="With hashes of files, settings and releases.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line, as written.")
def show(
    run_folder: Path, last: int | None, event: str | None, hashes: bool, is_json: bool
) -> None:
    """Tell what the audit log of RUN says, in plain words, oldest first.

    Nothing is checked: use `audit-log verify` for that.
    """
    folder = RunFolder.open(run_folder)
    log_of(folder)
    found = [e for e in entries(folder.root / LOG) if event in (None, e.event)]
    for entry in found[-last:] if last else found:
        if is_json:
            told = {"seq": entry.seq, "time": entry.time, "event": entry.event}
            click.echo(json.dumps({**told, "facts": dict(entry.facts), "hash": entry.hash}))
        else:
            says = clean_name(sentence(entry, is_technical=hashes), _LONGEST)
            seal = f"  [{entry.head.short}]" if hashes else ""
            click.echo(f"{entry.seq:>5}  {when(entry)}  {says}{seal}")


def _head(text: str) -> Head:
    words = text.replace("·", " ").replace(":", " ").split()
    with suppress(ValueError):
        seq, digits = words
        if len(digits) >= _LEAST_DIGITS and int(digits, 16) >= 0:
            return Head(int(seq), digits.lower(), "")
    raise UsageError(
        "A head is a number and the digits behind it.",
        hint='Copy it from the foot of a report: --head "17 · a1b2c3d4e5f60718".',
    )


def _good(check: Check, n_copies: int) -> str:
    told = f"The audit log holds {check.n:,} entries, and each is as it was written."
    if n_copies:
        agreed = (
            "1 copy of its head agrees"
            if n_copies == 1
            else f"{n_copies} copies of its head agree"
        )
        return f"{told}\n{agreed}. It ends at {check.head.short}."
    return (
        f"{told}\nNo copy of its head was at hand: an end that was cut off would not show. Give "
        'one from the foot of a report with --head "17 · a1b2...".'
    )
