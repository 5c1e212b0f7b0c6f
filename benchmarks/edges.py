"""Messages to weekly edges: our stage against the bare query and against pandas.

    make bench                                          # half a million messages
    PYTHONPATH=. .venv/bin/python benchmarks/edges.py 5000000

Figures are ratios within one run on one machine; seconds of two machines say nothing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from core.engine import DuckDBEngine
from graph.edges import build_edges

PEOPLE = 2_000
BARE_SQL = """
select sent_day - (sent_day + 3) % 7 as week, sender_id, recipient_id, channel,
       count(*) as n_messages, sum(1.0 / n_recipients) as weight
from read_parquet($messages) where not is_automated and n_recipients <= 30
group by all
"""


def main(n_messages: int) -> None:
    """Print seconds and ratios for so many message rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, n_messages, np.random.default_rng(1))
        with DuckDBEngine() as engine:
            ours, n_edges = _timed(lambda: build_edges(engine, folder, folder / "network"))
        bare, n_bare = _timed(lambda: _bare(folder / "messages.parquet"))
        frames, n_frames = _timed(lambda: _pandas(folder / "messages.parquet"))
    if not n_edges == n_bare == n_frames:
        raise SystemExit(f"the counts differ: {n_edges}, {n_bare}, {n_frames}")
    print(f"edges: {n_messages:,} messages of {PEOPLE:,} people -> {n_edges:,} edges")
    print(f"  our stage, written and checked  {ours:6.2f} s")
    print(f"  bare query, written             {bare:6.2f} s   ours / bare   {ours / bare:.2f}")
    print(f"  pandas                          {frames:6.2f} s   pandas / ours {frames / ours:.2f}")


def _bare(messages: Path) -> int:
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        relation = connection.sql(BARE_SQL, params={"messages": str(messages)})
        written = messages.with_name("bare.parquet")
        relation.write_parquet(str(written), compression="zstd")
        return pq.read_metadata(written).num_rows


def _pandas(messages: Path) -> int:
    columns = ["sender_id", "recipient_id", "channel", "sent_day", "n_recipients", "is_automated"]
    frame = pd.read_parquet(messages, columns=columns)
    frame = frame[~frame["is_automated"] & (frame["n_recipients"] <= 30)]
    frame = frame.assign(
        week=frame["sent_day"] - (frame["sent_day"] + 3) % 7, weight=1 / frame["n_recipients"]
    )
    grouped = frame.groupby(["week", "sender_id", "recipient_id", "channel"], observed=True)
    return len(grouped.agg(n_messages=("weight", "size"), weight=("weight", "sum")))


def _write(folder: Path, n_messages: int, rng: np.random.Generator) -> None:
    """Write the columns that edges are made of: 26 weeks, about ten partners each."""
    ids = np.array([f"{i:016x}" for i in range(PEOPLE)])
    sender = rng.integers(0, PEOPLE, n_messages)
    recipient = (sender + rng.geometric(1 / 10, n_messages)) % PEOPLE
    pd.DataFrame(
        {
            "message_id": [f"{i:032x}" for i in range(n_messages)],
            "thread_id": [f"{i:032x}" for i in rng.integers(0, n_messages // 3, n_messages)],
            "sender_id": ids[sender],
            "recipient_id": ids[recipient],
            "channel": rng.choice(["email", "chat"], n_messages),
            "act": rng.choice(["post", "reply", "reaction"], n_messages, p=[0.5, 0.4, 0.1]),
            "n_recipients": rng.integers(1, 6, n_messages).astype("int32"),
            "sent_day": rng.integers(20_458, 20_458 + 182, n_messages).astype("int32"),
            "is_off_hours": rng.random(n_messages) < 0.15,
            "is_automated": rng.random(n_messages) < 0.1,
        }
    ).to_parquet(folder / "messages.parquet", index=False)
    people = pd.DataFrame({"person_id": ids, "kind": "employee"})
    people.to_parquet(folder / "people.parquet", index=False)


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
