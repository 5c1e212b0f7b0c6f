"""Text from data: cleaned, and inert in every place it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean_name, foreign_letters, md, slug, spreadsheet


def test_invisible_and_control_characters_are_dropped() -> None:
    assert clean_name("Pay\u202eroll\u200b\x00 \n Team") == "Payroll Team"


def test_a_long_name_is_cut_and_an_empty_one_is_named() -> None:
    assert len(clean_name("x" * 300)) == 80
    assert clean_name(" \u200b ") == "(no name)"


@given(st.text())
def test_cleaning_twice_equals_cleaning_once(text: str) -> None:
    once = clean_name(text)
    assert clean_name(once) == once
    assert len(once) <= 80


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", " ="])  # noqa: RUF001
def test_a_risky_start_is_made_text_for_spreadsheets(start: str) -> None:
    assert spreadsheet(start + "1+1").startswith("'")


def test_ordinary_text_stays_as_it_is_in_spreadsheets() -> None:
    assert spreadsheet("Fleet - North") == "Fleet - North"


def test_markdown_images_links_and_icons_become_literal() -> None:
    escaped = md("![x](http://evil.example/a.png) :material/home: www.evil.example")
    for live in ("![", "](", "http://", ":material/", "www."):
        assert live not in escaped


@pytest.mark.parametrize("drawn", ["--", "->", "<-", "<->", ">=", "<=", "~="])
def test_dashes_and_arrows_are_not_drawn_as_others(drawn: str) -> None:
    said = md(f"a {drawn} b").replace("\\", "")
    assert drawn not in said
    assert said.replace("\u200b", "") == f"a {drawn} b"
    assert md(f"a{drawn}b").replace("\\", "") == f"a{drawn}b"


@pytest.mark.parametrize(
    "unseen", ["\u3164", "\u115f", "\ufe0f", "\u034f", "\u2800", "\U000e0041"]
)
def test_letters_without_a_shape_are_dropped(unseen: str) -> None:
    assert clean_name(f"Sa{unseen}les") == "Sales"


def test_marks_that_meet_when_something_between_them_goes_are_composed() -> None:
    assert clean_name("e\u200b\u0301") == "\u00e9"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("S\u0430les", "\u0430 (U+0430 cyrillic small letter a)"),
        ("\u0410\u0411a\u0412 plain", "a (U+0061 latin small letter a)"),
        ("Ｓales", "Ｓ (U+FF33 fullwidth latin capital letter s)"),  # noqa: RUF001
        ("\u03bfrders", "\u03bf (U+03BF greek small letter omicron)"),
    ],
)
def test_letters_of_another_alphabet_are_named_with_their_code_points(name, told) -> None:
    assert foreign_letters(name) == told


@pytest.mark.parametrize(
    "name", ["Sales", "Ärger & Söhne", "人事 IT", "Отдел IT", "Δelta".lower()[1:]]
)
def test_ordinary_names_have_no_foreign_letters(name: str) -> None:
    assert foreign_letters(name) == ""


def test_a_slug_is_safe_in_a_file_name() -> None:
    assert slug("Ärger & Söhne / ../x") == "arger-sohne-x"
    assert slug("人事") == "audit"
