"""Small sets of people that follow: the search against every subset, one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from exact_rank import exact_rank

from audit.disclosure.elimination import PRIME, Elimination
from audit.disclosure.unions import small_unions

FLOOR = 8

Sets = set[frozenset[int]]


def subsets(people: list[int], floor: int = FLOOR) -> list[frozenset[int]]:
    """Return every set of atoms, each of somebody, that holds under `floor` people in all."""
    somebody = [atom for atom, n in enumerate(people) if n]
    return [
        frozenset(chosen)
        for size in range(1, len(somebody) + 1)
        for chosen in itertools.combinations(somebody, size)
        if sum(people[atom] for atom in chosen) < floor
    ]


def adding_up_to_nothing(left: list[list[int]], people: list[int]) -> Sets:
    """Oracle: the small sets whose rows, which are of small numbers, add up to 0."""
    return {
        chosen
        for chosen in subsets(people)
        if not any(sum(left[atom][column] for atom in chosen) for column in range(len(left[0])))
    }


def smallest(sets: Sets) -> Sets:
    """Return those that hold no other: all others are some of them, put together."""
    return {one for one in sets if not any(other < one for other in sets)}


def found(left: list[list[int]], people: list[int], floor: int = FLOOR) -> Sets:
    rows = np.array(left, dtype=np.int64) % PRIME
    return small_unions(rows, np.array(people, dtype=np.int64), floor)


def random_left(rng: np.random.Generator, n_atoms: int) -> list[list[int]]:
    """Return what is left of atoms: few small numbers in few columns, and now and then nothing."""
    n_columns = int(rng.integers(1, 4))
    odds = [0.1, 0.25, 0.35, 0.2, 0.1]
    return rng.choice([-2, -1, 0, 1, 2], size=(n_atoms, n_columns), p=odds).tolist()


def test_every_small_set_that_adds_up_to_nothing_is_found(rng: np.random.Generator) -> None:
    n_full, n_wide, n_compound = 0, 0, 0
    for _ in range(500):
        n_atoms = int(rng.integers(3, 10))
        people = rng.choice([0, 1, 1, 1, 2, 2, 3, 4, 7, 8], n_atoms).tolist()
        left = random_left(rng, n_atoms)
        every = adding_up_to_nothing(left, people)
        least = smallest(every)
        got = found(left, people)
        assert least <= got <= every, (left, people)
        n_full += sum(sum(people[atom] for atom in one) == FLOOR - 1 for one in least)
        n_wide += sum(len(one) > 2 for one in least)
        n_compound += len(every - least)
    # Sets of exactly one under the floor, sets of three and more, and sets made of others.
    assert min(n_full, n_wide, n_compound) > 50


def test_sets_that_follow_from_shown_slices_are_found(rng: np.random.Generator) -> None:
    n_full, n_least = 0, 0
    for _ in range(60):
        n_atoms = int(rng.integers(3, 8))
        people = rng.integers(0, 5, n_atoms).tolist()
        shown = [row for row in rng.integers(0, 2, (4, n_atoms)).tolist() if any(row)]
        known = Elimination(np.zeros((0, n_atoms), dtype=np.int64), np.zeros(n_atoms, dtype=bool))
        for row in shown:
            known.force(np.array([*row, int(np.dot(row, people))], dtype=np.int64))
        left = known.left_of(np.eye(n_atoms, dtype=np.int64))
        rank = exact_rank(shown)
        every = {
            chosen
            for chosen in subsets(people)
            if exact_rank([*shown, [int(atom in chosen) for atom in range(n_atoms)]]) == rank
        }
        got = found(left.tolist(), people)
        assert smallest(every) <= got <= every, (shown, people)
        n_full += sum(sum(people[atom] for atom in one) == FLOOR - 1 for one in smallest(every))
        n_least += len(smallest(every))
    assert n_full > 5
    assert n_least > 50


@pytest.mark.parametrize(("floor", "is_found"), [(5, False), (6, True)])
def test_a_set_of_one_under_the_floor_is_small_and_one_of_the_floor_is_not(
    floor: int, is_found: bool
) -> None:
    # By hand: 1 + 1 + 3 = 5 people; 2 - 1 - 1 = 0.
    assert found([[2], [-1], [-1]], [1, 1, 3], floor) == (
        {frozenset({0, 1, 2})} if is_found else set()
    )


def test_nobody_is_no_set_and_an_atom_left_with_nothing_is_one() -> None:
    assert found([[0, 0], [0, 0], [1, 0], [0, 0]], [0, 7, 1, 8]) == {frozenset({1})}
