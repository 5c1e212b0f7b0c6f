"""What the folder of an audit that the app has started says, also one that was damaged."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest

from core.jobs import DAY_S, JobFolder, job_folders, make_job_folder


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    return JobFolder(make_job_folder(tmp_path))


def aged(job: JobFolder, seconds: float) -> JobFolder:
    os.utime(job.folder, (time.time() - seconds,) * 2)
    return job


def test_a_new_job_is_for_its_owner_alone_and_found_beside_the_runs(
    job: JobFolder, tmp_path: Path
) -> None:
    assert stat.S_IMODE(job.folder.stat().st_mode) == 0o700
    assert job_folders(tmp_path) == [job.folder]
    assert (job.pid, job.run, job.is_running) == (0, None, False)


def test_what_was_noted_is_read_back(job: JobFolder) -> None:
    job.note(os.getpid(), Path("runs/one"))
    assert (job.pid, job.run, job.is_running) == (os.getpid(), Path("runs/one"), True)


def test_a_process_that_has_ended_is_not_running(job: JobFolder) -> None:
    with subprocess.Popen(["/bin/true"]) as ended:
        pass
    job.note(ended.pid, Path("runs/one"))
    assert not job.is_running


@pytest.mark.parametrize(
    "state",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"pid": "none", "run": ""}',
        '{"pid": null}',
        '{"pid": 0}',
        '{"pid": -1}',
        '{"pid": [1]}',
        '{"pid": 1e400}',
        '{"pid": 99999999999999999999}',
    ],
)
def test_a_damaged_note_is_that_of_a_job_that_was_never_started(
    job: JobFolder, state: str
) -> None:
    (job.folder / "state.json").write_text(state)
    assert not job.is_running
    assert job.run is None
    assert aged(job, DAY_S + 60).is_abandoned


def test_a_job_is_abandoned_a_day_after_the_last_file_unless_it_runs(job: JobFolder) -> None:
    assert not job.is_abandoned
    assert not aged(job, DAY_S - 60).is_abandoned
    assert aged(job, DAY_S + 60).is_abandoned
    job.note(os.getpid(), Path("runs/one"))
    assert not aged(job, DAY_S + 60).is_abandoned


def test_files_that_may_name_people_are_told_from_uploads(job: JobFolder) -> None:
    for name in ("source2.csv", "source1.mbox", "aliases.csv", "review.csv", "log.txt"):
        (job.folder / name).touch()
    assert [path.name for path in job.lists()] == ["aliases.csv", "review.csv"]
    assert [path.name for path in job.copies()] == ["source1.mbox", "source2.csv"]
    job.remove()
    assert not job.folder.exists()
