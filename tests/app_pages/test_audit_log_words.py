"""Entries of the audit log as the screen tells them: words for pages, roles and reasons."""

from __future__ import annotations

from pathlib import Path

from app_pages._audit_log import _row
from core.journal import Journal


def test_an_entry_is_told_in_words_and_in_a_fixed_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", b"k" * 32)
    seen = journal.write("view", who="7dab101ea98f", role="dpo", page="audit_log", slice="all")
    assert (
        "page: Audit log; group: whole release; role: Data protection officer; by: 7dab101ea98f"
        in _row(seen)
    )


def test_this_machine_stands_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", b"k" * 32)
    denied = journal.write("denied", who="local", role="local", page="roles", why="page")
    told = "page: Roles; reason: page not part of the role; role: this machine<"
    assert told in _row(denied)
