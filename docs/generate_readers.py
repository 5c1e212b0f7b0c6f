"""The page of readers: what each gives, its traps, and what its fixtures prove."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from generate_settings import cell

from core.registry import Entry
from ingest.registry import Reader, ReaderInfo, readers

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "exports"
UNIT_TABLES = ("messages", "people", "forms", "codings", "outcomes")
UNIT_WORDS = {
    "messages": "messages",
    "people": "roster rows",
    "forms": "survey forms",
    "codings": "codes",
    "outcomes": "figures",
}
INTRO = """# Readers

A reader turns one export format into rows of the canonical tables. It takes named fields and never
holds the rest: no subject, no text, no attachment, no name of a channel. `python -m audit check
PATH` says which reader a file is for and what is in it. How to ask an administrator for an export:
[exports](exports.md). How to write a reader: [adding a reader](adding-a-reader.md).

Every fixture is a test: a small export whose content is known to the last field, and what came of
it. The fixtures lie in `tests/fixtures/exports/`; the test is
`tests/contracts/test_reader_cases.py`.
"""

Case = Mapping[str, object]


def readers_page() -> str:
    """Return the table of all readers, then a section for each."""
    found = list(readers)
    text = [INTRO, "| format | reader | gives | fixtures |", "| --- | --- | --- | --- |"]
    for entry in found:
        n = len(_cases(entry.name))
        gives = ", ".join(entry.meta.gives)
        text.append(
            f"| {cell(entry.meta.title)} | [`{entry.name}`](#{entry.name}) | {gives} | {n} |"
        )
    text.append("")
    for entry in found:
        text += _section(entry)
    return "\n".join(text)


def _section(entry: Entry[ReaderInfo, Reader]) -> Iterator[str]:
    meta = entry.meta
    yield f"## `{entry.name}`\n"
    yield f"{meta.title}. {_paragraph(entry)}\n"
    facts = {
        "gives": ", ".join(meta.gives),
        "files": ", ".join(suffix or "no suffix" for suffix in meta.suffixes),
        "options": ", ".join(f"`{name}`" for name in meta.options) or "none",
        "needs": f"the package of `import {meta.package}`" if meta.package else "",
        "runs": "in a child process with bounded memory and time" if meta.is_hostile else "",
    }
    yield "| | |\n| --- | --- |"
    yield from (f"| {name} | {cell(text)} |" for name, text in facts.items() if text)
    yield ""
    if meta.traps:
        yield "Traps, and what is done about them:\n"
        yield from (f"- {trap[:1].upper()}{trap[1:].rstrip('.')}." for trap in meta.traps)
        yield ""
    cases = _cases(entry.name)
    if cases:
        yield "| fixture | proves | outcome |\n| --- | --- | --- |"
        yield from (
            f"| `{entry.name}/{name}` | {cell(str(case['title']))} | {cell(_outcome(case))} |"
            for name, case in cases.items()
        )
        yield ""


def _paragraph(entry: Entry[ReaderInfo, Reader]) -> str:
    told = inspect.getdoc(entry.function) or ""
    return " ".join(told.partition("\n\n")[0].split())


def _cases(reader: str) -> dict[str, Case]:
    """The cases of a reader by the name of their file."""
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((FIXTURES / reader).glob("case*.toml"))
    }


def _outcome(case: Case) -> str:
    """What the case expects, which its test compares with what the reader gives."""
    expect = case["expect"]
    assert isinstance(expect, Mapping)  # noqa: S101 - a case without it fails its own test
    parts = [
        f"{len(rows):,} {UNIT_WORDS[name]}"
        for name in UNIT_TABLES
        if isinstance(rows := expect.get(name), Sequence) and rows
    ]
    for word in ("filtered", "rejected"):
        parts += [f"{n:,} {word} ({_words(reason)})" for reason, n in _counts(expect, word)]
    told = f"{expect['seen']:,} seen = {' + '.join(parts) or 'nothing'}"
    notes = [f"{n:,} {_words(reason)}" for reason, n in _counts(expect, "notes")]
    slots = [f"{n:,} {_words(reason)}" for reason, n in _counts(expect, "slots")]
    told += f"; recipients left out: {', '.join(slots)}" if slots else ""
    told += f"; noted: {', '.join(notes)}" if notes else ""
    warnings = case.get("warnings")
    told += f"; warns {', '.join(warnings)}" if isinstance(warnings, list) and warnings else ""
    return told


def _counts(expect: Mapping[str, object], word: str) -> list[tuple[str, int]]:
    found = expect.get(word, {})
    return sorted(found.items()) if isinstance(found, Mapping) else []


def _words(reason: str) -> str:
    return reason.replace("_", " ")
