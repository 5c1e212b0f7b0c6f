"""500 made-up companies through the publisher: nothing follows from what comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.validate.attacks.forest import TREES, Tree, attack_forest, attack_tree
from audit.validate.attacks.linkage import link_all
from core.progress import Silent
from core.published import Published

SEED, WORKERS = 2026, 2


@pytest.mark.slow
def test_no_hidden_cell_follows_in_500_companies() -> None:
    found = attack_forest(SEED, WORKERS, Silent())
    cells = next(one for one in found if one.name == "random trees: row-space recovery")
    print(f"{cells.tried} cells and sets attacked in {TREES} companies")  # noqa: T201
    assert cells.tried > 100 * TREES
    assert [one for one in found if not one.is_withstood] == []


def test_no_slice_of_a_hidden_group_is_shown(tmp_path: Path) -> None:
    # In this company a unit is hidden and its part at one place, ten people or more, was not.
    tree = Tree(SEED, 20)
    attack_tree(tree, tmp_path)
    published = Published.open(tmp_path / "tree-20" / "published")
    keys = ["window_id", "group_id"]
    groups = published.table("org_groups").set_index(keys)["is_shown"]
    slices = published.table("slices").dropna(subset=["group_id"]).set_index(keys)["is_shown"]
    of_group = groups.reindex(slices.index).to_numpy(dtype=bool)
    assert (~of_group).any()
    assert not slices.to_numpy(dtype=bool)[~of_group].any()


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
