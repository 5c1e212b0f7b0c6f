"""The command `check`: what is in an audit file or an export; nothing is written."""

from __future__ import annotations

from pathlib import Path

import click

from audit.checking import check_export, declare_export
from audit.terminal import TerminalReporter
from core.errors import UsageError


@click.command(short_help="Check an audit file or any single export.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--reader", help="Read the export with this reader instead of the one that fits.")
@click.option(
    "--declare",
    is_flag=True,
    help="Print only the lines that declare the export in an audit file.",
)
def check(path: Path, reader: str | None, declare: bool) -> None:
    """Check an audit file (TOML) or any single export, and write nothing.

    An audit file is validated whole, and every source is read and counted. An export is read to
    its end by the reader that fits.
    """
    if not path.exists():
        raise UsageError(f"There is no file or folder {path.name}.")
    is_config = path.suffix.lower() == ".toml" and reader is None
    reporter = TerminalReporter()
    if is_config:
        # Whether indicators fit is asked of the whole statistics; a single export needs none.
        from audit.config_check import check_config  # noqa: PLC0415

        found = check_config(path, reporter)
    else:
        found = (declare_export if declare else check_export)(path, reader, reporter)
    for line in found:
        click.echo(line)
