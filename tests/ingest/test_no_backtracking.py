"""Patterns of ingest: none repeats a repetition, and none takes long over a hostile text."""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._constants as kinds
import re._parser as parser
import time
from collections.abc import Iterator
from types import ModuleType

import pytest

import ingest

LONG = 20_000
MOST_SECONDS = 1.0
HOSTILE = (" ", "a", "1", "a ", "1:", "-1-", "(", "<", "a@", "=?", '"', "\\", ".", "\n ", "x=1;")
REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT)


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(ingest.__path__, "ingest."):
        if not found.ispkg and found.name != "ingest.child_main":
            yield importlib.import_module(found.name)


def patterns() -> list[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    return [
        (f"{module.__name__}.{name}", value)
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    ]


PATTERNS = patterns()


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) >= 50
    assert nested(parser.parse("x(a+)+y"))
    assert not nested(parser.parse("(a+b)+"))


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_a_pattern_takes_no_time_over_a_hostile_text(
    name: str, pattern: re.Pattern[str] | re.Pattern[bytes]
) -> None:
    start = time.process_time()
    for piece in HOSTILE:
        text = (piece * LONG)[:LONG] + "\x01"
        given = text.encode() if isinstance(pattern.pattern, bytes) else text
        pattern.match(given)  # type: ignore[arg-type]
        pattern.fullmatch(given)  # type: ignore[arg-type]
    assert time.process_time() - start < MOST_SECONDS


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_no_endless_repetition_stands_directly_in_another(
    name: str, pattern: re.Pattern[str] | re.Pattern[bytes]
) -> None:
    assert not nested(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG & ~re.UNICODE))


def nested(parsed: object) -> bool:
    """Whether an endless repetition holds nothing but another: the cause of all slow matches."""
    for kind, value in parsed:  # type: ignore[attr-defined]
        inner = [part for part in _parts(value) if part is not None]
        is_endless = kind in REPEATS and value[1] is kinds.MAXREPEAT
        if is_endless and len(value[2]) == 1 and _is_endless(value[2]):
            return True
        if any(nested(part) for part in inner):
            return True
    return False


def _is_endless(parsed: object) -> bool:
    for kind, value in parsed:  # type: ignore[attr-defined]
        if kind in REPEATS and value[1] is kinds.MAXREPEAT:
            return True
        if kind is kinds.SUBPATTERN and len(value[3]) == 1 and _is_endless(value[3]):
            return True
    return False


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, parser.SubPattern):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _parts(part)
