"""Themes past the wall: words without counts, and nothing that follows about a smaller group."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from private_people import PARENT
from private_run import options, write_private_run

from audit.disclosure.theme_rows import Interviewed, readable
from audit.publish import publish
from core.engine import DuckDBEngine
from core.progress import Silent
from core.published import Published
from core.store import RunFolder
from core.tables.published import PUBLISHED_THEMES
from core.tables.results import INDICATOR_VALUES, THEMES

LEAVES = ("fleet", "stores", "dispatch", "yard", "north", "south")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return write_private_run(tmp_path / "run")


def released(folder: RunFolder, **changes: object) -> Published:
    publish(folder, options(**changes), DuckDBEngine(), Silent())
    return Published.open(folder.published)


def counted(leaves: Mapping[str, int]) -> Interviewed:
    """Add up interviewees from the leaves of the made-up organization."""
    n = dict.fromkeys(PARENT, 0)
    for leaf, count in leaves.items():
        group: str | None = leaf
        while group is not None:
            n[group] += count
            group = PARENT[group]
    return Interviewed(PARENT, n)


def test_themes_leave_in_words_with_their_quadrant_and_no_count(folder: RunFolder) -> None:
    themes = released(folder).table("themes")
    # By hand: org 21 = ops 17 + 4 in care, under the floor of 8. Closing ops would not help: the
    # rest beyond fleet and stores is 4 too. So the whole organization is closed.
    assert themes[["group_id", "code"]].to_numpy().tolist() == [
        ["fleet", "late"], ["ops", "thanks"], ["ops", "late"], ["stores", "thanks"],
    ]  # fmt: skip
    assert set(themes["quadrant"]) == {"hears"}
    assert themes["says"].tolist()[0] == (
        'Interviews speak of "late" as a strain (transparent communication).'
    )
    assert {c.type for c in PUBLISHED_THEMES.columns if c.name != "window_id"} == {"string"}
    assert not themes["says"].str.contains(r"\d").any()


def test_a_group_that_is_not_shown_has_no_theme(folder: RunFolder) -> None:
    themes = THEMES.read(folder.results)
    more = themes[themes["group_id"] == "fleet"]
    for group in ("dispatch", "yard"):
        themes = themes.merge(more.assign(group_id=group), how="outer")
    THEMES.write(themes, folder.results)
    assert not {"dispatch", "yard"} & set(released(folder).table("themes")["group_id"])


def test_a_row_that_is_no_theme_is_never_published_whatever_its_count(folder: RunFolder) -> None:
    THEMES.write(THEMES.read(folder.results).assign(is_theme=False), folder.results)
    assert released(folder).table("themes").empty


def test_themes_of_one_group_below_are_not_said_of_the_whole(folder: RunFolder) -> None:
    themes = THEMES.read(folder.results)
    ours = themes[themes["group_id"] == "fleet"]
    alone = [ours.assign(group_id=group) for group in ("fleet", "ops", "org")]
    THEMES.write(pd.concat(alone, ignore_index=True), folder.results)
    assert set(released(folder).table("themes")["group_id"]) == {"fleet"}


def test_a_higher_floor_closes_groups_with_fewer_interviews(folder: RunFolder) -> None:
    themes = released(folder, min_people=10).table("themes")
    # Fleet (9) and stores (8) are under 10; org beyond ops has 4: of the two ops is the smaller.
    assert set(themes["group_id"]) == {"org"}


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        # Rest of ops beyond fleet is 5: fleet is closed, for 14 hide nobody.
        ({"fleet": 9, "stores": 5, "north": 8}, {"org", "ops", "care", "north"}),
        # Nothing beyond fleet: ops and org say the same as fleet.
        ({"fleet": 9}, {"org", "ops", "fleet"}),
        # A rest of 8 may be told from fleet.
        ({"fleet": 9, "stores": 8}, {"org", "ops", "fleet", "stores"}),
        ({"fleet": 7, "stores": 7}, {"org", "ops"}),
        ({"fleet": 3}, set()),
    ],
)
def test_the_remainder_rule_by_hand(leaves: dict[str, int], expected: set[str]) -> None:
    assert readable(counted(leaves), list(PARENT), 8) == expected


@given(
    leaves=st.dictionaries(st.sampled_from(LEAVES), st.integers(0, 20)),
    shown=st.sets(st.sampled_from(sorted(PARENT))),
    floor=st.integers(5, 12),
)
def test_no_difference_of_readable_groups_is_a_small_group(
    leaves: dict[str, int], shown: set[str], floor: int
) -> None:
    interviewed = counted(leaves)
    found = readable(interviewed, shown, floor)
    n = interviewed.n_interviews
    members = {g: {leaf for leaf in LEAVES if g in _above(leaf)} for g in PARENT}
    assert found <= shown
    for group in found:
        assert n[group] >= floor
        inside = [g for g in found if members[g] < members[group]]
        for part in inside:
            rest = sum(leaves.get(x, 0) for x in members[group] - members[part])
            assert rest == 0 or rest >= floor
        covered = set().union(*(members[g] for g in inside)) if inside else set()
        rest = sum(leaves.get(x, 0) for x in members[group] - covered)
        assert rest == 0 or rest >= floor


def _above(leaf: str) -> set[str]:
    found, group = set(), PARENT[leaf]
    found.add(leaf)
    while group is not None:
        found.add(group)
        group = PARENT[group]
    return found


def test_where_nobody_was_asked_the_reason_is_said_and_no_floor(folder: RunFolder) -> None:
    values = INDICATOR_VALUES.read(folder.results)
    silent = values[values["indicator"] == "isolation"].assign(
        indicator="felt_listening", status="not_observed", n_people=0, n_observations=0,
        value=None, expected=None, why="nobody was asked in this period",
    )  # fmt: skip
    kept = values[values["indicator"] != "felt_listening"]
    INDICATOR_VALUES.write(pd.concat([kept, silent], ignore_index=True), folder.results)
    told = released(folder).table("indicator_values")
    told = told[told["indicator"] == "felt_listening"].set_index("group_id")
    assert told.loc["fleet", ["status", "why"]].tolist() == [
        "not_observed", "nobody was asked in this period",
    ]  # fmt: skip
    assert told.loc["yard", "status"] == "not_shown"
    assert told["value"].isna().all()
