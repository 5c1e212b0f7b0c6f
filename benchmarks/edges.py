"""How fast messages become edges and replies, as ratios in one run.

Ours against the same query in bare DuckDB (no contract, no check, no whole-file write) and against
pandas, over one random table. Run from the root: `python -m benchmarks.edges --messages 1000000`.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE
from core.tables.network import EDGES, REPLIES, WINDOWS
from graph.counts import build_person_counts
from graph.edges import build_edges
from graph.replies import ReplySettings, build_replies
from graph.unit_edges import build_unit_edges

FIRST_DAY = 20458  # a Monday
WEEKS = 26
TEAM = 10

BARE_EDGES = """
copy (
    with employees as (select distinct person_id from read_parquet($people)
                       where kind = 'employee')
    select sent_day - (sent_day + 3) % 7 as week, sender_id, recipient_id, channel,
           count(*) as n_messages,
           count(*) filter (where n_recipients = 1) as n_direct,
           sum(1.0 / n_recipients) as weight,
           count(distinct thread_id) as n_threads,
           count(*) filter (where act = 'reply') as n_replies,
           count(*) filter (where act = 'reaction') as n_reactions,
           count(*) filter (where is_off_hours) as n_off_hours
    from read_parquet($messages)
    where not is_automated and n_recipients <= 30
      and sender_id in (select person_id from employees)
      and recipient_id in (select person_id from employees)
    group by all
) to '{target}' (format parquet, compression zstd)
"""


def main() -> None:
    """Print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=600)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        members = write_tables(folder, asked.messages, asked.people)
        print(f"{asked.messages:,} rows, {asked.people:,} people, best of {asked.repeat};")
        versions = f"Python {platform.python_version()}, duckdb {duckdb.__version__}"
        print(f"{os.cpu_count()} cores, {versions}, pandas {pd.__version__}, {date.today()}")
        with DuckDBEngine() as engine:
            compare(engine, folder, members, asked.repeat)


def compare(engine: DuckDBEngine, folder: Path, members: pd.DataFrame, repeat: int) -> None:
    """Time every stage; print ours, the others, and ratios."""
    settings = ReplySettings(FIRST_DAY + 7 * WEEKS)
    edges = best(lambda: build_edges(engine, folder, folder), repeat)
    with duckdb.connect(config={"threads": 2}) as connection:
        bare = best(lambda: bare_edges(connection, folder), repeat)
    frames = best(lambda: pandas_edges(folder), repeat)
    print(f"edges      {edges:7.3f} s  bare DuckDB {bare:7.3f} s (x {edges / bare:.2f})  "
          f"pandas {frames:7.3f} s (x {frames / edges:.1f} slower)")  # fmt: skip
    replies = best(lambda: build_replies(engine, folder, folder, settings), repeat)
    merged = best(lambda: pandas_replies(folder), repeat)
    print(f"replies    {replies:7.3f} s  pandas merge {merged:6.3f} s (x {merged / replies:.1f})")
    counts = best(lambda: build_person_counts(engine, folder, folder), repeat)
    units = best(lambda: build_unit_edges(engine, folder, members), repeat)
    print(f"counts     {counts:7.3f} s\nunit edges {units:7.3f} s")
    agree(folder)


def best(run: Callable[[], object], repeat: int) -> float:
    """Return the shortest wall time of `repeat` runs."""
    seconds = []
    for _ in range(repeat):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def bare_edges(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Weekly edges in DuckDB without our engine."""
    names = {name: str(folder / f"{name}.parquet") for name in ("people", "messages")}
    connection.execute(BARE_EDGES.replace("{target}", str(folder / "bare.parquet")), names)


def pandas_edges(folder: Path) -> None:
    """Weekly edges in pandas."""
    rows = _human(folder)
    rows = rows[rows["n_recipients"] <= 30]
    rows = rows.assign(
        week=rows["sent_day"] - (rows["sent_day"] + 3) % 7,
        is_direct=rows["n_recipients"] == 1,
        weight=1 / rows["n_recipients"],
        is_reply=rows["act"] == "reply",
        is_reaction=rows["act"] == "reaction",
    )
    grouped = rows.groupby(["week", "sender_id", "recipient_id", "channel"])
    grouped.agg(
        n_messages=("message_id", "size"),
        n_direct=("is_direct", "sum"),
        weight=("weight", "sum"),
        n_threads=("thread_id", "nunique"),
        n_replies=("is_reply", "sum"),
        n_reactions=("is_reaction", "sum"),
        n_off_hours=("is_off_hours", "sum"),
    ).reset_index().to_parquet(folder / "pandas_edges.parquet")


def pandas_replies(folder: Path) -> None:
    """First answers by a pandas merge: links only, without relation, load and follow-ups."""
    rows = _human(folder)
    addressed = rows[rows["n_recipients"] <= 5]
    answers = rows.loc[
        rows["reply_to_id"].notna(),
        ["message_id", "reply_to_id", "sender_id", "recipient_id", "sent_s", "sender_work_s"],
    ]
    linked = addressed.merge(
        answers,
        left_on=["message_id", "recipient_id", "sender_id"],
        right_on=["reply_to_id", "sender_id", "recipient_id"],
        suffixes=("", "_of_answer"),
        validate="m:m",
    )
    linked = linked[linked["sent_s_of_answer"] - linked["sent_s"] >= 60]
    first = linked.sort_values("sent_s_of_answer").drop_duplicates(["message_id", "recipient_id"])
    late = first["sender_work_s_of_answer"] - first["recipient_work_s"]
    first = first.assign(work_latency_s=late)[["message_id", "recipient_id", "work_latency_s"]]
    addressed.merge(
        first, on=["message_id", "recipient_id"], how="left", validate="1:1"
    ).to_parquet(folder / "pandas_replies.parquet")


def agree(folder: Path) -> None:
    """Stop if the engines do not give the same numbers."""
    ours, theirs = EDGES.read(folder), pd.read_parquet(folder / "pandas_edges.parquet")
    sums = ["n_messages", "n_direct", "n_threads", "n_replies", "n_off_hours"]
    if ours[sums].sum().tolist() != theirs[sums].sum().tolist():
        raise SystemExit("The edges of the two ways differ.")
    answered = REPLIES.read(folder)["reply_id"].notna().sum()
    merged = pd.read_parquet(folder / "pandas_replies.parquet")["work_latency_s"].notna().sum()
    if answered != merged:
        raise SystemExit("The answers of the two ways differ.")
    print(f"same sums: {len(ours):,} edges, {answered:,} answers")


def write_tables(folder: Path, n: int, n_people: int) -> pd.DataFrame:
    """Write random people, messages and windows; return the members of groups."""
    rng = np.random.default_rng(7)
    ids = np.array([f"{i * 7919 + 13:016x}" for i in range(n_people)])
    team = np.arange(n_people) // TEAM
    manager = ids[np.where(np.arange(n_people) % TEAM == 0, 0, team * TEAM)]
    people = pd.DataFrame({"person_id": ids, "unit_id": [f"team-{t}" for t in team]})
    people = people.assign(manager_id=manager, valid_from_day=FIRST_DAY, kind="employee",
                           time_zone="UTC", is_leader=np.arange(n_people) % TEAM == 0)  # fmt: skip
    PEOPLE.write(people, folder)
    MESSAGES.write(_messages(rng, ids, n), folder)
    windows = pd.DataFrame({"window_id": np.arange(WEEKS // 4), "period_id": WEEKS // 4 - 1})
    start = FIRST_DAY + 28 * windows["window_id"]
    WINDOWS.write(windows.assign(first_day=start, end_day=start + 28, is_complete=True), folder)
    members = people.rename(columns={"unit_id": "group_id"})[["person_id", "group_id"]]
    return members.assign(window_id=WEEKS // 4 - 1)


def _messages(rng: np.random.Generator, ids: np.ndarray, n: int) -> pd.DataFrame:
    count = len(ids)
    sent = FIRST_DAY * 86400 + np.sort(rng.integers(0, WEEKS * 7 * 86400, n))
    sender = rng.integers(0, count, n)
    near = (sender // TEAM * TEAM + rng.integers(0, TEAM, n)) % count
    recipient = np.where(rng.random(n) < 0.6, near, rng.integers(0, count, n))
    # A third answers an earlier message, hours to days later in the order of the table.
    is_answer = (rng.random(n) < 0.33) & (np.arange(n) > 0)
    parent = np.maximum(0, np.arange(n) - rng.integers(1, 2000, n))
    is_answer &= ~is_answer[parent]
    sender = np.where(is_answer, recipient[parent], sender)
    recipient = np.where(is_answer, np.where(is_answer, _sender_of(sender, parent, is_answer), 0),
                         recipient)  # fmt: skip
    recipient = np.where(sender == recipient, (recipient + 1) % count, recipient)
    message = np.array([f"{i * 104729 + 7:032x}" for i in range(n)])
    day = sent // 86400
    return pd.DataFrame({
        "message_id": message, "thread_id": np.where(is_answer, message[parent], message),
        "reply_to_id": np.where(is_answer, message[parent], None),
        "sender_id": ids[sender], "recipient_id": ids[recipient], "channel": "email",
        "act": np.where(is_answer, "reply", "post"), "role": "to", "visibility": "direct",
        "n_recipients": rng.choice([1, 1, 1, 2, 3, 8], n), "sent_s": sent, "sent_day": day,
        "sent_hour": sent // 3600 % 24, "sender_work_s": sent // 3, "recipient_work_s": sent // 3,
        "is_off_hours": rng.random(n) < 0.2, "is_automated": rng.random(n) < 0.1,
        "reply_quality": np.where(is_answer, "explicit", "none"), "source": "trace",
    })  # fmt: skip


def _sender_of(sender: np.ndarray, parent: np.ndarray, is_answer: np.ndarray) -> np.ndarray:
    return np.where(is_answer, sender[parent], 0)


def _human(folder: Path) -> pd.DataFrame:
    rows = MESSAGES.read(folder)
    people = PEOPLE.read(folder, ["person_id", "kind"])
    staff = people.loc[people["kind"] == "employee", "person_id"].drop_duplicates()
    inside = rows["sender_id"].isin(staff) & rows["recipient_id"].isin(staff)
    return rows[inside & ~rows["is_automated"]]


if __name__ == "__main__":
    main()
