"""The security page: every line of the standard has a test that exists, or a reason."""

from __future__ import annotations

import ast
import re

import pytest
from shared_data import CHECKOUT

from docs import security_table
from docs.security_table import CHAPTERS, STATES, lines

LINES = lines()
TEST = re.compile(r"tests/[\w/]+\.py(?:::test_\w+)?")
# How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has, counted in the standard,
# and those of level 3 that the design adds.
COUNTED = {
    "1": 27, "2": 11, "3": 19, "4": 10, "5": 9, "6": 35, "7": 18, "8": 7, "9": 7,
    "10": 29, "11": 14, "12": 9, "13": 13, "14": 9, "15": 13, "16": 16, "17": 7,
}  # fmt: skip
LEVEL_3 = {"1.2.10", "1.3.12", "1.5.3", "5.2.4", "5.2.5", "5.3.3", "16.5.4"}


def test_every_requirement_of_both_levels_has_a_line() -> None:
    ids = [line["requirement"] for line in LINES]
    assert len(ids) == len(set(ids))
    lower = [line["requirement"] for line in LINES if line["level"] in "12"]
    found = {n: sum(i.split(".")[0] == n for i in lower) for n in CHAPTERS}
    assert found == COUNTED
    assert {line["requirement"] for line in LINES if line["level"] == "3"} == LEVEL_3


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["requirement"])
def test_a_line_names_a_test_that_exists_or_a_reason(line) -> None:
    assert line["state"] in STATES
    assert line["about"]
    named = TEST.findall(line["evidence"])
    if line["state"] == "shown":
        assert named == line["evidence"].split(), "tests alone"
    else:
        assert len(line["evidence"].split()) >= 2, "a reason in words"
    assert [test for test in named if not _exists(test)] == []


def test_the_table_of_the_page_is_that_of_the_list() -> None:
    page = security_table.PAGE.read_text(encoding="utf-8")
    assert security_table.with_table(page, LINES) == page


def test_every_test_that_the_page_names_exists() -> None:
    page = security_table.PAGE.read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)*test_\w+\.py(?:::test_\w+)?)`", page)
    assert len(named) > 100
    assert [test for test in named if not _exists(f"tests/{test}")] == []


def _exists(test: str) -> bool:
    path, _, name = test.partition("::")
    file = CHECKOUT / path
    if not file.is_file():
        return False
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return not name or name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
