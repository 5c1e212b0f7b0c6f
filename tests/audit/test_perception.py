"""Waves, scales, gates and response of the survey layer."""

from __future__ import annotations

from pathlib import Path

import made_up_view as made
import numpy as np
import pandas as pd
import pytest

from audit.config.audit_file import AuditConfig, load_config
from audit.gates import scale_gates
from audit.judging import Judged
from audit.perception import judge_perception
from audit.registry import indicators
from audit.survey import Answers, ScaleAnswers, waves_of_periods
from audit.survey_response import observed, survey_coverage
from core.windows import Period, Window

MONDAY = made.MONDAY
BEFORE = Period(tuple(Window(i, MONDAY + 28 * i, MONDAY + 28 * (i + 1)) for i in range(3)))
AFTER = Period(tuple(Window(i, MONDAY + 28 * i, MONDAY + 28 * (i + 1)) for i in range(3, 6)))


def waves(*middles: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "wave_id": [f"w{i}" for i in range(len(middles))],
            "first_day": [m - 2 for m in middles],
            "last_day": [m + 2 for m in middles],
        }
    )


@pytest.mark.parametrize(
    ("middles", "expected"),
    [
        ((MONDAY + 40, MONDAY + 130), {2: "w0", 5: "w1"}),
        # Both waves lie in the second half: the earlier one is the nearest to Before.
        ((MONDAY + 90, MONDAY + 160), {2: "w0", 5: "w1"}),
        # One wave is judged once, where it belongs.
        ((MONDAY + 130,), {5: "w0"}),
        ((MONDAY + 10,), {2: "w0"}),
        # A year before is not near anything.
        ((MONDAY - 365,), {}),
        ((), {}),
    ],
)
def test_each_wave_serves_the_period_it_lies_nearest_to(
    middles: tuple[int, ...], expected: dict[int, str]
) -> None:
    assert waves_of_periods(waves(*middles), [BEFORE, AFTER]) == expected


def asked(
    rng: np.random.Generator, effect: float, people: int = 40, noise: float = 0.7
) -> Answers:
    """Return answers of `people` forms a unit on four items; unit a lies `effect` lower."""
    unit = np.repeat(list(made.UNITS), people)
    feeling = rng.normal(size=unit.size) * 0.8 + np.where(unit == "a", effect, 0.0)
    items = np.clip(4 + feeling[:, None] + noise * rng.normal(size=(unit.size, 4)), 1, 7)
    ids = [f"form{i:03d}" for i in range(unit.size)]
    frame = pd.DataFrame(items, index=pd.Index(ids, name="form_id"), columns=list("wxyz"))
    forms = pd.DataFrame({"subject_id": ids, "unit_id": unit, "stratum": "1|x", "weight": 1.0})
    scale = ScaleAnswers(
        "felt_listening", "Felt listening", "felt_listening", frame, frame.mean(axis=1), 7
    )
    invited = pd.DataFrame({"unit_id": list(made.UNITS), "n_invited": people})
    return Answers("w1", 8, forms, (scale,), invited)


@pytest.fixture
def config(tmp_path: Path) -> AuditConfig:
    (tmp_path / "r.csv").touch()
    (tmp_path / "a.toml").write_text(
        '[audit]\nname = "A"\n[[source]]\nreader = "roster_csv"\npath = "r.csv"\n'
        "[judgement]\npermutations = 999\n"
    )
    return load_config(tmp_path / "a.toml")


def judged(answers: Answers | None, config: AuditConfig) -> Judged | None:
    view = made.view(with_edges=False, asked=answers)
    return judge_perception(indicators.get("felt_listening"), view, config)


def by_group(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("group_id")


def test_a_cold_unit_is_found_and_its_scores_stand_in_answer_points(
    rng: np.random.Generator, config: AuditConfig
) -> None:
    answers = asked(rng, -1.2)
    found = judged(answers, config)
    assert found is not None
    rows, values = by_group(found.judgement), by_group(found.measured)
    assert rows.loc["a", "verdict"] == "desert"
    assert rows.loc["b", "effect"] > 0
    scores = answers.scales[0].score.to_numpy()
    assert values.loc["a", "value"] == pytest.approx(scores[:40].mean())
    assert values.loc["a", "expected"] == pytest.approx(scores[40:].mean())
    assert values.loc["org", "value"] == pytest.approx(scores.mean())
    assert set(values["status"]) == {"shown"}


def test_under_half_of_those_invited_a_unit_is_not_observed(
    rng: np.random.Generator, config: AuditConfig
) -> None:
    answers = asked(rng, -1.2)
    answers.invited.loc[answers.invited["unit_id"] == "a", "n_invited"] = 81
    found = judged(answers, config)
    assert found is not None
    assert by_group(found.judgement).loc["a", "verdict"] == "not_enough_evidence"
    row = by_group(found.measured).loc["a"]
    assert row["status"] == "not_observed"
    assert np.isnan(row["value"])


def test_answers_that_do_not_agree_close_the_groups_but_not_the_whole(
    rng: np.random.Generator, config: AuditConfig
) -> None:
    found = judged(asked(rng, 0.0), config)
    assert found is not None
    gates = found.reliability.set_index("kind")
    assert gates.loc["alpha", "is_enough"]
    assert not gates.loc["icc1", "is_enough"]
    values = by_group(found.measured)
    assert values.loc["a", "status"] == "unreliable"
    assert values.loc["a", ["value", "effect", "odds_cooler"]].isna().all()
    assert values.loc["org", "status"] == "shown"


def test_items_that_do_not_measure_one_thing_close_everything(
    rng: np.random.Generator, config: AuditConfig
) -> None:
    answers = asked(rng, 0.0, noise=6.0)
    gates = scale_gates(answers.scales[0], answers.forms, made.groups())
    assert not gates.is_reliable
    assert not gates.table.set_index("kind").loc["alpha", "is_enough"]
    found = judged(answers, config)
    assert found is not None
    assert set(found.measured["status"]) == {"unreliable"}


def test_a_floor_promised_at_launch_is_kept_where_it_is_higher(
    rng: np.random.Generator, config: AuditConfig
) -> None:
    answers = asked(rng, -1.2)
    strict = Answers("w1", 41, answers.forms, answers.scales, answers.invited)
    found = judged(strict, config)
    assert found is not None
    assert (by_group(found.measured).loc[["a", "b", "c"], "status"] != "shown").all()


def test_nobody_asked_is_no_judgement(config: AuditConfig) -> None:
    assert judged(None, config) is None


def test_without_a_list_of_the_invited_everybody_on_the_roster_was(
    rng: np.random.Generator,
) -> None:
    answers = asked(rng, 0.0, people=4)
    open_wave = Answers("w1", 8, answers.forms, answers.scales, answers.invited.head(0))
    response = survey_coverage(open_wave, made.view(asked=open_wave))
    assert response["n_people"].to_dict() == {"org": 24, "a": 8, "b": 8, "c": 8}
    assert response["n_with_data"].to_dict() == {"org": 12, "a": 4, "b": 4, "c": 4}
    assert observed(response, 4, 0.5).all()
    assert not observed(response, 5, 0.5).loc["a"]
