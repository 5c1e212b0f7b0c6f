"""Pieces of Reports: known formats, writing with real steps, what is ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from reports.build import build_reports
from streamlit.delta_generator import DeltaGenerator

from app_pages._data import Release
from core.text import md
from reports import theme
from reports.registry import WriterInfo, writers

_USUAL = ("pdf", "html", "xlsx")
_SAYS = {
    "pdf": "To print and to send",
    "html": "One file for any browser",
    "xlsx": "Tables to sort",
    "network_html": "The network, to drag and zoom",
    "graphml": "The network for graph tools",
    "json": "Everything published, for programs",
}


@dataclass(frozen=True)
class Document:
    """One written file and how it is offered."""

    path: Path
    title: str
    says: str
    mime: str


@dataclass
class StatusReporter:
    """Shows the steps of writing in a status box, one line each."""

    box: DeltaGenerator
    bar: DeltaGenerator | None = None
    done: int = 0
    total: int | None = field(default=None)

    def start(self, label: str, total: int | None) -> None:
        """Say that a step has begun."""
        self.done, self.total = 0, total
        self.box.markdown(md(label))
        self.bar = self.box.progress(0.0) if total else None

    def advance(self, n: int = 1) -> None:
        """Move the bar of the step."""
        self.done += n
        if self.bar is not None and self.total:
            self.bar.progress(min(1.0, self.done / self.total))

    def finish(self) -> None:
        """Take the bar of the step away; its line stays."""
        if self.bar is not None:
            self.bar.empty()
            self.bar = None


def known_formats() -> dict[str, WriterInfo]:
    """Return the formats that can be written, by name."""
    return {entry.name: entry.meta for entry in writers}


def usual(formats: Mapping[str, WriterInfo]) -> list[str]:
    """Return the formats most people want."""
    return [name for name in _USUAL if name in formats]


def write(release: Release, names: Sequence[str]) -> None:
    """Write the documents and show each step as it happens."""
    with st.status("Writing the documents", expanded=True) as box:
        paths = build_reports(
            release.published.folder, release.run / "reports", names, StatusReporter(box)
        )
        box.update(label=f"{len(paths)} written", state="complete", expanded=False)


def ready_files(release: Release, formats: Mapping[str, WriterInfo]) -> list[Document]:
    """Return the documents of this release; what an earlier one has left is not offered."""
    folder = release.run / "reports"
    since = (release.published.folder / "about.parquet").stat().st_mtime
    found = []
    for name, info in formats.items():
        for path in sorted(folder.glob(f"*{info.suffix}")) if folder.is_dir() else ():
            if path.stat().st_mtime >= since and _is_closest(path, info, formats):
                size = f"{max(1, round(path.stat().st_size / 1000)):,} kB"
                found.append(
                    Document(path, info.title, f"{_SAYS.get(name, '')}. {size}", info.mime)
                )
    return found


def foot(release: Release) -> str:
    """Return the line at the foot of every document."""
    about = release.about
    return theme.foot(about.min_people, about.run_id, about.policy)


def _is_closest(path: Path, info: WriterInfo, formats: Mapping[str, WriterInfo]) -> bool:
    """Return whether no other format has a longer ending that fits this file's name."""
    fits = [f.suffix for f in formats.values() if path.name.endswith(f.suffix)]
    return max(fits, key=len) == info.suffix
