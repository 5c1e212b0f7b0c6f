"""The run folder: private stays private, and nothing that is not a run is touched."""

import stat
from pathlib import Path

import pytest

from core.errors import UsageError
from core.files import swap_folder, write_whole
from core.store import RunFolder, locked


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


def _filled(root: Path, word: str) -> RunFolder:
    """A staged run that has written everything and not yet put it in its place."""
    folder = RunFolder.create(root, is_staged=True)
    for path in (folder.canonical, folder.network, folder.results, folder.fresh):
        path.mkdir(parents=True, exist_ok=True)
        (path / "table").write_text(word)
    folder.write_manifest({"word": word})
    return folder


def _words(root: Path) -> set[str]:
    tables = ("private/canonical", "private/network", "private/results", "published")
    return {(root / name / "table").read_text() for name in tables}


def test_a_staged_run_changes_nothing_until_it_is_committed(tmp_path: Path) -> None:
    root = tmp_path / "run"
    done = _filled(root, "old").commit()
    assert _words(root) == {"old"}
    assert done.manifest_path.read_bytes() == b'{\n "word": "old"\n}'
    half = _filled(root, "new")
    assert _words(root) == {"old"}
    half.clear()
    assert not half.tables.exists()
    assert _words(root) == {"old"}
    _filled(root, "new").commit()
    assert _words(root) == {"new"}
    assert not (root / "private" / "next").exists()


@pytest.mark.parametrize("n_done", range(6))
def test_a_commit_that_was_killed_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_done: int
) -> None:
    """Killed after each of its renames in turn: canonical, network, results, manifest, release."""
    root = tmp_path / "run"
    _filled(root, "old").commit()
    new = _filled(root, "new")
    n_left = n_done
    replace = Path.replace

    def killed(path: Path, target: Path) -> Path:
        nonlocal n_left
        if path.name != "sealed" and not path.name.startswith(".sealed"):
            n_left -= 1
            if n_left < 0:
                raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        new.commit()
    new.clear()  # what a run does at its end, whatever happened
    monkeypatch.undo()
    RunFolder.create(root, is_staged=True)
    assert _words(root) == {"new"}
    assert '"new"' in RunFolder(root).manifest_path.read_text()


def test_two_runs_at_once_are_refused_with_the_name_of_the_holder(tmp_path: Path) -> None:
    root = tmp_path / "run"
    with (
        locked(root),
        pytest.raises(UsageError, match=r"process \d+, since .*E-RUN-003") as told,
        locked(root),
    ):
        pass
    assert "Nothing was changed" in str(told.value)
    with locked(root):  # free again
        RunFolder.create(root)
