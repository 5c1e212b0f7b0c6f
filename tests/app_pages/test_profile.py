"""The elements of empathy on the unit page: words from the release, and an empty state."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
from made_up_release import make_release

from app_pages._profile import profile_table
from core.elements import ELEMENTS
from reports.brief import Brief


def test_every_element_has_a_line_and_its_words_are_those_of_the_release(tmp_path: Path) -> None:
    brief = Brief.gather(make_release(tmp_path))
    shown = brief.profiles[brief.profiles["is_shown"] & (brief.profiles["standing"] == "warmer")]
    group = str(shown["group_id"].iloc[0])
    said = str(profile_table(brief, group))
    assert said.count('<th scope="row">') == len(ELEMENTS)
    mine = brief.profiles[brief.profiles["group_id"] == group]
    assert said.count("Warmer") == (mine["standing"] == "warmer").sum()
    assert said.count("Colder") == (mine["standing"] == "colder").sum()
    assert "+0.8 SD; 2 of 3 indicators; rank 2 to 5 of 40, 1 the warmest" in said
    # The made-up survey asks for two elements: the other five were not observed there.
    assert said.count("Not observed") >= len(ELEMENTS) - 2


def test_a_group_without_an_observed_element_has_no_table(tmp_path: Path) -> None:
    brief = Brief.gather(make_release(tmp_path))
    assert (
        profile_table(replace(brief, profiles=pd.DataFrame(brief.profiles.iloc[:0])), "x") is None
    )
    hidden = brief.profiles.loc[~brief.profiles["is_shown"], "group_id"]
    assert profile_table(brief, str(hidden.iloc[0])) is None
