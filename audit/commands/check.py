"""The command `check`: what is in an audit file or an export; nothing is written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from audit.checking import check_export, declare_export
from audit.terminal import TerminalReporter
from core.errors import UsageError
from core.text import slug


@click.command(short_help="Check an audit file or any single export.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--reader", help="Read the export with this reader instead of the one that fits.")
@click.option(
    "--declare",
    is_flag=True,
    help="Print only the lines that declare the export in an audit file.",
)
@click.option(
    "--pack",
    type=click.Path(path_type=Path),
    help="Write the papers of an audit file into this folder instead: impact assessment, pack for "
    "the works council, staff notice, record of processing, annex for a processor.",
)
@click.option(
    "--run",
    "run_folder",
    type=click.Path(path_type=Path),
    help="With --pack: run whose release is shown in the papers; left out: runs/<name of the "
    "audit>, where there is one.",
)
def check(
    path: Path, reader: str | None, declare: bool, pack: Path | None, run_folder: Path | None
) -> None:
    """Check an audit file (TOML) or any single export, and write nothing.

    An audit file is validated whole, and every source is read and counted. An export is read to
    its end by the reader that fits.
    """
    if not path.exists():
        raise UsageError(f"There is no file or folder {path.name}.")
    is_config = path.suffix.lower() == ".toml" and reader is None
    reporter = TerminalReporter()
    if pack is not None:
        if not is_config:
            raise UsageError(
                "Papers are written for an audit file, not for an export.",
                hint="Name the audit file (TOML) that the exports are declared in.",
            )
        _write_papers(path, pack, run_folder, reporter)
        return
    if is_config:
        # Whether indicators fit is asked of the whole statistics; a single export needs none.
        from audit.config_check import check_config  # noqa: PLC0415

        found = check_config(path, reporter)
    else:
        found = (declare_export if declare else check_export)(path, reader, reporter)
    for line in found:
        click.echo(line)


def _write_papers(path: Path, pack: Path, run: Path | None, reporter: TerminalReporter) -> None:
    from audit.config.audit_file import load_config  # noqa: PLC0415 - as above
    from audit.papers.pack import write_pack  # noqa: PLC0415

    config = load_config(path)
    published = (run or Path("runs") / slug(config.audit.name)) / "published"
    if run is not None and not published.is_dir():
        raise UsageError(f"{run.name} holds no release.", hint="Leave --run out, or run first.")
    today = dt.datetime.now(dt.UTC).date()
    for written in write_pack(config, pack, published, today, reporter):
        click.echo(f"  {written}")
