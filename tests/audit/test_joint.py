"""Both layers read together: every cell of the joint table, by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from audit.joint import JointRules, judge_joint
from audit.wording import joint_sentence


def _layer(rows, reliability=0.8):
    """Rows of (group, p_low, p_high, shrunken effect, verdict)."""
    names = ["group_id", "p_low", "p_high", "effect_shrunk", "verdict"]
    return pd.DataFrame(rows, columns=names).assign(reliability=reliability)


COLD = (0.001, 0.999, -0.8)
WARM = (0.999, 0.001, 0.8)
MILD = (0.40, 0.60, -0.1)


def _cell(behaviour, perception, word_b, word_s, others=3):
    """The joint cell of one group beside quiet others."""
    quiet = [(f"q{i}", *MILD, "typical") for i in range(others)]
    found = judge_joint(
        _layer([("g", *behaviour, word_b), *quiet]), _layer([("g", *perception, word_s), *quiet])
    )
    return found.set_index("group_id").loc["g"]


@pytest.mark.parametrize(
    ("behaviour", "perception", "words", "joint"),
    [
        (COLD, COLD, ("desert", "desert"), "confirmed_desert"),
        (WARM, WARM, ("hotspot", "hotspot_watch"), "confirmed_hotspot"),
        (COLD, WARM, ("desert", "hotspot"), "warm_words_cold_network"),
        (WARM, COLD, ("hotspot", "desert"), "busy_not_heard"),
        (COLD, MILD, ("desert", "typical"), "process_desert"),
        (COLD, MILD, ("desert_watch", "not_enough_evidence"), "process_desert"),
        (WARM, MILD, ("hotspot", "typical"), "process_hotspot"),
        (MILD, COLD, ("typical", "desert"), "felt_desert"),
        (MILD, COLD, ("not_enough_evidence", "desert_watch"), "felt_desert"),
        (MILD, WARM, ("typical", "hotspot"), "none"),
        (MILD, MILD, ("typical", "typical"), "none"),
    ],
)
def test_every_cell_of_the_joint_table(behaviour, perception, words, joint):
    row = _cell(behaviour, perception, *words)
    assert row["joint"] == joint
    assert row[["behaviour", "perception"]].tolist() == list(words)


def test_p_and_q_by_hand():
    # Four groups: desert p = max(.001, .02) = .02, times 4 groups / rank 1 = .08.
    row = _cell((0.001, 0.999, -0.8), (0.02, 0.98, -0.5), "desert", "desert")
    assert (row["p"], row["q"]) == pytest.approx((0.02, 0.08))
    # Blind spot: 2 min(max(.001, .01), max(.999, .99)) = .02, q = .08.
    row = _cell((0.001, 0.999, -0.8), (0.99, 0.01, 0.5), "desert", "hotspot")
    assert (row["p"], row["q"]) == pytest.approx((0.02, 0.08))


def test_each_class_has_its_own_false_discovery_rate():
    deserts = [(f"d{i}", *COLD, "desert") for i in range(3)]
    blind = [("b", 0.02, 0.98, -0.8, "desert")]
    words = [("b", 0.98, 0.02, 0.8, "hotspot")]
    found = judge_joint(_layer(deserts + blind), _layer(deserts + words)).set_index("group_id")
    # By hand: blind spot p = .04 over 4 groups, rank 1: q = .16 > .10; not helped by deserts.
    assert found.loc["b", "joint"] == "none"
    assert (found.loc[["d0", "d1", "d2"], "joint"] == "confirmed_desert").all()


def test_weak_joint_evidence_names_no_class():
    row = _cell((0.06, 0.94, -0.5), (0.07, 0.93, -0.5), "typical", "typical")
    assert row["joint"] == "none"
    assert np.isnan(row["p"])


def test_an_immaterial_effect_is_no_joint_desert():
    row = _cell((0.001, 0.999, -0.2), COLD, "typical", "typical")
    assert row["joint"] == "none"


def test_an_unreliable_survey_mean_takes_no_part():
    behaviour = _layer([("g", *COLD, "desert")])
    for reliability in (0.49, np.nan):
        survey = _layer([("g", *COLD, "not_enough_evidence")], reliability)
        assert judge_joint(behaviour, survey)["joint"].tolist() == ["process_desert"]
    survey = _layer([("g", *COLD, "desert")], 0.5)
    assert judge_joint(behaviour, survey)["joint"].tolist() == ["confirmed_desert"]


def test_groups_seen_by_one_layer_keep_their_row():
    behaviour = _layer([("a", *COLD, "desert"), ("b", *MILD, "typical")])
    survey = _layer([("b", *MILD, "typical"), ("c", *COLD, "desert")])
    found = judge_joint(behaviour, survey).set_index("group_id")
    assert found.index.tolist() == ["a", "b", "c"]
    assert found.loc["a", ["perception", "joint"]].tolist() == [
        "not_enough_evidence",
        "process_desert",
    ]
    assert found.loc["c", ["behaviour", "joint"]].tolist() == [
        "not_enough_evidence",
        "felt_desert",
    ]


def test_row_order_of_the_layers_does_not_matter():
    rows = [("a", *COLD, "desert"), ("b", *WARM, "hotspot"), ("c", *MILD, "typical")]
    plain, mixed = (judge_joint(_layer(rows), _layer(rows[::step])) for step in (1, -1))
    pd.testing.assert_frame_equal(plain, mixed)


def test_blind_spots_are_rare_when_there_are_none_and_found_when_planted(rng):
    # Method page: 80 units, cross-layer correlation .3: .01 false blind spots per organization,
    # recall .59 at +-1.0 (log-odds, SD). SE .25 on both layers, as at 10 people per unit.
    false, found = [], []
    rules = JointRules()
    for planted in (0.0, 1.0):
        for _ in range(40):
            shared = rng.normal(size=80)
            layers = []
            for sign in (-1.0, 1.0):
                own = np.sqrt(0.3) * shared + np.sqrt(0.7) * rng.normal(size=80)
                effect = 0.14 * own + 0.25 * rng.normal(size=80)
                effect[:4] += sign * planted
                p_low = ndtr(effect / 0.25)
                rows = zip(
                    [f"g{i:02d}" for i in range(80)],
                    p_low,
                    1 - p_low,
                    0.6 * effect,
                    ["typical"] * 80,
                    strict=True,
                )
                layers.append(_layer(list(rows)))
            joint = judge_joint(*layers, rules)["joint"]
            blind = joint.isin(["warm_words_cold_network", "busy_not_heard"])
            (found if planted else false).append(blind.sum() if not planted else blind[:4].mean())
    assert np.mean(false) <= 0.10
    assert np.mean(found) >= 0.50


def test_two_marks_that_are_no_joint_reading_are_said_to_be_just_that():
    assert "same side" in joint_sentence("none", "desert_watch", "desert")
    assert "different sides" in joint_sentence("none", "desert_watch", "hotspot")
    assert joint_sentence("none", "typical", "desert") == joint_sentence("none")
    assert joint_sentence("process_desert", "desert", "typical").startswith("Answers come less")
