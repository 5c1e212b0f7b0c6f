"""Inputs that once broke a parser, and every fixture: none of them may raise anything unforeseen.

The files in `tests/fixtures/crashers/<target>/` were found by fuzzing (`make fuzz`).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from shared_data import CHECKOUT

from fuzz.targets import seeds, targets

TARGETS = targets()
KEPT = sorted(path for path in (CHECKOUT / "tests/fixtures/crashers").glob("*/*"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_once_broke_a_parser_breaks_it_no_more(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_target_takes_its_seeds_and_pieces_of_them(name: str) -> None:
    given = list(seeds(name))
    assert given
    for seed in given:
        for content in (seed, seed[: len(seed) // 2], seed[:1] + seed[1:].replace(b"\n", b"\r")):
            TARGETS[name](content)
