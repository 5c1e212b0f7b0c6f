"""Weekly sums that are kept from run to run, once the messages they were made of are gone.

They lie in `private/weeks/`, one file per table, rewritten whole by every run. People stand in the
columns that `PEOPLE_COLUMNS` names and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from audit.config.audit_file import AuditConfig
from core.contracts import Contract
from core.errors import ConfigError
from core.files import write_whole
from core.tables.network import EDGES, PERSON_COUNTS, PERSON_WEEKS
from core.tables.weekly import (
    ANSWER_CHANNELS,
    CHANNEL_WEEKS,
    CONTACTS,
    PRESENCE,
    TALK_COUNTS,
    TALKS,
    WAITS,
    WEEKLY,
    WEEKS,
)

STORED: dict[str, Contract] = {t.name: t for t in (EDGES, PERSON_COUNTS, PERSON_WEEKS)} | WEEKLY
PAIRS: tuple[Contract, ...] = (EDGES, CONTACTS, TALKS)
"""Tables of who wrote to whom."""
SUMS: tuple[Contract, ...] = (
    *(EDGES, PERSON_COUNTS, WAITS, CONTACTS, TALKS, TALK_COUNTS, PRESENCE, ANSWER_CHANNELS),
)
"""Tables that a run has for all weeks; PERSON_WEEKS is cut to its periods first."""
PEOPLE_COLUMNS: dict[str, tuple[str, ...]] = {
    EDGES.name: ("source_id", "target_id"),
    CONTACTS.name: ("person_id", "contact_id"),
} | {
    t.name: ("person_id",)
    for t in (PERSON_COUNTS, PERSON_WEEKS, WAITS, TALKS, TALK_COUNTS, PRESENCE, CHANNEL_WEEKS)
}
VERSION = 1
"""Raised when weeks are condensed in another way."""
_BASIS = "basis.json"


@dataclass(frozen=True)
class WeekStore:
    """All weekly sums of an audit, by name of their table."""

    tables: Mapping[str, pd.DataFrame]
    basis: str

    @classmethod
    def read(cls, folder: Path, basis: str) -> WeekStore:
        """Return what a folder holds, nothing where there is none.

        Raises `ConfigError` where it was condensed under other rules: the messages are gone, so
        nothing can bring both under one rule.
        """
        if not WEEKS.path(folder).exists():
            return cls({name: contract.empty() for name, contract in STORED.items()}, basis)
        found = json.loads((folder / _BASIS).read_bytes())["basis"]
        if found != basis:
            raise ConfigError(
                "The weekly sums of this audit were made under other rules of [measurement] or "
                "[retention], and the messages they were made of are gone.",
                code="E-WEEK-001",
                hint="Put the rules back as they were, or begin a new audit with another --out.",
            )
        return cls({name: contract.read(folder) for name, contract in STORED.items()}, basis)

    @property
    def weeks(self) -> pd.DataFrame:
        """WEEKS rows, oldest first."""
        return self.tables[WEEKS.name]

    def with_weeks(self, new: Iterable[Mapping[str, pd.DataFrame]]) -> WeekStore:
        """Return the sums with those of other weeks, which replace the same weeks here."""
        added = list(new)
        if not added:
            return self
        again = {int(week) for tables in added for week in tables[WEEKS.name]["week"]}
        joined = {}
        for name in STORED:
            kept = self.tables[name]
            parts = [kept[~kept["week"].isin(again)], *(tables[name] for tables in added)]
            full = [part for part in parts if len(part)]
            joined[name] = pd.concat(full, ignore_index=True) if full else kept.head(0)
        return WeekStore(joined, self.basis)

    def without(self, people: Collection[str]) -> WeekStore:
        """Return the sums without rows that name any of these people.

        What others waited for these people's sake is in no row of theirs; what these people
        contributed to sums of others cannot be told apart any more, and stays.
        """
        left = {}
        for name, frame in self.tables.items():
            columns = list(PEOPLE_COLUMNS.get(name, ()))
            left[name] = frame[~frame[columns].isin(set(people)).any(axis=1)]
        return WeekStore(left, self.basis)

    def without_ties(self) -> WeekStore:
        """Return the sums without who wrote to whom."""
        empty = {contract.name: contract.empty() for contract in PAIRS}
        return WeekStore({**self.tables, **empty}, self.basis)

    def write(self, folder: Path) -> None:
        """Write everything as new files."""
        for name, contract in STORED.items():
            contract.write(self.tables[name], folder)
        write_whole(folder / _BASIS, json.dumps({"basis": self.basis}).encode())


def rewrite_weeks(now: Path, target: Path, people: Collection[str]) -> None:
    """Write the weekly sums of a run into another folder, without these people."""
    if WEEKS.path(now).exists():
        basis = json.loads((now / _BASIS).read_bytes())["basis"]
        WeekStore.read(now, basis).without(people).write(target)


def basis_of(config: AuditConfig) -> str:
    """Return a hash of the rules under which weeks are condensed."""
    rules = config.measurement
    decided = [
        VERSION,
        *(rules.addressed_max, rules.mass_max, rules.horizon_h),
        *(config.retention.event_days, config.retention.keep_ties),
    ]
    return hashlib.sha256(json.dumps(decided).encode()).hexdigest()[:16]
