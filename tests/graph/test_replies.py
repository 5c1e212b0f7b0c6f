"""Observations of the reply model against numbers by hand and plain loops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import oracles_graph
import pandas as pd
import pytest
import random_tables
import tiny_messages

from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE
from core.tables.network import REPLIES
from graph.replies import ReplySettings, answering_ways, build_replies

SETTINGS = ReplySettings(data_end_day=tiny_messages.END)
TOLD = """
m01 bob down yes no · m02 ann up no no · m03 ann up no YES · m03 cat peer yes no ·
m04 bob peer no no · m05 bob down no no · m06 ann up no no · m07 bob outside yes no ·
m09 dan down no YES · m10 eve up no no · m11 dan down no no · m16 dan peer yes no ·
m17 cat peer no no · m18 cat other no no · m20 cat down yes no
"""


@pytest.fixture
def observed(engine: DuckDBEngine, tiny: Path, tmp_path: Path) -> pd.DataFrame:
    build_replies(engine, tiny, tmp_path, SETTINGS)
    return REPLIES.read(tmp_path).set_index(["message_id", "recipient_id"])


def test_observations_of_the_tiny_table_are_those_told_by_hand(observed: pd.DataFrame) -> None:
    told = {}
    for entry in TOLD.replace("\n", " ").split("·"):
        message, recipient, relation, answered, followed = entry.split()
        told[(message, recipient)] = (relation, answered != "no", followed != "no")
    columns = ["relation", "is_answered", "is_followed_up"]
    assert (
        dict(zip(observed.index, observed[columns].itertuples(index=False), strict=True)) == told
    )


def test_working_time_runs_on_the_recipients_clock(observed: pd.DataFrame) -> None:
    # By hand: Monday 16:00 to Tuesday 10:00 is 18 hours, two of them working.
    assert observed.loc[("m03", "cat"), ["latency_s", "work_latency_s"]].tolist() == [64800, 7200]
    late = observed.loc[("m09", "dan")]
    assert (late["work_latency_s"], late["reply_id"]) == (25 * 3600, "m10")
    assert not late["is_answered"]


def test_an_answer_in_half_a_minute_is_an_acknowledgement_in_mail_but_not_in_chat(
    observed: pd.DataFrame,
) -> None:
    assert pd.isna(observed.loc[("m03", "ann"), "reply_id"])
    assert observed.loc[("m16", "dan"), "latency_s"] == 20


def test_explicit_and_inferred_links_are_told_apart(observed: pd.DataFrame) -> None:
    paired = observed.index[observed["reply_quality"] == "pseudo"]
    assert list(paired) == [("m16", "dan"), ("m17", "cat")]


def test_a_way_of_writing_that_shows_no_answers_is_not_observed(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    ways = answering_ways(engine, tiny, tmp_path, SETTINGS)
    told = [
        # By hand: m16 and m17, one answered; m20; m21; and 12 mails, of which m01, m03 to cat,
        # m07 and m09 are answered.
        ("slack", "chat", "direct", 2, 1, "pseudo", True),
        ("slack", "chat", "named", 1, 1, "explicit", True),
        ("slack", "chat", "thread", 1, 0, "pseudo", False),
        ("trace", "email", "named", 12, 4, "explicit", True),
    ]
    assert list(ways.itertuples(index=False, name=None)) == told
    strict = ReplySettings(tiny_messages.END, least_answered=0.5)
    assert build_replies(engine, tiny, tmp_path, strict) == 3
    assert not list(tmp_path.glob("tmp*"))


def test_the_unit_and_the_manager_are_those_of_the_day(observed: pd.DataFrame) -> None:
    # cat sat in sales with bob in the first week, in ops with dan in the second.
    assert observed.loc[("m04", "bob"), "is_same_unit"]
    assert not observed.loc[("m18", "cat"), "is_same_unit"]
    assert observed.loc[("m16", "dan"), "is_same_unit"]


def test_covariates_describe_the_message(observed: pd.DataFrame) -> None:
    evening = observed.loc[("m09", "dan")]
    assert evening["is_off_hours"]
    assert (evening["hour_block"], evening["weekday"], evening["fan_out"]) == (5, 2, 1)
    assert observed.loc[("m03", "cat"), "fan_out"] == 2
    assert observed.loc[("m07", "bob"), "stakeholder"] == "customer"
    # By hand: ann gets m02, m03, m06 and m21 in the first week.
    assert observed.loc[("m02", "ann"), "inbound_load"] == 4


def test_chased_messages_are_neglected_after_four_working_days(observed: pd.DataFrame) -> None:
    # m03 to ann was chased and never answered. m09 was chased too, but m10 came after 25 hours.
    assert observed.index[observed["is_neglected"]].tolist() == [("m03", "ann")]
    # The last four working days of the data are Tuesday to Friday of the second week.
    assert SETTINGS.neglect_from_day == tiny_messages.MONDAY + 8
    late = observed.index[observed["is_neglect_censored"]].get_level_values(0)
    assert sorted(set(late)) == ["m10", "m16", "m17", "m18"]


def test_seniors_are_managers_and_people_of_a_higher_level(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path, observed: pd.DataFrame
) -> None:
    # Without levels: ann to bob and cat, eve to dan.
    senior = observed.index[observed["is_from_senior"]]
    assert senior.tolist() == [
        *(("m01", "bob"), ("m05", "bob"), ("m09", "dan"), ("m11", "dan"), ("m20", "cat")),
    ]
    levels = {"ann": 1, "eve": 1, "bob": 2, "cat": 3, "dan": 2}
    people = PEOPLE.read(tiny)
    PEOPLE.write(people.assign(level=people["person_id"].map(levels).astype("Int8")), tiny)
    build_replies(engine, tiny, tmp_path, SETTINGS)
    leveled = REPLIES.read(tmp_path).set_index(["message_id", "recipient_id"])["is_from_senior"]
    # bob and dan stand above cat; a customer stands nowhere.
    assert set(leveled.index[leveled]) - set(senior) == {
        *(("m03", "cat"), ("m17", "cat"), ("m18", "cat")),
    }


def test_an_answer_before_the_next_work_start_is_pulled(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path, observed: pd.DataFrame
) -> None:
    assert not observed["is_pulled"].any()
    messages = MESSAGES.read(tiny)
    # dan answers Wednesday's 20:00 the same evening, and again on Thursday morning at 9:30.
    m09 = messages[messages["message_id"] == "m09"].iloc[0]
    is_m10 = messages["message_id"] == "m10"
    for late_s, pulled in ((3600, True), (13 * 3600 + 1800, False)):
        moved = messages.copy()
        clock = m09["recipient_work_s"] + (0 if pulled else 1800)
        moved.loc[is_m10, ["sent_s", "sender_work_s"]] = [m09["sent_s"] + late_s, clock]
        MESSAGES.write(moved, tiny)
        build_replies(engine, tiny, tmp_path, SETTINGS)
        row = REPLIES.read(tmp_path).set_index(["message_id", "recipient_id"]).loc[("m09", "dan")]
        assert (row["reply_id"], row["is_pulled"]) == ("m10", pulled)


def test_a_wait_is_watched_to_the_last_sign_of_life(observed: pd.DataFrame) -> None:
    # ann is last seen on Friday at 12:00, when she sends m12: 4 days of 8 h and 3 h on her clock.
    # m02 reached her on Monday at 12:00, after 3 h; m06 on Thursday at 11:00, after 26 h.
    assert observed.loc[("m02", "ann"), "watched_work_s"] == (35 - 3) * 3600
    assert observed.loc[("m06", "ann"), "watched_work_s"] == (35 - 26) * 3600


def test_messages_less_than_a_horizon_before_the_end_are_censored(observed: pd.DataFrame) -> None:
    assert observed.index[observed["is_censored"]].tolist() == [("m18", "cat")]


def test_the_censored_days_are_whole_working_days() -> None:
    # By hand: the data end with Sunday; Thursday and Friday hold the last 16 working hours.
    assert SETTINGS.censored_from_day == tiny_messages.MONDAY + 10
    friday_off = ReplySettings(tiny_messages.END, days_off=frozenset({tiny_messages.MONDAY + 11}))
    assert friday_off.censored_from_day == tiny_messages.MONDAY + 9
    short = ReplySettings(tiny_messages.END, horizon_h=4)
    assert short.censored_from_day == tiny_messages.MONDAY + 11
    with pytest.raises(ValueError, match="working day"):
        _ = ReplySettings(tiny_messages.END, work_days=frozenset()).censored_from_day


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_observations_equal_plain_loops_on_random_messages(
    engine: DuckDBEngine, tmp_path: Path, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    messages, people = random_tables.random_messages(rng, 400), random_tables.random_people()
    MESSAGES.write(messages, tmp_path)
    PEOPLE.write(people, tmp_path)
    build_replies(engine, tmp_path, tmp_path, SETTINGS)
    expected = oracles_graph.replies(messages, people, 16 * 3600, SETTINGS.censored_from_day)
    found = REPLIES.read(tmp_path).set_index(["message_id", "recipient_id"])
    assert set(found.index) == set(expected)
    assert found["is_followed_up"].any()
    assert found["is_answered"].any()
    for row in oracles_graph.rows_of(found.reset_index()):
        told = expected[(row["message_id"], row["recipient_id"])]
        assert {name: row[name] for name in told} == told, row["message_id"]
