"""Merging as arrays, against plain Python: order, copies, who is addressed, how units end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
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
from ingest.merging.bucket import Settled, settle
from ingest.merging.dealing import bits_for, buckets_of
from ingest.merging.message_ids import Ids, between, found_in
from ingest.merging.ordering import ordered
from ingest.merging.rows import SLOT, UNIT, records_of
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


@dataclass(frozen=True)
class Said:
    """What one export says of a message; times are in steps of 2,500 seconds."""

    code: bytes
    sender: int
    time: int
    has_parent: bool
    dropped: int
    people: list[int]
    n_stated: int
    auto_rank: int
    source: int


SAID = st.lists(
    st.builds(
        Said, st.sampled_from(CODES[:3]), st.integers(0, 2), st.integers(0, 3), st.booleans(),
        st.sampled_from([0, 0, 0, 1]), st.lists(st.integers(-1, 3), max_size=3),
        st.integers(0, 4), st.integers(0, 2), st.sampled_from([1, 2]),
    ),
    max_size=12,
)  # fmt: skip


class Plain:
    """The same by loops over Python objects."""

    def __init__(self, said: list[Said]) -> None:
        self.said = said
        self.codes = sorted({one.code for one in said})
        self.usable: dict[bytes, list[int]] = {}
        for n, one in enumerate(said):
            if not one.dropped:
                self.usable.setdefault(one.code, []).append(n)
        self.speakers = {code: min(ns, key=self._rank) for code, ns in self.usable.items()}

    def _rank(self, n: int) -> tuple[bool, int, int, str, int]:
        """Who names its parent, then the earliest, then by sender, reader and place."""
        one = self.said[n]
        return (not one.has_parent, one.time, one.sender, READERS[one.source], n)

    def addressed(self) -> list[tuple[int, int, int, int]]:
        """Message, person, strongest role and first unit, of the copies by who speaks."""
        found = []
        for code, ns in self.usable.items():
            by = self.said[self.speakers[code]].sender
            own = [n for n in ns if self.said[n].sender == by]
            for person in {p for n in own for p in self.said[n].people} - {-1, by}:
                of = [n for n in own if person in self.said[n].people]
                message = self.codes.index(code)
                found.append((message, person, min(n % 3 for n in of), min(of)))
        return sorted(found)

    def ends(self) -> dict[str, int]:
        """How many units ended how."""
        winners = {unit for *_, unit in self.addressed()}
        reached = {self.codes[message] for message, *_ in self.addressed()}
        found = Counter[str]()
        for n, one in enumerate(self.said):
            if one.dropped:
                found["outside_period"] += 1
            elif n in winners:
                found["accepted"] += 1
            else:
                found["duplicate" if one.code in reached else "no_usable_recipient"] += 1
        return dict(found)

    def conflicts(self) -> dict[tuple[str, str], int]:
        """How many copies name another sender than who speaks, or a time an hour off."""
        found = Counter[tuple[str, str]]()
        for code, ns in self.usable.items():
            speaker = self.said[self.speakers[code]]
            for one in (self.said[n] for n in ns):
                if one.sender != speaker.sender:
                    found[code.hex(), "sender"] += 1
                elif abs(one.time - speaker.time) * STEP_S > 3600:
                    found[code.hex(), "date"] += 1
        return dict(found)


READERS, STEP_S = {1: "b", 2: "a"}, 2500


def settled(said: list[Said]) -> Settled:
    slots = [(n, person, n % 3) for n, one in enumerate(said) for person in one.people]
    units = records_of(UNIT, {
        "message": ids_of([one.code for one in said]).halves,
        "unit_id": np.arange(len(said)) * 3,
        "sender_no": np.array([one.sender for one in said], np.int32),
        "sent_s": np.array([one.time * STEP_S for one in said], np.int64),
        "has_parent": np.array([one.has_parent for one in said], bool),
        "dropped": np.array([one.dropped for one in said], np.int8),
        "n_stated": np.array([one.n_stated for one in said], np.int32),
        "auto_rank": np.array([one.auto_rank for one in said], np.int8),
        "source_no": np.array([one.source for one in said], np.int32),
    })  # fmt: skip
    named = records_of(SLOT, {
        "unit_id": np.array([n * 3 for n, _, _ in slots], np.int64),
        "person_no": np.array([person for _, person, _ in slots], np.int32),
        "role_rank": np.array([role for _, _, role in slots], np.int8),
        "dropped": np.array([6 * (person < 0) for _, person, _ in slots], np.int8),
    })  # fmt: skip
    return settle(units[::-1].copy(), named, READERS)  # in whatever order they were dealt


@given(SAID)
@tried(600)
def test_who_speaks_for_a_message_equals_plain_loops(said: list[Said]) -> None:
    plain, done = Plain(said), settled(said)
    expected = [plain.speakers.get(code, -1) for code in plain.codes]
    assert done.messages.speakers.tolist() == expected
    for code, ns in plain.usable.items():
        place, people = plain.codes.index(code), {p for n in ns for p in said[n].people}
        most = max([len(people), *(said[n].n_stated for n in ns)])
        assert done.messages.n_recipients[place] == most
        assert done.messages.auto_ranks[place] == min(said[n].auto_rank for n in ns)


@given(SAID)
@tried(600)
def test_who_is_addressed_and_how_units_end_equal_plain_loops(said: list[Said]) -> None:
    plain, done = Plain(said), settled(said)
    to = done.addressed
    found = list(zip(to.messages, to.persons, to.roles, to.units, strict=True))
    assert found == plain.addressed()
    ends = done.unit_ends.groupby("status")[["n", "n_rows"]].sum()
    assert ends["n"].to_dict() == plain.ends()
    assert ends["n_rows"].sum() == len(found)
    assert done.slot_ends["n"].sum() == sum(len(one.people) for one in said)


@given(SAID)
@tried(600)
def test_copies_that_contradict_equal_plain_loops(said: list[Said]) -> None:
    found = settled(said).conflicts.set_index(["message_id", "kind"])["n"].to_dict()
    assert found == Plain(said).conflicts()


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
