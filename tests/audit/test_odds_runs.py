"""Odds in words against the truth of small made-up companies, through the whole pipeline."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from whole_run import SEED, WholeRun

from audit.config.audit_file import load_config
from audit.validate.odds_runs import group_truth, odds_by_tenth, odds_runs
from ingest.simulate.org import build_company
from ingest.simulate.scenarios import FIRST_DAY, plan_of, streams_of

MOST_GAP = 0.05


def test_shares_by_tenth_by_hand() -> None:
    # Stated .95 twice and .65 once; of the first two one is cooler, the other is neither.
    rows = pd.DataFrame({"odds_cooler": [0.95, 0.93, 0.65], "actual": [-0.5, 0.01, 0.4]})
    table = odds_by_tenth(rows).set_index("tenth")
    assert table.index.tolist() == [0, 3, 6, 9]
    assert table["n"].tolist() == [2, 1, 1, 2]
    assert table.loc[9, "true"] == pytest.approx(0.75)
    assert table.loc[0, "true"] == pytest.approx(0.25)
    assert table.loc[[3, 6], "true"].tolist() == [1.0, 0.0]
    assert table.loc[9, "stated"] == pytest.approx(0.94)
    assert table.loc[9, "error"] == pytest.approx(np.sqrt(0.94 * 0.06 / 2))


def test_the_truth_of_a_group_is_that_of_its_members(whole_run: WholeRun) -> None:
    company = build_company(plan_of("small"), FIRST_DAY, streams_of(SEED)["company"])
    config = load_config(whole_run.exports / "audit.toml")
    truth = group_truth(company, config, whole_run.folder)
    planted = truth[truth["planted"].abs() > 1.0]
    # One desert and one hotspot of one log-odds, in each period; the rest lies a little beyond 0.
    assert (
        planted.groupby("window_id")["planted"].agg(["min", "max"]).to_numpy().round(1).tolist()
        == [[-1.2, 1.2]] * truth["window_id"].nunique()
    )
    # Planted teams are what was planted as a whole; other teams have the people they have.
    near = (planted["actual"] - planted["planted"]).abs()
    assert near.max() < 0.25
    assert (truth["actual"] - truth["planted"]).abs().median() > 0.01
    assert truth["planted"].notna().all()
    assert truth["actual"].notna().all()


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_odds_in_small_companies_come_true() -> None:
    rows = odds_runs(range(1, 41))
    assert rows["seed"].nunique() == 40
    table = odds_by_tenth(rows)
    # Two periods share people and a division holds its teams: about half as many groups as
    # counted are independent.
    slack = 2 * np.sqrt(2) * table["error"]
    off = table[(table["true"] - table["stated"]).abs() > MOST_GAP + slack]
    assert off.empty, off
