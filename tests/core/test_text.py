"""Text from data: cleaned, and inert in every place it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean_name, md, slug, spreadsheet


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


def test_a_slug_is_safe_in_a_file_name() -> None:
    assert slug("Ärger & Söhne / ../x") == "arger-sohne-x"
    assert slug("人事") == "audit"
