"""New audit: uploads are checked under names of our own, run in a child, and deleted after."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest
from app_text import text_of
from intake_runs import EXPORTS
from shared_data import CHECKOUT

from app_pages import _jobs
from app_pages._jobs import Job, audit_file, with_aliases
from core.progress import FileReporter, Silent, read_progress

ROSTER = (EXPORTS / "roster_csv" / "roster.csv").read_bytes()


@pytest.fixture
def runs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(_jobs, "RUNS", tmp_path)
    monkeypatch.chdir(CHECKOUT)
    return tmp_path


def test_an_upload_keeps_no_name_and_is_for_its_owner_only(runs_here: Path) -> None:
    job = Job.create()
    path = job.keep(1, ".CSV/../../x", ROSTER)
    assert path.parent == job.folder
    assert path.name == "source1.csvx"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(job.folder.stat().st_mode) == 0o700


def test_uploads_that_were_left_lying_are_removed_after_a_day(runs_here: Path) -> None:
    old, fresh = Job.create(), Job.create()
    for job in (old, fresh):
        job.keep(1, ".csv", ROSTER)
    yesterday = time.time() - 25 * 3600
    os.utime(old.folder, (yesterday, yesterday))
    Job.create()
    assert not old.folder.exists()
    assert fresh.folder.exists()


@pytest.mark.slow
def test_a_checked_export_brings_the_lines_that_declare_it(runs_here: Path) -> None:
    job = Job.create()
    job.keep(1, ".csv", ROSTER)
    job.keep(2, ".pdf", b"%PDF-1.7 no export")
    good, bad = job.check("source1.csv"), job.check("source2.pdf")
    assert good.is_good
    assert good.says.startswith("Read as roster_csv")
    assert good.declares == '[[source]]\nreader = "roster_csv"\npath = "source1.csv"'
    assert not bad.is_good
    assert "PDF" in bad.says
    assert "Traceback" not in bad.says


@pytest.mark.slow
def test_an_audit_that_cannot_run_says_why_and_its_uploads_are_deleted(runs_here: Path) -> None:
    job = Job.create()
    job.keep(1, ".csv", b"no,table\n")
    job.audit_file.write_text(
        '[audit]\nname = "Try"\n[[source]]\nreader = "mbox"\npath = "gone"\n'
    )
    assert job.exit_code() == -1
    job.start("Try")
    for _ in range(300):
        if job.exit_code() is not None:
            break
        time.sleep(0.1)
    assert job.exit_code() in {2, 3}
    assert "gone" in job.output()
    job.forget_uploads()
    assert not list(job.folder.glob("source*"))
    job.remove()
    assert not job.folder.exists()


def test_survey_questions_come_after_all_sources() -> None:
    text = audit_file(
        "A", ["x.org"], "UTC", ['[[source]]\nreader = "a"\n\n[[survey.scale]]', "[[source]]"]
    )
    assert text.index("[[survey.scale]]") > text.rindex("[[source]]")
    assert 'own_domains = ["x.org"]' in text


def test_progress_is_handed_over_as_a_small_file(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    assert read_progress(path) is None
    reporter = FileReporter(path, Silent())
    reporter.start("Reading exports", 200)
    reporter.rows(1_500)
    reporter.advance(50)
    reporter.finish()
    now = read_progress(path)
    assert now is not None
    assert (now.label, now.share, now.rows) == ("Reading exports", 0.25, 1_500)
    assert "1,500 rows" in now.words()
    assert "left" not in now.words()  # too early to tell
    later = replace(now, seconds=10.0)
    assert later.words() == "1,500 rows, 150 a second, 10 s, 30 s left"


def test_the_page_says_what_is_never_read_and_checks_an_upload(runs_here: Path, open_app) -> None:
    at = open_app("missing", "new_audit")
    assert "Never read: subjects" in text_of(at)
    at.file_uploader(key="exports").upload("hr of ana rossi.csv", ROSTER).run()
    at.button(key="check").click().run()
    assert at.code[0].value.startswith("Read as roster_csv")
    assert "ana rossi" not in (text_of(at) + at.code[0].value).lower()
    assert at.text_area[0].value.count("[[source]]") == 1


@pytest.mark.slow
def test_a_person_decides_whose_an_open_account_is(runs_here: Path) -> None:
    """Ana of the roster writes mail under an address that the roster does not know."""
    job = Job.create()
    job.keep(
        1, ".csv", b"Employee ID,Name,Work Email,Department\n7,Ana Rossi,ana@acme.example,Sales\n"
    )
    job.keep(
        2,
        ".mbox",
        b"From x Mon Jan  5 09:00:00 2026\nFrom: Ana Rossi <a.rossi@acme.example>\n"
        b"To: kim@acme.example\nDate: Mon, 5 Jan 2026 09:00:00 +0000\nMessage-ID: <1@x>\n\n",
    )
    declared = [
        f'[[source]]\nreader = "{reader}"\npath = "{name}"'
        for reader, name in (("roster_csv", "source1.csv"), ("mbox", "source2.mbox"))
    ]
    job.audit_file.write_text(audit_file("A", ["acme.example"], "UTC", declared))
    told, table = job.review()
    assert told.is_good, told.says
    mine = table["identity"] == "email:a.rossi@acme.example"
    assert list(table.loc[mine, "person_id"].str.removeprefix("id:")) == ["7"]
    assert set(table["decision"]) == {""}
    done = job.decide(table.assign(decision=["yes" if m else "" for m in mine]))
    assert done.is_good, done.says
    assert job.has_aliases
    assert not (job.folder / "review.csv").exists()
    text = with_aliases(job.audit_file.read_text())
    assert text.count('alias_file = "aliases.csv"') == 1
    assert with_aliases(text) == text
