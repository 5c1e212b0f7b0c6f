"""Commands that look and tell: `check`, `list`, `explain`."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from audit.checking import check_config, check_export, declare_export
from audit.registry import Compute, Indicator, indicators
from audit.terminal import TerminalReporter
from core.errors import UsageError
from core.registry import Entry
from ingest.registry import readers
from reports.registry import writers

LISTS = ("readers", "indicators", "writers")
DIRECTIONS = {
    "warmer": "higher is warmer",
    "colder": "higher is colder",
    "neither": "neither direction is better",
}


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
        found = check_config(path, reporter)
    else:
        found = (declare_export if declare else check_export)(path, reader, reporter)
    for line in found:
        click.echo(line)


@click.command("list")
@click.argument("what", type=click.Choice(LISTS))
def list_plugins(what: str) -> None:
    """List the readers, indicators or writers."""
    rows = {
        "readers": lambda: [(entry.name, entry.meta.title) for entry in readers],
        "indicators": lambda: [
            (entry.name, f"{entry.meta.code}  {entry.meta.title}") for entry in indicators
        ],
        "writers": lambda: [(entry.name, entry.meta.title) for entry in writers],
    }[what]()
    width = max((len(name) for name, _ in rows), default=0)
    for name, title in rows:
        click.echo(f"{name:<{width}}  {title}")


@click.command(short_help="Explain an indicator.")
@click.argument("name")
def explain(name: str) -> None:
    """Explain an indicator: question, formula, bias, source, and what it cannot show."""
    wanted = {entry.meta.code.lower(): entry.name for entry in indicators}
    entry = indicators.get(wanted.get(name.lower(), name))
    click.echo(_explained(entry))


def _explained(entry: Entry[Indicator, Compute]) -> str:
    meta = entry.meta
    facts = [
        ("Question", meta.question),
        ("Layer", f"{meta.layer} ({meta.element})"),
        ("Direction", DIRECTIONS[meta.higher_is]),
        ("Cannot show", meta.cannot_show),
        ("Source", meta.source),
    ]
    listed = "\n".join(f"{label + ':':<13}{text}" for label, text in facts)
    described = textwrap.indent(textwrap.dedent(_body(entry.function.__doc__ or "")), "  ")
    return f"{meta.code}  {meta.title}  ({entry.name})\n\n{listed}\n\n{described}".rstrip()


def _body(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first.strip()}\n{textwrap.dedent(rest)}"
