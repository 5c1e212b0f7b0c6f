"""Build the files of a release: gather the Brief once, let each writer write its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.progress import Reporter, Silent, stage
from core.published import Published
from reports.brief import Brief
from reports.files import file_name
from reports.registry import writers


def build_reports(
    published_folder: Path,
    reports_folder: Path,
    formats: Sequence[str] = (),
    reporter: Reporter | None = None,
    log_head: str = "",
) -> list[Path]:
    """Return the paths of the written files; all formats are written when none is named.

    An unknown format is refused before anything is written. `log_head` is how far the audit log
    goes; it stands at the foot of every page, so that a cut tail of the log shows.
    """
    chosen = [writers.get(name) for name in dict.fromkeys(formats)] or list(writers)
    shown = reporter or Silent()
    shown.start("Writing reports", len(chosen) + 1)
    try:
        brief = Brief.gather(Published.open(published_folder), log_head=log_head)
        shown.advance()
        reports_folder.mkdir(parents=True, exist_ok=True)
        written = []
        for entry in chosen:
            path = reports_folder / file_name(brief, entry.meta.suffix)
            with stage(f"report {entry.name}"):
                entry.function(brief, path)
            written.append(path)
            shown.advance()
    finally:
        shown.finish()
    return written
