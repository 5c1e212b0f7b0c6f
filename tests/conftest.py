"""Fixtures that every test may ask for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shared_data import CHECKOUT, shared_path
from whole_run import WholeRun, run_small_company


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator with a fixed seed; each test gets a fresh one."""
    return np.random.default_rng(20260105)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the root of the source tree."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Return the folder of shared test data; skips where it is absent, fails on CI."""
    return shared_path()


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> WholeRun:
    """Return a whole run of the small made-up company; tests on it share one worker."""
    return run_small_company(tmp_path_factory.mktemp("whole"))
