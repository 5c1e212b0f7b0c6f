"""Damaged rosters, surveys and outcomes: read with a balance that closes, or refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from intake_runs import EXPORTS

from core.errors import AuditError
from ingest.checking import check_file

READERS = (
    "codes_csv", "google_forms", "limesurvey", "ms_forms", "outcomes_csv", "qualtrics",
    "roster_csv", "survey_csv", "surveymonkey", "typeform",
)  # fmt: skip
FILES = sorted(file for name in READERS for file in (EXPORTS / name).glob("*.csv"))
PIECES = (b'"', b",", b"\n", b"\x00", b"\xff", b";", b"'", b"=1+1", b"\r", b"{}", b"1E+11", b"[")
ROUNDS = 6


def damaged(whole: bytes, rng: np.random.Generator) -> bytes:
    """Some bytes put in, taken out, or the end cut off."""
    found = bytearray(whole)
    for _ in range(int(rng.integers(1, 6))):
        place = int(rng.integers(0, len(found)))
        if rng.random() < 0.6:
            found[place:place] = PIECES[int(rng.integers(0, len(PIECES)))]
        else:
            del found[place : place + int(rng.integers(1, 9))]
    return bytes(found[: int(rng.integers(1, len(found)))] if rng.random() < 0.2 else found)


@pytest.mark.parametrize("file", FILES, ids=[f"{f.parent.name}/{f.name}" for f in FILES])
def test_whatever_happens_to_a_file_nothing_is_lost_in_silence(
    file: Path, tmp_path: Path, rng: np.random.Generator
) -> None:
    path = tmp_path / file.name
    for _ in range(ROUNDS):
        path.write_bytes(damaged(file.read_bytes(), rng))
        try:
            report = check_file(path, file.parent.name)
        except AuditError as error:
            assert error.code, str(error)
            told = str(error)
        else:
            report.balance.check()
            told = " ".join(report.warnings)
        assert "CANARY" not in told.upper()
