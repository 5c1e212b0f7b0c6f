"""The run folder: where private tables, published tables, reports and the manifest lie."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError
from core.files import swap_folder, sync_folder, write_whole

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
_MARK = ".isotherm-run"
_NEXT, _SEAL, _VAULT = "next", "sealed", "vault.bin"
_TO_RELEASE = "to_release"
_TABLES = ("canonical", "network", "results", "weeks")


@dataclass(frozen=True)
class RunFolder:
    """One run on disk.

    `private/` (mode 0700) holds tables about people, unrounded results and `manifest.json`;
    `published/` holds what has passed the wall; `reports/` the documents. A run under way is
    staged: all it writes lies in `private/next/` until `commit` puts it in its place, so that a
    run that fails, is killed or fills the disk leaves the one before it whole.
    """

    root: Path
    is_staged: bool = False

    @property
    def tables(self) -> Path:
        """The folder in which this run writes its private tables."""
        return self.root / "private" / _NEXT if self.is_staged else self.root / "private"

    @property
    def canonical(self) -> Path:
        """Canonical tables made by intake."""
        return self.tables / "canonical"

    @property
    def network(self) -> Path:
        """Edges, replies, counts and unit edges."""
        return self.tables / "network"

    @property
    def weeks(self) -> Path:
        """Weekly sums that outlive the messages they were made of, kept from run to run."""
        return self.tables / "weeks"

    @property
    def results(self) -> Path:
        """Unrounded results."""
        return self.tables / "results"

    @property
    def fresh(self) -> Path:
        """A release that has been written and not yet put in its place."""
        return self.tables / "published"

    @property
    def manifest_path(self) -> Path:
        """The private record of inputs, counts, versions and seconds."""
        return self.tables / "manifest.json"

    @property
    def spool(self) -> Path:
        """Scratch space of a run; removed when it ends and when the next one starts."""
        return self.root / "private" / "spool"

    @property
    def ledger(self) -> Path:
        """Parts of the exports read so far, kept from run to run."""
        return self.root / "private" / "ledger"

    @property
    def released(self) -> Path:
        """Who stood behind each slice of each release: what the next one is held against."""
        return self.root / "private" / "released"

    @property
    def to_release(self) -> Path:
        """What `released` becomes with the release under way."""
        return self.tables / _TO_RELEASE

    @property
    def vault(self) -> Path:
        """The encrypted file that alone maps pseudonyms to addresses."""
        return self.root / "private" / _VAULT

    @property
    def fresh_vault(self) -> Path:
        """The vault that this run writes."""
        return self.tables / _VAULT

    @property
    def left_out(self) -> Path:
        """Keyed hashes of people who are never imported again, or take no part in analysis."""
        return self.root / "private" / "left_out"

    @property
    def journal(self) -> Path:
        """The audit log."""
        return self.root / "journal.jsonl"

    @property
    def journal_key(self) -> Path:
        """The key of the audit log alone, for whoever must write to it without the root key."""
        return self.root / "access" / "journal.key"

    @property
    def stop(self) -> Path:
        """The kill switch: while this file exists nothing is run, reported or shown."""
        return self.root / "STOP"

    @property
    def published(self) -> Path:
        """Tables past the wall."""
        return self.root / "published"

    @property
    def reports(self) -> Path:
        """Documents written from the published tables."""
        return self.root / "reports"

    @classmethod
    def create(cls, root: Path, is_staged: bool = False) -> RunFolder:
        """Make a run folder ready for a new run and return it.

        An earlier run in the same folder keeps its published tables and reports until the new
        ones replace them; where the new one is staged, its private tables too. What an
        interrupted run has left is finished or removed. A folder that holds anything else is
        refused.
        """
        if root.exists() and not root.is_dir():
            raise UsageError(f"{root.name} is a file, not a folder.", hint="Choose another --out.")
        if root.is_dir() and any(root.iterdir()) and not (root / _MARK).exists():
            raise UsageError(
                f"The folder {root.name} holds files that are not a run.",
                code="E-RUN-001",
                hint="Nothing was written. Choose an empty folder with --out.",
            )
        folder = cls(root, is_staged)
        root.mkdir(parents=True, exist_ok=True)
        (root / _MARK).touch()
        private = root / "private"
        private.mkdir(exist_ok=True)
        private.chmod(0o700)
        settle(root)
        for path in (folder.spool, folder.canonical, folder.network, folder.results):
            if path.exists():
                shutil.rmtree(path)
            path.mkdir(parents=True)
        folder.reports.mkdir(exist_ok=True)
        return folder

    @classmethod
    def open(cls, root: Path) -> RunFolder:
        """Return an existing run folder, or raise `UsageError` with what to do."""
        if not (root / _MARK).exists() and not (root / "published").is_dir():
            raise UsageError(
                f"{root.name} is not a run folder.",
                code="E-RUN-002",
                hint="Name the folder that `python -m audit run` or `demo` has written.",
            )
        return cls(root)

    def commit(self) -> RunFolder:
        """Put what this run has written in its place and return the folder as it then is.

        From the seal on nothing but renames is left to do: a run that is killed here is finished
        by the next one.
        """
        if not self.is_staged:
            if self.to_release.is_dir():
                swap_folder(self.to_release, self.released)
            swap_folder(self.fresh, self.published)
            return self
        sync_folder(self.tables)
        write_whole(self.tables / _SEAL, b"")
        _roll_forward(self.root)
        return RunFolder(self.root)

    def clear(self) -> None:
        """Remove all scratch files, and what a run that has not come to its end has written."""
        shutil.rmtree(self.spool, ignore_errors=True)
        if self.is_staged and not (self.tables / _SEAL).exists():
            shutil.rmtree(self.tables, ignore_errors=True)

    def write_manifest(self, manifest: Mapping[str, Json]) -> None:
        """Write the manifest, whole or not at all, readable by its owner only."""
        write_whole(self.manifest_path, json.dumps(manifest, indent=1, sort_keys=True).encode())
        self.manifest_path.chmod(0o600)


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep other runs out of a run folder for as long as this lasts.

    The lock goes with its process, however that ends. Raises `UsageError` that says who holds it.
    """
    is_run = root.is_dir() and ((root / _MARK).exists() or not any(root.iterdir()))
    if root.exists() and not is_run:
        yield  # no run folder: whoever makes one of it says so
        return
    root.mkdir(parents=True, exist_ok=True)
    with (root / _MARK).open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            stream.seek(0)
            holder = stream.read(80).strip() or "another process"
            raise UsageError(
                f"A run is writing into {root.name} already: {holder}.",
                code="E-RUN-003",
                hint="Nothing was changed. Wait until it is done, or choose another --out.",
            ) from error
        stream.truncate(0)
        began = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        stream.write(f"process {os.getpid()}, since {began}")
        stream.flush()
        try:
            yield
        finally:
            stream.truncate(0)


def settle(root: Path) -> None:
    """Finish a commit that was begun, and remove what an interrupted run or command has left.

    The caller holds the lock. Everything hidden below `private/` is half written or replaced.
    """
    _roll_forward(root)
    private = root / "private"
    left = [private / _NEXT, private / "spool", *private.rglob(".*")]
    left += [root / ".published.old"] if (root / "published").is_dir() else []
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def is_unsettled(root: Path) -> bool:
    """Return whether a run is under way in a folder, or has left something half written."""
    private = root / "private"
    if not (root / _MARK).exists():
        return False
    return any((private / name).exists() for name in (_NEXT, "spool")) or any(private.glob(".*"))


def _roll_forward(root: Path) -> None:
    """Finish a commit that was begun: everything had been written and sealed."""
    private, fresh = root / "private", root / "private" / _NEXT
    if not (fresh / _SEAL).exists():
        return
    for name in _TABLES:
        if (fresh / name).is_dir():
            swap_folder(fresh / name, private / name)
    for name in (_VAULT, "manifest.json"):
        if (fresh / name).exists():
            (fresh / name).replace(private / name)
    if (fresh / _TO_RELEASE).is_dir():
        swap_folder(fresh / _TO_RELEASE, private / "released")
    if (fresh / "published").is_dir():
        swap_folder(fresh / "published", root / "published")
    shutil.rmtree(fresh)
