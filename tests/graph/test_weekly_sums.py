"""Weekly sums of answers and conversations, counted by hand in the tiny table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import tiny_messages
from tiny_messages import MONDAY

from core.contracts import Contract
from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE
from core.tables.network import REPLIES
from core.tables.weekly import ANSWER_CHANNELS, CONTACTS, PRESENCE, TALK_COUNTS, TALKS, WAITS
from graph.edges import build_edges
from graph.replies import ReplySettings, build_replies
from graph.threads import build_threads
from graph.weekly_sums import build_weekly_sums

SECOND = MONDAY + 7


def condensed(engine: DuckDBEngine, folder: Path) -> None:
    build_edges(engine, folder, folder)
    build_replies(engine, folder, folder, ReplySettings(tiny_messages.END))
    build_threads(engine, folder, folder)
    build_weekly_sums(engine, folder, folder)


@pytest.fixture
def sums(engine: DuckDBEngine, tiny: Path) -> Path:
    condensed(engine, tiny)
    return tiny


def of(sums: Path, contract: Contract, **where: object) -> list[tuple[object, ...]]:
    rows = contract.read(sums)
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return list(rows.drop(columns=list(where)).itertuples(index=False, name=None))


def test_waits_of_a_week_are_told_by_hand(sums: Path) -> None:
    # cat: m03 after 2 working hours, m20 after ten minutes, which is rounded up to 0.2 h.
    assert of(sums, WAITS, person_id="cat", week=MONDAY) == [
        ("explicit", 2, True, 1),
        ("explicit", 20, True, 1),
    ]
    # dan: m09 after 25 working hours, which are told apart by the hour.
    assert ("explicit", 250, True, 1) in of(sums, WAITS, person_id="dan", week=MONDAY)


def test_every_observation_of_colleagues_is_in_one_wait(sums: Path) -> None:
    inside = REPLIES.read(sums).query("relation != 'outside'")
    waits = WAITS.read(sums)
    assert waits["n"].sum() == len(inside) == 14
    assert waits.loc[waits["is_answered"], "n"].sum() == inside["work_latency_s"].notna().sum()


@pytest.mark.parametrize(
    ("seconds", "tenths"),
    [(0, 0), (1, 1), (360, 1), (361, 2), (57600, 160), (57601, 170), (576000, 1600),
     (576001, 1610), (9_000_000, 1610)],
)  # fmt: skip
def test_a_wait_is_rounded_up(engine: DuckDBEngine, sums: Path, seconds: int, tenths: int) -> None:
    replies = REPLIES.read(sums).head(1).assign(work_latency_s=seconds, relation="peer")
    REPLIES.write(replies, sums)
    build_weekly_sums(engine, sums, sums)
    assert WAITS.read(sums)["wait_tenths"].tolist() == [tenths]


def test_who_wrote_from_outside_is_kept_once_a_week(sums: Path) -> None:
    assert of(sums, CONTACTS) == [(MONDAY, "bob", "cus", "customer", "explicit")]


def test_what_was_watched_counts_by_channel(sums: Path) -> None:
    # m18 is censored; m01 to m11 by mail, m20 by chat; in the second week m10, m16 and m17.
    assert of(sums, ANSWER_CHANNELS) == [
        (MONDAY, "explicit", "chat", 1),
        (MONDAY, "explicit", "email", 9),
        (SECOND, "explicit", "email", 1),
        (SECOND, "pseudo", "chat", 2),
    ]


def test_presence_is_contact_with_a_colleague(sums: Path) -> None:
    second = {person for person, *_ in of(sums, PRESENCE, week=SECOND, channel="email")}
    assert second == {"bob", "cat", "dan", "eve"}
    assert "cus" not in set(PRESENCE.read(sums)["person_id"])


def test_conversations_with_reports_count_once_for_a_manager(sums: Path) -> None:
    # ann manages bob and cat. t1: ann to bob; t2: bob to ann and cat; tb: ann to cat; t5: six
    # recipients address nobody. eve manages dan: t4. cat and dan are no pair of these (t8).
    assert of(sums, TALK_COUNTS, measure="talks_with_reports") == [
        (MONDAY, "ann", 1, 3),
        (MONDAY, "eve", 0, 1),
    ]


def test_a_manager_is_who_it_was_on_the_monday(engine: DuckDBEngine, tiny: Path) -> None:
    messages = MESSAGES.read(tiny)
    late = messages["thread_id"] == "t9"  # bob to cat, on Thursday of the second week
    MESSAGES.write(messages.assign(sender_id=messages["sender_id"].mask(late, "eve")), tiny)
    condensed(engine, tiny)
    assert (SECOND, "eve", 0, 1) in of(tiny, TALK_COUNTS, measure="talks_with_reports")
    people = PEOPLE.read(tiny)
    PEOPLE.write(people[people["valid_from_day"] == MONDAY].assign(valid_to_day=pd.NA), tiny)
    condensed(engine, tiny)
    assert not of(tiny, TALK_COUNTS, measure="talks_with_reports", week=SECOND)


def test_answered_conversations_count_for_opener_and_addressed(sums: Path) -> None:
    # Answered: t1, t2, t3 (a customer opened it), tb; in the second week t8.
    assert of(sums, TALK_COUNTS, measure="talks_answered") == [
        (MONDAY, "ann", 3, 3),
        (MONDAY, "bob", 3, 3),
        (MONDAY, "cat", 2, 2),
        (SECOND, "cat", 1, 1),
        (SECOND, "dan", 1, 1),
    ]


def long_talk(tiny: Path, n: int, who: str = "dan") -> None:
    """Make of m12 `n` messages of one conversation: ann, bob and `who` by turns, to eve."""
    first = MESSAGES.read(tiny).query("message_id == 'm12' and recipient_id == 'eve'")
    turns = [
        first.assign(
            message_id=f"n{i}", thread_id="long", sender_id=("ann", "bob", who)[i % 3],
            sent_s=first["sent_s"] + i,
        )
        for i in range(n)
    ]  # fmt: skip
    MESSAGES.write(pd.concat(turns), tiny)


def test_only_long_conversations_of_three_colleagues_keep_who_wrote(
    engine: DuckDBEngine, tiny: Path
) -> None:
    long_talk(tiny, 8)
    condensed(engine, tiny)
    assert of(tiny, TALKS) == [(MONDAY, 0, "ann", 3), (MONDAY, 0, "bob", 3), (MONDAY, 0, "dan", 2)]
    for n, who in ((7, "dan"), (8, "bob"), (9, "cus")):
        long_talk(tiny, n, who)
        condensed(engine, tiny)
        assert not of(tiny, TALKS)


def test_no_sum_holds_an_id_or_a_time(sums: Path) -> None:
    ids = {*MESSAGES.read(sums)["message_id"], *MESSAGES.read(sums)["thread_id"]}
    instants = set(MESSAGES.read(sums)["sent_s"])
    for contract in (WAITS, CONTACTS, TALKS, TALK_COUNTS, PRESENCE, ANSWER_CHANNELS):
        frame = contract.read(sums)
        assert not ids & set(frame.select_dtypes(include=["object", "str"]).to_numpy().ravel())
        assert not instants & set(frame.select_dtypes("number").to_numpy().ravel())
