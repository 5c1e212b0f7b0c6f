"""The ledger: a part for every export that has been read, found again by its bytes.

A file is known by the SHA-256 of its bytes, the version of its reader, and the settings that
decided what was read of it. What is known is not read again; a part exists whole or not at all.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from ingest.files.whole import hash_of_start
from ingest.parts import Part, PartWriter
from ingest.people.book import Book
from ingest.registry import readers
from ingest.settings import IntakeSettings, SourceSpec

VERSION = 5
"""Raised when parts are written in another way."""
_HALF = ".half"
MOST_TRIED = 3


@dataclass(frozen=True)
class Ledger:
    """All parts of one project, in one private folder."""

    folder: Path

    def clean(self) -> None:
        """Remove what an interrupted run has left half written."""
        for path in self.folder.glob(f"*{_HALF}"):
            shutil.rmtree(path)

    def find(self, name: str) -> Part | None:
        """Return the part of this name, or None where there is none."""
        part = Part(self.folder / name)
        return part if part.is_whole() else None

    def grown_from(self, decided: str, path: Path, size: int) -> Part | None:
        """Return the longest part under the same settings whose file is the beginning of this one.

        Told by the hash of as many bytes of `path` as that file had; the longest few are tried.
        """
        found = [
            (state.size, state.file_sha256, part)
            for part in map(Part, self.folder.glob(f"{decided}-*"))
            if part.is_whole() and 0 < (state := part.state()).size < size
        ]
        for length, digest, part in sorted(found, key=lambda f: -f[0])[:MOST_TRIED]:
            if hash_of_start(path, length) == digest:
                return part
        return None

    def has_size(self, decided: str, size: int) -> bool:
        """Return whether a file of this size may have been read before: then its hash tells."""
        found = map(Part, self.folder.glob(f"{decided}-*"))
        return any(part.is_whole() and part.state().size == size for part in found)

    def begin(self, decided: str, book: Book) -> PartWriter:
        """Return the writer of a new part; its name is given when it is whole."""
        half = self.folder / f"{decided}{_HALF}"
        if half.exists():
            shutil.rmtree(half)
        half.mkdir(parents=True)
        return PartWriter(half, book.key, book)

    def forget_all_but(self, names: set[str]) -> None:
        """Remove the parts that no source of the audit leads to any more."""
        for path in sorted(self.folder.glob("*")):
            if path.is_dir() and path.name not in names:
                shutil.rmtree(path)


def part_name(decided: str, file_sha256: str, book: Book) -> str:
    """Return the name of a part: a hash of what decided, and one of the bytes of its file."""
    return f"{decided}-{book.key.state(file_sha256)}"


def decided_by(spec: SourceSpec, settings: IntakeSettings, book: Book) -> str:
    """Return a hash of everything that decides what is read of a file, but for its bytes.

    Made under the key of the audit: parts of two audits never meet.
    """
    rules = book.rules
    decided = [
        VERSION,
        spec.reader,
        readers.get(spec.reader).meta.version,
        spec.options,
        _joined_file(spec),
        settings.calendar.time_zone,
        asdict(settings.limits),
        rules.own_domains,
        rules.stakeholders,
        *(sorted(names) for names in (rules.excluded, rules.excluded_identities)),
        *(sorted(names) for names in (rules.automated, rules.human)),
    ]
    return settings.key.state(msgspec.json.encode(decided, order="deterministic").decode())


def _joined_file(spec: SourceSpec) -> str:
    """The bytes of a second table that the options join, such as recipients."""
    joined = spec.options.get("recipients")
    path = joined.get("path") if isinstance(joined, Mapping) else None
    if not isinstance(path, str):
        return ""
    file = spec.path.parent / path
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
