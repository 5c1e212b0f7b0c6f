"""The island map: nothing overlaps, nothing is left to chance, nothing hidden shows."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from core.checks import check
from core.engine import DuckDBEngine
from core.tables.published import UNIT_MAP
from graph.islands import packed, slots
from graph.layout import island_map

EDGE = ["source_group_id", "target_group_id", "strength"]


def _company(sizes: list[int], hidden: tuple[str, ...] = ()) -> pd.DataFrame:
    rows = [(f"d{d}-u{i:02d}", f"d{d}") for d, n in enumerate(sizes) for i in range(n)]
    frame = pd.DataFrame(rows, columns=["group_id", "division_id"])
    return frame.assign(is_shown=~frame["group_id"].isin(hidden))


def _contact(leaves: pd.DataFrame, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ids = leaves["group_id"].tolist()
    rows = [
        (a, b, int(rng.integers(1, 6)))
        for i, a in enumerate(ids)
        for b in ids[i + 1 :]
        if rng.random() < (0.5 if a[:2] == b[:2] else 0.1)
    ]
    return pd.DataFrame(rows, columns=EDGE)


def _map(leaves: pd.DataFrame, edges: pd.DataFrame, seed: int = 7) -> pd.DataFrame:
    return island_map(leaves, edges, np.random.default_rng(seed))


def _distances(frame: pd.DataFrame) -> np.ndarray:
    xy = frame[["x", "y"]].to_numpy()
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return apart


@settings(max_examples=8, deadline=None)
@given(sizes=st.lists(st.integers(1, 14), min_size=1, max_size=9), seed=st.integers(0, 99))
def test_islands_and_marks_never_overlap(sizes: list[int], seed: int) -> None:
    leaves = _company(sizes)
    drawn = _map(leaves, _contact(leaves, seed), seed)
    islands = drawn[drawn["kind"] == "division"].set_index("group_id")
    marks = drawn[drawn["kind"] == "leaf"]
    assert len(islands) == len(sizes)
    assert set(marks["group_id"]) == set(leaves["group_id"])
    radii = islands["radius"].to_numpy()
    shores = _distances(islands) - radii[:, None] - radii[None, :]
    assert (shores > 0).all()
    reach = islands[["x", "y"]].abs().to_numpy() + radii[:, None]
    assert reach.max() <= 1 + 1e-5
    homes = islands.loc[marks["division_id"]]
    offset = np.hypot(
        marks["x"].to_numpy() - homes["x"].to_numpy(),
        marks["y"].to_numpy() - homes["y"].to_numpy(),
    )
    # One smallest distance on all islands; a mark of half that size stays on its island.
    smallest = _distances(marks).min() if len(marks) > 1 else 2 * radii.min()
    assert (homes["radius"].to_numpy() - offset >= 0.5 * smallest - 1e-5).all() or len(marks) == 1


def test_marks_keep_the_same_smallest_distance_everywhere() -> None:
    leaves = _company([1, 2, 5, 9, 23])
    drawn = _map(leaves, _contact(leaves, 1))
    marks = drawn[drawn["kind"] == "leaf"]
    nearest = [_distances(rows).min() for _, rows in marks.groupby("division_id") if len(rows) > 1]
    assert min(nearest) == pytest.approx(max(nearest), abs=1e-4)


def test_the_same_seed_gives_the_same_map_in_any_row_order() -> None:
    leaves = _company([6, 4, 8])
    edges = _contact(leaves, 2)
    turned = edges.rename(columns={EDGE[0]: EDGE[1], EDGE[1]: EDGE[0]})[EDGE]
    shuffled = turned.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        _map(leaves, edges), _map(leaves.sample(frac=1, random_state=4), shuffled)
    )
    assert not _map(leaves, edges).equals(_map(leaves, edges, seed=8))


def test_contact_of_hidden_groups_moves_nothing() -> None:
    leaves = _company([6, 4, 8], hidden=("d0-u03", "d2-u01"))
    edges = _contact(_company([6, 4, 8]), 2)
    known = edges[~edges[EDGE[:2]].isin(["d0-u03", "d2-u01"]).any(axis=1)]
    pd.testing.assert_frame_equal(_map(leaves, edges), _map(leaves, known))


def test_hidden_groups_take_the_free_slots_by_name() -> None:
    leaves = _company([6], hidden=("d0-u00", "d0-u04"))
    named = leaves.assign(name=["Zebra", "b", "c", "d", "Ant", "f"])
    places = _map(named, _contact(leaves, 2)).set_index("group_id")[["x", "y"]]
    renamed = named.assign(name=["Ant", "b", "c", "d", "Zebra", "f"])
    swapped = _map(renamed, _contact(leaves, 2)).set_index("group_id")[["x", "y"]]
    assert places.loc["d0-u00"].equals(swapped.loc["d0-u04"].rename("d0-u00"))
    assert places.loc["d0-u02"].equals(swapped.loc["d0-u02"])
    middle = places.mean()
    far = np.hypot(*(places - middle).to_numpy().T)
    assert pd.Series(far, places.index)[["d0-u00", "d0-u04"]].min() >= np.median(far) - 1e-6


def test_groups_in_contact_lie_nearer_than_groups_without() -> None:
    leaves = _company([12])
    first, second = leaves["group_id"][:6], leaves["group_id"][6:]
    rows = [(a, b, 5) for half in (first, second) for a in half for b in half if a < b]
    marks = _map(leaves, pd.DataFrame(rows, columns=EDGE)).set_index("group_id")
    marks = marks[marks["kind"] == "leaf"].sort_index()
    apart = _distances(marks)
    apart[np.isinf(apart)] = np.nan
    inside = np.nanmean([apart[:6, :6], apart[6:, 6:]])
    assert inside < 0.9 * np.nanmean(apart[:6, 6:])


def test_divisions_in_contact_are_neighbours() -> None:
    leaves = _company([5] * 6)
    # A ring of divisions: each is in contact with the next one only.
    rows = [(f"d{d}-u00", f"d{(d + 1) % 6}-u01", 5) for d in range(6)]
    islands = _map(leaves, pd.DataFrame(rows, columns=EDGE)).iloc[:6]
    apart = _distances(islands)
    near = np.mean([apart[d, (d + 1) % 6] for d in range(6)])
    assert near < 0.75 * np.mean([apart[d, (d + 3) % 6] for d in range(6)])


def test_a_division_that_is_its_own_leaf_is_one_row(engine: DuckDBEngine, tmp_path: Path) -> None:
    leaves = _company([3])
    own = pd.DataFrame({"group_id": ["lab"], "division_id": ["lab"], "is_shown": [True]})
    drawn = _map(pd.concat([leaves, own]), _contact(leaves, 1))
    UNIT_MAP.write(drawn, tmp_path)
    check(engine, UNIT_MAP, tmp_path)
    lab = drawn.set_index("group_id").loc["lab"]
    assert (lab["kind"], lab["radius"] > 0) == ("leaf", True)


def test_no_groups_and_no_contact_are_no_error() -> None:
    assert _map(_company([]), pd.DataFrame(columns=EDGE)).empty
    assert len(_map(_company([3, 2]), pd.DataFrame(columns=EDGE))) == 7
    with pytest.raises(ValueError, match="twice"):
        _map(pd.concat([_company([2]), _company([2])]), pd.DataFrame(columns=EDGE))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8, 12, 20, 61])
def test_slots_keep_their_distance_in_a_small_disk(count: int) -> None:
    places = slots(count)
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    assert len(places) == count
    assert apart.min() >= 1 - 1e-9
    # At least 40 % of the disk out to half a distance beyond the marks is covered by them.
    reach = np.hypot(*places.T).max() + 0.5
    assert count * 0.25 / reach**2 >= 0.4


def test_circles_in_one_place_are_parted() -> None:
    centres = packed(np.zeros((4, 2)), np.array([1.0, 2.0, 1.0, 3.0]), 0.5)
    apart = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    assert apart[0, 3] >= 4.5 - 1e-9
    assert apart[0, 2] >= 2.5 - 1e-9
