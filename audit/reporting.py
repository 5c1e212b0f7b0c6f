"""Reports written from a run folder: not while it is stopped, and each in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from audit.logbook import refuse_while_stopped
from core.journal_place import open_journal
from core.progress import Reporter
from core.published import Published
from core.rows import rows
from core.store import RunFolder
from reports.build import build_reports
from reports.registry import writers


def write_reports(folder: RunFolder, formats: Sequence[str], reporter: Reporter) -> list[Path]:
    """Return the paths of the written reports; all formats are written when none is named.

    Each format is recorded before it is written, and the head of the log stands at the foot of
    every page. A release that was handed over without an audit log is written without one.
    """
    refuse_while_stopped(folder.root, "report")
    for name in formats:
        writers.get(name)
    journal = open_journal(folder.root)
    if journal is None:
        return build_reports(folder.published, folder.reports, formats, reporter)
    about = rows(Published.open(folder.published).table("about"))[0]
    release, min_people = about.text("run_id"), about.whole("min_people")
    for name in dict.fromkeys(formats) or writers.names():
        journal.write("export", kind=name, release=release, min_people=min_people)
    head = journal.anchor()
    return build_reports(folder.published, folder.reports, formats, reporter, head.short)
