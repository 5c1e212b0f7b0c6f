"""The rooms do not know each other: the import rules of pyproject.toml hold, and can break."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = ("app_pages", "audit", "core", "graph", "ingest", "reports")

# One deliberate breach of each rule: the rule, the file that gets the line, the line.
BREACHES = [
    ("layers", "core/errors.py", "import graph.network"),
    ("window", "app_pages/overview.py", "import graph.network"),
    ("door", "reports/brief.py", "import core.store"),
    ("plugins", "audit/indicators/isolation.py", "import audit.indicators.reciprocity"),
    ("cycles", "core/errors.py", "import core.contracts"),
    ("publish", "audit/headlines.py", "import audit.publish"),
    ("disclosure", "audit/headlines.py", "import audit.disclosure.rounding"),
    ("networkx", "graph/network.py", "import networkx"),
    ("documents", "reports/brief.py", "import typst"),
    ("app", "audit/pipeline.py", "import app"),
    ("engines", "graph/edges.py", "import duckdb"),
    ("igraph", "audit/pipeline.py", "import igraph"),
    ("charts", "app_pages/overview.py", "import altair"),
    ("streamlit", "reports/brief.py", "import streamlit"),
    ("pydantic", "ingest/intake.py", "import pydantic"),
    ("parsers", "audit/config/audit_file.py", "import msgspec"),
]


def test_every_import_rule_is_kept(checkout: Path) -> None:
    done = _lint(checkout)
    assert done.returncode == 0, done.stdout
    assert f"{len(BREACHES)} kept, 0 broken" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "file", "line"), BREACHES)
def test_a_breach_of_a_rule_is_reported(
    rule: str, file: str, line: str, checkout: Path, tmp_path: Path
) -> None:
    for room in ROOMS:
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(checkout / room, tmp_path / room, ignore=skip)
    shutil.copy(checkout / "pyproject.toml", tmp_path)
    breached = tmp_path / file
    breached.write_text(breached.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")

    done = _lint(tmp_path, "--contract", rule)

    assert done.returncode == 1, done.stdout
    assert "0 kept, 1 broken" in done.stdout


def _lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    lint = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(lint), "--no-cache", "--no-logo", *options],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
