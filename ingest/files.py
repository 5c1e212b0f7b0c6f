"""The bytes of a source, whether it is a file or a folder: one hash, one size."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.errors import SourceError
from ingest.folders import open_folder
from ingest.limits import Limits, check_limit

_CHUNK = 1 << 20


def file_hash(path: Path, limits: Limits) -> tuple[str, int]:
    """Return the SHA-256 of a file's bytes, in hex, and their number.

    Of a folder: the hash over the names and hashes of its files in the order of their names.
    """
    if path.is_dir():
        return _folder_hash(path, limits)
    if not path.is_file():
        raise SourceError(
            "there is no such file",
            file=path.name,
            code="E-FILE-001",
            hint="Nothing was read. Mend `path` of this source.",
        )
    size = path.stat().st_size
    check_limit(size, limits.file_bytes, "file_bytes", path.name)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), size


def hash_of_start(path: Path, n_bytes: int) -> str:
    """Return the SHA-256 of the first bytes of a file, in hex."""
    whole = hashlib.sha256()
    with path.open("rb") as stream:
        while n_bytes > 0 and (chunk := stream.read(min(n_bytes, _CHUNK))):
            whole.update(chunk)
            n_bytes -= len(chunk)
    return whole.hexdigest()


def _folder_hash(path: Path, limits: Limits) -> tuple[str, int]:
    whole = hashlib.sha256()
    size = 0
    with open_folder(path, limits) as folder:
        for name in folder.names:
            with folder.open(name) as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            whole.update(f"{len(name)}:{name}:{digest}\n".encode("utf-8", "surrogateescape"))
            size += folder.size(name)
    return whole.hexdigest(), size
