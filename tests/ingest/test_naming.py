"""Full names in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.people.naming import is_outside_name, name_forms, name_key


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("Bob Rossi", "bob rossi"),
        ("Rossi, Bob", "bob rossi"),
        ("ROSSI BOB", "bob rossi"),
        ("bob_rossi", "bob rossi"),
        ("Dr. Bob J. Rossi, PhD", "bob rossi"),
        ("Bob Rossi (External)", "bob rossi"),
        ("Bob Rossi [EXT]", "bob rossi"),
        ("Bob Rossi - Guest", "bob rossi"),
        ("Bob Rossi (he/him)", "bob rossi"),
        ("Bob Rossi Jr.", "bob rossi"),  # father and son are not told apart: neither is taken
        ("Müller, Jürgen", "juergen mueller"),
        ("Juergen Mueller", "juergen mueller"),
        ("Ana Strauß", "ana strauss"),
        ("Łukasz Nowak", "lukasz nowak"),
        ("Siân O\u2019Brien", "obrien sian"),
        ("Sian OBrien", "obrien sian"),
        ("Jean-Luc Picard", "jean luc picard"),
        ("Ｂｏｂ Ｒｏｓｓｉ", "bob rossi"),  # noqa: RUF001  full-width letters
        ("李 明", "明 李"),
        ("Bob Rossi (Fleet)", "bob fleet rossi"),  # the words tell him from another Bob Rossi
    ],
)
def test_spellings_of_a_full_name_have_one_key(spelling: str, key: str) -> None:
    assert name_key(spelling) == key


@pytest.mark.parametrize(
    "text",
    ["", "Bob", "B. Rossi", "bob.rossi2", "bob@acme.example", "HR Team", "Meeting Room Verdi",
     "Sala Riunioni", "Empfang Berlin", "Jira Bot", "Dr. Rossi", "()", "Bob Rossi" * 40],
)  # fmt: skip
def test_what_is_no_full_name_has_no_key(text: str) -> None:
    assert name_key(text) == ""


@given(st.text(max_size=60))
def test_a_key_stays_as_it_is(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key


@given(st.lists(st.sampled_from(["ana", "maria", "rossi", "de", "luca"]), min_size=2, max_size=5))
def test_the_order_of_words_does_not_matter(words: list[str]) -> None:
    assert name_key(" ".join(words)) == name_key(" ".join(reversed(words)))


def test_short_forms_are_every_choice_of_two_words_or_more() -> None:
    # By hand: three words have one full form and three of two words.
    assert name_forms("Anna Maria Rossi") == (
        "anna maria rossi", "anna maria", "anna rossi", "maria rossi",
    )  # fmt: skip
    assert name_forms("Anna Rossi") == ("anna rossi",)
    assert name_forms("Anna") == ()
    long = "a".join(["Ana Bea Cleo Dora Eva Fia Gina"])
    assert len(name_forms(long)) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kim Poe (External)", True),
        ("Kim Poe - Contractor", True),
        ("Kim Poe [Gast]", True),
        ("Alice Gast", False),
        ("Kim Poe (she/her)", False),
        ("Kim Poe", False),
    ],
)
def test_a_name_may_say_that_its_bearer_works_elsewhere(name: str, *, expected: bool) -> None:
    assert is_outside_name(name) is expected
