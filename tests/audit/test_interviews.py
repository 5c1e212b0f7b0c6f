"""What is said of interviews: one sentence per group, and how far to trust them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from private_people import PERIOD
from private_run import options, write_private_run

from audit.disclosure.interview_rows import interview_rows
from audit.interviews import spoken
from audit.lookup import Release
from audit.publish import publish
from audit.qualitative import Agreement
from core.engine import DuckDBEngine
from core.progress import Silent
from core.published import Published
from core.tables.published import QUALITY

ALIKE = Agreement(36, 2, 36, 0.814, 0.9)


def release(*themes: tuple[str, str]) -> Release:
    rows = [
        {"window_id": PERIOD, "group_id": "ops", "code": code, "polarity": polarity}
        for code, polarity in themes
    ]
    groups = pd.DataFrame([{"window_id": PERIOD, "group_id": "ops", "name": "Ops"}])
    names = ["window_id", "group_id", "code", "polarity"]
    return Release({"themes": pd.DataFrame(rows, columns=names), "org_groups": groups})


def said(coders: Agreement | None, told: Release) -> dict[tuple[str, str], tuple[str, str]]:
    rows = interview_rows(coders, told)
    assert {str(row["section"]) for row in rows} == {"interviews"}
    assert all(set(row) == set(QUALITY.names) for row in rows)
    return {(str(r["item"]), str(r["part"])): (str(r["text"]), str(r["state"])) for r in rows}


def test_a_group_is_told_in_one_sentence_strains_first_and_a_to_z() -> None:
    told = release(("told late", "negative"), ("thanks", "positive"), ("alone", "negative"))
    assert spoken(told, (PERIOD, "ops")) == (
        'Interviews: "alone" and "told late" are spoken of as a strain; "thanks" is spoken of as '
        "something that helps."
    )
    assert spoken(told, (PERIOD, "care")) == ""


def test_quality_says_how_many_as_a_band_and_how_far_the_coders_agree() -> None:
    found = said(ALIKE, release(("told late", "negative")))
    assert found == {
        ("interviews", "held"): ("20-49 interviews", "info"),
        ("coders' agreement", "codes given"): ("alpha 0.81", "pass"),
        ("coders' agreement", "polarity"): ("alpha 0.90", "pass"),
        ("themes", "shown"): ("1 group", "info"),
    }


@pytest.mark.parametrize(
    ("coders", "reason"),
    [
        (replace(ALIKE, on_codes=0.5), "The coders agree too little (alpha 0.50; .67 is needed)"),
        (Agreement(20, 1, 0, math.nan, math.nan), "No interview was coded by two coders"),
        (ALIKE, "No theme was named by three"),
    ],
)
def test_without_a_theme_the_reason_is_said(coders: Agreement, reason: str) -> None:
    row = next(row for row in interview_rows(coders, release()) if row["item"] == "themes")
    assert str(row["says"]).startswith(reason)
    assert row["state"] == "warn"


def test_few_interviews_have_no_exact_count_and_none_is_no_fault() -> None:
    assert said(replace(ALIKE, n_interviews=4), release())["interviews", "held"] == (
        "fewer than 5 interviews", "warn",
    )  # fmt: skip
    assert said(None, release()) == {("interviews", "held"): ("none", "info")}


def test_one_polarity_alone_is_nothing_to_disagree_about() -> None:
    found = said(replace(ALIKE, on_polarity=math.nan), release())
    assert found["coders' agreement", "polarity"] == ("not known", "pass")


def test_findings_carry_what_interviews_say_and_facts_do_not(tmp_path: Path) -> None:
    folder = write_private_run(tmp_path / "run")
    publish(folder, options(interviews=ALIKE), DuckDBEngine(), Silent())
    findings = Published.open(folder.published).table("findings").set_index("group_id")
    assert findings.loc["fleet", "detail"].endswith('Interviews: "late" is spoken of as a strain.')
    assert "Interviews" not in findings.loc["north", "detail"]
