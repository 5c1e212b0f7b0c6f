"""The command line: one group of commands, one place where errors become exit codes."""

from __future__ import annotations

import errno
import logging
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from core.errors import AuditError, EngineError, UsageError

RUNS = Path("runs")
CRASH = 1
INTERRUPTED = 130
_KEPT = "Nothing was changed; an earlier run, if there is one, is still whole."
_DISK = {
    errno.ENOSPC: "The disk is full (E-DISK-001). Free some space and run again.",
    errno.EDQUOT: "The disk quota is used up (E-DISK-001). Free some space and run again.",
    errno.EROFS: "The disk is read-only (E-DISK-002). Choose another folder with --out.",
    errno.EACCES: "A file or folder may not be written or read (E-DISK-003). Look at its rights, "
    "or choose another folder with --out.",
}


# A command's module is loaded when the command is asked for: `check` needs no statistics.
COMMANDS = {
    "attack": (
        "audit.commands.attack:attack",
        "Try to read people and hidden groups out of a release.",
    ),
    "audit-log": (
        "audit.commands.audit_log:audit_log",
        "Check the audit log of a run, or read it.",
    ),
    "access-request": (
        "audit.commands.lifecycle:access_command",
        "Say what is held about a person, for Art. 15 GDPR.",
    ),
    "check": ("audit.commands.check:check", "Check an audit file or any single export."),
    "demo": ("audit.commands.run:demo", "Audit the made-up sample company."),
    "forget": (
        "audit.commands.lifecycle:forget_command",
        "Erase a person from an engagement, for good.",
    ),
    "explain": ("audit.commands.inspect:explain", "Explain an indicator."),
    "identities": (
        "audit.commands.identities:identities",
        "Find out whose the unresolved addresses and accounts are.",
    ),
    "keys": ("audit.commands.keys:keys", "Show, rotate or destroy the key of an engagement."),
    "list": ("audit.commands.inspect:list_plugins", "List the readers, indicators or writers."),
    "object": (
        "audit.commands.lifecycle:object_command",
        "Leave a member out of every analysis from now on.",
    ),
    "purposes": (
        "audit.commands.purposes:purposes",
        "Say what an audit is for, and approve a change of it.",
    ),
    "purge": (
        "audit.commands.lifecycle:purge_command",
        "Remove what is older than the audit file allows, or all.",
    ),
    "report": ("audit.commands.run:report", "Write the reports of a run again."),
    "resume": ("audit.commands.stop:resume", "Go on with an audit that was stopped."),
    "run": ("audit.commands.run:run", "Audit an organization as CONFIG says."),
    "simulate": ("audit.commands.run:simulate", "Write the exports of a made-up company."),
    "stop": ("audit.commands.stop:stop", "Stop an audit: nothing is run, reported or shown."),
    "validate": (
        "audit.commands.validate:validate",
        "Check error rates, recovery and calibration on made-up companies.",
    ),
    "vault": (
        "audit.commands.vault:vault",
        "Ask the vault who one pseudonym or address is, for a reason.",
    ),
}


class _Commands(click.Group):
    """The commands by name; each is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in sorted(COMMANDS.items())])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, help="Log every stage with rows and seconds.")
def cli(verbose: bool) -> None:
    """Isotherm: where an organization has the conditions that empathy needs, and where not.

    Groups only, never persons. Start with `python -m audit demo`.
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(message)s", force=True
    )
    if RUNS.is_dir():
        import_module("audit.life_cycle.janitor").sweep(RUNS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done, 2 usage or configuration, 3 input data, 4 privacy refused, 5 engine or report,
    6 a bound of the validation does not hold, 1 a crash: something we did not foresee.
    """
    try:
        cli.main(
            args=None if arguments is None else list(arguments),
            prog_name="python -m audit",
            standalone_mode=False,
        )
    except AuditError as error:
        click.echo(f"Error: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return UsageError.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. An earlier release, if there is one, is still in place.", err=True)
        return INTERRUPTED
    except Exception as error:
        return _unforeseen(error)
    return 0


def _unforeseen(error: Exception) -> int:
    """Say what the disk refused, or where the program broke."""
    says = _DISK.get(error.errno or 0) if isinstance(error, OSError) else None
    click.echo(f"Error: {says} {_KEPT}" if says else _crash_report(error), err=True)
    return EngineError.exit_code if says else CRASH


def _crash_report(error: Exception) -> str:
    """Say what broke and where, without the message of the exception: it may hold data."""
    frames = [
        f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    notes = [f"  {note}" for note in getattr(error, "__notes__", [])]
    return "\n".join(
        [
            f"Isotherm met an error that it did not foresee: {type(error).__name__}.",
            *notes,
            *frames[-6:],
            "Nothing was published; an earlier release, if there is one, is still in place.",
            "Please report these lines. They hold no data.",
        ]
    )
