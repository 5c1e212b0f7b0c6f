"""Briefs of made-up releases, gathered once."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_release import make_release
from written_reports import brief_of

from reports.brief import Brief


@pytest.fixture(scope="session")
def full() -> Brief:
    return brief_of("full")


@pytest.fixture(scope="session")
def small() -> Brief:
    return brief_of("small")


@pytest.fixture(scope="session")
def smallest() -> Brief:
    return brief_of("smallest")


@pytest.fixture(scope="session")
def hostile() -> Brief:
    return brief_of("small", True)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    make_release(folder, "small")
    return folder
