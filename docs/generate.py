"""Writes the pages of docs/ that are told by the code: tables, plug-ins, commands, settings.

`make docs` writes them; `make check` runs this with `--check` and fails if a page is stale.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))  # run as a script from anywhere

import click  # noqa: E402
from generate_readers import readers_page  # noqa: E402
from generate_settings import cell, configuration_page  # noqa: E402

from core.contracts import Column, Contract  # noqa: E402
from core.promises import PROMISES  # noqa: E402

NOTE = "<!-- Written by `make docs` from the code. Change the code, not this page. -->\n"
WIDTH = 92
TABLE_TITLES = {  # in the order in which data pass them
    "canonical": "Canonical tables: what every export becomes",
    "survey": "Survey tables",
    "context": "Outcomes, interventions, interviews",
    "network": "Network tables",
    "weekly": "Weekly sums",
    "results": "Results, before the wall",
    "released": "What releases have shown, kept in private",
    "published": "Published tables, past the wall",
}


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a page is stale.")
def main(check: bool) -> None:
    """Write the generated pages of docs/, or say which are stale."""
    stale = []
    for name, page in PAGES.items():
        path = DOCS / name
        text = NOTE + "\n" + page().rstrip() + "\n"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if check and stale:
        raise click.ClickException(f"stale: {', '.join(stale)}. Run `make docs` and commit.")
    click.echo(f"docs: {len(PAGES)} generated pages, {len(stale)} {'stale' if check else 'new'}")


def tables_page() -> str:
    """Return the page of every table contract, room by room."""
    text = [
        "# Tables\n\nEvery table that passes between two parts of the program has a contract in "
        "`core/tables/`. Private tables stay in the run's `private/` folder; only published "
        "tables reach the app and the reports. `?` marks a column that may be null.\n"
    ]
    seen: set[int] = set()
    for module in sorted(_modules("core.tables"), key=_place):
        contracts = [c for c in vars(module).values() if isinstance(c, Contract)]
        text.append(f"## {TABLE_TITLES[_short(module)]}\n")
        text += [_contract(c) for c in contracts if id(c) not in seen]
        seen.update(id(c) for c in contracts)
    return "\n".join(text)


def indicators_page() -> str:
    """Return the page of every indicator."""
    return _plug_ins(
        "audit.registry",
        "indicators",
        "# Indicators\n\nAn indicator is a number about a group with a question behind it. None "
        "of them measures empathy: they measure conditions and habits that empathy needs. What "
        "becomes of the numbers: [method](method.md). How to write one: "
        "[adding an indicator](adding-an-indicator.md).\n",
    )


def writers_page() -> str:
    """Return the page of every writer."""
    return _plug_ins(
        "reports.registry",
        "writers",
        "# Writers\n\nA writer turns one `Brief`, gathered once from published tables, into one "
        "file. It computes nothing and sees nothing private. How to write one: "
        "[adding a writer](adding-a-writer.md).\n",
    )


def cli_page() -> str:
    """Return the help of every command."""
    group = importlib.import_module("audit.cli").cli
    text = [
        "# Command line\n\nRun from the root of the source tree, with the Python of `.venv`.\n\n"
        "Exit codes: 0 done, 1 crash, 2 usage or configuration, 3 input data, 4 refused for "
        "privacy, 5 engine or report.\n"
    ]
    text += list(_commands(group, "python -m audit", 2))
    return "\n".join(text)


def promises_page() -> str:
    """Return the promises with the tests that prove them."""
    text = [
        "# Promises\n\nWhat Isotherm promises to the people it measures, what keeps each promise, "
        "and the tests that prove it. `make promises` runs them all.\n",
        "| no. | promise | kept by | proven by |\n| --- | --- | --- | --- |",
    ]
    for promise in PROMISES:
        tests = "<br>".join(f"`{test}`" for test in promise.tests)
        text.append(f"| {promise.number} | {promise.says} | {promise.kept_by} | {tests} |")
    text.append(
        "\n*Confidential* is not *anonymous*: pseudonymised data stay personal data. What is said "
        "is about conditions for empathy in a group, never about the empathy of a person. There "
        "is no view of oneself either: tables about people never leave the private folder."
    )
    return "\n".join(text)


PAGES: dict[str, Callable[[], str]] = {
    "tables.md": tables_page,
    "readers.md": readers_page,
    "indicators.md": indicators_page,
    "writers.md": writers_page,
    "cli.md": cli_page,
    "configuration.md": configuration_page,
    "../PROMISES.md": promises_page,
}


def _modules(package: str) -> list[types.ModuleType]:
    root = importlib.import_module(package)
    names = [module.name for module in pkgutil.iter_modules(root.__path__)]
    return [importlib.import_module(f"{package}.{name}") for name in names]


def _short(module: types.ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _place(module: types.ModuleType) -> int:
    return list(TABLE_TITLES).index(_short(module))


def _contract(contract: Contract) -> str:
    head = f"### `{contract.name}` ({contract.audience})\n\n{contract.says}\n\n"
    key = ", ".join(f"`{name}`" for name in contract.key)
    lines = [f"{head}Key: {key}.\n", "| column | type | says |", "| --- | --- | --- |"]
    for column in contract.columns:
        optional = "?" if column.nullable else ""
        lines.append(f"| `{column.name}`{optional} | {column.type} | {cell(_says(column))} |")
    lines += [
        f"\n`{link.column}` refers to `{link.table}.{link.other}`." for link in contract.refers_to
    ]
    return "\n".join(lines) + "\n"


def _says(column: Column) -> str:
    says = column.says
    if column.one_of:
        says += ": " + ", ".join(f"`{value}`" for value in column.one_of)
    if column.lowest is not None and column.highest is not None:
        says += f" ({column.lowest:g} to {column.highest:g})"
    elif column.lowest is not None:
        says += f" (from {column.lowest:g})"
    return says


def _plug_ins(module: str, name: str, intro: str) -> str:
    registry = getattr(importlib.import_module(module), name)
    text = [intro]
    for entry in registry:
        text += [f"## `{entry.name}`\n", *_facts(entry.meta), *_docstring(entry.function)]
    return "\n".join(text)


def _facts(meta: object) -> Iterator[str]:
    """Yield a table of what a plug-in declares about itself; empty facts are left out."""
    if not is_dataclass(meta):
        return
    yield "| | |\n| --- | --- |"
    for field in fields(meta):
        value = getattr(meta, field.name)
        if isinstance(value, tuple | list | frozenset):
            value = ", ".join(str(part) for part in value)
        if value not in ("", None, False) and not callable(value):
            shown = "yes" if value is True else cell(str(value))
            yield f"| {field.name.replace('_', ' ')} | {shown} |"
    yield ""


def _docstring(function: object) -> Iterator[str]:
    """Yield the first paragraph as prose and the rest, which is laid out, as it stands."""
    first, _, rest = (inspect.getdoc(function) or "").partition("\n\n")
    yield first + "\n"
    if rest:
        yield f"```text\n{rest}\n```\n"


def _commands(command: click.Command, path: str, depth: int) -> Iterator[str]:
    context = click.Context(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH)
    yield f"{'#' * depth} `{path}`\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in sorted(command.list_commands(context)):
            found = command.get_command(context, name)
            if found is not None:
                yield from _commands(found, f"{path} {name}", depth + 1)


if __name__ == "__main__":
    main()
