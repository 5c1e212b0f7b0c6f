"""Briefs of made-up releases, gathered once."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_release import make_release

from reports.brief import Brief


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    return Brief.gather(make_release(tmp_path_factory.mktemp("full")))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    return Brief.gather(make_release(tmp_path_factory.mktemp("small"), "small"))


@pytest.fixture(scope="session")
def smallest(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    return Brief.gather(make_release(tmp_path_factory.mktemp("smallest"), "smallest"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    return Brief.gather(make_release(tmp_path_factory.mktemp("hostile"), "small", True))


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    make_release(folder, "small")
    return folder
