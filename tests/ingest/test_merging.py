"""Merging as arrays, against plain Python: order, copies, who is addressed, who is set aside."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_runs import TRACE_COLUMNS, run_intake, source
from property_inputs import tried

from core.tables.canonical import MESSAGES
from ingest.merging import merge as merging
from ingest.merging.bucket import settle
from ingest.merging.dealing import bits_for, buckets_of
from ingest.merging.message_ids import Ids, between, found_in
from ingest.merging.ordering import ordered
from ingest.merging.quarantine import quarantined
from ingest.merging.rows import SLOT, UNIT, records_of
from ingest.merging.timed import SUFFIX, Timed, read_rows, write_rows
from ingest.settings import AutomationSettings

U64 = st.integers(0, 2**64 - 1)
# Few distinct codes; some of one head and two tails, as hashes hardly ever are.
CODES = [bytes([head] * 8 + [tail] * 8) for head in (0, 7, 128, 255) for tail in (0, 1, 255)]


def ids_of(codes: list[bytes | None]) -> Ids:
    return Ids.of(pa.array(codes, pa.binary(16)))


@given(st.lists(st.one_of(st.integers(0, 5), U64, st.integers(2**63, 2**63 + 3)), max_size=40))
@tried(100)
def test_numbers_are_put_in_order_as_a_stable_sort_does(numbers: list[int]) -> None:
    keys = np.array(numbers, np.uint64)
    assert ordered(keys).tolist() == sorted(range(len(numbers)), key=lambda n: numbers[n])


def test_numbers_that_differ_in_their_last_bits_alone_are_put_in_order(
    rng: np.random.Generator,
) -> None:
    # a spread over all 64 bits leaves no room for the last bits beside the places
    keys = np.concatenate([np.array([0, 2**64 - 1], np.uint64),
                           rng.permutation(500).astype(np.uint64) + np.uint64(2**40)])  # fmt: skip
    assert ordered(keys).tolist() == np.argsort(keys, kind="stable").tolist()


@given(st.lists(st.sampled_from(CODES), max_size=30))
@tried(60)
def test_ids_are_ordered_as_their_bytes(codes: list[bytes]) -> None:
    order, is_new = ids_of(list(codes)).order()
    in_order = [codes[n] for n in order]
    assert in_order == sorted(codes)
    assert is_new.tolist() == [n == 0 or in_order[n - 1] != c for n, c in enumerate(in_order)]


@given(st.lists(st.sampled_from([*CODES, None]), max_size=15),
       st.lists(st.sampled_from(CODES), unique=True, max_size=10))  # fmt: skip
@tried(60)
def test_ids_are_found_among_others(wanted: list[bytes | None], known: list[bytes]) -> None:
    found = found_in(ids_of(wanted), ids_of(list(known)))
    assert found.tolist() == [known.index(w) if w in known else -1 for w in wanted]


def test_ids_between_messages_are_those_that_may_name_them() -> None:
    ids = ids_of(sorted(CODES))
    here = between(ids, ids_of([CODES[4], CODES[5]]))  # both of the second head
    assert [sorted(CODES)[n] for n in here] == sorted(CODES)[3:6]
    assert between(ids, ids_of([])).tolist() == []


def test_ids_survive_a_column_with_gaps_and_an_offset() -> None:
    codes = [CODES[3], None, CODES[1], CODES[2]]
    column = pa.array(codes, pa.binary(16))
    assert Ids.of(column.slice(1)).codes().to_pylist() == codes[1:]
    assert Ids.of(column.cast(pa.binary())).codes().to_pylist() == codes
    assert Ids.of(column).digits().to_pylist() == [c.hex() if c else None for c in codes]
    assert Ids.of(pa.chunked_array([], pa.binary(16))).codes().to_pylist() == []


def test_buckets_follow_the_order_of_ids() -> None:
    assert [bits_for(n, 10) for n in (0, 1, 10, 11, 20, 21, 80, 81)] == [0, 0, 0, 1, 1, 2, 3, 4]
    heads = np.sort(ids_of(CODES).heads())
    for bits in range(4):
        at = buckets_of(heads, bits)
        # by hand: heads 0, 7, 128 and 255 of 8 bits, three ids each
        first_bits = [byte >> (8 - bits) for byte in (0, 7, 128, 255)]
        assert at.tolist() == sorted(first_bits * 3)


UNITS_ST = st.lists(
    st.tuples(
        st.sampled_from(CODES[:5]), st.integers(0, 2), st.integers(0, 3), st.booleans(),
        st.sampled_from([0, 0, 0, 1]), st.lists(st.integers(-1, 3), max_size=3),
        st.integers(0, 4), st.integers(0, 2), st.integers(0, 3),
    ),
    max_size=12,
)  # fmt: skip


@given(UNITS_ST)
@tried(90)
def test_a_bucket_is_settled_as_by_plain_loops(
    rows: list[tuple[bytes, int, int, bool, int, list[int], int, int, int]],
) -> None:
    units = records_of(UNIT, {
        "message": ids_of([row[0] for row in rows]).halves,
        "unit_id": np.arange(len(rows)) * 3,
        "sender_no": np.array([row[1] for row in rows], np.int32),
        "sent_s": np.array([row[2] * 2500 for row in rows], np.int64),
        "has_parent": np.array([row[3] for row in rows], bool),
        "dropped": np.array([row[4] for row in rows], np.int8),
        "n_stated": np.array([row[6] for row in rows], np.int32),
        "auto_rank": np.array([row[7] for row in rows], np.int8),
        "source_no": np.array([row[8] % 2 + 1 for row in rows], np.int32),
    })  # fmt: skip
    slots = [(n, person, n % 3) for n, row in enumerate(rows) for person in row[5]]
    named = records_of(SLOT, {
        "unit_id": np.array([n * 3 for n, _, _ in slots], np.int64),
        "person_no": np.array([person for _, person, _ in slots], np.int32),
        "role_rank": np.array([role for _, _, role in slots], np.int8),
        "dropped": np.array([6 * (person < 0) for _, person, _ in slots], np.int8),
    })  # fmt: skip
    done = settle(units, named, {1: "b", 2: "a"})
    codes = sorted({row[0] for row in rows})
    usable = defaultdict(list)
    for n, row in enumerate(rows):
        if not row[4]:
            usable[row[0]].append(n)
    # who speaks: names its parent, then earliest, then by sender, reader ("a" first), place
    speakers = {code: min(ns, key=lambda n: (not rows[n][3], rows[n][2], rows[n][1],
                                             "ba"[rows[n][8] % 2], n))
                for code, ns in usable.items()}  # fmt: skip
    assert done.messages.speakers.tolist() == [speakers.get(code, -1) for code in codes]
    expected = set()
    for code, ns in usable.items():
        by = rows[speakers[code]][1]
        people = {p for n in ns if rows[n][1] == by for p in rows[n][5] if p not in (-1, by)}
        for p in people:
            of = [n for n in ns if rows[n][1] == by and p in rows[n][5]]
            expected.add((codes.index(code), p, min(n % 3 for n in of), min(of)))
    to = done.addressed
    found = list(zip(to.messages, to.persons, to.roles, to.units, strict=True))
    assert found == sorted(expected)
    for code, ns in usable.items():
        place, people = codes.index(code), {p for n in ns for p in rows[n][5]}
        most = max([len(people), *(rows[n][6] for n in ns)])
        assert done.messages.n_recipients[place] == most
        assert done.messages.auto_ranks[place] == min(rows[n][7] for n in ns)
    assert done.unit_ends["n"].sum() == len(rows)
    assert done.slot_ends["n"].sum() == len(slots)
    ends = done.unit_ends.groupby("status")[["n", "n_rows"]].sum()
    winners = {unit for _, _, _, unit in expected}
    reached = {codes[message] for message, _, _, _ in expected}
    left = [n for n in range(len(rows)) if n not in winners and not rows[n][4]]
    assert ends["n"].to_dict() == {name: n for name, n in {
        "accepted": len(winners),
        "duplicate": sum(rows[n][0] in reached for n in left),
        "no_usable_recipient": sum(rows[n][0] not in reached for n in left),
        "outside_period": sum(row[4] for row in rows),
    }.items() if n}  # fmt: skip
    assert ends["n_rows"].sum() == len(expected)
    contrary = defaultdict(int)
    for code, ns in usable.items():
        first = rows[speakers[code]]
        for n in ns:
            if rows[n][1] != first[1]:
                contrary[code.hex(), "sender"] += 1
            elif abs(rows[n][2] - first[2]) * 2500 > 3600:
                contrary[code.hex(), "date"] += 1
    conflicts = done.conflicts.set_index(["message_id", "kind"])["n"].to_dict()
    assert conflicts == dict(contrary)


def test_any_number_of_buckets_gives_the_same_bytes(
    tmp_path: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"p{n}@x.org" for n in range(9)]
    sources = []
    for number in (1, 2):
        path = tmp_path / f"{number}.csv"
        lines = ["Message ID,Conversation,In-Reply-To,Sender,Recipients,Sent"]
        for _ in range(150):
            at, other = (int(n) for n in rng.integers(0, 120, 2))
            at += 100 * (number == 1)  # some are in both; the first source links nothing
            to = ";".join(str(name) for name in rng.choice(people[:8], 2))
            who = people[8 if at % 5 == 4 else at % 7]  # nobody answers the ninth
            thread = f"T{at % 5}" if at % 3 == 0 else ""
            parent = f"<{other}@x>" if number == 2 and at % 2 else ""
            day = f"2025-03-{3 + at % 9:02d}T{at % 24:02d}:{at % 60:02d}:00Z"
            lines.append(f"<{at}@x>,{thread},{parent},{who},{to},{day}")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        options = {"columns": TRACE_COLUMNS}
        sources.append(source(number, "messages_csv", path, options))
    rule = AutomationSettings(min_sent=12, min_recipients=4, max_reply_rate=0.2)
    tables = []
    for bucket_rows in (1 << 18, 9):
        monkeypatch.setattr(merging, "BUCKET_ROWS", bucket_rows)
        taken = run_intake(tmp_path / f"run{bucket_rows}", sources, automation=rule)
        tables.append((MESSAGES.path(taken.folder.canonical).read_bytes(), taken.report.lines(),
                       taken.table("conflicts").to_csv()))  # fmt: skip
    assert tables[0] == tables[1]
    assert "behaviour" in taken.report.automated
    assert set(taken.table("messages")["reply_quality"]) == {"none", "explicit", "pseudo"}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 11),
                          st.sampled_from(["post", "reaction"])), max_size=40),
       st.integers(1, 4))  # fmt: skip
@tried(60, one_folder=True)
def test_who_is_set_aside_equals_a_plain_count(
    tmp_path: Path, talk: list[tuple[int, int, int, str]], n_files: int
) -> None:
    names = [bytes([20 * n] * 16) for n in range(12)]
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
    inferred = ids_of([names[2]])
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
