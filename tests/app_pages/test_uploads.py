"""Uploads: content decides, a session is bounded, an audit file names uploads alone."""

from __future__ import annotations

import pytest
from app_text import text_of

from app_pages._uploads import MOST_BYTES, MOST_FILES, is_too_much, paths_beyond, refusal


@pytest.mark.parametrize(
    ("suffix", "content", "is_refused"),
    [
        (".csv", b"a,b\n1,2\n", False),
        (".CSV", "ä;ö\n".encode("utf-16"), False),
        (".csv", b"PK\x03\x04 a workbook", True),
        (".csv", b"MZ\x90\x00\x03", True),
        (".json", b"\x7fELF\x02", True),
        (".txt", b"a\0b", True),
        (".zip", b"PK\x03\x04", False),
        (".zip", b"a,b\n", True),
        (".xlsx", b"<html>", True),
        (".pst", b"!BDN....", False),
        (".pst", b"PK\x03\x04", True),
        (".parquet", b"PAR1", False),
        (".sav", b"$FL2@(#)", False),
        (".exe", b"MZ", True),
        (".html", b"<script>", True),
        (".svg", b"<svg>", True),
        ("", b"a,b\n", True),
        (".csv", b"", True),
    ],
)
def test_content_decides_and_not_the_ending(suffix, content, is_refused) -> None:
    assert bool(refusal(suffix, content)) is is_refused


def test_a_session_has_room_for_twenty_files_and_one_gigabyte() -> None:
    assert (MOST_FILES, MOST_BYTES) == (20, 2**30)
    assert not is_too_much([1] * 20)
    assert is_too_much([1] * 21)
    assert not is_too_much([2**30 - 1, 1])
    assert is_too_much([2**30, 1])


@pytest.mark.parametrize(
    ("line", "beyond"),
    [
        ('[[source]]\npath = "source1.csv"', []),
        ('[[source]]\npath = "/etc/passwd"', ["path"]),
        ('[[source]]\npath = "../../other/roster.csv"', ["path"]),
        ('[[source]]\npath = "C:\\\\x.csv"', ["path"]),
        ('[[source]]\npath = "..\\\\x.csv"', ["path"]),
        ('[privacy]\nkey_file = "~/.ssh/id"', ["key_file"]),
        ('[organization]\nalias_file = "aliases.csv"', []),
        ("no toml at [all", []),
    ],
)
def test_an_audit_file_names_uploads_alone(line: str, beyond: list[str]) -> None:
    assert paths_beyond(line) == beyond


def test_the_page_refuses_a_file_that_is_not_what_it_is_called(open_app) -> None:
    at = open_app("full", "new_audit")
    at.file_uploader(key="exports").upload("roster.csv", b"MZ\x90\x00 no roster").run()
    at.button(key="check").click().run()
    assert not at.exception
    assert "The content is no text." in " ".join([text_of(at), *(c.value for c in at.code)])
