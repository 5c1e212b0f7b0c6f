"""Threads and inferred answers: by hand, and against a plain loop over all pairs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_runs import CALLS, TRACE_COLUMNS, Taken, run_intake, source
from property_inputs import tried

from ingest.merging.message_ids import Ids
from ingest.merging.roots import Links, root_threads
from ingest.settings import AutomationSettings, OptionValue

HEAD = "Message ID,Conversation,In-Reply-To,Sender,Recipients,Sent\n"
PEOPLE = ("ana", "bruno", "carla")


def trace(tmp_path: Path, rows: str, **changes: object) -> Taken:
    path = tmp_path / "trace.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    options: dict[str, OptionValue] = {"columns": TRACE_COLUMNS}
    return run_intake(tmp_path / "run", [source(1, "messages_csv", path, options)], **changes)


def line(n: int, sender: str, to: str, sent: str, parent: str = "") -> str:
    listed = ";".join(f"{name}@acme.example" for name in to.split())
    return f"<{n}@x>,,{parent},{sender}@acme.example,{listed},{sent}\n"


def links(taken: Taken) -> dict[str, str]:
    """Return message -> message answered, both by the minute they were sent."""
    rows = taken.table("messages")
    minute = (rows.set_index("message_id")["sent_s"] // 60 % 100_000).to_dict()
    kept = rows.dropna(subset="reply_to_id")
    return {minute[a]: minute[b] for a, b in zip(kept["message_id"], kept["reply_to_id"],
                                                 strict=True)}  # fmt: skip


def test_an_answer_is_the_first_message_back_before_the_sender_writes_again(
    tmp_path: Path,
) -> None:
    day = "2025-03-03T"
    taken = trace(tmp_path, "".join([
        line(1, "ana", "bruno", day + "09:00:00Z"),
        line(2, "ana", "bruno", day + "09:01:00Z"),   # ana writes again: 1 stays open
        line(3, "bruno", "ana", day + "09:02:00Z"),   # answers 2
        line(4, "bruno", "ana", day + "09:03:00Z"),   # a second message back answers nothing
        line(5, "ana", "bruno carla", day + "09:04:00Z"),  # answers 4
        line(6, "carla", "ana", day + "09:05:00Z"),   # answers 5
        line(7, "carla", "bruno", day + "09:06:00Z"),
    ]))  # fmt: skip
    base = int(dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC).timestamp()) // 60 % 100_000
    assert {a - base: b - base for a, b in links(taken).items()} == {2: 1, 4: 3, 5: 4}
    rows = taken.table("messages")
    assert set(rows["reply_quality"]) == {"none", "pseudo"}
    assert (rows.loc[rows["reply_quality"] == "pseudo", "act"] == "reply").all()


@pytest.mark.parametrize(
    ("answered", "is_answer"),
    [
        # by hand: asked on Monday at ten; 16 scheduled hours end on Wednesday at ten
        ("2025-03-05T09:59:00+01:00", True),
        ("2025-03-05T10:01:00+01:00", False),
    ],
)
def test_an_answer_must_come_within_the_scheduled_hours_of_who_answers(
    tmp_path: Path, answered: str, is_answer: bool
) -> None:
    taken = trace(tmp_path, line(1, "ana", "bruno", "2025-03-03T10:00:00+01:00")
                  + line(2, "bruno", "ana", answered))  # fmt: skip
    assert bool(links(taken)) is is_answer


def test_no_answer_is_inferred_where_the_export_links_any(tmp_path: Path) -> None:
    day = "2025-03-03T"
    taken = trace(tmp_path, "".join([
        line(1, "ana", "bruno", day + "09:00:00Z"), line(2, "bruno", "ana", day + "09:01:00Z"),
        line(3, "ana", "carla", day + "09:02:00Z"),
        line(4, "carla", "ana", day + "09:03:00Z", "<3@x>"),
    ]))  # fmt: skip
    quality = taken.table("messages")["reply_quality"]
    assert quality.value_counts().to_dict() == {"none": 3, "explicit": 1}


def test_a_source_that_links_says_nothing_about_another(tmp_path: Path) -> None:
    day = "2025-03-03T"
    path = tmp_path / "calls.tsv"
    stamp = int(dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC).timestamp())
    path.write_text(f"m1\tx\t{stamp}\tx\tE1\nm2\tx\t{stamp + 60}\tx\tE2\n", encoding="utf-8")
    (tmp_path / "callees.tsv").write_text("m1\t1\tE2\nm2\t1\tE1\n", encoding="utf-8")
    mails = tmp_path / "trace.csv"
    asked = line(1, "ana", "bruno", day + "09:00:00Z")
    mails.write_text(HEAD + asked + line(2, "bruno", "ana", day + "09:01:00Z", "<1@x>"),
                     encoding="utf-8")  # fmt: skip
    taken = run_intake(tmp_path / "run", [
        source(1, "messages_csv", path, CALLS),
        source(2, "messages_csv", mails, {"columns": TRACE_COLUMNS}),
    ])  # fmt: skip
    found = taken.table("messages").groupby("channel")["reply_quality"].agg(set).to_dict()
    assert found == {"call": {"none", "pseudo"}, "email": {"none", "explicit"}}


@given(
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(0, 3000)),
        min_size=1, max_size=25, unique_by=lambda row: row[2],
    )
)  # fmt: skip
@tried(5)
def test_pairing_equals_a_plain_loop(
    tmp_path_factory: pytest.TempPathFactory, talk: list[tuple[str, str, int]]
) -> None:
    talk = [row for row in talk if row[0] != row[1]]
    start = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
    rows = "".join(
        line(n, a, b, (start + dt.timedelta(minutes=minute)).isoformat())
        for n, (a, b, minute) in enumerate(talk)
    )
    taken = trace(tmp_path_factory.mktemp("pairs"), rows, horizon_h=1000.0)
    base = int(start.timestamp()) // 60 % 100_000
    # oracle: for every message the next one between the two, if it comes from the other side
    expected = {}
    for a, b, minute in talk:
        later = sorted(row for row in talk if row[2] > minute and {row[0], row[1]} == {a, b})
        later.sort(key=lambda row: row[2])
        if later and later[0][0] == b:
            expected[later[0][2]] = minute
    assert {a - base: b - base for a, b in links(taken).items()} == expected


def roots_of(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The root of each first name, where each names the second."""
    ids, parents = (
        Ids.of(pa.array([pair[side].encode().ljust(16) for pair in pairs], pa.binary(16)))
        for side in (0, 1)
    )
    found = root_threads(Links(ids, parents, np.zeros(len(pairs), np.int32)))
    names = (code.decode().strip() for code in found.codes().to_pylist())
    return dict(zip((pair[0] for pair in pairs), names, strict=True))


def test_the_thread_of_a_chain_is_its_root_and_of_a_circle_each_message() -> None:
    pairs = [("b", "a"), ("c", "b"), ("d", "c"), ("x", "y"), ("y", "x"), ("z", "x"), ("s", "s")]
    threads = roots_of(pairs)
    assert {name: threads[name] for name in "bcd"} == {"b": "a", "c": "a", "d": "a"}
    assert {name: threads[name] for name in "xyzs"} == {"x": "x", "y": "y", "z": "z", "s": "s"}


def test_a_long_chain_has_one_root(rng: np.random.Generator) -> None:
    order = rng.permutation(2000)
    threads = roots_of([(f"m{n + 1:04d}", f"m{n:04d}") for n in order])
    assert len(threads) == 2000
    assert set(threads.values()) == {"m0000"}


def test_no_links_give_no_threads() -> None:
    assert roots_of([]) == {}


def _robot(tmp_path: Path, **changes: object) -> Taken:
    start = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
    rows = [line(n, "robot", f"p{n % 12}", (start + dt.timedelta(minutes=n)).isoformat())
            for n in range(40)]  # fmt: skip
    rows.append(line(90, "p1", "robot", (start + dt.timedelta(minutes=1, seconds=5)).isoformat()))
    rows += [line(100 + n, "ana", f"p{n % 12}", (start + dt.timedelta(minutes=n)).isoformat())
             for n in range(40)]  # fmt: skip
    rows += [line(200 + n, f"p{n % 12}", "ana", (start + dt.timedelta(minutes=n, seconds=9))
                  .isoformat()) for n in range(40)]  # fmt: skip
    rule = AutomationSettings(min_sent=40, min_recipients=12, max_reply_rate=0.05, **changes)  # type: ignore[arg-type]
    return trace(tmp_path, "".join(rows), automation=rule)


def test_senders_who_write_much_to_many_unanswered_are_set_aside(tmp_path: Path) -> None:
    taken = _robot(tmp_path)
    rows = taken.table("messages")
    assert taken.report.automated == {"behaviour": 40}
    quarantined = rows.loc[rows["auto_reason"] == "behaviour", "sender_id"]
    assert len(set(quarantined)) == 1
    # the one answer to it is no answer any more
    assert not (rows["reply_to_id"].notna() & rows["recipient_id"].isin(quarantined)).any()


def test_a_declaration_wins_over_behaviour_either_way(tmp_path: Path) -> None:
    assert _robot(tmp_path, human=("robot@acme.example",)).report.automated == {}
    declared = _robot(tmp_path, automated=("ana@acme.example",)).report.automated
    assert declared == {"behaviour": 40, "declared": 40}
