"""The audit log: whatever is done to it afterwards is named at the right entry."""

import errno
import functools
import hashlib
import hmac
import json
import multiprocessing
import os
import stat
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import JournalError
from core.journal import Head, Journal, entries, read_heads, verify

KEY = bytes(range(32))
N = 7
START = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


class _Clock:
    """A clock that goes on by ten minutes at each look."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=10)
        return self.now


def _written(folder: Path, n: int = N, key: bytes = KEY) -> Path:
    path = folder / "journal.jsonl"
    path.write_bytes(_content(n, key))
    path.chmod(0o600)
    return path


@functools.cache
def _content(n: int, key: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        journal = Journal(path, key, now=_Clock())
        for number in range(1, n + 1):
            journal.write("view", group=f"G{number}", band="10-19", n=number)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        return path.read_bytes()


def _head(path: Path) -> Head:
    return list(entries(path))[-1].head


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_log_as_written_is_good(tmp_path: Path) -> None:
    path = _written(tmp_path)
    check = verify(path, KEY, [_head(path)])
    assert (check.n, check.first_bad, check.is_good) == (N, None, True)
    assert check.head == Journal(path, KEY).head()


def test_the_chain_is_the_hmac_of_the_hash_before_and_the_entry(tmp_path: Path) -> None:
    """Worked out here from RFC 2104 and the written lines alone."""
    last = bytes(32)
    for line in _lines(_written(tmp_path)):
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
    path = _written(tmp_path)
    head, lines = _head(path), _lines(path)
    tamper(lines, at)
    path.write_bytes(b"".join(lines))
    first = 1 if tamper is _swap and at == N - 1 else at + 1
    check = verify(path, KEY, [head])
    assert (check.first_bad, check.n) == (first, first - 1)
    assert f"entry {first}" in check.why
    assert check.is_torn == (tamper is _cut_inside)


@pytest.mark.parametrize("at", range(N + 1))
def test_entries_of_another_log_are_named_where_they_begin(tmp_path: Path, at: int) -> None:
    path, other = _written(tmp_path), tmp_path / "other"
    other.mkdir()
    foreign = _lines(_written(other, N + 1, key=bytes(32)))
    head, lines = _head(path), _lines(path)
    path.write_bytes(b"".join(lines[:at] + foreign[at:]))
    assert verify(path, KEY, [head]).first_bad == at + 1


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_byte_can_be_changed_unseen(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = _written(tmp_path_factory.mktemp("log"), 4)
    content, head = path.read_bytes(), _head(path)
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
    path = _written(tmp_path)
    head = _head(path)
    path.unlink()
    check = verify(path, KEY, [head])
    assert (check.first_bad, check.why) == (
        1,
        "the end was cut off: entry 1 is missing, entry 7 was written",
    )


def test_without_copies_of_the_head_a_cut_between_lines_does_not_show(tmp_path: Path) -> None:
    """The limit that anchors are for."""
    path = _written(tmp_path)
    path.write_bytes(b"".join(_lines(path)[:4]))
    assert verify(path, KEY).is_good


def test_the_digits_of_a_footer_are_an_anchor(tmp_path: Path) -> None:
    path = _written(tmp_path)
    head = _head(path)
    assert head.short == f"7 · {head.hash[:16]}"
    assert verify(path, KEY, [Head(7, head.hash[:16], "")]).is_good
    assert verify(path, KEY, [Head(7, "0" * 16, "")]).first_bad == 7
    assert verify(path, KEY, [Head(3, head.hash[:16], "")]).first_bad == 3


def test_who_holds_the_key_and_writes_the_log_anew_is_seen_by_the_copies(tmp_path: Path) -> None:
    path = _written(tmp_path)
    heads = [entry.head for entry in entries(path)]
    path.unlink()
    journal = Journal(path, KEY, now=_Clock())
    for number in (1, 2, 4, 4, 5, 6, 7):
        journal.write("view", group=f"G{number}", band="10-19", n=number)
    assert verify(path, KEY).is_good
    assert verify(path, KEY, [heads[1], heads[4]]).first_bad == 5


def test_the_wrong_key_names_the_first_entry(tmp_path: Path) -> None:
    assert verify(_written(tmp_path), bytes(32)).first_bad == 1


@pytest.mark.parametrize("kept", [1, 40, -2, -1])
def test_what_an_interrupted_write_left_is_taken_off_and_recorded(
    tmp_path: Path, kept: int
) -> None:
    path = _written(tmp_path)
    lines = _lines(path)
    path.write_bytes(b"".join(lines[:-1]) + lines[-1][:kept])
    is_whole = kept == -1
    torn = verify(path, KEY)
    assert (torn.first_bad, torn.is_torn) == (N, True)
    entry = Journal(path, KEY).write("logout")
    recover = list(entries(path))[-2]
    assert recover.event == "recover"
    assert recover.facts == {"bytes": len(lines[-1][:kept]), "is_kept": is_whole}
    assert entry.seq == (N + 2 if is_whole else N + 1)
    assert verify(path, KEY).is_good
    # It was no crash where the entry had been whole before: its copied head tells.
    head = Head(N, json.loads(lines[-1])["hash"], "")
    assert verify(path, KEY, [head]).first_bad == (None if is_whole else N)


def test_the_first_line_of_all_may_be_interrupted_too(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"event":"ru')
    Journal(path, KEY).write("run")
    assert [entry.event for entry in entries(path)] == ["recover", "run"]
    assert verify(path, KEY).is_good


def test_nothing_is_written_after_an_entry_that_cannot_be_read(tmp_path: Path) -> None:
    path = _written(tmp_path)
    path.write_bytes(path.read_bytes() + b"nothing\n")
    before = path.read_bytes()
    with pytest.raises(JournalError, match="not as it was written"):
        Journal(path, KEY).write("logout")
    assert path.read_bytes() == before


def test_a_log_whose_copies_know_more_is_not_begun_anew(tmp_path: Path) -> None:
    place = tmp_path / "heads"
    path = _written(tmp_path)
    Journal(path, KEY, [place]).anchor()
    path.unlink()
    with pytest.raises(JournalError, match="7 entries were written"):
        Journal(path, KEY, [place]).write("run")


def test_the_head_is_copied_when_asked_and_with_the_first_entry_of_a_day(tmp_path: Path) -> None:
    places = [tmp_path / "journal.heads", tmp_path / "elsewhere"]
    journal = Journal(tmp_path / "journal.jsonl", KEY, places, now=_Clock())
    written = [journal.write("view", n=number) for number in range(4)]
    days = [entry.time[:10] for entry in written]
    assert days == ["2026-03-01", "2026-03-01", "2026-03-02", "2026-03-02"]
    journal.anchor()
    for place in places:
        assert read_heads(place) == [written[1].head, written[3].head]
        assert stat.S_IMODE(place.stat().st_mode) == 0o600


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


def test_an_entry_that_does_not_reach_the_disk_fails_and_leaves_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _written(tmp_path)
    before, write = path.read_bytes(), os.write

    def full(handle: int, content: bytes) -> int:
        if len(content) < 100:  # the rest of the line
            raise OSError(errno.ENOSPC, "full")
        return write(handle, content[:-50])

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patch:
        patch.setattr("core.journal.os.fsync", fail)
        with pytest.raises(JournalError, match="could not be written"):
            Journal(path, KEY).write("logout")
    assert path.read_bytes() == before
    with monkeypatch.context() as patch:
        patch.setattr("core.journal.os.write", full)
        with pytest.raises(JournalError, match="No space left"):
            Journal(path, KEY).write("logout")
    assert path.read_bytes() == before


def test_a_log_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("")
    (tmp_path / "journal.jsonl").symlink_to(tmp_path / "target")
    with pytest.raises(JournalError):
        Journal(tmp_path / "journal.jsonl", KEY).write("run")
    assert (tmp_path / "target").read_text() == ""


def _write_many(path: Path, n: int) -> None:
    journal = Journal(path, KEY)
    for number in range(n):
        journal.write("view", n=number)


def test_writers_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_many, args=(path, 20)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    check = verify(path, KEY)
    assert (check.n, check.first_bad) == (80, None)


def test_the_key_is_in_no_text(tmp_path: Path) -> None:
    path = _written(tmp_path)
    assert KEY.hex() not in repr(Journal(path, KEY)) + path.read_text()
