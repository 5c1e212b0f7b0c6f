"""Reports of made-up releases, each written once for all tests of a process."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from made_up_release import Kind, make_release

from reports.brief import Brief
from reports.files import file_name
from reports.registry import writers

_FOLDER = tempfile.TemporaryDirectory(prefix="written-reports-")


def brief_of(kind: Kind, hostile: bool = False) -> Brief:
    """Return the Brief of a made-up release."""
    return _brief_of(kind, hostile)


def written(name: str, kind: Kind, hostile: bool = False) -> Path:
    """Return the file that a writer makes of a made-up release, alone in its folder."""
    return _written(name, kind, hostile)


@functools.cache
def _brief_of(kind: Kind, hostile: bool) -> Brief:
    folder = Path(_FOLDER.name) / f"{kind}-{hostile}" / "published"
    return Brief.gather(make_release(folder, kind, hostile))


@functools.cache
def _written(name: str, kind: Kind, hostile: bool) -> Path:
    entry, brief = writers.get(name), brief_of(kind, hostile)
    folder = Path(_FOLDER.name) / f"{kind}-{hostile}" / name
    folder.mkdir(parents=True)
    path = folder / file_name(brief, entry.meta.suffix)
    entry.function(brief, path)
    return path
