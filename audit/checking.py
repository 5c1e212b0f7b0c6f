"""`check` of a single export: what is in it, and how an audit file declares it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from core.progress import Reporter
from ingest.checking import check_file

SCALE = "[[survey.scale]]"


def check_export(path: Path, reader: str | None, reporter: Reporter) -> Iterator[str]:
    """Yield what a single export holds, read to its end by the reader that fits."""
    reporter.start(f"Reading {path.name}", None)
    try:
        report = check_file(path, reader)
    finally:
        reporter.finish()
    yield from report.lines()


def declare_export(path: Path, reader: str | None, reporter: Reporter) -> Iterator[str]:
    """Yield the lines that declare a single export in an audit file; questions of scales last."""
    reporter.start(f"Reading {path.name}", None)
    try:
        report = check_file(path, reader)
    finally:
        reporter.finish()
    yield from ("[[source]]", f'reader = "{report.reader}"', f"path = {json.dumps(path.name)}")
    is_scale = report.suggestion[:1] == (SCALE,)
    yield from ("", *report.suggestion) if is_scale else report.suggestion
