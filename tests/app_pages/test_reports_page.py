"""Documents are written from the page, and only those of this release are offered."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from app_text import text_of


@pytest.fixture
def own_run(runs, tmp_path) -> Path:
    """Return a run of its own, so that what one test writes no other sees."""
    run = tmp_path / "own"
    shutil.copytree(runs["small"], run)
    runs["own"] = run
    return run


def test_a_chosen_document_is_written_and_offered(open_app, own_run) -> None:
    at = open_app("own", "reports")
    assert "Nothing has been written for this release yet." in text_of(at)
    at.get_by_key("formats").set_value(["json"])
    at.button(key="write").click().run()
    assert not at.exception
    written = list((own_run / "reports").iterdir())
    assert [path.suffix for path in written] == [".json"]
    assert json.loads(written[0].read_text())
    offered = at.get("download_button")
    assert len(offered) == 1
    assert "1 document written" in at.status[0].label
    assert "Everything published, for programs" in text_of(at)


def test_a_document_of_an_earlier_release_is_not_offered(open_app, own_run) -> None:
    old = own_run / "reports" / "old.pdf"
    old.parent.mkdir()
    old.write_bytes(b"%PDF-")
    about = own_run / "published" / "about.parquet"
    os.utime(old, (about.stat().st_mtime - 60,) * 2)
    at = open_app("own", "reports")
    assert not at.get("download_button")
    os.utime(old, (about.stat().st_mtime + 60,) * 2)
    at.run()
    assert len(at.get("download_button")) == 1
