"""Conversations against numbers by hand and plain loops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import oracles_graph
import pandas as pd
import pytest
import random_tables

from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE
from core.tables.network import THREAD_PEOPLE, THREADS
from graph.threads import build_threads

PARTS = ["thread_id", "person_id", "n_written", "is_addressed"]
HUMAN, ANY = "is_answered_by_human", "is_answered"


@pytest.fixture
def told(engine: DuckDBEngine, tiny: Path, tmp_path: Path) -> pd.DataFrame:
    build_threads(engine, tiny, tmp_path)
    return THREADS.read(tmp_path).set_index("thread_id")


def test_conversations_of_the_tiny_table_are_those_told_by_hand(told: pd.DataFrame) -> None:
    # t1: m01 and its answer m02. t2: m03 of bob to ann and cat; m05 of ann came in half a minute,
    # m04 of cat within 2 working hours. t3: a customer opened it. t4: 25 working hours to m10.
    assert told.loc["t1", ["n_writers", "n_messages", ANY, HUMAN]].tolist() == [2, 2, True, True]
    assert told.loc["t2", ["n_writers", "n_messages", HUMAN]].tolist() == [3, 4, True]
    assert told.loc["t3", ["is_inside", HUMAN]].tolist() == [False, True]
    assert told.loc["t4", ["n_messages", ANY, HUMAN]].tolist() == [3, False, False]
    # ta: opened by a machine. t7: its first message is m15, m14 is a reaction.
    assert "ta" not in told.index
    assert told.loc["t7", "n_messages"] == 1


def test_an_acknowledgement_is_an_answer_but_not_of_a_human(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    messages = MESSAGES.read(tiny)
    # Without m04 only ann's half a minute is left in t2; bob's own m06 does not reach bob.
    MESSAGES.write(messages[messages["message_id"] != "m04"], tiny)
    build_threads(engine, tiny, tmp_path)
    row = THREADS.read(tmp_path).set_index("thread_id").loc["t2"]
    assert row[[ANY, HUMAN]].tolist() == [True, False]


def test_the_people_of_a_conversation_wrote_or_were_addressed(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    build_threads(engine, tiny, tmp_path)
    people = THREAD_PEOPLE.read(tmp_path, PARTS).set_index(["thread_id", "person_id"])
    assert people.loc[("t2", "bob")].tolist() == [2, True]
    assert people.loc[("t2", "cat")].tolist() == [1, True]
    # t3: cus is no employee. t5: six recipients are a broadcast. t7: a channel addresses nobody.
    assert people.loc["t3"].index.tolist() == ["bob"]
    assert people.loc["t5"].index.tolist() == ["ann"]
    assert people.loc["t7"].index.tolist() == ["dan"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_conversations_equal_plain_loops_on_random_messages(
    engine: DuckDBEngine, tmp_path: Path, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    messages, people = random_tables.random_messages(rng, 400), random_tables.random_people()
    MESSAGES.write(messages, tmp_path)
    PEOPLE.write(people, tmp_path)
    build_threads(engine, tmp_path, tmp_path)
    expected, parts = oracles_graph.threads(messages, people, 16 * 3600)
    found = {row.pop("thread_id"): row for row in oracles_graph.rows_of(THREADS.read(tmp_path))}
    assert found == expected
    assert 0 < sum(row[HUMAN] for row in found.values()) < len(found)
    seen = THREAD_PEOPLE.read(tmp_path, PARTS).itertuples(index=False, name=None)
    assert {(thread, person): rest for thread, person, *rest in seen} == {
        key: list(value) for key, value in parts.items()
    }
