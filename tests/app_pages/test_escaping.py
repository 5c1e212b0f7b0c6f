"""Text from data reaches Streamlit through `md`, or as markup in which it is escaped."""

from __future__ import annotations

import ast

import hostile_names
from app_text import text_of
from shared_data import CHECKOUT

# Counts, seconds and constants of ours.
OURS = {
    "floor",
    "more",
    "line",
    "promise.number",
    "time.perf_counter() - started",
    "stylesheet(ASSETS / 'style.css')",
}


def test_no_value_reaches_streamlit_without_being_escaped() -> None:
    # An f-string in a call of `st.` is Markdown. Only escaped text and counts may stand in it.
    loose = []
    for path in [CHECKOUT / "app.py", *sorted((CHECKOUT / "app_pages").glob("*.py"))]:
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and _is_streamlit(ast.unparse(call.func)):
                loose += [f"{path.name}: {v}" for v in _values(call) if v not in OURS]
    assert loose == []


def test_a_name_that_mixes_alphabets_is_shown_with_its_code_points(
    open_app, runs, monkeypatch, tmp_path
) -> None:
    hostile_names.hostile_release(tmp_path / "published", ["S\u0430les"])
    monkeypatch.setitem(runs, "mixed", tmp_path)
    for page in ("unit", "map"):
        said = text_of(open_app("mixed", page, unit="operations-fleet"))
        assert "This name mixes alphabets: \u0430 (U+0430 cyrillic small letter a)." in said


def _is_streamlit(function: str) -> bool:
    return function.startswith("st.") and "session_state" not in function


def _values(call: ast.Call) -> list[str]:
    arguments = [*call.args, *(k.value for k in call.keywords if k.arg not in ("key", None))]
    found = [
        value.value
        for argument in arguments
        for value in ast.walk(argument)
        if isinstance(value, ast.FormattedValue)
    ]
    return [
        ast.unparse(v)
        for v in found
        if not (isinstance(v, ast.Call) and ast.unparse(v.func) == "md")
    ]
