"""Disclosure control: floors, rounding, and no hidden cell in reach of an attacker."""

from dataclasses import dataclass

import numpy as np
import pytest
from exact_rank import exact_rank
from hypothesis import given
from hypothesis import strategies as st

from audit.disclosure.cube import Cube
from audit.disclosure.rounding import (
    around,
    log_odds_to_points,
    outwards,
    p_band,
    share_points,
    share_text,
    to_step,
)
from audit.disclosure.rowspace import recoverable, revealed, suppress
from audit.disclosure.thresholds import Floor, n_band
from core.errors import PrivacyError


def exact_recoverable(published: list[list[int]], hidden: list[int]) -> bool:
    """Oracle: exact rational elimination. A row is recoverable iff adding it keeps the rank."""
    return exact_rank(published) == exact_rank([*published, hidden])


def test_the_published_case_of_three_departments() -> None:
    # privacy design 5.3: three departments and their total; hiding one alone is recoverable.
    total, a, b = [1, 1, 1], [1, 0, 0], [0, 1, 0]
    hidden = np.array([[0.0, 0.0, 1.0]])
    assert recoverable(np.array([total, a, b], dtype=float), hidden).tolist() == [True]
    assert recoverable(np.array([total, a], dtype=float), hidden).tolist() == [False]


def test_row_space_equals_exact_elimination_on_random_systems(rng: np.random.Generator) -> None:
    for _ in range(200):
        atoms, shown = int(rng.integers(2, 8)), int(rng.integers(1, 8))
        table = rng.integers(0, 2, (shown, atoms))
        cell = rng.integers(0, 2, (1, atoms))
        expected = exact_recoverable(table.tolist(), cell[0].tolist())
        assert bool(recoverable(table.astype(float), cell.astype(float))[0]) == expected


@dataclass(frozen=True)
class Tree:
    parent: dict[str, str | None]
    people: dict[str, int]

    @property
    def ids(self) -> list[str]:
        return sorted(self.parent)

    @property
    def cube(self) -> Cube:
        return Cube.of_tree(self.parent, self.people)


def random_tree(rng: np.random.Generator) -> Tree:
    n = int(rng.integers(3, 25))
    parent: dict[str, str | None] = {"g00": None}
    for i in range(1, n):
        parent[f"g{i:02}"] = f"g{int(rng.integers(0, i)):02}"
    people = {g: int(rng.integers(0, 15)) for g in parent}
    for i in range(n - 1, 0, -1):
        above = parent[f"g{i:02}"]
        assert above is not None
        people[above] += people[f"g{i:02}"]
    return Tree(parent, people)


def test_nothing_hidden_is_recoverable_on_random_trees(rng: np.random.Generator) -> None:
    n_complements = 0
    for _ in range(30):
        tree = random_tree(rng)
        small = frozenset(g for g, n in tree.people.items() if n < 8)
        added = suppress(tree.cube, small, 8)
        n_complements += len(added)
        assert not (added & small)
        shown = [g for g in tree.ids if g not in small | added and tree.people[g] > 0]
        inside = {g: _below(tree, g) for g in tree.ids}
        atoms = tree.ids
        table = [[int(a in inside[g]) for a in atoms] for g in shown]
        rest = {
            g: n - sum(tree.people[c] for c in tree.ids if tree.parent[c] == g)
            for g, n in tree.people.items()
        }
        empty = {a for a, n in rest.items() if n == 0}
        keep = [i for i, a in enumerate(atoms) if a not in empty]
        table = [[row[i] for i in keep] for row in table]
        for cell in small | added:
            vector = [int(atoms[i] in inside[cell]) for i in keep]
            if any(vector):
                assert not exact_recoverable(table, vector), (tree, cell)
        for atom in (a for a, n in rest.items() if 0 < n < 8):
            vector = [int(atoms[i] == atom) for i in keep]
            assert not exact_recoverable(table, vector), (tree, atom)
    assert n_complements > 10  # the test has seen complements at work


def _below(tree: Tree, group: str) -> set[str]:
    found = set()
    for other in tree.ids:
        above: str | None = other
        while above is not None:
            if above == group:
                found.add(other)
            above = tree.parent[above]
    return found


def test_a_lone_hidden_child_takes_its_smallest_sibling_with_it() -> None:
    # By hand: 5 of 45 people are hidden; without the 10-person sibling they are 45 - 40.
    parent: dict[str, str | None] = {"all": None, "a": "all", "b": "all", "c": "all"}
    tree = Tree(parent, {"all": 45, "a": 30, "b": 10, "c": 5})
    assert suppress(tree.cube, frozenset({"c"}), 8) == {"b"}


def test_a_manager_alone_in_an_inner_unit_is_not_left_over() -> None:
    # By hand: a division of 21 with teams of 12 and 8 leaves one person: 21 - 12 - 8.
    parent: dict[str, str | None] = {"all": None, "div": "all", "x": "div", "y": "div"}
    tree = Tree(parent, {"all": 21, "div": 21, "x": 12, "y": 8})
    assert revealed(tree.cube, frozenset(), 8) == ["div"]
    added = suppress(tree.cube, frozenset(), 8)
    assert added and not revealed(tree.cube, added, 8)


def test_a_group_without_data_is_neither_shown_nor_protected() -> None:
    parent: dict[str, str | None] = {"all": None, "a": "all", "b": "all"}
    tree = Tree(parent, {"all": 40, "a": 20, "b": 20})
    assert suppress(tree.cube, frozenset(), 8, absent=frozenset({"b"})) == frozenset()


def test_a_tree_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(PrivacyError):
        Cube.of_tree({"all": None, "a": "all"}, {"all": 5, "a": 9})


@pytest.mark.parametrize(
    ("n", "k", "policy", "form"),
    [
        (7, 8, "standard", "hidden"),
        (8, 8, "standard", "number"),
        (19, 8, "strict", "status_only"),
        (20, 8, "strict", "number"),
        (5, 5, "standard", "status_only"),
        (4, 5, "standard", "hidden"),
    ],
)
def test_forms_follow_the_policy_table(n: int, k: int, policy: str, form: str) -> None:
    assert Floor(k, "strict" if policy == "strict" else "standard").form(n) == form


def test_no_floor_under_five_is_accepted() -> None:
    with pytest.raises(PrivacyError):
        Floor(4)


def test_bands_follow_the_table_and_refuse_less_than_five() -> None:
    assert [n_band(n) for n in (5, 8, 9, 10, 19, 20, 49, 50)] == [
        *("5-7", "8-9", "8-9", "10-19", "10-19", "20-49", "20-49", "50+")
    ]
    with pytest.raises(PrivacyError):
        n_band(4)


def test_rounding_masks_extremes_and_never_gives_minus_zero() -> None:
    assert (share_text(0.0), share_text(1.0), share_text(0.22)) == (
        "under 5 %",
        "over 95 %",
        "about 20 %",
    )
    assert (share_points(0.0), share_points(1.0)) == (5.0, 95.0)
    assert str(to_step(-1.0, 5.0)) == "0.0"
    assert [p_band(p) for p in (0.01, 0.02, 0.1, 0.2, None)] == [
        *("at most .01", "at most .05", "at most .10", "over .10", None)
    ]


@given(st.floats(-100, 100), st.floats(0, 50))
def test_a_rounded_interval_holds_the_given_one(low: float, width: float) -> None:
    wide = outwards(low, low + width, 5.0)
    assert wide[0] <= low + 1e-6
    assert wide[1] >= low + width - 1e-6
    assert all(end % 5 == 0 for end in wide)


@given(st.floats(-100, 100), st.floats(0, 50), st.floats(0, 1))
def test_an_interval_about_a_rounded_number_holds_the_given_one(
    low: float, width: float, share: float
) -> None:
    value = low + share * width
    wide = around(value, low, low + width, 5.0)
    assert wide[0] <= low + 1e-6
    assert wide[1] >= low + width - 1e-6
    # No edge of its own: only the rounded number and whole steps of the arm are told.
    assert sum(wide) / 2 == to_step(value, 5.0)
    assert (wide[1] - wide[0]) % 10 == 0


def test_log_odds_become_points_as_the_measurement_page_says() -> None:
    # measurement.md section 4: at 45 %, -.25 is -6 pp, -.5 is -12, -1.0 is -22.
    found = [round(log_odds_to_points(x, 0.45)) for x in (-0.25, -0.5, -1.0)]
    assert found == [-6, -12, -22]
