"""The counts of one source while it is read: seen, left out, not understood, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from core.errors import SourceError
from ingest.limits import Limits

KEPT_REJECTS = 1_000
SHOWN_REJECTS = 5


class Reject(msgspec.Struct, frozen=True):
    """Where something was not understood, and why; never the raw line."""

    locator: str
    code: str
    reason: str


class TallyState(msgspec.Struct):
    """The counts of a tally as they are kept with what was read."""

    n_seen: int = 0
    filtered: dict[str, int] = {}
    rejected: dict[str, int] = {}
    slots: dict[str, int] = {}
    notes: dict[str, int] = {}
    rejects: list[Reject] = []
    warnings: list[str] = []
    remarks: list[str] = []
    is_complete: bool = True


@dataclass
class Tally:
    """Counts of one source. A unit is one message, row, form or event of the export."""

    file: str
    limits: Limits = field(default_factory=Limits)
    n_seen: int = 0
    accepted: int = 0
    duplicate: int = 0
    answer_slots: int = 0
    answers: int = 0
    filtered: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    slots: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    is_complete: bool = True
    share: float = 0.0
    """How far the reader is in its file, 0 to 1, where it can tell."""
    measured: Callable[[], float] | None = None
    """How far a stream is that is being read; asked only when somebody wants to know."""

    @property
    def n_rejected(self) -> int:
        """Return how many units were not understood."""
        return sum(self.rejected.values())

    @property
    def n_filtered(self) -> int:
        """Return how many units the reader left out on purpose."""
        return sum(self.filtered.values())

    def how_far(self) -> float:
        """Return how far the reader is in its file, 0 to 1; 0 where it cannot tell."""
        measured = self.measured
        try:
            return min(1.0, self.share if measured is None else measured())
        except ValueError:
            return 1.0  # the stream was closed just now

    def see(self, n: int = 1) -> None:
        """Count units before they are parsed."""
        self.n_seen += n

    def leave_out(self, reason: str, n: int = 1) -> None:
        """Count units that are left out on purpose."""
        self.filtered[reason] += n

    def drop_slot(self, reason: str, n: int = 1) -> None:
        """Count recipient slots that become no row."""
        self.slots[reason] += n

    def note(self, what: str, n: int = 1) -> None:
        """Count something worth showing that changes no balance, such as an assumed time zone."""
        self.notes[what] += n

    def reject(self, locator: str, code: str, reason: str) -> None:
        """Count a unit that was not understood, with its place; too many stop the import."""
        self.rejected[reason] += 1
        if len(self.rejects) < KEPT_REJECTS:
            self.rejects.append(Reject(locator, code, reason))
        if self.n_rejected > self.limits.rejects:
            raise self.too_many()

    def warn(self, text: str) -> None:
        """Keep one sentence for the person who runs the import; each is said once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def cut_off(self, text: str) -> None:
        """Say that the export is not whole."""
        self.is_complete = False
        self.warn(text)

    def has_too_many(self) -> bool:
        """Return whether more units were not understood than the limits allow."""
        return self.n_rejected > self.limits.reject_share * self.n_seen

    def state(self) -> TallyState:
        """Return the counts as they are kept with what was read."""
        return TallyState(
            self.n_seen,
            dict(self.filtered),
            dict(self.rejected),
            dict(self.slots),
            dict(self.notes),
            self.rejects,
            self.warnings,
            self.remarks,
            self.is_complete,
        )

    def restore(self, state: TallyState) -> None:
        """Take over counts that were kept; what is counted from here on comes on top."""
        self.n_seen += state.n_seen
        self.filtered.update(state.filtered)
        self.rejected.update(state.rejected)
        self.slots.update(state.slots)
        self.notes.update(state.notes)
        self.rejects += state.rejects
        self.warnings += [text for text in state.warnings if text not in self.warnings]
        self.remarks += [text for text in state.remarks if text not in self.remarks]
        self.is_complete = self.is_complete and state.is_complete

    def too_many(self) -> SourceError:
        """Return the error that stops an import with too many rejects; it names the first ones."""
        first = "; ".join(
            f"{r.locator} {r.reason.replace('_', ' ')} ({r.code})"
            for r in self.rejects[:SHOWN_REJECTS]
        )
        return SourceError(
            f"{self.n_rejected:,} of {self.n_seen:,} units were not understood: {first}",
            file=self.file,
            code="E-REJECT-001",
            hint="Nothing of this run is kept. Mend the export or its options, or raise "
            "reject_share under [limits].",
        )
