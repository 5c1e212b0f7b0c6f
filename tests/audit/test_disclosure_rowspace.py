"""Row-space audit and suppression on any cube, against exact rational elimination."""

from __future__ import annotations

import numpy as np
import pytest
from exact_rank import exact_rank

from audit.disclosure.bounds import Shown, widths
from audit.disclosure.cube import Cube
from audit.disclosure.defences import Defences
from audit.disclosure.rowspace import revealed, suppress

FLOOR = 8


def exact_revealed(cube: Cube, hidden: frozenset[str]) -> list[str]:
    """Oracle: hidden slices and small atoms whose row does not raise the rank of the shown."""
    shown = cube.vectors(cube.slices[s] for s in sorted(cube.slices) if s not in hidden).tolist()
    rank = exact_rank(shown)
    sets = {s: cube.slices[s] for s in sorted(hidden) if cube.slices[s]}
    sets |= {atom: frozenset({atom}) for atom in cube.small_atoms(FLOOR)}
    rows = dict(zip(sets, cube.vectors(sets.values()).tolist(), strict=True))
    return [name for name, row in rows.items() if exact_rank([*shown, row]) == rank]


def random_cube(rng: np.random.Generator, n_units: int = 5) -> Cube:
    """Units in two divisions, crossed with two sites and two levels; many small atoms."""
    slices: dict[str, set[str]] = {}
    people: dict[str, int] = {}
    for unit in range(n_units):
        for site in "NS":
            for level in "12":
                n = int(rng.integers(0, 13))
                atom = f"u{unit}{site}{level}"
                people[atom] = n
                names = ("all", f"d{unit % 2}", f"u{unit}", site, level, f"u{unit}{site}")
                for name in names if n else ():
                    slices.setdefault(name, set()).add(atom)
    tiers = {name: (1 if len(name) == 1 else 2 if name[-1] in "NS" else 0) for name in slices}
    return Cube({name: frozenset(held) for name, held in slices.items()}, people, {}, tiers)


def hidden_of(cube: Cube) -> frozenset[str]:
    return frozenset(s for s in cube.slices if cube.size(s) < FLOOR)


def test_no_hidden_slice_follows_on_random_cubes_by_the_exact_oracle(
    rng: np.random.Generator,
) -> None:
    n_added = 0
    for _ in range(4):
        cube = random_cube(rng)
        small = hidden_of(cube)
        hidden = small | suppress(cube, small, FLOOR)
        n_added += len(hidden - small)
        assert exact_revealed(cube, hidden) == revealed(cube, hidden, FLOOR) == []
        assert suppress(cube, hidden, FLOOR) == frozenset()  # nothing is left to do
    assert n_added > 2


def test_the_judge_finds_what_the_oracle_finds_where_nothing_is_suppressed(
    rng: np.random.Generator,
) -> None:
    n_found = 0
    for _ in range(4):
        cube = random_cube(rng)
        found = revealed(cube, hidden_of(cube), FLOOR)
        assert found == exact_revealed(cube, hidden_of(cube))
        n_found += len(found)
    assert n_found > 2


def test_without_the_complement_hidden_cells_follow(rng: np.random.Generator) -> None:
    off = Defences(complement=False, remainder=False)
    cubes = [random_cube(rng) for _ in range(5)]
    assert any(
        exact_revealed(c, hidden_of(c) | suppress(c, hidden_of(c), FLOOR, defences=off))
        for c in cubes
    )


def test_what_is_hidden_is_the_smallest_and_could_not_be_shown() -> None:
    # By hand: of 45 people 5 are hidden; the sibling of 10 goes, not that of 30.
    people = {"all": 45, "a": 30, "b": 10, "c": 5}
    cube = Cube.of_tree({"all": None, "a": "all", "b": "all", "c": "all"}, people)
    assert suppress(cube, frozenset({"c"}), FLOOR) == {"b"}


def test_a_group_that_differs_from_another_by_a_few_people_is_not_shown_beside_it() -> None:
    # By hand: 30 people, 24 of them in a; b and c (3 each) are hidden, and neither follows from
    # 30 - 24, but the six of them would.
    cube = Cube.of_tree(
        {"all": None, "a": "all", "b": "all", "c": "all"}, {"all": 30, "a": 24, "b": 3, "c": 3}
    )
    hidden = frozenset({"b", "c"})
    assert suppress(cube, hidden, FLOOR) == {"a"}
    assert suppress(cube, hidden, FLOOR, defences=Defences(remainder=False)) == frozenset()


def test_two_overlapping_slices_that_differ_by_a_few_on_both_sides_are_not_both_shown() -> None:
    # By hand: x = common + 3, y = common + 4: each less the other is a few people.
    people = {"common": 20, "more": 3, "other": 4, "rest": 30}
    cube = Cube({"x": frozenset({"common", "more"}), "y": frozenset({"common", "other"})}, people)
    assert suppress(cube, frozenset(), FLOOR) == {"x"}
    assert suppress(cube, frozenset(), FLOOR, defences=Defences(remainder=False)) == frozenset()


def test_what_the_remainders_of_several_parts_add_up_to_is_no_few_people() -> None:
    # By hand: 60 = 27 + 26 + (3 + 4): no pair differs by a few, all three together do.
    cube = Cube.of_tree(
        {"all": None, "a": "all", "b": "all", "c": "all", "d": "all"},
        {"all": 60, "a": 27, "b": 26, "c": 3, "d": 4},
    )
    assert suppress(cube, frozenset({"c", "d"}), FLOOR) == {"b"}


def test_public_slices_are_taken_as_known() -> None:
    # By hand: b was told before; with all it would leave c (5).
    parent = {"all": None, "b": "all", "c": "all"}
    cube = Cube.of_tree(parent, {"all": 25, "b": 20, "c": 5})
    assert suppress(cube, frozenset({"c"}), FLOOR, public=frozenset({"b"})) == {"all"}


def test_bounds_are_those_drawn_by_hand() -> None:
    # By hand: all (20) lies at 50 %, a (10) at 60 %: the ten of b are at 40 % exactly. With all
    # at 45 to 55 % and a at 55 to 65 %, b lies between (9 - 6.5) / 10 and (11 - 5.5) / 10.
    cube = Cube.of_tree({"all": None, "a": "all", "b": "all"}, {"all": 20, "a": 10, "b": 10})
    exact = Shown(cube, {"all": (0.5, 0.5), "a": (0.6, 0.6)})
    rounded = Shown(cube, {"all": (0.45, 0.55), "a": (0.55, 0.65)})
    alone = Shown(cube, {"a": (0.6, 0.6)})
    assert list(widths(exact, ["b"])) == pytest.approx([0.0], abs=1e-9)
    assert list(widths(rounded, ["b"])) == pytest.approx([0.30])
    assert list(widths(alone, ["b"])) == pytest.approx([1.0])


def test_the_elimination_takes_what_does_not_tell_and_a_forced_row_whatever_it_tells() -> None:
    cube = Cube.of_tree({"all": None, "a": "all", "b": "all"}, {"all": 25, "a": 20, "b": 5})
    public = frozenset({"all", "a"})
    assert revealed(cube, frozenset({"b"}), FLOOR) == ["b", "b"]
    assert suppress(cube, frozenset({"b"}), FLOOR, public=public) == frozenset()


@pytest.mark.slow
def test_no_hidden_group_follows_on_500_random_trees(rng: np.random.Generator) -> None:
    for _ in range(500):
        n = int(rng.integers(3, 18))
        parent: dict[str, str | None] = {"g00": None}
        parent |= {f"g{i:02}": f"g{int(rng.integers(0, i)):02}" for i in range(1, n)}
        people = {g: int(rng.integers(0, 15)) for g in parent}
        for i in range(n - 1, 0, -1):
            people[str(parent[f"g{i:02}"])] += people[f"g{i:02}"]
        cube = Cube.of_tree(parent, people)
        hidden = hidden_of(cube) | suppress(cube, hidden_of(cube), FLOOR)
        assert exact_revealed(cube, hidden) == revealed(cube, hidden, FLOOR) == []
