"""Text from data reaches Streamlit through `md`, or as markup in which it is escaped."""

from __future__ import annotations

import ast

from shared_data import CHECKOUT

# Counts, seconds and constants of ours.
OURS = {
    "floor",
    "more",
    "line",
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
