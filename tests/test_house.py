"""Rules of the code that no linter knows: sizes, empty packages, nothing unsafe, no traces."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from shared_data import CHECKOUT

ROOMS = ("app_pages", "audit", "core", "graph", "ingest", "reports")
SOURCES = sorted(
    [CHECKOUT / "app.py", *(path for room in ROOMS for path in (CHECKOUT / room).rglob("*.py"))]
)
UNSAFE_IMPORTS = {"pickle", "joblib", "yaml", "shelve", "marshal", "dill", "cloudpickle"}
UNSAFE_CALLS = {"eval", "exec", "compile"}
NAMED_IN_TEXT = (".py", ".md", ".toml", ".in", ".txt", ".j2", ".typ", ".js", ".css")


def _ids(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def test_a_source_file_keeps_the_rules_of_the_house() -> None:
    assert len(SOURCES) > 400
    broken = {_ids(path): list(_broken(path)) for path in SOURCES}
    assert {name: rules for name, rules in broken.items() if rules} == {}


def test_no_folder_below_tests_is_a_package() -> None:
    assert list((CHECKOUT / "tests").rglob("__init__.py")) == []


def test_no_two_test_files_share_a_name() -> None:
    names = [path.name for path in (CHECKOUT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_no_text_names_a_place_of_one_machine() -> None:
    place = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|[A-Z]:\\Users\\")
    named = [_ids(path) for path in _texts() if place.search(path.read_text(encoding="utf-8"))]
    assert named == []


def _broken(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    if path.name == "__init__.py" and text:
        yield "every __init__.py is empty"
    # Contracts are lists of columns, not code to follow.
    if path.parent.name != "tables" and text.count("\n") > 300:
        yield "a file has at most 300 lines"
    for name in _long_functions(tree):
        yield f"a function has at most 40 lines of body: {name}"
    for name in _unsafe(tree):
        yield f"unsafe: {name}"
    # child.py hands a child no more of the environment than it needs to start.
    if ("os.environ" in text and path.name != "child.py") or "getenv" in text:
        yield "configuration comes from the audit file alone"


def _long_functions(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        if body and (body[-1].end_lineno or 0) - body[0].lineno + 1 > 40:
            yield node.name


def _unsafe(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ({alias.name.split(".")[0] for alias in node.names} & UNSAFE_IMPORTS)
        elif isinstance(node, ast.ImportFrom):
            yield from ({(node.module or "").split(".")[0]} & UNSAFE_IMPORTS)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from ({node.func.id} & UNSAFE_CALLS)


def _texts() -> Iterator[Path]:
    """Yield the text files of the project; runs, caches and packages are none of it."""
    for path in sorted(CHECKOUT.rglob("*")):
        parts = path.relative_to(CHECKOUT).parts
        hidden = parts[0].startswith(".") and parts[0] not in (".ci", ".streamlit")
        if hidden or parts[0] == "runs" or "fixtures" in parts or not path.is_file():
            continue
        if path.suffix in NAMED_IN_TEXT or path.name in ("Makefile", "run", "LICENSE"):
            yield path
