"""Commands that tell what there is: `list`, `explain`."""

from __future__ import annotations

import textwrap

import click

from audit.registry import Compute, Indicator, indicators
from core.registry import Entry
from ingest.registry import readers
from reports.registry import writers

LISTS = ("readers", "indicators", "writers")
DIRECTIONS = {
    "warmer": "higher is warmer",
    "colder": "higher is colder",
    "neither": "neither direction is better",
}


@click.command("list", short_help="List the readers, indicators or writers.")
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
