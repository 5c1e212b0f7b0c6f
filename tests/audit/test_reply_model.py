"""The expected answer: against plain loops, against planted values, and at the edges."""

import numpy as np
import oracles_effects as oracle
import pandas as pd
import pytest

from audit.reply_model import RIDGE, fit_reply_model, person_sums
from audit.validate.planted import Scenario, planted_company


def _messages(n, rng, people=12):
    sender = rng.integers(0, people, n)
    recipient = (sender + rng.integers(1, people, n)) % people
    return pd.DataFrame(
        {
            "week": 7 * rng.integers(0, 4, n),
            "sender_id": [f"p{i:02d}" for i in sender],
            "recipient_id": [f"p{i:02d}" for i in recipient],
            "relation": rng.choice(["up", "down", "peer"], n),
            "is_same_unit": rng.random(n) < 0.5,
            "channel": rng.choice(["email", "chat"], n),
            "inbound_load": rng.integers(1, 40, n),
            "fan_out": rng.integers(1, 6, n),
            "hour_block": rng.integers(0, 3, n),
            "weekday": rng.integers(0, 5, n),
            "is_answered": rng.random(n) < 0.4 + 0.02 * recipient,
        }
    )


@pytest.fixture
def messages():
    return _messages(400, np.random.default_rng(3))


def _design(messages, fit):
    """Covariates by name, row by row; log load as the method page says."""
    weekly = messages.groupby(["recipient_id", "week"])["inbound_load"].max()
    load = np.log1p(weekly.groupby("recipient_id").mean())
    load = (load - load.mean()) / load.std(ddof=0)
    rows = []
    for row in messages.to_dict("records"):
        known = {
            "intercept": 1.0,
            "log_inbound_load": load[row["recipient_id"]],
            "log_fan_out": np.log(row["fan_out"]),
            "same_unit": float(row["is_same_unit"]),
        }
        for name in ("relation", "channel", "hour_block", "weekday"):
            known[f"{name}={row[name]}"] = 1.0
        rows.append([known.get(name, 0.0) for name in fit.names])
    return rows


def test_coefficients_and_probabilities_equal_the_plain_loops(messages):
    fit = fit_reply_model(messages)
    rows, y = _design(messages, fit), messages["is_answered"].astype(float).tolist()
    beta = oracle.fit_logistic(rows, y, [RIDGE / 10] + [RIDGE] * (len(fit.names) - 1))
    assert fit.beta == pytest.approx(beta, abs=1e-7)
    eta = [sum(a * b for a, b in zip(row, beta, strict=True)) for row in rows]
    sender, recipient = messages["sender_id"].tolist(), messages["recipient_id"].tolist()
    p0, p1, var_c, var_b = oracle.crossed_effects(eta, y, sender, recipient)
    assert fit.p0 == pytest.approx(p0, abs=1e-7)
    assert fit.p1 == pytest.approx(p1, abs=1e-7)
    assert (fit.var_c, fit.var_b) == pytest.approx((var_c, var_b), abs=1e-7)


def test_the_most_frequent_value_of_a_category_is_the_reference(messages):
    names = fit_reply_model(messages).names
    for column in ("relation", "channel"):
        assert f"{column}={messages[column].mode()[0]}" not in names


def test_planted_coefficients_are_recovered():
    company = planted_company(Scenario(n_people=1500), np.random.default_rng(5))
    found = fit_reply_model(company.observations).coefficients()
    # Planted: same team .7, log load -.35 per SD of log activity. Person effects of SD .6 and
    # sender effects of SD .3 left out of step 1 attenuate by about 1/sqrt(1 + .346 (.36 + .09)).
    assert found["same_unit"] == pytest.approx(0.7 / np.sqrt(1.156), abs=0.06)
    assert -0.38 < found["log_inbound_load"] < -0.20


def test_residuals_keep_the_recipient_and_lose_the_sender():
    company = planted_company(Scenario(sender_sd=1.0), np.random.default_rng(6))
    fit = fit_reply_model(company.observations)
    residual = company.observations["is_answered"] - fit.p0
    by_sender = residual.groupby(company.observations["sender_id"]).agg(["sum", "size"])
    by_recipient = residual.groupby(company.observations["recipient_id"]).agg(["sum", "size"])
    spread = [
        float((part["sum"] / part["size"])[part["size"] > 50].std())
        for part in (by_sender, by_recipient)
    ]
    assert spread[0] < 0.4 * spread[1]


def test_constant_and_repeated_covariates_are_dropped_and_named(messages):
    weekday = messages["hour_block"]
    fit = fit_reply_model(messages.assign(channel="email", fan_out=1, weekday=weekday))
    assert "log_fan_out" in fit.dropped
    assert {name.split("=")[0] for name in fit.dropped} == {"log_fan_out", "weekday"}
    assert not any(name.startswith("channel") for name in fit.names)
    assert np.isfinite(fit.beta).all()


@pytest.mark.parametrize("answer", [True, False])
def test_a_company_that_answers_all_or_nothing_stays_finite(messages, answer):
    fit = fit_reply_model(messages.assign(is_answered=answer))
    assert np.isfinite(fit.beta).all()
    assert ((fit.p0 > 0) & (fit.p0 < 1)).all()


def test_a_value_that_was_always_answered_keeps_some_doubt():
    messages = _messages(200, np.random.default_rng(8))
    messages.loc[messages["relation"] == "up", "is_answered"] = True
    fit = fit_reply_model(messages)
    assert np.isfinite(fit.beta).all()
    assert (fit.p0 < 0.999).all()


def test_no_messages_give_an_empty_fit_and_no_sums(messages):
    none = messages.iloc[:0]
    fit = fit_reply_model(none)
    assert fit.n == 0
    assert person_sums(none, fit).empty


def test_a_single_message_can_be_fitted(messages):
    fit = fit_reply_model(messages.iloc[:1])
    assert 0 < fit.p0[0] < 1


def test_missing_columns_and_empty_cells_are_named(messages):
    with pytest.raises(ValueError, match="fan_out"):
        fit_reply_model(messages.drop(columns="fan_out"))
    holed = messages.assign(channel=messages["channel"].where(messages["week"] > 0))
    with pytest.raises(ValueError, match="channel"):
        fit_reply_model(holed)


def test_row_order_changes_nothing(messages):
    order = np.random.default_rng(1).permutation(len(messages))
    shuffled = messages.iloc[order]
    first, second = fit_reply_model(messages), fit_reply_model(shuffled)
    assert second.p0 == pytest.approx(first.p0[order], abs=1e-9)
    pd.testing.assert_frame_equal(
        person_sums(messages, first), person_sums(shuffled, second), atol=1e-8
    )


def test_sums_per_person_and_week_add_up_to_the_messages(messages):
    fit = fit_reply_model(messages)
    sums = person_sums(messages, fit)
    assert sums["n"].sum() == len(messages)
    assert sums["n_yes"].sum() == messages["is_answered"].sum()
    one = sums.iloc[7]
    rows = (messages["recipient_id"] == one["person_id"]) & (messages["week"] == one["week"])
    y, p0, p1 = messages["is_answered"][rows], fit.p0[rows], fit.p1[rows]
    expected = [(y - p0).sum(), (p0 * (1 - p0)).sum(), (y - p1).sum(), (p1 * (1 - p1)).sum()]
    assert one[["excess", "info", "excess1", "info1"]].tolist() == pytest.approx(expected)


def test_sums_refuse_a_fit_of_other_messages(messages):
    with pytest.raises(ValueError, match="400"):
        person_sums(messages.iloc[:10], fit_reply_model(messages))
