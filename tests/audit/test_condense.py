"""Which messages each outcome looks at, and what is expected of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from audit.condense import FAMILIES, condense
from core.engine import DuckDBEngine
from core.tables.network import REPLIES
from core.windows import Period, Window

MONDAY = 20458
PERIOD = Period((Window(0, MONDAY, MONDAY + 28),))


def replies(n: int = 600, seed: int = 3) -> pd.DataFrame:
    """Return replies of 12 people: half up, half between peers, and 40 from three customers."""
    rng = np.random.default_rng(seed)
    number = np.arange(n)
    outside = number >= n - 40
    relation = np.where(outside, "outside", np.where(number // 12 % 2 == 0, "up", "peer"))
    # Messages up are answered far more often than messages between peers.
    is_answered = rng.random(n) < np.where(relation == "up", 0.8, 0.4)
    return pd.DataFrame(
        {
            "message_id": [f"m{i:04d}" for i in number],
            "week": MONDAY + 7 * (number % 4),
            "sender_id": np.where(outside, [f"x{i % 3}" for i in number],
                                  [f"p{i % 12:02d}" for i in number]),
            "recipient_id": [f"p{(i + 5) % 12:02d}" for i in number],
            "relation": relation,
            "stakeholder": np.where(outside, "customer", None),
            "is_same_unit": number % 3 == 0,
            "channel": "email",
            "inbound_load": 1 + number % 7,
            "fan_out": 1 + number % 2,
            "hour_block": 3,
            "weekday": number % 5,
            "is_off_hours": number % 4 == 0,
            "reply_id": None,
            "reply_quality": "explicit",
            "latency_s": None,
            "work_latency_s": None,
            "is_answered": is_answered,
            "is_followed_up": False,
            "is_censored": False,
            "is_neglected": ~is_answered & (number % 5 == 1),
            "is_neglect_censored": number % 10 == 9,
            "is_from_senior": number % 8 == 0,
            "is_pulled": (number % 16 == 0) & ~outside,
            "watched_work_s": 0,
        }
    ).astype({"latency_s": "Int64", "work_latency_s": "Int64"})  # fmt: skip


def condensed(folder: Path, rows: pd.DataFrame) -> pd.DataFrame:
    REPLIES.write(rows, folder)
    with DuckDBEngine(memory="1GB") as engine:
        return condense(engine, folder, PERIOD).person_weeks


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return condensed(tmp_path_factory.mktemp("network"), replies())


def test_every_outcome_counts_its_own_messages(weeks: pd.DataFrame) -> None:
    rows = replies()
    inside = rows["relation"] != "outside"
    told = {
        "answered": inside,
        "answered_up": rows["relation"] == "up",
        "answered_up_as_peer": rows["relation"] == "up",
        "neglected": inside & ~rows["is_neglect_censored"],
        "answered_off_hours": inside & rows["is_off_hours"] & rows["is_from_senior"],
        "answered_customer": ~inside,
    }
    found = weeks.groupby("outcome")["n"].sum().to_dict()
    assert found == {name: int(mask.sum()) for name, mask in told.items()}
    yes = weeks.groupby("outcome")["n_yes"].sum()
    assert yes["neglected"] == rows.loc[told["neglected"], "is_neglected"].sum()
    assert yes["answered_off_hours"] == rows.loc[told["answered_off_hours"], "is_pulled"].sum()


def test_what_a_relation_has_in_general_stays_in_the_excess_against_peers(
    weeks: pd.DataFrame,
) -> None:
    sums = weeks.groupby("outcome")[["n", "excess"]].sum()
    gap = sums["excess"] / sums["n"]
    # The model knows that messages up are answered more often; between peers they would not be.
    assert abs(gap["answered_up"]) < 0.05
    assert gap["answered_up_as_peer"] == pytest.approx(0.4, abs=0.08)


def test_the_expectation_between_peers_is_the_own_one_without_the_relation(
    tmp_path: Path,
) -> None:
    rows = replies()
    REPLIES.write(rows, tmp_path)
    with DuckDBEngine(memory="1GB") as engine:
        found = condense(engine, tmp_path, PERIOD)
    fit = found.fits["explicit"]
    ordered = rows[rows["relation"] != "outside"].sort_values(
        ["week", "recipient_id", "sender_id", "message_id"]
    )
    up = (ordered["relation"] == "up").to_numpy()
    beta = fit.coefficients()
    shift = beta.get("relation=up", 0.0) - beta.get("relation=peer", 0.0)
    by_hand = expit(logit(fit.p0[up]) - shift).sum()
    weeks = found.person_weeks
    sums = weeks[weeks["outcome"] == "answered_up_as_peer"][["n_yes", "excess"]].sum()
    assert sums["n_yes"] - sums["excess"] == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("column", "outcome"),
    [("is_neglected", "neglected"), ("is_pulled", "answered_off_hours")],
)
def test_an_outcome_that_is_never_seen_is_not_observed(
    tmp_path: Path, column: str, outcome: str
) -> None:
    weeks = condensed(tmp_path, replies().assign(**{column: False}))
    assert outcome not in set(weeks["outcome"])
    assert "answered" in set(weeks["outcome"])


def test_every_outcome_belongs_to_one_family() -> None:
    names = [name for f in FAMILIES for name, _ in (*f.outcomes, *f.as_peer)]
    assert len(set(names)) == len(names)
