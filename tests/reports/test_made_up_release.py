from __future__ import annotations

from pathlib import Path

import pytest
from made_up_release import Kind, make_release

from core.checks import check
from core.engine import DuckDBEngine
from core.tables.published import PUBLISHED, PUBLISHED_JOINTS, PUBLISHED_VERDICTS


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("kind", ["full", "small", "smallest"])
def test_a_made_up_release_keeps_every_contract(tmp_path: Path, kind: Kind, hostile: bool) -> None:
    make_release(tmp_path, kind, hostile)
    with DuckDBEngine() as engine:
        for contract in PUBLISHED.values():
            check(engine, contract, tmp_path)


def test_the_full_release_holds_every_word(tmp_path: Path) -> None:
    release = make_release(tmp_path)
    assert set(release.table("verdicts")["verdict"]) == set(PUBLISHED_VERDICTS)
    assert set(release.table("joint_verdicts")["joint"]) == set(PUBLISHED_JOINTS)
    assert release.table("windows")["label"].tolist() == ["Before", "After"]


def test_hidden_rows_of_the_release_hold_no_number(tmp_path: Path) -> None:
    release = make_release(tmp_path)
    for name in ("verdicts", "indicator_values"):
        table = release.table(name)
        hidden = table[~table["is_shown"]]
        numbers = hidden.select_dtypes("number").drop(columns=["window_id"])
        assert len(hidden) > 0
        assert numbers.isna().all().all()
