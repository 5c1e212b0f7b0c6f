"""Fixtures that every test may ask for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shared_data import CHECKOUT, shared_path


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
