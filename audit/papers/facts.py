"""What the papers say about an audit: read from its configuration, never typed in by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from audit.config.audit_file import AuditConfig
from audit.sources import source_specs
from audit.version import VERSION
from core.published import Published
from core.rows import rows
from core.tables.published import PUBLISHED
from ingest.registry import readers
from reports import theme

REVIEW_DAYS = 365


@dataclass(frozen=True)
class SourceFact:
    """Exports of one kind: what they are, what is taken of them, their traps."""

    title: str
    gives: tuple[str, ...]
    traps: tuple[str, ...]


@dataclass(frozen=True)
class Released:
    """What a release holds, as anybody who may open it sees it."""

    run_id: str
    period: str
    headline: str
    people: int
    examples: tuple[tuple[str, str], ...]
    """One row of each published table as (table, its cells in words)."""


@dataclass(frozen=True)
class Facts:
    """An audit as its papers tell it."""

    config: AuditConfig
    sources: tuple[SourceFact, ...]
    dated: dt.date
    released: Released | None

    @property
    def name(self) -> str:
        """Return the name of the audit."""
        return self.config.audit.name

    @property
    def period(self) -> str:
        """Return the days that are looked at."""
        period = self.config.audit.period
        if period is None:
            return "from the first to the last message of the exports"
        return f"{period.first:%d %B %Y} to {period.last:%d %B %Y}"

    @property
    def review(self) -> dt.date:
        """Return when purposes, watch list and checks against gaming are looked at again."""
        return self.dated + dt.timedelta(days=REVIEW_DAYS)

    @property
    def foot(self) -> str:
        """Return the line that ties a paper to the configuration it was made from."""
        return (
            f"Made from the configuration {self.config.digest()} of {self.name} on "
            f"{self.dated:%d %B %Y}, Isotherm {VERSION}. A draft for the people responsible: not "
            "legal advice."
        )

    @property
    def is_weekly(self) -> bool:
        """Return whether messages go when a run ends and weekly sums of people stay."""
        return self.config.is_weekly

    @property
    def messages_kept(self) -> str:
        """Return how long messages and what is made of them are kept, as part of a sentence."""
        days = self.kept()["messages"]
        if not self.is_weekly:
            return f"message metadata {days}"
        return f"message metadata until the run ends and weekly sums of people {days}"

    def gives(self, table: str) -> bool:
        """Return whether any export gives rows of a kind, such as "messages"."""
        return any(table in source.gives for source in self.sources)

    def kept(self) -> dict[str, str]:
        """Return how long each class of data is kept, in words."""
        retention = self.config.retention
        days = f"{retention.message_days} days"
        return {
            "events": "until the run ends; then only weekly sums" if self.is_weekly else days,
            "messages": days,
            "surveys": f"{retention.survey_days} days",
            "rejects": f"{retention.rejects_days} days",
            "releases": f"{retention.aggregates_months} months, as what was published",
        }


def gather(config: AuditConfig, dated: dt.date, published: Path | None) -> Facts:
    """Return the facts of an audit; of its release too, where there is one."""
    specs = source_specs(config)
    numbers = Counter(spec.reader for spec in specs)
    sources = tuple(_source(name, n) for name, n in numbers.items())
    has_release = published is not None and (published / "about.parquet").exists()
    released = _released(Published(published)) if published and has_release else None
    return Facts(config, sources, dated, released)


def _source(reader: str, n: int) -> SourceFact:
    meta = readers.get(reader).meta
    title = meta.title if n == 1 else f"{meta.title}: {n} exports"
    return SourceFact(title, meta.gives, meta.traps)


def _released(published: Published) -> Released:
    about = rows(published.table("about"))[0]
    return Released(
        run_id=about.text("run_id"),
        period=theme.days(*published.table("about")[["first_on", "last_on"]].iloc[0]),
        headline=about.text("headline"),
        people=about.whole("people"),
        examples=tuple(
            _example(published, name)
            for name, contract in PUBLISHED.items()
            if contract.path(published.folder).exists()  # older releases lack the newest tables
        ),
    )


def _example(published: Published, name: str) -> tuple[str, str]:
    """Return the first row of a table that is shown, as it stands in the file."""
    frame = published.table(name)
    if "is_shown" in frame:
        frame = frame[frame["is_shown"].astype(bool)]
    if "value" in frame and frame["value"].notna().any():
        frame = frame[frame["value"].notna()]
    if frame.empty:
        return name, "no row in this release"
    cells = frame.iloc[0].dropna().items()
    return name, "; ".join(f"{column}: {value}" for column, value in cells)
