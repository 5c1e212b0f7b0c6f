"""Names of units that only look like others are told of when a roster is taken in."""

from __future__ import annotations

from ingest.people.unit_names import look_alikes
from ingest.people.units import unit_tree


def test_a_unit_whose_name_mixes_alphabets_is_named_with_its_code_points() -> None:
    tree = unit_tree([("Sales", "Field"), ("S\u0430les", "Field"), ("Отдел",)], "Acme")
    assert look_alikes(tree) == (
        'The unit "S\u0430les" mixes alphabets: \u0430 (U+0430 cyrillic small letter a) '
        "(W-ROSTER-012).",
    )


def test_of_many_such_units_the_rest_is_counted() -> None:
    tree = unit_tree([(f"S\u0430les {i}",) for i in range(8)], "Acme")
    assert len(look_alikes(tree)) == 6
    assert look_alikes(tree)[-1] == "3 more units mix alphabets (W-ROSTER-012)."


def test_names_that_differ_in_unseen_characters_are_one_unit() -> None:
    tree = unit_tree([("Sales",), ("Sa\u200bles",), ("\u202eSales",), ("Sales\u3164",)], "Acme")
    assert [path for path in tree.ids if path] == [("Sales",)]
