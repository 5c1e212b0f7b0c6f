"""Pieces of Reports: known formats, writing with real steps, what is ready."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app_pages import _log
from app_pages._data import Release
from core.errors import PrivacyError
from core.tables.published import PUBLISHED
from core.text import md
from reports import theme
from reports.build import build_reports
from reports.registry import WriterInfo, writers

_FIRST = ("pdf", "html", "xlsx", "network_html")
_USUAL = 3
_SAYS = {
    "pdf": "To print and to send",
    "html": "One file for any browser",
    "xlsx": "Tables to sort and filter",
    "network_html": "Drag, zoom, hover; works without a connection",
    "graphml": "For network tools",
    "json": "Everything published, for programs",
}


@dataclass(frozen=True)
class Document:
    """One written file and how it is offered."""

    path: Path
    title: str
    says: str
    mime: str


def known_formats() -> dict[str, WriterInfo]:
    """Return the formats that can be written, by name, the usual ones first."""
    found = {entry.name: entry.meta for entry in writers}
    order = [*(name for name in _FIRST if name in found), *(n for n in found if n not in _FIRST)]
    return {name: found[name] for name in order}


def usual(formats: Mapping[str, WriterInfo]) -> list[str]:
    """Return the formats most people want."""
    return [name for name in _FIRST[:_USUAL] if name in formats]


def write(release: Release, names: Sequence[str], formats: Mapping[str, WriterInfo]) -> None:
    """Write the documents one after the other, with a line for each."""
    if release.reach != "whole":
        raise PrivacyError("Documents speak of the whole release; this role reads a part.")
    published, folder = release.run / "published", release.run / "reports"
    with st.status("Writing the documents", expanded=True) as box:
        bar = st.progress(0.0)
        for done, name in enumerate(names, start=1):
            title = formats[name].title
            box.update(label=f"Writing {md(title)}")
            started = time.perf_counter()
            build_reports(published, folder, [name], log_head=_log.head(release.run))
            st.markdown(f"{md(title)}: written in {time.perf_counter() - started:.1f} s")
            bar.progress(done / len(names))
        bar.empty()
        count = "1 document" if len(names) == 1 else f"{len(names)} documents"
        box.update(label=f"{count} written", state="complete", expanded=False)


def ready_files(release: Release, formats: Mapping[str, WriterInfo]) -> list[Document]:
    """Return the documents of this release; what an earlier one has left is not offered."""
    folder = release.run / "reports"
    since = PUBLISHED["about"].path(release.run / "published").stat().st_mtime
    found = []
    for name, info in formats.items():
        for path in sorted(folder.glob(f"*{info.suffix}")) if folder.is_dir() else ():
            if path.stat().st_mtime >= since and _is_closest(path, info, formats):
                size = f"{max(1, round(path.stat().st_size / 1000)):,} kB"
                says = f"{_SAYS.get(name, info.suffix)}. {size}"
                found.append(Document(path, info.title, says, info.mime))
    return found


def foot(release: Release) -> str:
    """Return the line at the foot of every document."""
    about = release.about
    return theme.foot(about.min_people, about.run_id, about.policy)


def _is_closest(path: Path, info: WriterInfo, formats: Mapping[str, WriterInfo]) -> bool:
    """Return whether no other format has a longer ending that fits this file's name."""
    fits = [f.suffix for f in formats.values() if path.name.endswith(f.suffix)]
    return max(fits, key=len) == info.suffix
