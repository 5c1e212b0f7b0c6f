"""Attacks on cells made by hand: what follows from what, counted on paper or by brute force."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from audit.disclosure.defences import ALL, Defences
from audit.disclosure.rounding import Rounding
from audit.validate.attacks import leavers
from audit.validate.attacks.across import Told, recover_across
from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.carriers import open_document
from audit.validate.attacks.cubes import Cube, Line
from audit.validate.attacks.differences import subtract
from audit.validate.attacks.exact import Space, small_sums
from audit.validate.attacks.floor_fuzz import _betrays
from audit.validate.attacks.row_space import recover, recover_all, recover_by_least_squares
from audit.validate.attacks.walks import breaches, giving_of

FLOOR = 8


def cube(people: dict[str, int], lines: dict[str, tuple[str, str]]) -> Cube:
    """Return a cube: a line is its atoms, one letter each, and "number", "hidden" or "other"."""
    made = tuple(
        Line(name, frozenset(atoms), how == "number", how == "hidden", "indicator_values")
        for name, (atoms, how) in lines.items()
    )
    return Cube(1, "isolation", made, people)


def random_cube(
    rng: np.random.Generator, sizes: np.ndarray, *, n_lines: int, odds: tuple[float, float]
) -> Cube:
    """Return random lines over atoms of these sizes; `odds` of an atom's being in, of a number."""
    people = {atom: int(n) for atom, n in zip("abcdefg", sizes, strict=False)}
    lines = {
        f"s{i}": (
            "".join(atom for atom in people if rng.random() < odds[0]) or "a",
            "number" if rng.random() < odds[1] else "hidden",
        )
        for i in range(n_lines)
    }
    return cube(people, lines)


def departments(second: str) -> Cube:
    """Return three departments of 12, 9 and 4 people, the smallest hidden, and their total."""
    return cube(
        {"a": 12, "b": 9, "c": 4},
        {
            "all": ("abc", "number"),
            "a": ("a", "number"),
            "b": ("b", second),
            "c": ("c", "hidden"),
        },
    )


def test_the_only_hidden_department_is_the_total_less_the_others() -> None:
    found = recover(departments("number"), FLOOR)
    assert found.cells == ("indicator_values",)
    assert found.n_small == 1


def test_a_second_hidden_department_keeps_the_first() -> None:
    assert recover(departments("hidden"), FLOOR).places == []


def test_two_hidden_teams_that_are_too_few_together_are_recovered_as_one() -> None:
    # By hand: 47 - 20 - 20 = 7 people, under 8, though neither team follows by itself.
    both = cube(
        {"a": 20, "b": 20, "c": 3, "d": 4},
        {
            "all": ("abcd", "number"),
            "a": ("a", "number"),
            "b": ("b", "number"),
            "c": ("c", "hidden"),
            "d": ("d", "hidden"),
        },
    )
    found = recover(both, FLOOR)
    assert found.cells == ()
    assert found.n_small == 1


def test_three_numbers_give_a_fourth_that_no_pair_of_them_gives() -> None:
    # By hand: (ab + bc - ac) / 2 = b: halves, as only fractions have them.
    halves = cube(
        {"a": 9, "b": 5, "c": 9},
        {"ab": ("ab", "number"), "bc": ("bc", "number"), "ac": ("ac", "number"),
         "b": ("b", "hidden")},
    )  # fmt: skip
    assert recover(halves, FLOOR).cells == ("indicator_values",)
    assert recover_by_least_squares([halves]).got == 1


def test_small_sums_are_all_that_brute_force_finds(rng: np.random.Generator) -> None:
    n_found = 0
    for _ in range(80):
        n_atoms = int(rng.integers(3, 9))
        known = Space(
            {atom: 1 for atom in range(n_atoms) if rng.random() < 0.5}
            for _ in range(int(rng.integers(1, 6)))
        )
        people = {atom: int(rng.integers(1, 6)) for atom in range(n_atoms)}
        sets = [
            frozenset(chosen)
            for size in range(1, n_atoms + 1)
            for chosen in itertools.combinations(range(n_atoms), size)
            if sum(people[atom] for atom in chosen) < FLOOR
            and known.gives(dict.fromkeys(chosen, 1))
        ]
        smallest = {one for one in sets if not any(other < one for other in sets)}
        left = {atom: known.reduced({atom: 1}) for atom in range(n_atoms)}
        assert set(small_sums(left, people, FLOOR)) == smallest
        n_found += len(smallest)
    assert n_found > 80


def test_exact_and_numeric_recovery_agree(rng: np.random.Generator) -> None:
    got = 0
    for _ in range(60):
        made = random_cube(rng, rng.integers(9, 20, 7), n_lines=9, odds=(0.4, 0.7))
        exact, numeric = recover_all([made], FLOOR), recover_by_least_squares([made])
        assert exact.got == numeric.got
        got += exact.got
    assert got > 10


def test_walks_get_from_giving_cubes_what_they_get_from_all(rng: np.random.Generator) -> None:
    n_left_out, n_got = 0, 0
    for _ in range(60):
        made = random_cube(rng, rng.integers(3, 40, 6), n_lines=7, odds=(0.5, 0.6))
        giving = giving_of([made], FLOOR)
        n_left_out += not giving
        for _ in range(5):
            seen = frozenset((1, f"s{i}", "isolation") for i in range(7) if rng.random() < 0.7)
            got = breaches([made], seen, FLOOR)
            assert breaches(giving, seen, FLOOR) == got
            n_got += len(got)
    assert n_left_out > 5
    assert n_got > 50


def test_two_numbers_that_differ_by_three_and_five_people_are_walked() -> None:
    # No sum of fewer than 8 follows: 3 and 5 are known by their difference alone.
    made = cube({"a": 20, "b": 3, "d": 5}, {"ab": ("ab", "number"), "ad": ("ad", "number")})
    assert recover(made, FLOOR).places == []
    assert giving_of([made], FLOOR) == [made]


def test_a_leaver_reads_what_the_publisher_writes(rng: np.random.Generator) -> None:
    middle = np.concatenate([rng.uniform(0.0, 1.0, 400), np.arange(21) / 20])
    arms = rng.uniform(0.0, 0.2, (2, len(middle)))
    shares = pd.DataFrame(
        {"value": middle, "value_low": middle - arms[0], "value_high": middle + arms[1]}
    )
    decision, _ = leavers._decided(leavers.Setting("standard"))
    for defences in (ALL, Defences(rounding=False)):
        written = leavers._rows(decision, shares, defences)[["value", "low", "high"]]
        told = leavers.shares_told(shares, Rounding(defences.rounding))
        np.testing.assert_array_equal(told, written.to_numpy(dtype=np.float64))


@pytest.mark.parametrize(
    ("first", "second", "n_found"),
    [("ab", "a", 1), ("ac", "a", 0), ("ab", "ad", 1), ("abc", "ad", 0), ("a", "a", 0)],
)
def test_pairs_that_differ_by_a_few_are_found(first: str, second: str, n_found: int) -> None:
    # a 20, b 3, c 12, d 5: nested by 3; nested by 12; 3 and 5 apart; 15 and 5 apart; the same.
    made = cube(
        {"a": 20, "b": 3, "c": 12, "d": 5},
        {"first": (first, "number"), "second": (second, "number")},
    )
    assert len(subtract(made, FLOOR)[1]) == n_found


def test_a_leaver_follows_from_two_periods_of_a_small_group() -> None:
    team = frozenset(f"p{i}" for i in range(12))
    told = [Told("isolation", team, "t"), Told("isolation", team - {"p3"}, "t")]
    assert recover_across(told[:1], FLOOR).got == 0
    assert recover_across(told, FLOOR).got == 1


def test_a_workbook_is_read_to_its_hidden_sheets(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Groups").write_row(0, 0, ["Yard", "Not shown", "fewer than 8 people"])
    secret = book.add_worksheet("Notes")
    secret.write_row(0, 0, ["Yard", 41])
    secret.hide()
    book.close()
    opened = open_document(path)
    assert opened.odd == ("hidden sheet",)
    assert [_betrays(line, ["Yard"]) for line in opened.lines] == [False, True]


def test_a_page_is_read_to_its_labels_and_data(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    told = json.dumps({"nodes": [{"id": "yard", "title": "Yard\n12 people"}]})
    path.write_text(
        f'<table><tr><td>Yard</td><td>Not shown</td></tr></table><svg><g aria-label="Yard: 40">'
        f'</g></svg><!-- Yard 41 --><script type="application/json">{told}</script>'
        "<script>var Yard = 12;</script>"
    )
    opened = open_document(path)
    telling = [line for line in opened.lines if _betrays(line, ["Yard"])]
    assert telling == ["Yard: 40", " Yard 41 ", "Yard\n12 people"]
    assert any(record.get("id") == "yard" for record in opened.records)


def test_an_attack_that_could_not_be_carried_out_is_not_withstood() -> None:
    assert attempt("a", 3, [], "").is_withstood
    assert not attempt("a", 3, ["verdicts"], "").is_withstood
    assert not Attempt("a", 0, 0, "", has_failed=True).is_withstood
    assert pd.Series(attempt("a", 3, ["t", "t"], "").places).tolist() == ["t"]
