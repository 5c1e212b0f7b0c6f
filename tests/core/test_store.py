"""The run folder: private stays private, and nothing that is not a run is touched."""

import stat
from pathlib import Path

import pytest

from core.errors import UsageError
from core.files import swap_folder, write_whole
from core.store import RunFolder


def test_private_is_for_the_owner_only(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run")
    assert stat.S_IMODE((folder.root / "private").stat().st_mode) == 0o700
    folder.write_manifest({"a": 1})
    assert stat.S_IMODE(folder.manifest_path.stat().st_mode) == 0o600


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not a run"):
        RunFolder.create(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_second_run_keeps_the_published_tables_until_they_are_replaced(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run")
    folder.published.mkdir()
    (folder.published / "about").write_text("old")
    (folder.canonical / "people").write_text("old")
    again = RunFolder.create(tmp_path / "run")
    assert (again.published / "about").read_text() == "old"
    assert not list(again.canonical.iterdir())


def test_opening_something_else_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run folder"):
        RunFolder.open(tmp_path)


def test_a_swap_leaves_the_new_folder_only(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text(name)
    swap_folder(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old" / "f").read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["old"]


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "f"
    write_whole(target, b"old")

    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("core.files.os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["f"]
