"""Fixtures that several tests of the audit ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from erased_company import Person, run_company, write_exports


@pytest.fixture(scope="session")
def company_to_erase(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Person]:
    """Return a folder with `exports` and a `run`, to be copied, and the person to erase."""
    base = tmp_path_factory.mktemp("company")
    person = write_exports(base / "exports")
    run_company(base / "exports", base / "run")
    return base, person
