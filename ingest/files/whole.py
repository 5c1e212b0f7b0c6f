"""The bytes of a source, whether it is a file or a folder: one hash, one size."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from core.errors import SourceError
from ingest.files.folders import open_folder
from ingest.limits import Limits, check_limit

_CHUNK = 1 << 20


class FileHash:
    """The size of a file or folder and the SHA-256 of its bytes, hashed when it is first needed.

    `begin` lets a thread of its own hash it meanwhile.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._known: tuple[str, int] | None = None
        self._meanwhile: Future[tuple[str, int]] | None = None
        self.size = size_of(path, limits)

    def begin(self) -> None:
        """Hash it in a thread of its own, which `hex` waits for."""
        if self._known is None and self._meanwhile is None:
            pool = ThreadPoolExecutor(1)
            self._meanwhile = pool.submit(file_hash, self._path, self._limits)
            pool.shutdown(wait=False)

    @property
    def hex(self) -> str:
        """Return the hash in hex."""
        if self._known is None:
            meanwhile = self._meanwhile
            self._known = meanwhile.result() if meanwhile else file_hash(self._path, self._limits)
        return self._known[0]


def size_of(path: Path, limits: Limits) -> int:
    """Return the bytes of a file, or of all files in a folder; raises where there is none."""
    if path.is_dir():
        with open_folder(path, limits) as folder:
            return sum(folder.size(name) for name in folder.names)
    if not path.is_file():
        raise SourceError(
            "there is no such file",
            file=path.name,
            code="E-FILE-001",
            hint="Nothing was read. Mend `path` of this source.",
        )
    size = path.stat().st_size
    check_limit(size, limits.file_bytes, "file_bytes", path.name)
    return size


def file_hash(path: Path, limits: Limits) -> tuple[str, int]:
    """Return the SHA-256 of a file's bytes, in hex, and their number.

    Of a folder: the hash over the names and hashes of its files in the order of their names.
    """
    if path.is_dir():
        return _folder_hash(path, limits)
    size = size_of(path, limits)
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
