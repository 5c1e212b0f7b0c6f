"""The published tables as far as one viewer may read them; the pages' only source.

Every cache is keyed by release, role and scope, and what it holds was cut before it came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app_pages import _access
from app_pages._gate import Viewer
from app_pages._run import SAMPLE_RUN, run_folder
from core.roles import Reach
from core.scoped import Scope, Scoped
from core.tables.published import PUBLISHED
from reports.brief import About, Brief, Period
from reports.document import document
from reports.parts import Document

__all__ = ["SAMPLE_RUN", "Release", "find_release", "run_folder"]

Key = tuple[str, str, str, Reach, str, bool]
MOST_BRIEFS = 32
"""Briefs kept at a time; each holds one period of one scope."""


@dataclass(frozen=True)
class Release:
    """One release as one role reads it; `stamp` changes when the folder is published again.

    All fields together are the key of every cache.
    """

    run: Path
    stamp: str
    role: str = "local"
    reach: Reach = "whole"
    unit: str = ""
    benchmark: bool = True

    @property
    def about(self) -> About:
        """Return what this release is."""
        return self.brief().about

    @property
    def periods(self) -> tuple[Period, ...]:
        """Return the periods, oldest first."""
        return self.brief().periods

    @property
    def key(self) -> Key:
        """Return what a cache is keyed by; `of` makes a release of it again."""
        return str(self.run), self.stamp, self.role, self.reach, self.unit, self.benchmark

    @classmethod
    def of(cls, key: Key) -> Release:
        """Return the release of a key."""
        run, stamp, role, reach, unit, benchmark = key
        return cls(Path(run), stamp, role, reach, unit, benchmark)

    @property
    def tables(self) -> Scoped:
        """Return the door to the published tables, open as far as the scope goes."""
        return Scoped(self.run / "published", Scope(self.reach, self.unit, self.benchmark))

    @property
    def is_part(self) -> bool:
        """Whether this is one unit with what lies below it."""
        return self.reach == "subtree"

    def alone(self) -> Release:
        """Return the same without the unit above, for whatever counts groups."""
        return Release(self.run, self.stamp, self.role, self.reach, self.unit, benchmark=False)

    def brief(self, window_id: int | None = None) -> Brief:
        """Return what pages, charts and reports say about one period, by default the latest."""
        return _brief(self.key, window_id)

    def document(self) -> Document:
        """Return what the documents say about the latest period."""
        return _document(self.key)


def find_release(looking: Viewer | None = None) -> Release | None:
    """Return the release as the viewer may read it, or None where nothing is published."""
    looking = looking or _access.viewer()
    run = _access.opened_run(looking)
    about = PUBLISHED["about"].path(run / "published")
    if not about.exists():
        return None
    scope = looking.scope
    tables = Scoped(run / "published", scope)
    stamp = f"{tables.release}-{about.stat().st_mtime_ns}"
    return Release(run, stamp, looking.role.name, scope.reach, scope.unit)


@st.cache_data(max_entries=MOST_BRIEFS, show_spinner=False)
def _brief(key: Key, window_id: int | None) -> Brief:
    return Brief.gather(Release.of(key).tables, window_id)


@st.cache_data(max_entries=MOST_BRIEFS, show_spinner=False)
def _document(key: Key) -> Document:
    return document(Brief.gather(Release.of(key).tables))
