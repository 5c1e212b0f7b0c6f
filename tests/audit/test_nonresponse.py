"""Tipping points: shifts of the silent by hand, for every kind of verdict."""

import numpy as np
import pandas as pd
import pytest

from audit.statistics.nonresponse import tipping_point
from audit.statistics.verdicts import JudgeRules

RULES = JudgeRules(layer="perception", material=0.30)
SE = 0.1
C95 = 3.0


def _judgement(**rows):
    """Effects with SE .1, no shrinkage, critical values 3.0 (family) and 2.0 (watch)."""
    table = pd.DataFrame(
        [
            {"group_id": name, "effect": effect, "verdict": verdict, "why": why}
            for name, (effect, verdict, why) in rows.items()
        ]
    )
    p = {"desert": 0.01, "hotspot": 0.01, "desert_watch": 0.05, "hotspot_watch": 0.05}
    return table.assign(
        effect_shrunk=table["effect"],
        se=SE,
        low=table["effect"] - 1.645 * SE,
        high=table["effect"] + 1.645 * SE,
        mde=(C95 + 0.84) * SE,
        q=table["verdict"].map(p).fillna(0.5),
    )


def _response(**shares):
    rows = {name: (100, round(100 * share)) for name, share in shares.items()}
    rows["whole"] = (1000, 800)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["n_people", "n_with_data"])


def test_a_hotspot_falls_when_its_silent_half_is_colder():
    # .45 - .5 * .5 = .20 < .30 (material): tips at half an SD.
    rows = tipping_point(_judgement(a=(0.45, "hotspot", "")), _response(a=0.5), RULES)
    assert rows.loc[0, ["shift", "is_enough"]].tolist() == [-0.5, False]


def test_a_hotspot_in_which_nearly_all_answered_stands_its_own_silent():
    # Inside .05 * 1 = .05; outside 1 - (800 - 95) / 900 = .217, which moves a hotspot up.
    rows = tipping_point(_judgement(a=(0.45, "hotspot", "")), _response(a=0.95), RULES)
    assert np.isnan(rows.loc[0, "shift"])
    assert rows.loc[0, "is_enough"]


def test_a_desert_falls_when_the_silent_elsewhere_are_colder():
    # Outside 21.7 % silent: -.40 + 1.0 * .217 = -.18; at -.5: -.40 + .108 = -.29, not material.
    rows = tipping_point(_judgement(a=(-0.40, "desert", "")), _response(a=0.95), RULES)
    assert rows.loc[0, "shift"] == -0.5
    # -.45 + .108 = -.34 stands, and -.45 + .217 = -.23 does not.
    rows = tipping_point(_judgement(a=(-0.45, "desert", "")), _response(a=0.95), RULES)
    assert rows.loc[0, "shift"] == -1.0


def test_a_typical_group_may_be_a_desert_with_silent_people():
    # -.2 - .4 * .5 = -.40: material, |t| = 4 over 3.
    rows = tipping_point(_judgement(a=(-0.2, "typical", "")), _response(a=0.6), RULES)
    assert rows.loc[0, "shift"] == -0.5


def test_when_everybody_answered_nothing_tips():
    everybody = pd.DataFrame(
        {"n_people": [100, 1000], "n_with_data": [100, 1000]}, index=["a", "whole"]
    )
    verdicts = _judgement(a=(-0.45, "desert", ""))
    assert tipping_point(verdicts, everybody, RULES)["is_enough"].tolist() == [True]


def test_groups_without_test_or_response_have_no_row():
    table = _judgement(
        a=(np.nan, "not_enough_evidence", "coverage"),
        b=(0.5, "not_enough_evidence", "low_reliability"),
        c=(0.5, "hotspot", ""),
    )
    assert tipping_point(table, _response(a=0.5, b=0.5), RULES).empty


def test_shifts_can_be_chosen():
    rows = tipping_point(
        _judgement(a=(0.45, "hotspot", "")), _response(a=0.5), RULES, shifts=(-0.1, -0.2)
    )
    assert rows["shift"].isna().all()


@pytest.mark.parametrize("why", ["depends_on_one_person", "not_persistent"])
def test_a_watch_held_back_by_something_else_is_not_confirmed_by_a_shift(why):
    # -.45 - .12 = -.57 is beyond the family's critical value, but size was not what was lacking.
    table = _judgement(a=(-0.45, "desert_watch", why))
    everywhere_else = pd.DataFrame(
        {"n_people": [100, 1000], "n_with_data": [88, 988]}, index=["a", "whole"]
    )
    assert tipping_point(table, everywhere_else, RULES)["is_enough"].tolist() == [True]
