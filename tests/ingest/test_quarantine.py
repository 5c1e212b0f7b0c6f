"""Senders set aside by what comes back, against a plain count; rows of some days alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from property_inputs import tried

from ingest.merging.message_ids import Ids
from ingest.merging.quarantine import quarantined
from ingest.merging.timed import SUFFIX, Timed, read_rows, write_rows
from ingest.settings import AutomationSettings


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 11),
                          st.sampled_from(["post", "reaction"])), max_size=40),
       st.integers(1, 4))  # fmt: skip
@tried(300, one_folder=True)
def test_who_is_set_aside_equals_a_plain_count(
    tmp_path: Path, talk: list[tuple[int, int, int, str]], n_files: int
) -> None:
    names = [bytes([40 * (n // 2)] * 8 + [n] * 8) for n in range(12)]  # two share a head
    sent: dict[int, tuple[int, str, set[int], int]] = {}
    for n, (sender, person, parent, act) in enumerate(talk[:12]):
        sent[n] = (sender, act, {4 + person, 4 + (person + n) % 6}, parent)
    folder = tmp_path / f"timed{n_files}"
    folder.mkdir(exist_ok=True)
    rows = [(n, *what[:2], person, what[3], place == 0) for n, what in sent.items()
            for place, person in enumerate(sorted(what[2]))]  # fmt: skip
    for file in range(n_files):
        here = [row for row in rows if row[0] * n_files // 12 == file]
        write_rows(pa.table({
            "message_id": pa.array([names[row[0]] for row in here], pa.binary(16)),
            "sender_no": pa.array([row[1] for row in here], pa.int32()),
            "act": pa.array([row[2] for row in here], pa.string()).dictionary_encode(),
            "person_no": pa.array([row[3] for row in here], pa.int32()),
            "parent_id": pa.array([names[row[4]] if row[4] % 2 else None for row in here],
                                  pa.binary(16)),
            "is_first": pa.array([row[5] for row in here], pa.bool_()),
        }), folder / f"{file}{SUFFIX}")  # fmt: skip
    inferred = Ids.of(pa.array([names[2]], pa.binary(16)))
    rule = AutomationSettings(min_sent=2, min_recipients=3, max_reply_rate=0.5)
    is_human = np.array([False] * 3 + [True] * 7)
    found = quarantined(Timed(folder), inferred, is_human, rule)
    answered = {2} | {what[3] for what in sent.values() if what[3] % 2 and what[1] == "post"}
    expected = []
    for sender in range(10):
        own = {n: what for n, what in sent.items() if what[0] == sender and what[1] == "post"}
        people = set().union(*(what[2] for what in own.values()))
        rate_is_low = len(answered & own.keys()) < 0.5 * len(own)
        expected.append(len(own) >= 2 and len(people) >= 3 and rate_is_low and sender < 3)
    assert found.tolist() == expected


def test_rows_of_some_days_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "timed").mkdir()
    rows = pa.table({"sent_day": pa.array([1, 2, 3, 4], pa.int32()), "message_id": ["a"] * 4})
    write_rows(rows, tmp_path / "timed" / f"0{SUFFIX}")
    kept = Timed(tmp_path / "timed").of_days(2, 4, tmp_path / "some")
    assert read_rows(kept.files[0])["sent_day"].to_pylist() == [2, 3]
    assert Timed(kept.folder).of_days(9, 10, tmp_path / "none").files
