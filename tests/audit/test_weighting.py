"""Margins of those who were asked, from the roster, and the checks that follow from weights."""

from __future__ import annotations

from dataclasses import replace

import made_up_view as made
import numpy as np
import pandas as pd
import pytest

from audit.groups import build_groups_of
from audit.judging import Basis, Judged
from audit.statistics.effects import build_groups
from audit.statistics.pooling import value_effects
from audit.statistics.verdicts import GroupEvidence, JudgeRules, judge
from audit.survey_checks import survey_checks, weighting_gap
from audit.weighting import Asked, roster_margins, weighted

YEAR = 365
PEOPLE = [f"{unit}{i}" for unit in made.UNITS for i in range(8)]


def roster() -> pd.DataFrame:
    """Return 24 people: in each unit two of level 1 in Rome, six of level 2 in Leeds."""
    return pd.DataFrame(
        {
            "person_id": PEOPLE,
            "unit_id": [p[0] for p in PEOPLE],
            "level": pd.array([1 if int(p[1]) < 2 else 2 for p in PEOPLE], dtype="Int8"),
            "site": ["Rome" if int(p[1]) < 2 else "Leeds" for p in PEOPLE],
            "joined_day": pd.array([None if p == "a0" else 0 for p in PEOPLE], dtype="Int32"),
        }
    )


def told(**columns: list[str | None]) -> pd.DataFrame:
    """Return eight forms of unit a with what they tell; the scale follows from the order."""
    nothing = dict.fromkeys(("level_group", "site", "tenure_band"), [None] * 8)
    forms = {f"form{i}": "a" for i in range(8)}
    return pd.DataFrame(
        {"subject_id": list(forms), "unit_id": "a", "stratum": "x", "weight": 1.0, **nothing}
        | columns
    )


def asked_of(forms: pd.DataFrame):
    scores = {form: float(i) for i, form in enumerate(forms["subject_id"])}
    wave = made.answers({f"a{form}": score for form, score in scores.items()})
    renamed = replace(wave.scales[0], score=pd.Series(scores, name="score").rename_axis("form_id"))
    return replace(
        wave, forms=forms, scales=(renamed,), invited=wave.invited.head(0), first_day=5 * YEAR
    )


def test_margins_count_who_was_asked_by_level_site_and_tenure() -> None:
    margins = roster_margins(Asked(roster(), pd.DataFrame(), 5 * YEAR), made.groups())
    # By hand: 6 of level 1, 18 of level 2; a0's first day is not known.
    assert margins["level_group"].to_dict() == {"level 1": 6, "level 2": 18}
    assert margins["site"].to_dict() == {"Leeds": 18, "Rome": 6}
    assert margins["tenure_band"].to_dict() == {"3 years and more": 23}
    assert margins["group"].to_dict() == {"a": 8, "b": 8, "c": 8}


def test_where_a_list_says_how_many_were_invited_a_person_counts_as_that_share() -> None:
    invited = pd.DataFrame({"unit_id": ["a", "b"], "n_invited": [4, 8]})
    margins = roster_margins(Asked(roster(), invited, 5 * YEAR), made.groups())
    assert margins["group"].to_dict() == {"a": 4.0, "b": 8.0, "c": 0.0}
    assert margins["level_group"].to_dict() == {"level 1": 3.0, "level 2": 9.0}


def test_without_a_roster_nothing_is_known_of_the_silent() -> None:
    found = weighted(asked_of(told()), roster().head(0), made.groups())
    assert found.forms["weight"].tolist() == [1.0] * 8
    assert found.raking is not None
    assert found.raking.margins == ()


def test_forms_are_weighted_to_the_levels_of_the_roster() -> None:
    levels: list[str | None] = ["level 1"] * 16 + ["level 2"] * 16
    forms = pd.concat([told()] * 4, ignore_index=True).assign(
        subject_id=[f"form{i}" for i in range(32)], level_group=levels
    )
    found = weighted(asked_of(forms), roster(), made.groups())
    # Asked 1 : 3, answered 1 : 1, so weights are 1 / 2 and 3 / 2.
    assert found.forms["weight"].tolist() == pytest.approx([0.5] * 16 + [1.5] * 16)
    assert found.raking is not None
    assert found.raking.margins == ("level_group",)


def test_anonymous_forms_are_weighted_by_their_group() -> None:
    forms = pd.DataFrame(
        {
            "subject_id": [f"form{i}" for i in range(30)],
            "unit_id": ["a"] * 20 + ["b"] * 5 + ["c"] * 5,
            "stratum": "x",
            "weight": 1.0,
            **dict.fromkeys(("level_group", "site", "tenure_band")),
        }
    )
    found = weighted(asked_of(forms), roster(), made.groups())
    # 8 of 24 asked in each; 20, 5 and 5 of 30 answered: (1/3) / (2/3) and (1/3) / (1/6).
    assert found.forms["weight"].tolist() == pytest.approx([0.5] * 20 + [2.0] * 10)


def test_the_gap_is_weighted_less_plain_mean_in_sd_within_teams() -> None:
    forms = told().assign(weight=[1.0] * 4 + [3.0] * 4)
    answers = asked_of(forms)
    view = made.view(asked=answers)
    gap = weighting_gap(view, answers, "felt_listening")
    # Scores 0 to 7: plain 3.5, weighted (6 + 3 * 22) / 16 = 4.5, SD sqrt(42 / 7).
    assert gap["a"] == pytest.approx(1.0 / np.sqrt(6.0))
    assert gap["org"] == pytest.approx(1.0 / np.sqrt(6.0))


def test_the_checks_of_a_verdict_name_the_silent_only_where_somebody_counted_them(
    rng: np.random.Generator,
) -> None:
    forms = pd.concat([told().assign(unit_id=unit) for unit in made.UNITS], ignore_index=True)
    forms["subject_id"] = [f"form{i}" for i in range(24)]
    answers = asked_of(forms)
    scores = answers.scales[0].score.rename("value").rename_axis("subject_id").reset_index()
    effects = value_effects(scores, forms[["subject_id", "unit_id", "stratum"]], in_sd=True)
    table = made.groups().table[["group_id", "parent_id", "kind", "depth"]]
    placed = made.groups().people(forms[["subject_id", "unit_id"]])
    groups = build_groups(table, placed, effects)
    rules = JudgeRules(layer="perception", material=0.3, draws=199)
    evidence = GroupEvidence(reliability=pd.Series(0.9, index=list(groups.group_ids)))
    judged = Judged(
        pd.DataFrame(), judge(effects, groups, rules, rng, evidence),
        basis=Basis(effects, groups, rules),
    )  # fmt: skip
    nobody = survey_checks(made.view(asked=answers), "felt_listening", judged)
    assert set(nobody["kind"]) == {"unweighted"}
    assert nobody["value"].abs().max() == pytest.approx(0.0)
    invited = pd.DataFrame({"unit_id": list(made.UNITS), "n_invited": 12})
    counted = replace(answers, invited=invited)
    found = survey_checks(made.view(asked=counted), "felt_listening", judged)
    assert set(found["kind"]) == {"unweighted", "tipping_point"}
    tips = found[found["kind"] == "tipping_point"].set_index("group_id")
    assert set(tips.index) == set(made.UNITS)
    assert tips["n"].eq(2).all()


def test_groups_may_be_merged_before_they_are_margins() -> None:
    units = pd.DataFrame(
        [("org", None, "Acme"), ("a", "org", "A"), ("b", "org", "B"), ("c", "org", "C")],
        columns=["unit_id", "parent_id", "name"],
    )
    homes = pd.Series(["a"] * 8 + ["b"] * 5 + ["c"] * 5)
    groups = build_groups_of(units, homes, 8)
    people = roster().head(18).assign(unit_id=list(homes))
    margins = roster_margins(Asked(people, pd.DataFrame(), 0), groups)
    assert sorted(margins["group"]) == [8.0, 10.0]
