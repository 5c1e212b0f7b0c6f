"""What a release says of its survey as data: counts in words, gates with their reason."""

from __future__ import annotations

import pandas as pd
import pytest

from audit.statistics.raking import Raking
from audit.survey import respondents_of
from audit.survey_quality import SurveyFacts, survey_rows
from core.tables.published import QUALITY

TITLES = {"support": "Felt support"}
COLUMNS = ["indicator", "kind", "value", "is_enough"]


def told(facts: SurveyFacts, *gates: tuple[str, str, float | None, bool]) -> pd.DataFrame:
    """Return the rows by (item, part); they must fit the published table."""
    rows = survey_rows(facts, pd.DataFrame(gates, columns=COLUMNS), TITLES)
    frame = pd.DataFrame(rows, columns=QUALITY.names)
    assert not frame.duplicated(["section", "item", "part"]).any()
    return frame.set_index(["item", "part"])


def test_without_a_survey_there_is_nothing_to_say() -> None:
    assert survey_rows(None, pd.DataFrame(columns=COLUMNS), TITLES) == []


def test_what_was_left_out_is_counted_and_small_counts_are_not_told() -> None:
    rows = told(SurveyFacts(dropped=(("duplicate", 15), ("not_applicable", 394))))
    assert rows.loc[("answers left out", "not applicable"), "text"] == "394"
    assert rows.loc[("answers left out", "duplicate"), "text"] == "fewer than 20"
    assert pd.isna(rows.loc[("answers left out", "duplicate"), "number"])


def test_ids_that_number_answers_are_a_failure() -> None:
    rows = told(SurveyFacts(noted=(("respondents_with_one_answer", 5879),)))
    assert rows.loc[("forms", "respondents with one answer"), "state"] == "fail"


def test_an_unknown_response_is_said_to_be_unknown() -> None:
    rows = told(SurveyFacts(is_invited_known=False, n_small_units=2, unread=("Growth",)))
    assert rows.loc[("people asked", "response"), ["text", "state"]].tolist() == [
        "not known",
        "warn",
    ]
    assert rows.loc[("units", "too small"), "text"] == "2 units"
    assert ("Growth", "indicator") in rows.index


@pytest.mark.parametrize(("is_converged", "state"), [(True, "pass"), (False, "warn")])
def test_weights_are_told_with_their_margins(is_converged: bool, state: str) -> None:
    raking = Raking(pd.Series([1.0, 1.0]), is_converged, 0.0, ("level_group", "site"))
    rows = told(SurveyFacts(raking=raking))
    assert rows.loc[("weights", "margins"), ["text", "state"]].tolist() == [
        "level group, site",
        state,
    ]


def test_no_margin_no_row() -> None:
    assert told(SurveyFacts(raking=Raking(pd.Series([1.0]), True, 0.0, ()))).empty


def test_each_gate_says_why_it_fails() -> None:
    rows = told(
        SurveyFacts(),
        ("support", "rwg", 0.33, False),
        ("support", "icc1", 0.12, True),
        ("support", "invariance", 0.07, False),
        ("support", "split_half", 0.9, True),
        ("response_rate", "split_half", 0.9, True),
    )
    assert len(rows) == 3
    assert rows.loc[("Felt support", "agreement within groups"), "state"] == "fail"
    assert "no group is judged" in rows.loc[("Felt support", "agreement within groups"), "says"]
    assert rows.loc[("Felt support", "share between groups"), "state"] == "pass"
    says = rows.loc[("Felt support", "same meaning in both waves"), "says"]
    assert "do not compare the two waves" in says


def test_one_question_is_told_once_to_be_no_scale() -> None:
    rows = told(SurveyFacts(), ("support", "alpha", None, True), ("support", "omega", None, True))
    assert rows["says"].tolist() == ["One question: no scale."]


def answers(*cells: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(cells, columns=["form_id", "item_id"]).assign(value=0.5)


def test_people_are_counted_once_though_ids_number_answers() -> None:
    linked = answers(("a", "1"), ("a", "2"), ("b", "1"), ("b", "2"))
    assert respondents_of(linked) is None
    numbered = answers(("a", "1"), ("b", "1"), ("c", "1"), ("d", "2"), ("e", "2"))
    assert respondents_of(numbered) == {"a", "b", "c"}
    one_question = answers(("a", "1"), ("b", "1"))
    assert respondents_of(one_question) is None
