"""Writing the audit log: what is interrupted, fails or happens at the same time breaks nothing."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from written_journal import KEY, Clock, N, lines_of, written

from core.errors import JournalError
from core.journal import Head, Journal, entries, read_heads, verify


@pytest.mark.parametrize("kept", [1, 40, -2, -1])
def test_what_an_interrupted_write_left_is_taken_off_and_recorded(
    tmp_path: Path, kept: int
) -> None:
    path = written(tmp_path)
    lines = lines_of(path)
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
    path = written(tmp_path)
    path.write_bytes(path.read_bytes() + b"nothing\n")
    before = path.read_bytes()
    with pytest.raises(JournalError, match="not as it was written"):
        Journal(path, KEY).write("logout")
    assert path.read_bytes() == before


def test_a_log_whose_copies_know_more_is_not_begun_anew(tmp_path: Path) -> None:
    place = tmp_path / "heads"
    path = written(tmp_path)
    Journal(path, KEY, [place]).anchor()
    path.unlink()
    with pytest.raises(JournalError, match="7 entries were written"):
        Journal(path, KEY, [place]).write("run")


def test_the_head_is_copied_when_asked_and_with_the_first_entry_of_a_day(tmp_path: Path) -> None:
    places = [tmp_path / "journal.heads", tmp_path / "elsewhere"]
    journal = Journal(tmp_path / "journal.jsonl", KEY, places, now=Clock())
    written = [journal.write("view", n=number) for number in range(4)]
    days = [entry.time[:10] for entry in written]
    assert days == ["2026-03-01", "2026-03-01", "2026-03-02", "2026-03-02"]
    journal.anchor()
    for place in places:
        assert read_heads(place) == [written[1].head, written[3].head]
        assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_an_entry_that_does_not_reach_the_disk_fails_and_leaves_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
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
