"""Where the audit log lies: its own key, copies of its head, and the kill switch beside it."""

import stat
from pathlib import Path

import pytest

from core.errors import JournalError, PrivacyError
from core.journal import read_heads
from core.journal_place import journal_key, kept_heads, open_journal, places_of, start_journal
from core.stop import is_stopped, refuse_if_stopped

KEY = bytes(range(32))


def test_the_key_of_the_log_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    start_journal(tmp_path / "run", KEY)
    path = tmp_path / "run" / "access" / "journal.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert journal_key(tmp_path / "run") == KEY


def test_a_log_is_opened_without_the_root_key(tmp_path: Path) -> None:
    assert open_journal(tmp_path) is None
    written = start_journal(tmp_path, KEY).write("run")
    again = open_journal(tmp_path)
    assert again is not None
    assert again.head() == written.head
    assert again.write("view").seq == 2


def test_a_log_is_not_begun_with_a_second_key(tmp_path: Path) -> None:
    start_journal(tmp_path, KEY)
    with pytest.raises(JournalError, match="another key"):
        start_journal(tmp_path, bytes(32))


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        (None, 0, "is missing"),
        (KEY.hex(), 0o640, "read by other users"),
        ("ab", 0o600, "is damaged"),
        ("\u00e9", 0o600, "is damaged"),
    ],
)
def test_a_key_that_cannot_be_trusted_is_refused(
    tmp_path: Path, content: str | None, mode: int, says: str
) -> None:
    start_journal(tmp_path, KEY).write("run")
    path = tmp_path / "access" / "journal.key"
    path.unlink()
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    with pytest.raises(JournalError, match=says):
        open_journal(tmp_path)


def test_heads_go_beside_the_log_and_to_the_place_that_was_named(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "heads"
    copy.parent.mkdir()
    start_journal(tmp_path / "run", KEY, copy).write("run")
    again = open_journal(tmp_path / "run")
    assert again is not None
    head = again.anchor()
    assert places_of(tmp_path / "run") == (tmp_path / "run" / "journal.heads", copy)
    assert read_heads(copy) == [head]
    assert kept_heads(tmp_path / "run") == [head, head]


def test_an_unreachable_second_place_fails_the_action(tmp_path: Path) -> None:
    journal = start_journal(tmp_path / "run", KEY, tmp_path / "unmounted" / "heads")
    journal.write("run")
    with pytest.raises(JournalError):
        journal.anchor()


def test_a_file_named_stop_stops_whatever_is_in_it(tmp_path: Path) -> None:
    refuse_if_stopped(tmp_path)
    (tmp_path / "STOP").symlink_to(tmp_path / "nowhere")
    assert is_stopped(tmp_path)
    with pytest.raises(PrivacyError, match="has been stopped") as caught:
        refuse_if_stopped(tmp_path)
    assert caught.value.exit_code == 4
