"""Fixtures that every test may ask for."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from property_inputs import THOROUGH
from shared_data import CHECKOUT, shared_path
from whole_run import WholeRun, shared_small_company

CHROMIUM = Path("/usr/bin/chromium")
LEAN = CHECKOUT / "tests" / "support" / "lean"


def pytest_configure() -> None:
    """Let processes that tests start leave out what the product is installed without."""
    os.environ["PYTHONPATH"] = str(LEAN)


def pytest_collection_finish() -> None:
    """Spare the garbage collector thousands of tests that stay until the end anyway."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Give them back, so that what is taken down at the end is taken down whole."""
    gc.unfreeze()


settings.register_profile(THOROUGH, deadline=None)


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
    """Return a whole run of the small made-up company, made once for all workers."""
    base = tmp_path_factory.getbasetemp()
    return shared_small_company(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium; skips without one, fails on CI."""
    if not CHROMIUM.exists():
        message = f"there is no {CHROMIUM}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()
