"""A run published again beside the run: what would have been published, had a value been another.

The publisher itself is called, with its own rules; nothing of the run is changed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from audit.disclosure.defences import ALL, Defences
from audit.publish import publish
from audit.release import PublishOptions
from core.contracts import Contract
from core.engine import DuckDBEngine
from core.progress import Silent
from core.rows import rows
from core.store import RunFolder
from core.tables.network import NETWORK
from core.tables.results import RESULTS

Changes = Mapping[str, pd.DataFrame]
"""Private tables by contract name that take the place of those of the run."""


@dataclass(frozen=True)
class Replay:
    """Publishes the private results of a run into scratch folders."""

    folder: RunFolder
    options: PublishOptions
    scratch: Path
    defences: Defences = ALL

    def release(self, name: str, changes: Changes | None = None) -> RunFolder:
        """Publish with some private tables changed; return the scratch run."""
        copy = _copy(self.folder, self.scratch / name)
        for table, frame in (changes or {}).items():
            contract, place = _place(copy, table)
            contract.path(place).unlink(missing_ok=True)
            contract.write(frame, place)
        with DuckDBEngine() as engine:
            publish(copy, self.options, engine, Silent(), defences=self.defences)
        return copy


def options_from(about: pd.DataFrame) -> PublishOptions:
    """Return what the publisher was told of a run, as far as the release itself says."""
    row = rows(about)[0]
    known = {field.name for field in fields(PublishOptions)} & set(row.cells)
    whole = {"min_people", "seed", "weeks_per_window", "windows_per_period"}
    told = {name: row.whole(name) if name in whole else row.text(name) for name in known}
    return PublishOptions(**{**told, "is_sample": row.flag("is_sample")})  # type: ignore[arg-type]


def bytes_of(folder: Path) -> dict[str, str]:
    """Return a digest of every file of a folder."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def differing(one: RunFolder, other: RunFolder) -> list[str]:
    """Return the published tables that are not the same byte by byte."""
    first, second = bytes_of(one.published), bytes_of(other.published)
    names = sorted({*first, *second})
    return [Path(name).stem for name in names if first.get(name) != second.get(name)]


def _copy(folder: RunFolder, root: Path) -> RunFolder:
    shutil.rmtree(root, ignore_errors=True)
    copy = RunFolder.create(root)
    for source, target in (
        (folder.canonical, copy.canonical),
        (folder.network, copy.network),
        (folder.results, copy.results),
    ):
        for path in source.iterdir():
            # A link reads like the table itself; where a table is changed it is replaced, not
            # written to.
            (target / path.name).symlink_to(path.resolve())
    return copy


def _place(folder: RunFolder, table: str) -> tuple[Contract, Path]:
    if table in RESULTS:
        return RESULTS[table], folder.results
    return NETWORK[table], folder.network
