"""The exchange of units, and 200 exchanges in the mail of a real company."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from whole_run import WholeRun

from audit import pipeline
from audit.config.audit_file import load_config
from audit.validate.label_shuffles import exchanged_units, label_shuffles
from core.progress import Silent
from core.store import RunFolder
from core.tables.canonical import PEOPLE

MOST = 0.07


def _people(n: int = 60) -> pd.DataFrame:
    number = np.arange(n)
    return pd.DataFrame(
        {
            "person_id": [f"p{i:02d}" for i in number],
            "valid_from_day": 0,
            "kind": "employee",
            "unit_id": [f"u{i % 4}" for i in number],
            "level": (number >= n // 2).astype(int),
            "site": None,
        }
    )


def test_units_are_exchanged_within_a_level_and_keep_their_sizes(
    rng: np.random.Generator,
) -> None:
    before = _people()
    after = exchanged_units(before, rng)
    assert (after["unit_id"] != before["unit_id"]).mean() > 0.5
    for level in (0, 1):
        old, new = (t.loc[t["level"] == level, "unit_id"].value_counts() for t in (before, after))
        assert new.to_dict() == old.to_dict()
    own = before.columns.drop("unit_id")
    pd.testing.assert_frame_equal(after[own], before[own])


def test_a_mover_keeps_one_unit_and_outsiders_have_none(rng: np.random.Generator) -> None:
    people = _people()
    moved = people.iloc[[0]].assign(valid_from_day=50, unit_id="u3")
    outside = people.iloc[[1]].assign(person_id="x", kind="external", unit_id=None)
    after = exchanged_units(pd.concat([people, moved, outside], ignore_index=True), rng)
    assert len(set(after.loc[after["person_id"] == "p00", "unit_id"])) == 1
    assert after.loc[after["person_id"] == "x", "unit_id"].isna().all()
    assert after["unit_id"].value_counts()["u3"] == 15 + 1 + (after["unit_id"][0] == "u3")


def test_shuffles_of_a_finished_run_judge_it_anew_and_leave_it_as_it_was(
    whole_run: WholeRun,
) -> None:
    config = load_config(whole_run.exports / "audit.toml")
    before = PEOPLE.path(whole_run.folder.canonical).read_bytes()
    once = label_shuffles(config, whole_run.folder, 1, seed=5)
    assert once.n_tested > 0
    assert 0 <= once.n_confirmed <= once.n_watch <= once.n_shuffles == 1
    assert PEOPLE.path(whole_run.folder.canonical).read_bytes() == before


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_shuffled_departments_of_a_real_company_confirm_almost_nothing(
    shared_dir: Path, checkout: Path, tmp_path: Path
) -> None:
    text = (checkout / "examples" / "enron.toml").read_text()
    text = text.replace("../../shared/data", str(shared_dir / "data"))
    text += f'\n[privacy]\nkey_file = "{tmp_path / "enron.key"}"\n'
    (tmp_path / "enron.toml").write_text(text)
    config = load_config(tmp_path / "enron.toml")
    pipeline.run(config, tmp_path / "run", Silent())
    found = label_shuffles(config, RunFolder.open(tmp_path / "run"), 200, seed=2026)
    assert found.n_tested >= 2  # there was something to judge
    assert found.any_confirmed <= MOST, found
