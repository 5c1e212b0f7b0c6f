"""A narrowed door: of a release a leader reads own groups and the one above, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from made_up_release import make_release

from core.published import Published
from core.scoped import Scope, Scoped
from core.tables.published import PUBLISHED

IDS = ("group_id", "parent_id", "division_id", "source_group_id", "target_group_id")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scoped") / "tables"
    make_release(path, "full")
    return path


def _tree(folder: Path) -> pd.DataFrame:
    groups = Published(folder).table("org_groups")
    return groups.drop_duplicates("group_id", keep="last").set_index("group_id")


def test_a_leader_reads_own_groups_and_the_one_above(folder) -> None:
    scoped = Scoped(folder, Scope("subtree", "operations"))
    # By hand: seven teams below Operations, and the whole above it.
    assert len(scoped.own) == 8
    assert scoped.above == {"org"}
    assert set(scoped.table("org_groups")["group_id"]) == scoped.own | {"org"}
    assert set(scoped.table("indicator_values")["group_id"]) <= scoped.own | {"org"}
    assert "operations-fleet" in set(scoped.table("themes")["group_id"])


def test_the_unit_above_is_a_benchmark_and_no_more(folder) -> None:
    scoped = Scoped(folder, Scope("subtree", "operations"))
    for name in ("findings", "verdict_evidence", "regions", "themes"):
        assert "org" not in set(scoped.table(name)["group_id"]), name
    alone = Scoped(folder, Scope("subtree", "operations", benchmark=False))
    assert "org" not in set(alone.table("verdicts")["group_id"])


def test_no_cell_of_any_table_speaks_of_a_group_beyond_the_scope(folder) -> None:
    tree = _tree(folder)
    for unit in ("org", "operations", "sales", "operations-fleet", "people-learning"):
        scoped = Scoped(folder, Scope("subtree", str(unit)))
        beyond = tree.loc[[i for i in tree.index if i not in scoped.seen]]
        above = {str(n) for n in tree.loc[unit, "path"].split(" / ")}
        names = [str(n) for n in beyond["name"] if n not in above and str(n) != "People"]
        said = "\n".join(_cells(scoped, name) for name in PUBLISHED)
        inside = "\n".join(tree.loc[list(scoped.seen), "name"])
        for name in names:
            if name in inside or name in ("Sales", "Research", "Support", "Design", "Learning"):
                continue  # a word of other names and of the catalogue
            assert not re.search(rf"\b{re.escape(name)}\b", said), (unit, name)
        for table in ("org_groups", "unit_edges", "verdicts", "findings", "unit_map", "units"):
            frame = scoped.table(table)
            for column in set(frame.columns) & set(IDS) - {"division_id"}:
                assert set(frame[column].dropna()) <= scoped.seen, (unit, table, column)


def test_contact_is_read_where_both_ends_are_own(folder) -> None:
    scoped = Scoped(folder, Scope("subtree", "operations"))
    edges = scoped.table("unit_edges")
    whole = Published(folder).table("unit_edges")
    # From the whole table, with the own teams told by their ids.
    source, target = (
        whole[f"{end}_group_id"].str.startswith("operations") for end in ("source", "target")
    )
    assert 0 < len(edges) == int((source & target).sum()) < int((source | target).sum())


def test_places_of_findings_are_counted_anew(folder) -> None:
    findings = Scoped(folder, Scope("subtree", "operations")).table("findings")
    assert findings["place"].tolist() == list(range(1, len(findings) + 1))


def test_a_group_that_moved_away_is_not_read_any_more(folder, tmp_path) -> None:
    # In the earlier period Fleet lies below Operations, in the later one elsewhere.
    groups = Published(folder).table("org_groups")
    latest = groups["window_id"].max()
    moved = (groups["group_id"] == "operations-fleet") & (groups["window_id"] == latest)
    groups.loc[moved, "parent_id"] = "sales"
    make_release(tmp_path, "full")
    PUBLISHED["org_groups"].write(groups, tmp_path)
    assert "operations-fleet" not in Scoped(tmp_path, Scope("subtree", "operations")).own
    assert "operations-fleet" in Scoped(tmp_path, Scope("subtree", "sales")).own


@pytest.mark.parametrize("reach", ["quality", "nothing"])
def test_a_role_without_results_reads_no_row_about_a_group(folder, reach) -> None:
    scoped = Scoped(folder, Scope(reach))
    for name, contract in PUBLISHED.items():
        if set(IDS) & set(contract.names) or name in ("evidence", "slice_values"):
            assert scoped.table(name).empty, name
    about = scoped.table("about").iloc[0]
    whole = Published(folder).table("about").iloc[0]
    assert about["headline"] != whole["headline"]
    assert about["next_step"] == ""
    assert scoped.table("quality").empty == (reach == "nothing")


def test_an_unknown_unit_reads_nothing_and_an_unknown_table_is_empty(folder) -> None:
    scoped = Scoped(folder, Scope("subtree", "no-such-unit"))
    assert not scoped.is_found
    assert scoped.table("org_groups").empty
    assert scoped.table("verdicts").empty


def _cells(scoped: Scoped, name: str) -> str:
    frame = scoped.table(name)
    texts = [c for c in frame.columns if c not in IDS and c not in ("path", "unit_id")]
    if name == "indicators":
        return ""
    return "\n".join("\n".join(frame[c].dropna().astype(str)) for c in texts)
