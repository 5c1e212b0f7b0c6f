"""500 made-up companies through the publisher: nothing follows from what comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.validate.attacks.forest import TREES, Tree, attack_forest, attack_tree
from audit.validate.attacks.linkage import link_all
from core.progress import Silent

SEED, WORKERS = 2026, 2


@pytest.mark.slow
def test_no_hidden_cell_follows_in_500_companies() -> None:
    found = attack_forest(SEED, WORKERS, Silent())
    cells = next(one for one in found if one.name == "random trees: row-space recovery")
    print(f"{cells.tried} cells and sets attacked in {TREES} companies")  # noqa: T201
    assert cells.tried > 100 * TREES
    assert [one for one in found if not one.is_withstood] == []


@pytest.mark.slow
def test_a_company_with_two_releases_gives_nothing(tmp_path: Path) -> None:
    found = attack_tree(Tree(SEED, 1), tmp_path)
    assert [one for one in found if not one.is_withstood] == []


@pytest.mark.slow
def test_engagements_are_linked_by_one_key_and_not_by_two(tmp_path: Path) -> None:
    for name in ("two", "one"):
        (tmp_path / name).mkdir()
    apart = link_all(tmp_path / "two", seed=SEED)
    same = link_all(tmp_path / "one", seed=SEED, keys=(bytes(32), bytes(32)))
    assert [one.got for one in apart] == [0, 0]
    assert all(one.got > 0 for one in same)
