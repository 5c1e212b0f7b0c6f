"""Fixtures of the graph's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_messages

from core.engine import DuckDBEngine


@pytest.fixture(scope="session")
def engine() -> Iterator[DuckDBEngine]:
    """Return an engine in memory."""
    with DuckDBEngine(memory="1GB") as running:
        yield running


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return a folder with the message table of `tiny_messages`, counted by hand there."""
    return tiny_messages.write(tmp_path / "canonical")
