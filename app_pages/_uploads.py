"""What may be uploaded and named: the checks of a browser count for nothing, these do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath, PureWindowsPath

MOST_FILES = 20
MOST_BYTES = 1 << 30
PEEK = 4096
# How the content of each kind of file begins.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BEGINS: dict[str, tuple[bytes, ...]] = {
    ".zip": _ZIP,
    ".xlsx": _ZIP,
    ".gz": (b"\x1f\x8b",),
    ".tgz": (b"\x1f\x8b",),
    ".pst": (b"!BDN",),
    ".msg": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    ".parquet": (b"PAR1",),
    ".pq": (b"PAR1",),
    ".sav": (b"$FL2", b"$FL3"),
    ".zsav": (b"$FL3",),
}
_TEXT = {
    *(".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".ics", ".mbox", ".mbx", ".eml"),
    *(".log", ".por"),
}
_OTHERS = {".tar", ".bson"}  # nothing at their beginning tells them
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # text of two bytes a letter holds zeros
_PROGRAMS = (b"MZ", b"\x7fELF", b"%PDF", b"#!", b"<?php", b"\xca\xfe\xba\xbe")
_PATHS = {"path", "alias_file", "key_file", "folder", "anchor"}


def is_too_much(sizes: Sequence[int]) -> bool:
    """Return whether a session would hold more than it may: in files, or in bytes."""
    return len(sizes) > MOST_FILES or sum(sizes) > MOST_BYTES


def refusal(suffix: str, content: bytes) -> str:
    """Return why the content of an upload is not what its ending says; empty where it is."""
    suffix, first = suffix.lower(), content[:PEEK]
    if not first:
        return "The file is empty."
    if suffix in _BEGINS:
        return "" if first.startswith(_BEGINS[suffix]) else f"The content is no {suffix} file."
    if suffix in _TEXT:
        is_binary = b"\0" in first and not first.startswith(_WIDE)
        is_other = first.startswith((*_PROGRAMS, *_ZIP))
        return "The content is no text." if is_binary or is_other else ""
    return "" if suffix in _OTHERS else "Files of this kind are not read."


def paths_beyond(audit_file: str) -> list[str]:
    """Return the keys of an audit file that name a place outside the folder of its uploads.

    What is no TOML is left to the check of the audit file, which names the line.
    """
    try:
        told = tomllib.loads(audit_file)
    except tomllib.TOMLDecodeError:
        return []
    return sorted({key for key, value in _named(told) if _is_beyond(value)})


def _named(told: object) -> Iterator[tuple[str, str]]:
    if isinstance(told, dict):
        for key, value in told.items():
            if isinstance(value, str) and (key in _PATHS or key.endswith(("_file", "_path"))):
                yield key, value
            yield from _named(value)
    elif isinstance(told, list):
        for part in told:
            yield from _named(part)


def _is_beyond(path: str) -> bool:
    posix, windows = PurePosixPath(path), PureWindowsPath(path)
    is_absolute = posix.is_absolute() or bool(windows.drive or windows.root)
    return is_absolute or ".." in windows.parts or path.startswith("~")
