"""Agreement of both layers: by hand, attenuation undone, intervals, words that follow."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from audit.joint import JointRules, judge_joint
from audit.statistics.convergent import convergent_rows, convergent_validity
from audit.wording import NOT_VALIDATED, validated

LEADS = {"behaviour": "response_rate", "perception": "felt_listening"}


def test_the_correlation_is_freed_of_unreliability_by_hand(rng: np.random.Generator) -> None:
    x = np.arange(12.0)
    y = x + np.tile([3.0, -3.0], 6)
    r = float(np.corrcoef(x, y)[0, 1])
    found = convergent_validity(x, y, (0.9, 0.9), rng)
    assert found.value == pytest.approx(r / 0.9)
    assert found.low < found.value <= found.high <= 1.0


def test_what_the_correction_lifts_beyond_one_is_cut(rng: np.random.Generator) -> None:
    x = np.arange(12.0)
    assert convergent_validity(x, x, (0.5, 0.5), rng).value == 1.0


def test_noise_in_both_layers_is_undone_on_average(rng: np.random.Generator) -> None:
    # True correlation .6, reliabilities .7 and .6: the plain r is .6 sqrt(.42) = .39.
    found = []
    for _ in range(60):
        truth = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 80)
        x = truth[:, 0] + rng.normal(0, np.sqrt(0.3 / 0.7), 80)
        y = truth[:, 1] + rng.normal(0, np.sqrt(0.4 / 0.6), 80)
        found.append(convergent_validity(x, y, (0.7, 0.6), rng, draws=99).value)
    assert np.mean(found) == pytest.approx(0.6, abs=0.06)


def test_the_interval_holds_the_truth_in_nine_of_ten(rng: np.random.Generator) -> None:
    held = 0
    for _ in range(300):
        truth = rng.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], 60)
        found = convergent_validity(truth[:, 0], truth[:, 1], (1.0, 1.0), rng, draws=299)
        held += found.low <= 0.3 <= found.high
    assert held / 300 == pytest.approx(0.90, abs=0.05)


@pytest.mark.parametrize(
    ("n", "reliabilities"), [(9, (0.8, 0.8)), (30, (np.nan, 0.8)), (30, (0.8, 0.0))]
)
def test_too_few_groups_or_an_unknown_reliability_is_no_estimate(
    rng: np.random.Generator, n: int, reliabilities: tuple[float, float]
) -> None:
    x = np.arange(float(n))
    assert np.isnan(convergent_validity(x, x, reliabilities, rng).value)


def _layers(n: int, slope: float, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    ids = [f"t{i}" for i in range(n)] + ["org"]
    x = rng.normal(size=n + 1)
    y = slope * x + rng.normal(scale=0.3, size=n + 1)
    return {
        "behaviour": pd.DataFrame({"group_id": ids, "effect": x}),
        "perception": pd.DataFrame({"group_id": ids, "effect": y}),
    }


def _reliability(half: float = 0.9) -> pd.DataFrame:
    return pd.DataFrame(
        [("response_rate", "split_half", half), ("felt_listening", "icc2", 0.9)],
        columns=["indicator", "kind", "value"],
    )


def _groups(n: int) -> pd.DataFrame:
    ids = [f"t{i}" for i in range(n)] + ["org"]
    return pd.DataFrame({"group_id": ids, "parent_id": ["org"] * n + [None]})


@pytest.mark.parametrize(("slope", "is_enough"), [(1.0, True), (0.0, False), (-1.0, False)])
def test_the_gate_passes_where_the_interval_lies_above_zero(
    rng: np.random.Generator, slope: float, is_enough: bool
) -> None:
    rows = convergent_rows(_layers(30, slope, rng), _reliability(), LEADS, _groups(30), rng)
    assert rows[["indicator", "kind"]].iloc[0].tolist() == ["response_rate", "convergent"]
    assert bool(rows["is_enough"].iloc[0]) is is_enough


def test_without_one_layer_there_is_nothing_to_compare(rng: np.random.Generator) -> None:
    layers = _layers(30, 1.0, rng)
    layers["perception"]["effect"] = np.nan
    assert convergent_rows(layers, _reliability(), LEADS, _groups(30), rng).empty


def test_the_caveat_gives_way_to_what_was_measured() -> None:
    assert validated(np.nan, np.nan, np.nan) == NOT_VALIDATED
    said = validated(0.45, 0.2, 0.7)
    assert NOT_VALIDATED not in said
    assert "r = 0.45, 90 % interval 0.20 to 0.70" in said
    open_ = validated(0.2, -0.1, 0.5)
    assert open_.startswith(NOT_VALIDATED)
    assert "−0.10 to 0.50" in open_


@pytest.mark.parametrize("broken", ["behaviour", "perception"])
def test_layers_are_read_together_only_where_both_passed_their_gates(broken: str) -> None:
    def rows(is_reliable: bool) -> pd.DataFrame:
        # What `judge` gives: an unreliable indicator has no test, whatever was observed.
        p = 0.001 if is_reliable else np.nan
        return pd.DataFrame(
            {
                "group_id": ["a"],
                "p_low": [p],
                "p_high": [0.999 if is_reliable else np.nan],
                "effect_shrunk": [-1.0 if is_reliable else np.nan],
                "reliability": [0.8],
                "verdict": ["desert" if is_reliable else "not_enough_evidence"],
            }
        )

    both = judge_joint(rows(True), rows(True), JointRules())
    assert both["joint"].tolist() == ["confirmed_desert"]
    one = judge_joint(rows(broken != "behaviour"), rows(broken != "perception"), JointRules())
    assert one["joint"].iloc[0] in {"process_desert", "felt_desert"}
    assert one["q"].isna().all()
