"""The audit log: whatever is done to it afterwards is named at the right entry."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_journal import KEY, Clock, N, head_of, lines_of, written

from core.errors import JournalError
from core.journal import Head, Journal, entries, verify


def test_a_log_as_written_is_good(tmp_path: Path) -> None:
    path = written(tmp_path)
    check = verify(path, KEY, [head_of(path)])
    assert (check.n, check.first_bad, check.is_good) == (N, None, True)
    assert check.head == Journal(path, KEY).head()


def test_the_chain_is_the_hmac_of_the_hash_before_and_the_entry(tmp_path: Path) -> None:
    """Worked out here from RFC 2104 and the written lines alone."""
    last = bytes(32)
    for line in lines_of(written(tmp_path)):
        fields = json.loads(line)
        seal = fields.pop("hash")
        body = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
        assert seal == hmac.new(KEY, last + body, hashlib.sha256).hexdigest()
        last = bytes.fromhex(seal)


def _edit(lines: list[bytes], at: int) -> None:
    lines[at] = lines[at].replace(b'"10-19"', b'"20-49"')


def _edit_time(lines: list[bytes], at: int) -> None:
    lines[at] = lines[at].replace(b"2026-", b"2025-")


def _edit_seal(lines: list[bytes], at: int) -> None:
    fields = json.loads(lines[at])
    fields["hash"] = "ab" * 32
    lines[at] = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _space(lines: list[bytes], at: int) -> None:
    lines[at] = lines[at].replace(b",", b", ", 1)


def _delete(lines: list[bytes], at: int) -> None:
    del lines[at]


def _repeat(lines: list[bytes], at: int) -> None:
    lines.insert(at, lines[at - 1] if at else lines[1])


def _invent(lines: list[bytes], at: int) -> None:
    fields = json.loads(lines[at])
    fields["facts"]["n"] = 99
    lines.insert(at, json.dumps(fields, sort_keys=True, separators=(",", ":")).encode() + b"\n")


def _blank(lines: list[bytes], at: int) -> None:
    lines.insert(at, b"\n")


def _swap(lines: list[bytes], at: int) -> None:
    other = at + 1 if at + 1 < len(lines) else 0
    lines[at], lines[other] = lines[other], lines[at]


def _cut(lines: list[bytes], at: int) -> None:
    del lines[at:]


def _cut_inside(lines: list[bytes], at: int) -> None:
    lines[at] = lines[at][:40]
    del lines[at + 1 :]


def _forge(lines: list[bytes], at: int) -> None:
    """Seal an entry under another key."""
    fields = json.loads(lines[at])
    del fields["hash"]
    body = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    last = bytes.fromhex(json.loads(lines[at - 1])["hash"]) if at else bytes(32)
    fields["hash"] = hmac.new(bytes(32), last + body, hashlib.sha256).hexdigest()
    lines[at] = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _long(lines: list[bytes], at: int) -> None:
    lines[at] = b"x" * 20_000 + b"\n"


_TAMPERINGS = (_edit, _edit_time, _edit_seal, _space, _delete, _repeat, _invent, _blank)
_TAMPERINGS += (_swap, _cut, _cut_inside, _forge, _long)


@pytest.mark.parametrize("at", range(N))
@pytest.mark.parametrize("tamper", _TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_every_tampering_is_named_at_its_entry(
    tmp_path: Path, tamper: Callable[[list[bytes], int], None], at: int
) -> None:
    path = written(tmp_path)
    head, lines = head_of(path), lines_of(path)
    tamper(lines, at)
    path.write_bytes(b"".join(lines))
    first = 1 if tamper is _swap and at == N - 1 else at + 1
    check = verify(path, KEY, [head])
    assert (check.first_bad, check.n) == (first, first - 1)
    assert f"entry {first}" in check.why
    assert check.is_torn == (tamper is _cut_inside)


@pytest.mark.parametrize("at", range(N + 1))
def test_entries_of_another_log_are_named_where_they_begin(tmp_path: Path, at: int) -> None:
    path, other = written(tmp_path), tmp_path / "other"
    other.mkdir()
    foreign = lines_of(written(other, N + 1, key=bytes(32)))
    head, lines = head_of(path), lines_of(path)
    path.write_bytes(b"".join(lines[:at] + foreign[at:]))
    assert verify(path, KEY, [head]).first_bad == at + 1


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_byte_can_be_changed_unseen(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = written(tmp_path_factory.mktemp("log"), 4)
    content, head = path.read_bytes(), head_of(path)
    place = data.draw(st.integers(0, len(content) - 1))
    how = data.draw(st.sampled_from(("change", "drop", "add")))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    fresh = b"" if how == "drop" else bytes([byte])
    after = place if how == "add" else place + 1
    path.write_bytes(content[:place] + fresh + content[after:])
    if path.read_bytes() == content:  # a byte like its neighbour was dropped and came back
        return
    assert verify(path, KEY, [head]).first_bad == content[:place].count(b"\n") + 1


def test_a_log_that_was_taken_away_is_named_at_its_first_entry(tmp_path: Path) -> None:
    path = written(tmp_path)
    head = head_of(path)
    path.unlink()
    check = verify(path, KEY, [head])
    assert (check.first_bad, check.why) == (
        1,
        "the end was cut off: entry 1 is missing, entry 7 was written",
    )


def test_without_copies_of_the_head_a_cut_between_lines_does_not_show(tmp_path: Path) -> None:
    """The limit that anchors are for."""
    path = written(tmp_path)
    path.write_bytes(b"".join(lines_of(path)[:4]))
    assert verify(path, KEY).is_good


def test_the_digits_of_a_footer_are_an_anchor(tmp_path: Path) -> None:
    path = written(tmp_path)
    head = head_of(path)
    assert head.short == f"7 · {head.hash[:16]}"
    assert verify(path, KEY, [Head(7, head.hash[:16], "")]).is_good
    assert verify(path, KEY, [Head(7, "0" * 16, "")]).first_bad == 7
    assert verify(path, KEY, [Head(3, head.hash[:16], "")]).first_bad == 3


def test_who_holds_the_key_and_writes_the_log_anew_is_seen_by_the_copies(tmp_path: Path) -> None:
    path = written(tmp_path)
    heads = [entry.head for entry in entries(path)]
    path.unlink()
    journal = Journal(path, KEY, now=Clock())
    for number in (1, 2, 4, 4, 5, 6, 7):
        journal.write("view", group=f"G{number}", band="10-19", n=number)
    assert verify(path, KEY).is_good
    assert verify(path, KEY, [heads[1], heads[4]]).first_bad == 5


def test_the_wrong_key_names_the_first_entry(tmp_path: Path) -> None:
    assert verify(written(tmp_path), bytes(32)).first_bad == 1


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        ("party", {}),
        ("view", {"who": "ana@example.com"}),
        ("view", {"text": "x" * 121}),
        ("view", {"text": "\u00e9" * 21}),  # six characters each as written
        ("view", {"share": 0.5}),
        ("view", {"none": None}),
        ("view", {"a b": 1}),
        ("view", {"big": 2**63}),
        ("view", {f"f{number}": 1 for number in range(25)}),
    ],
)
def test_entries_that_could_carry_data_are_refused(
    tmp_path: Path, event: str, facts: dict[str, int]
) -> None:
    path = tmp_path / "journal.jsonl"
    with pytest.raises(JournalError) as caught:
        Journal(path, KEY).write(event, **facts)
    assert caught.value.exit_code == 5
    assert "ana" not in str(caught.value)
    assert not path.exists()


def test_text_is_escaped_so_that_it_stays_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    nasty = 'a\n{"seq":9}\u2028\x00\\"'
    Journal(path, KEY).write("stop", reason=nasty)
    assert path.read_bytes().count(b"\n") == 1
    assert path.read_bytes().isascii()
    assert next(entries(path)).facts == {"reason": nasty}


def test_the_key_is_in_no_text(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert KEY.hex() not in repr(Journal(path, KEY)) + path.read_text()
