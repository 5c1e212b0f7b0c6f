"""The balance sheet: what became of every unit and every recipient slot of every source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from core.errors import SourceError
from core.store import Json
from core.tables.canonical import IMPORTS
from ingest.people.identity_report import NOTHING_SEEN, IdentityReport
from ingest.tally import Reject


@dataclass(frozen=True)
class SourceBalance:
    """The counts of one source; they must add up."""

    number: int
    reader: str
    file_sha256: str
    n_seen: int
    n_accepted: int
    n_duplicate: int
    filtered: Mapping[str, int]
    rejected: Mapping[str, int]
    n_slots: int = 0
    n_rows: int = 0
    slots: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()
    is_complete: bool = True
    slot_word: str = "recipient slots"
    remarks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the source in tables: its reader and its number."""
        return f"{self.reader} #{self.number}"

    def check(self) -> None:
        """Raise `SourceError` where units or recipient slots got lost on the way."""
        ends = self.n_accepted + self.n_duplicate
        ends += sum(self.filtered.values()) + sum(self.rejected.values())
        slots = self.n_rows + sum(self.slots.values())
        if ends != self.n_seen or slots != self.n_slots:
            raise SourceError(
                f"the balance sheet of source {self.name} does not add up: {self.n_seen:,} units "
                f"seen, {ends:,} accounted for; {self.n_slots:,} recipient slots, {slots:,} "
                "accounted for",
                code="E-BALANCE-001",
                hint="Nothing was kept. This is a defect of the reader: report it.",
            )

    def lines(self) -> list[str]:
        """Return this source's part of the printed balance sheet."""
        out = [
            f"Source {self.number}, {self.reader}: {self.n_seen:,} seen = "
            f"{self.n_accepted:,} accepted + {self.n_duplicate:,} duplicate + "
            f"{sum(self.filtered.values()):,} filtered + {sum(self.rejected.values()):,} rejected"
        ]
        out += _reasons("filtered", self.filtered) + _reasons("rejected", self.rejected)
        if self.n_slots:
            dropped = "".join(f" + {n:,} {_words(r)}" for r, n in sorted(self.slots.items()))
            out.append(f"  {self.slot_word}: {self.n_slots:,} = {self.n_rows:,} rows{dropped}")
        out += _reasons("noted", self.notes)
        out += [f"  {remark}" for remark in self.remarks]
        if not self.is_complete:
            out.append("  the export is not whole")
        return out

    def as_json(self) -> dict[str, Json]:
        """Return the counts for the manifest; no file name, no value of a person."""
        return {
            "source": self.name,
            "file_sha256": self.file_sha256,
            "n_seen": self.n_seen,
            "n_accepted": self.n_accepted,
            "n_duplicate": self.n_duplicate,
            "filtered": dict(self.filtered),
            "rejected": dict(self.rejected),
            "n_slots": self.n_slots,
            "n_rows": self.n_rows,
            "slots": dict(self.slots),
            "notes": dict(self.notes),
            "is_complete": self.is_complete,
        }


@dataclass(frozen=True)
class IntakeReport:
    """What intake did: the balance sheet of every source, and what to tell the reader of it."""

    sources: tuple[SourceBalance, ...]
    automated: Mapping[str, int] = field(default_factory=dict)
    n_messages: int = 0
    resolved_share: float | None = None
    identity: IdentityReport = NOTHING_SEEN
    warnings: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def unresolved_domains(self) -> Mapping[str, int]:
        """Return how many addresses of each own domain are on no roster."""
        return self.identity.domains

    @property
    def is_complete(self) -> bool:
        """Return whether no source seems to be cut off."""
        return all(source.is_complete for source in self.sources)

    def lines(self) -> list[str]:
        """Return the balance sheet as it is printed, warnings last."""
        out = [line for source in self.sources for line in source.lines()]
        if self.n_messages:
            n_auto = sum(self.automated.values())
            out.append(f"Messages: {self.n_messages:,}, of which automated {n_auto:,}")
            out += _reasons("automated", self.automated)
        if self.resolved_share is not None:
            out.append(f"Internal traffic resolved to the roster: {self.resolved_share:.1%}")
            out += self.identity.source_lines()
        out += [f"Note: {text}" for text in self.remarks]
        return out + [f"Warning: {text}" for text in self.warnings]

    def as_json(self) -> dict[str, Json]:
        """Return the report for the private manifest."""
        return {
            "sources": [source.as_json() for source in self.sources],
            "automated": dict(self.automated),
            "n_messages": self.n_messages,
            "resolved_share": self.resolved_share,
            "n_unresolved": sum(self.unresolved_domains.values()),
            "identity": self.identity.as_json(),
            "n_warnings": len(self.warnings),
            "is_complete": self.is_complete,
        }

    def imports(self) -> pd.DataFrame:
        """Return the `imports` table."""
        return pd.DataFrame(
            [
                {
                    "file_sha256": s.file_sha256,
                    "source": s.name,
                    "n_seen": s.n_seen,
                    "n_accepted": s.n_accepted,
                    "n_duplicate": s.n_duplicate,
                    "n_filtered": sum(s.filtered.values()),
                    "n_rejected": sum(s.rejected.values()),
                    "n_slots": s.n_slots,
                    "n_rows": s.n_rows,
                    "is_complete": s.is_complete,
                }
                for s in self.sources
            ],
            columns=IMPORTS.names,
        )

    def reasons(self) -> pd.DataFrame:
        """Return the `import_reasons` table."""
        return pd.DataFrame(
            [
                {
                    "file_sha256": s.file_sha256,
                    "source": s.name,
                    "part": part,
                    "reason": reason,
                    "n": n,
                }
                for s in self.sources
                for part, counts in (
                    ("filtered", s.filtered),
                    ("rejected", s.rejected),
                    ("slot", s.slots),
                    ("note", s.notes),
                )
                for reason, n in counts.items()
            ],
            columns=["file_sha256", "source", "part", "reason", "n"],
        )

    def rejects(self) -> pd.DataFrame:
        """Return the `rejects` table: places and codes, never a raw line."""
        frame = pd.DataFrame(
            [
                {
                    "file_sha256": s.file_sha256,
                    "locator": r.locator,
                    "code": r.code,
                    "reason": _words(r.reason),
                }
                for s in self.sources
                for r in s.rejects
            ],
            columns=["file_sha256", "locator", "code", "reason"],
        )
        return frame.drop_duplicates(["file_sha256", "locator", "code"])


def _reasons(part: str, counts: Mapping[str, int]) -> list[str]:
    return [f"  {part}: {n:,} {_words(reason)}" for reason, n in sorted(counts.items()) if n]


def _words(reason: str) -> str:
    return reason.replace("_", " ")
