"""The net promoter score: by hand, its interval by simulation, floors and promises."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import made_up_view as made
import numpy as np
import pandas as pd
import pytest

from audit.config.audit_file import AuditConfig, load_config
from audit.disclosure.cells import Cell, Decision
from audit.disclosure.tables import Context, value_rows
from audit.indicators.enps import enps
from audit.perception import judge_perception
from audit.registry import indicators
from audit.statistics.enps import net_promoter
from audit.survey import Answers
from core.tables.results import INDICATOR_VALUES


def asked(scores: dict[str, float]) -> Answers:
    """Return a wave in which the one question was asked, from 0 to 10."""
    wave = made.answers(scores, "enps")
    return replace(wave, scales=(replace(wave.scales[0], options=11),))


@pytest.fixture
def config(tmp_path: Path) -> AuditConfig:
    (tmp_path / "r.csv").touch()
    (tmp_path / "a.toml").write_text(
        '[audit]\nname = "A"\n[[source]]\nreader = "roster_csv"\npath = "r.csv"\n'
    )
    return load_config(tmp_path / "a.toml")


def test_promoters_less_detractors_by_hand() -> None:
    # 2 of 4 promote, 1 detracts: .25. SE: p' = 3/7, d' = 2/7; (5/7 - 1/49) / 3 = .2313.
    found = net_promoter(np.array([10.0, 9.0, 8.0, 6.0]), np.ones(4))
    assert found.value == 0.25
    assert found.se == pytest.approx(np.sqrt((5 / 7 - 1 / 49) / 3))


def test_seven_and_eight_count_as_nothing() -> None:
    assert net_promoter(np.array([7.0, 8.0]), np.ones(2)).value == 0.0
    assert np.isnan(net_promoter(np.array([7.0]), np.ones(1)).se)


def test_weights_count_as_people_would() -> None:
    doubled = net_promoter(np.array([10.0, 3.0]), np.array([2.0, 1.0]))
    assert doubled.value == pytest.approx(1 / 3)


def test_a_group_that_agrees_is_not_certain() -> None:
    found = net_promoter(np.full(8, 10.0), np.ones(8))
    assert found.value == 1.0
    assert found.se > 0.15


def test_nobody_has_no_score() -> None:
    assert np.isnan(net_promoter(np.zeros(0), np.zeros(0)).value)


@pytest.mark.parametrize(("n", "shares"), [(12, (0.3, 0.4, 0.3)), (60, (0.1, 0.3, 0.6))])
def test_the_interval_holds_the_truth_in_nine_of_ten(
    rng: np.random.Generator, n: int, shares: tuple[float, float, float]
) -> None:
    answers = np.array([3.0, 8.0, 10.0])
    truth = shares[2] - shares[0]
    held = 0
    for _ in range(1000):
        found = net_promoter(rng.choice(answers, n, p=shares), np.ones(n))
        held += abs(found.value - truth) <= 1.645 * found.se
    assert held / 1000 == pytest.approx(0.90, abs=0.035)


def test_every_group_has_its_own_score_and_the_whole_too() -> None:
    scores = {f"a{i}-form": 10.0 for i in range(8)} | {f"b{i}-form": 0.0 for i in range(8)}
    rows = enps(made.view(asked=asked(scores))).set_index("group_id")
    assert rows["value"].to_dict() == {"a": 1.0, "b": -1.0, "org": 0.0}
    assert rows["n_people"].to_dict() == {"a": 8, "b": 8, "org": 16}


def test_a_question_with_another_answer_scale_is_no_net_score() -> None:
    wave = made.answers({f"a{i}-form": 5.0 for i in range(8)}, "enps")
    assert enps(made.view(asked=wave)).empty


def test_it_has_an_interval_no_verdict_and_keeps_the_floors(config: AuditConfig) -> None:
    scores = {f"a{i}-form": 10.0 for i in range(8)} | {f"b{i}-form": 0.0 for i in range(7)}
    view = made.view(asked=asked(scores))
    found = judge_perception(indicators.get("enps"), view, config)
    assert found is not None
    assert found.judgement.empty
    rows = found.measured.set_index("group_id")
    assert rows.loc["a", "status"] == "shown"
    assert rows.loc["a", "low"] < rows.loc["a", "value"]
    assert rows.loc["b", ["status", "why"]].tolist() == ["not_observed", "coverage"]
    assert pd.isna(rows.loc["b", "value"])
    assert rows.loc["c", "status"] == "too_few"


@pytest.mark.parametrize(
    ("value", "points", "text"),
    [
        (0.231, 25.0, "about +25"),
        (-0.184, -20.0, "about −20"),
        (0.02, 0.0, "about 0"),
        (1.0, 95.0, "about +95"),
        (-1.0, -95.0, "about −95"),
    ],
)
def test_it_is_published_to_the_nearest_five_points_and_never_as_all_or_nobody(
    value: float, points: float, text: str
) -> None:
    shown = Cell("number", None, "20-49")
    context = Context(
        Decision({(1, "a"): shown}, {(1, "a", "enps"): shown}),
        {(1, "a"): "A"}, {(1, "a"): None}, {"enps": "eNPS"}, {"enps": "net_points"}, {},
    )  # fmt: skip
    row = dict.fromkeys(INDICATOR_VALUES.names) | {
        "window_id": 1, "group_id": "a", "indicator": "enps", "status": "shown",
        "value": value, "value_low": value - 0.11, "value_high": value + 0.11,
    }  # fmt: skip
    out = value_rows(pd.DataFrame([row]), context).iloc[0]
    assert (out["value"], out["value_text"]) == (points, text)
    assert -100.0 <= out["low"] <= max(-100.0, 100 * (value - 0.11))
    assert min(100.0, 100 * (value + 0.11)) <= out["high"] <= 100.0
