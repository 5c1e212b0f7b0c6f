"""The published tables of one run, cached by folder and release; the pages' only source."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.published import Published
from core.tables.published import PUBLISHED
from reports.brief import About, Brief, Period
from reports.document import document
from reports.parts import Document

SAMPLE_RUN = Path("runs") / "sample"


@dataclass(frozen=True)
class Release:
    """One release on disk; `stamp` changes when the folder is published again."""

    run: Path
    stamp: str

    @property
    def about(self) -> About:
        """Return what this release is."""
        return self.brief().about

    @property
    def periods(self) -> tuple[Period, ...]:
        """Return the periods, oldest first."""
        return self.brief().periods

    def brief(self, window_id: int | None = None) -> Brief:
        """Return what pages, charts and reports say about one period, by default the latest."""
        return _brief(str(self.run), self.stamp, window_id)

    def document(self) -> Document:
        """Return what the documents say about the latest period."""
        return _document(str(self.run), self.stamp)


def run_folder(arguments: Sequence[str]) -> Path:
    """Return the run folder named by `-- --run FOLDER`, or that of the sample company."""
    for place, word in enumerate(arguments):
        if word == "--run" and place + 1 < len(arguments):
            return Path(arguments[place + 1])
        if word.startswith("--run="):
            return Path(word.partition("=")[2])
    return SAMPLE_RUN


def find_release() -> Release | None:
    """Return the release that the app was started on, or None where nothing is published."""
    # An audit that was run from the app and opened there, else the one the app was started on.
    opened = st.session_state.get("run_folder")
    run = Path(opened) if opened else run_folder(sys.argv[1:])
    about = PUBLISHED["about"].path(run / "published")
    if not about.exists():
        return None
    return Release(run, f"{Published(run / 'published').release}-{about.stat().st_mtime_ns}")


@st.cache_data(max_entries=8, show_spinner=False)
def _brief(run: str, stamp: str, window_id: int | None) -> Brief:
    del stamp  # part of the cache key only
    return Brief.gather(Published(Path(run) / "published"), window_id)


@st.cache_data(max_entries=4, show_spinner=False)
def _document(run: str, stamp: str) -> Document:
    del stamp  # part of the cache key only
    return document(Brief.gather(Published(Path(run) / "published")))
