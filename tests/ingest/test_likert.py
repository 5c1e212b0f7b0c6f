"""Words of scales: every ladder is whole, no word has two places, declared bounds decide."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import ingest.survey.likert
from ingest.survey.likert import ladders, numbered, worded

TOLD = tomllib.loads(
    Path(ingest.survey.likert.__file__).with_name("likert.toml").read_text(encoding="utf-8")
)
LANGUAGES = {"en", "de", "fr", "it", "es", "pt", "nl"}


@pytest.mark.parametrize("name", sorted(TOLD.keys() - {"absent"}))
def test_every_ladder_has_all_languages_and_as_many_steps_as_it_says(name: str) -> None:
    assert TOLD[name].keys() == LANGUAGES
    assert {len(steps) for steps in TOLD[name].values()} == {int(name[-1])}


def test_every_word_is_found_as_it_is_spelt_and_none_is_also_an_absence() -> None:
    for name, languages in TOLD.items():
        for steps in languages.values() if name != "absent" else ():
            for place, words in enumerate(steps, start=1):
                for word in words:
                    assert ladders().place(worded(word.upper()), len(steps)) == place, word
                    assert worded(word) not in ladders().absent


# by hand: one answer of each language and kind, on the scale that its item declares
@pytest.mark.parametrize(
    ("text", "points", "place"),
    [
        ("Strongly agree", 5, 5), ("Agree.", 7, 6), ("Neither agree nor disagree", 7, 4),
        ("Trifft eher zu", 5, 4), ("Trifft eher zu", 7, 5), ("  Sehr   häufig ", 7, 6),
        ("Pas du tout d\N{RIGHT SINGLE QUOTATION MARK}accord", 5, 1), ("Très satisfait", 5, 5),
        ("Né d'accordo né in disaccordo", 5, 3), ("Quasi mai", 7, 2),
        ("Muy de acuerdo", 5, 5), ("Casi siempre", 7, 6), ("Concordo", 5, 4),
        ("Às vezes", 7, 4), ("Helemaal mee oneens", 7, 1), ("Zeer tevreden", 5, 5),
        ("Agree", 6, None), ("Casi siempre", 5, None), ("Vielleicht", 5, None),
    ],
)  # fmt: skip
def test_the_number_of_points_decides_the_place(text: str, points: int, place: int | None) -> None:
    assert ladders().place(worded(text), points) == place


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4 - Agree", 4), ("4: stimme zu", 4), ("10 = very likely", 10), ("Agree (4)", 4),
        ("1 (never)", 1), ("3 times a week", None), ("1-2 years", None), ("5 to 10", None),
        ("Agree (4) or 5", None), ("Team 7", None),
    ],
)  # fmt: skip
def test_a_number_with_its_word_is_that_number_and_nothing_else_is(
    text: str, value: float | None
) -> None:
    assert numbered(text) == value


@pytest.mark.parametrize("text", ["Don't know", "K. A.", "Keine Angabe", "N.v.t.", "NS/NC", "-99"])
def test_words_for_no_answer_are_known_however_they_are_spelt(text: str) -> None:
    assert {text.casefold(), worded(text)} & ladders().absent
