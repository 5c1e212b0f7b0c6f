"""The code book in the audit file: handed to intake, checked word by word."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.config.audit_file import AuditConfig, load_config
from audit.sources import intake_settings
from core.errors import ConfigError
from ingest.keys.pseudonyms import Pseudonymiser

LEAST = '[audit]\nname = "Acme"\n[[source]]\nreader = "roster_csv"\npath = "roster.csv"\n'


def loaded(folder: Path, codebook: str) -> AuditConfig:
    (folder / "roster.csv").write_text("Employee ID,Team\n1,A\n")
    (folder / "audit.toml").write_text(f"{LEAST}[interviews.codebook]\n{codebook}\n")
    return load_config(folder / "audit.toml")


def test_the_code_book_reaches_intake(tmp_path: Path) -> None:
    config = loaded(tmp_path, '"told too late" = "transparent communication"')
    settings = intake_settings(config, Pseudonymiser(bytes(32)))
    assert settings.codebook == {"told too late": "transparent communication"}


def test_an_unknown_element_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"codebook.*no element 'weather'.*active listening"):
        loaded(tmp_path, '"told too late" = "weather"')


def test_a_code_that_differs_in_case_alone_is_named_twice(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"more than once: \['Late', 'late'\]"):
        loaded(tmp_path, 'late = "recognition"\nLate = "inclusion"')
