"""The run folder: where private tables, published tables, reports and the manifest lie."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError
from core.files import write_whole

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
_MARK = ".isotherm-run"


@dataclass(frozen=True)
class RunFolder:
    """One run on disk.

    `private/` (mode 0700) holds tables about people, unrounded results and `manifest.json`;
    `published/` holds what has passed the wall; `reports/` the documents.
    """

    root: Path

    @property
    def canonical(self) -> Path:
        """Canonical tables made by intake."""
        return self.root / "private" / "canonical"

    @property
    def network(self) -> Path:
        """Edges, replies, counts and unit edges."""
        return self.root / "private" / "network"

    @property
    def results(self) -> Path:
        """Unrounded results."""
        return self.root / "private" / "results"

    @property
    def spool(self) -> Path:
        """Scratch space of a run; removed when it ends and when the next one starts."""
        return self.root / "private" / "spool"

    @property
    def ledger(self) -> Path:
        """Parts of the exports read so far, kept from run to run."""
        return self.root / "private" / "ledger"

    @property
    def published(self) -> Path:
        """Tables past the wall."""
        return self.root / "published"

    @property
    def reports(self) -> Path:
        """Documents written from the published tables."""
        return self.root / "reports"

    @property
    def manifest_path(self) -> Path:
        """The private record of inputs, counts, versions and seconds."""
        return self.root / "private" / "manifest.json"

    @classmethod
    def create(cls, root: Path) -> RunFolder:
        """Make a run folder ready for a new run and return it.

        An earlier run in the same folder keeps its published tables and reports until the new
        ones replace them. A folder that holds anything else is refused.
        """
        if root.exists() and not root.is_dir():
            raise UsageError(f"{root.name} is a file, not a folder.", hint="Choose another --out.")
        if root.is_dir() and any(root.iterdir()) and not (root / _MARK).exists():
            raise UsageError(
                f"The folder {root.name} holds files that are not a run.",
                code="E-RUN-001",
                hint="Nothing was written. Choose an empty folder with --out.",
            )
        folder = cls(root)
        root.mkdir(parents=True, exist_ok=True)
        (root / _MARK).touch()
        private = root / "private"
        private.mkdir(exist_ok=True)
        private.chmod(0o700)
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

    def clear_spool(self) -> None:
        """Remove all scratch files."""
        if self.spool.exists():
            shutil.rmtree(self.spool)

    def write_manifest(self, manifest: Mapping[str, Json]) -> None:
        """Write the manifest, whole or not at all, readable by its owner only."""
        write_whole(self.manifest_path, json.dumps(manifest, indent=1, sort_keys=True).encode())
        self.manifest_path.chmod(0o600)
