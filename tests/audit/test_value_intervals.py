"""The interval of a published value: its own, rounded outwards, and only beside a number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from audit.disclosure.cells import decide
from audit.disclosure.tables import Context, value_rows
from audit.disclosure.thresholds import Floor

NAMES = ("value", "low", "high", "value_low", "value_high", "expected", "effect", "odds_cooler")


def published(scale: str, n_people: int = 30, **numbers: float) -> pd.Series:
    """Return the published row of one indicator of the whole organization."""
    groups = pd.DataFrame(
        {"window_id": [2], "group_id": ["org"], "parent_id": [None], "n_people": [n_people]}
    )
    row = {name: numbers.get(name, np.nan) for name in NAMES}
    values = pd.DataFrame(
        [{**row, "window_id": 2, "group_id": "org", "indicator": "one", "status": "shown",
          "why": None, "n_people": n_people, "top_share": 0.1}]
    )  # fmt: skip
    context = Context(decide(groups, values, Floor(8, "standard")), {}, {}, {}, {"one": scale}, {})
    return value_rows(values, context).iloc[0]


def test_a_share_is_published_with_its_interval_in_points() -> None:
    row = published("share", value=0.226, value_low=0.161, value_high=0.304)
    # About 25: the longer arm of 7.8 points and half a step are 10.3, so three steps.
    assert (row["value"], row["low"], row["high"]) == (25.0, 10.0, 40.0)


def test_the_interval_of_the_effect_is_not_that_of_the_value() -> None:
    numbers = {"value": 0.45, "value_low": 0.41, "value_high": 0.49, "effect": -0.5}
    row = published("log_odds", **numbers, low=-0.9, high=-0.1)
    assert (row["low"], row["high"]) == (35.0, 55.0)


def test_an_interval_at_the_end_of_the_scale_stays_on_it() -> None:
    row = published("share", value=0.0, value_low=0.0, value_high=0.2527)
    assert (row["value_text"], row["low"], row["high"]) == ("under 5 %", 0.0, 30.0)


def test_scores_have_one_decimal_outwards() -> None:
    row = published("score", value=5.23, value_low=4.96, value_high=5.51)
    assert (row["value"], row["low"], row["high"]) == pytest.approx((5.2, 4.8, 5.6))


def test_no_number_no_interval() -> None:
    row = published("share", n_people=7, value=0.2, value_low=0.1, value_high=0.3)
    assert not row["is_shown"]
    assert "low" not in row or pd.isna(row["low"])
