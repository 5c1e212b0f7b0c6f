"""The wall once more: nothing of an interview but released labels is past it."""

from __future__ import annotations

import pandas as pd
from every_text import every_text
from whole_run import WholeRun

from core.published import Published
from core.tables.published import PUBLISHED_THEMES
from core.tables.results import THEMES
from core.tables.survey import CODES
from ingest.simulate.names import PLACEHOLDER


def test_no_interview_no_coder_and_no_word_is_in_any_byte_past_the_wall(
    whole_run: WholeRun,
) -> None:
    codes = CODES.read(whole_run.folder.canonical)
    ids = {*codes["interview_id"], *codes["coder_id"]}
    assert len(ids) > 10
    for root in (whole_run.folder.published, whole_run.folder.reports):
        for path in sorted(file for file in root.rglob("*") if file.is_file()):
            text = every_text(path)
            assert not any(one in text for one in ids), path.name
            assert "coder-1" not in text, path.name


def test_no_quote_is_in_any_byte_of_the_run(whole_run: WholeRun) -> None:
    assert PLACEHOLDER in (whole_run.exports / "codes.csv").read_text(encoding="utf-8")
    for path in sorted(file for file in whole_run.folder.root.rglob("*") if file.is_file()):
        assert PLACEHOLDER not in every_text(path), path.name


def test_published_themes_have_no_count_and_enough_behind_them(whole_run: WholeRun) -> None:
    shown = Published.open(whole_run.folder.published).table("themes")
    assert len(shown)
    numbers = [c.name for c in PUBLISHED_THEMES.columns if c.type != "string"]
    assert numbers == ["window_id"]
    assert not shown["says"].str.contains(r"\d").any()
    exact = THEMES.read(whole_run.folder.results)
    keys = ["window_id", "group_id", "element", "code", "polarity"]
    joined = shown.merge(exact, on=keys, how="left", validate="one_to_one")
    assert joined["n_interviewees"].ge(3).all()
    assert joined["n_interviews"].ge(8).all()
    assert joined["is_theme"].astype(bool).all()


def test_the_planted_teams_speak_as_they_were_planted(whole_run: WholeRun) -> None:
    shown = Published.open(whole_run.folder.published).table("themes")
    told = pd.crosstab(shown["group_id"], shown["polarity"])
    truth = pd.read_json(whole_run.exports / "truth.json", typ="series")
    for unit in truth["units"]:
        group = [g for g in told.index if g.endswith(unit["unit"].lower().replace(" ", "-"))]
        assert len(group) == 1
        cold = "negative" if unit["survey"] < 0 else "positive"
        assert told.loc[group[0]].drop(cold).sum() < told.loc[group[0], cold]


def test_the_report_shows_a_theme_on_the_card(whole_run: WholeRun) -> None:
    theme = Published.open(whole_run.folder.published).table("themes")["code"].iloc[0]
    pages = [p for p in whole_run.folder.reports.glob("*.html") if "network" not in p.name]
    assert theme.capitalize() in pages[0].read_text(encoding="utf-8")
