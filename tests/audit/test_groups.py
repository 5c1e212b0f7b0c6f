"""The rule for reportable groups: merged by a fixed order, named, with nobody lost."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.groups import BY_PARENT, EMPTY, MERGED, OWN_GROUP, Groups, build_groups_of

Tree = dict[str, tuple[str | None, int]]


def units(tree: Tree) -> pd.DataFrame:
    rows = [(unit, parent, unit.split("/")[-1].title()) for unit, (parent, _) in tree.items()]
    return pd.DataFrame(rows, columns=["unit_id", "parent_id", "name"])


def homes(tree: Tree) -> pd.Series:
    return pd.Series([unit for unit, (_, n) in tree.items() for _ in range(n)], dtype="object")


def grouped(tree: Tree, least: int = 8, earlier: Groups | None = None) -> Groups:
    return build_groups_of(units(tree), homes(tree), least, earlier)


def sizes(groups: Groups) -> dict[str, int]:
    table = groups.table
    return dict(zip(table["name"], table["n_people"], strict=True))


COMPANY: Tree = {
    "org": (None, 0),
    "ops": ("org", 0),
    "ops/fleet": ("ops", 9),
    "ops/stores": ("ops", 5),
    "ops/dispatch": ("ops", 4),
    "fin": ("org", 0),
    "fin/tax": ("fin", 5),
    "fin/ledger": ("fin", 6),
    "care": ("org", 12),
}


def test_small_units_merge_with_the_smallest_sibling_and_say_what_they_hold() -> None:
    # By hand: dispatch (4) joins stores (5), which makes 9; fleet (9) stands alone.
    found = sizes(grouped(COMPANY))
    assert found == {
        "Org": 41,
        "Ops": 18,
        "Fleet": 9,
        "Ops: Dispatch and Stores": 9,
        "Fin": 11,
        "Care": 12,
    }


def test_a_parent_whose_children_are_all_small_reports_for_them() -> None:
    groups = grouped(COMPANY)
    assert groups.leaf_of("fin/tax") == "fin"
    why = groups.unit_groups.set_index("unit_id")["why"]
    assert why["fin/tax"] == BY_PARENT
    assert why["ops/stores"] == MERGED
    assert why["care"] == OWN_GROUP


def test_under_the_root_small_units_are_merged_never_swallowed() -> None:
    flat: Tree = {"org": (None, 0)} | {f"t{i}": ("org", 5) for i in range(6)}
    found = sizes(grouped(flat))
    assert sorted(found.values()) == [10, 10, 10, 30]


def test_ties_in_size_go_by_name() -> None:
    tree: Tree = {"org": (None, 0), "b": ("org", 5), "a": ("org", 5), "c": ("org", 20)}
    assert "Org: A and B" in sizes(grouped(tree))


def test_people_of_a_unit_beside_its_sub_units_are_counted_once() -> None:
    tree: Tree = {"org": (None, 1), "ops": ("org", 2), "ops/x": ("ops", 9), "ops/y": ("ops", 10),
                  "care": ("org", 12)}  # fmt: skip
    groups = grouped(tree)
    found = sizes(groups)
    # The two in Ops itself join the smaller of X and Y, the one at the top joins Care.
    assert found["X, with own staff of Ops"] == 11
    assert found["Care, with own staff of Org"] == 13
    assert groups.leaf_of("ops") == "ops/x"
    assert groups.path_of("ops") == ("org", "ops", "ops/x")


def test_own_staff_of_enough_people_is_a_group_of_its_own() -> None:
    tree: Tree = {"org": (None, 0), "ops": ("org", 8), "ops/x": ("ops", 9), "care": ("org", 12)}
    assert sizes(grouped(tree))["Ops: own staff"] == 8


def test_a_small_unit_beside_a_large_one_with_teams_joins_one_of_these_teams() -> None:
    tree: Tree = {"org": (None, 0), "small": ("org", 3), "big": ("org", 0),
                  "big/x": ("big", 10), "big/y": ("big", 12), "other": ("org", 40)}  # fmt: skip
    groups = grouped(tree)
    found = sizes(groups)
    assert found["Org: Big and Small"] == 25
    assert groups.leaf_of("small") == groups.leaf_of("big/x")
    assert groups.leaf_of("big/y") == "big/y"


def test_a_unit_without_anybody_is_no_group_and_says_so() -> None:
    groups = grouped(COMPANY | {"ops/new": ("ops", 0)})
    why = groups.unit_groups.set_index("unit_id")["why"]
    assert why["ops/new"] == EMPTY
    assert "New" not in " ".join(sizes(groups))


def test_a_merge_stays_in_the_next_period_while_it_suffices() -> None:
    first = grouped(COMPANY)
    # Stores has grown: on its own it would suffice, and dispatch would join fleet.
    grown = COMPANY | {"ops/stores": ("ops", 8)}
    assert "Ops: Dispatch and Stores" in sizes(grouped(grown, earlier=first))
    assert "Stores" not in sizes(grouped(grown, earlier=first))
    assert "Ops: Dispatch and Stores" in sizes(grouped(grown))
    larger = COMPANY | {"ops/stores": ("ops", 10)}
    assert "Ops: Dispatch and Fleet" in sizes(grouped(larger))
    assert "Ops: Dispatch and Stores" in sizes(grouped(larger, earlier=first))


def test_people_of_an_unknown_unit_count_in_the_whole_alone() -> None:
    assert grouped(COMPANY).path_of("closed-long-ago") == ("org",)


def test_names_with_and_in_them_are_kept_apart() -> None:
    tree: Tree = {"org": (None, 0), "web and security": ("org", 4), "platform": ("org", 5),
                  "care": ("org", 20)}  # fmt: skip
    assert "Org: Platform; Web And Security" in sizes(grouped(tree))


def test_a_long_list_of_units_is_cut_and_counted() -> None:
    tree: Tree = {"org": (None, 0), "care": ("org", 20)}
    tree |= {f"unit with a long name {i}": ("org", 1) for i in range(8)}
    name = next(n for n in sizes(grouped(tree)) if n.startswith("Org:"))
    assert len(name) <= 80
    assert "more" in name


def test_the_root_is_no_search_and_neither_is_a_group_without_an_outside() -> None:
    tree: Tree = {"org": (None, 0), "big": ("org", 0), "big/x": ("big", 20), "big/y": ("big", 20),
                  "care": ("org", 8)}  # fmt: skip
    searched = grouped(tree).table.set_index("group_id")["is_searched"]
    assert not searched["org"]
    assert searched["big"]
    assert searched["care"]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    n = draw(st.integers(2, 14))
    tree: Tree = {"u0": (None, draw(st.integers(0, 4)))}
    for i in range(1, n):
        parent = f"u{draw(st.integers(0, i - 1))}"
        tree[f"u{i}"] = (parent, draw(st.integers(0, 14)))
    return tree


@settings(max_examples=60, deadline=None)
@given(trees(), st.randoms(use_true_random=False))
def test_whatever_the_tree_groups_nest_add_up_and_reach_the_minimum(tree: Tree, random) -> None:  # type: ignore[no-untyped-def]
    groups = grouped(tree)
    table = groups.table.set_index("group_id")
    total = sum(n for _, n in tree.values())
    assert table.index.is_unique
    assert table.loc["u0", "n_people"] == total
    # Nobody is lost and nobody stands in two places: leaves partition the members.
    members = pd.DataFrame({"person_id": range(total), "unit_id": homes(tree)})
    counted = groups.people(members).groupby("group_id").size()
    assert counted.to_dict() == {k: v for k, v in table["n_people"].items() if v}
    for group in table.index:
        below = table[table["parent_id"] == group]
        if len(below):
            assert below["n_people"].sum() == table.loc[group, "n_people"]
            assert len(below) >= 2
    # Every group under the whole reaches the minimum; every unit has exactly one place.
    assert (table.loc[table["depth"] > 0, "n_people"] >= 8).all()
    assert sorted(groups.unit_groups["unit_id"]) == sorted(tree)
    assert set(groups.unit_groups["group_id"]) <= set(table.index)
    # The order of rows says nothing.
    shuffled = list(tree.items())
    random.shuffle(shuffled)
    again = grouped(dict(shuffled))
    pd.testing.assert_frame_equal(again.table, groups.table)


@pytest.mark.parametrize("least", [5, 8, 20])
def test_any_minimum_is_kept(least: int) -> None:
    table = grouped(COMPANY, least).table
    assert (table.loc[table["depth"] > 0, "n_people"] >= least).all()
