"""The certificate in words: a name for each rule, round counts, what a bound means."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pandas as pd

from reports.brief import Brief
from reports.method import WIDTH, certified

TABLE = pd.DataFrame(
    {
        "step": [3, 1, 2],
        "rule": ["what is left", "release", "floor"],
        "checked": [30.0, None, 6740.0],
        "hidden": [30.0, None, 0.0],
        "statement": ["Bounds can be drawn.", "Release 1.", "Nothing under 8 people."],
        "bound": ["No bounds closer than 10 of 100 points.", None, None],
    }
)


def test_rules_come_in_order_with_counts_or_a_bound() -> None:
    release, floor, left = certified(cast(Brief, SimpleNamespace(certificate=TABLE)))
    assert (release.name, release.seen, release.bound) == ("This release", "", "")
    assert (floor.name, floor.seen, floor.kept) == ("Too few people", "about 6,740", "few or none")
    assert left.bound == f"No bounds closer than 10 of 100 points. {WIDTH}"
    assert left.seen == ""


def test_where_nothing_could_be_bounded_no_width_is_explained() -> None:
    table = TABLE.copy()
    table.loc[0, "bound"] = "No hidden share had bounds to draw."
    *_, left = certified(cast(Brief, SimpleNamespace(certificate=table)))
    assert left.bound == "No hidden share had bounds to draw."
