"""The papers of an audit: written as Markdown and PDF into one folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from audit.config.audit_file import AuditConfig
from audit.papers.dpia import dpia
from audit.papers.facts import Facts, gather
from audit.papers.processing import processing_record, processor_annex
from audit.papers.staff_notice import staff_notice
from audit.papers.works_council import works_council
from core.errors import UsageError
from core.files import write_whole
from core.progress import Reporter
from reports.paper import Paper, as_markdown, as_pdf

PAPERS: tuple[Callable[[Facts], Paper], ...] = (
    dpia,
    works_council,
    staff_notice,
    processing_record,
    processor_annex,
)


def write_pack(
    config: AuditConfig, folder: Path, published: Path | None, dated: dt.date, reporter: Reporter
) -> list[Path]:
    """Write every paper of an audit into `folder` and return the files.

    What is said of a release is read from `published`, where it holds one. Raises `UsageError`
    where `folder` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder.name} is a file, not a folder.", hint="Choose another --pack.")
    folder.mkdir(parents=True, exist_ok=True)
    facts = gather(config, dated, published)
    written = []
    reporter.start("Writing papers", len(PAPERS))
    for build in PAPERS:
        paper = build(facts)
        for suffix, content in ((".md", as_markdown(paper).encode()), (".pdf", as_pdf(paper))):
            path = folder / f"{paper.key}{suffix}"
            write_whole(path, content)
            written.append(path)
        reporter.advance(1)
    reporter.finish()
    return written
