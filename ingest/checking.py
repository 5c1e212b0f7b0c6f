"""Reading an export without keeping anything: what is in it, and does it add up."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.compute as pc

from core.windows import date_of
from ingest.balance import SourceBalance
from ingest.batches import Batch
from ingest.keys.pseudonyms import KEY_BYTES, Pseudonymiser
from ingest.people.rare import rare_combinations
from ingest.people.roster import RosterRow, lists_everybody, put_together
from ingest.reading import Reading, close_accounts, source_for, start_reading
from ingest.registry import readers
from ingest.running import batches_of, suggested
from ingest.settings import IntakeSettings, OptionValue, SourceSpec, SurveySettings
from ingest.sniff import sniff
from ingest.suggest import Suggestion
from ingest.working_hours import DAY_S

_MOST_SHOWN = 15
"""Distinct answers that are listed one by one: a code among them is seen at a glance."""


@dataclass(frozen=True)
class CheckReport:
    """What a file holds, counted to its end; nothing of it has been kept."""

    reader: str
    title: str
    balance: SourceBalance
    facts: Mapping[str, str] = field(default_factory=dict)
    suggestion: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    has_too_many_rejects: bool = False

    def lines(self) -> list[str]:
        """Return the report as it is printed."""
        out = [f"Read as {self.reader}: {self.title}", *self.balance.lines()]
        out += [f"  {name}: {text}" for name, text in self.facts.items()]
        out += [
            f"  not understood: {r.locator} {r.reason.replace('_', ' ')} ({r.code})"
            for r in self.balance.rejects[:10]
        ]
        if self.has_too_many_rejects:
            out.append("Too many units were not understood: a run would stop here (E-REJECT-001).")
        out += [f"Warning: {text}" for text in self.warnings]
        if self.suggestion:
            out += [
                "It was read with this declaration; put it into the audit file:",
                *[f"    {line}" for line in self.suggestion],
            ]
        return out


def check_file(
    path: Path, reader: str | None = None, options: Mapping[str, OptionValue] | None = None
) -> CheckReport:
    """Find the reader of a file by its content, read it to its end, and tell what is in it.

    Writes nothing. Without options a message table or survey is read with a suggested
    declaration, which is shown. Raises `SourceError` where there is no reader, or where the file
    cannot be read at all.
    """
    name = reader or sniff(path)
    entry = readers.get(name)
    settings = IntakeSettings(key=Pseudonymiser(secrets.token_bytes(KEY_BYTES)))
    suggestion = Suggestion(options or {})
    if not options and name == "messages_csv":
        suggestion = suggested(name, path, settings.limits)
    if not options and name == "survey_csv":
        suggestion = suggested(name, path, settings.limits)
        survey = suggestion.survey or SurveySettings()
        settings = replace(settings, survey=replace(survey, mode="confidential"))
    elif not options and "forms" in entry.meta.gives:
        looking = SurveySettings(mode="confidential", finds_items=True)
        settings = replace(settings, survey=looking)
    spec = SourceSpec(1, entry.name, path, suggestion.options)
    return replace(check_source(spec, settings), suggestion=suggestion.toml)


def check_source(spec: SourceSpec, settings: IntakeSettings) -> CheckReport:
    """Read one declared source to its end and tell what is in it; writes nothing."""
    reading = start_reading(spec, settings)
    # Looking must be possible where a run would stop.
    reading.tally.limits = replace(settings.limits, rejects=10**12)
    seen = _Seen()
    for batch in batches_of(spec.reader, source_for(reading, settings)):
        seen.take(batch)
    reading.n_messages, reading.n_recipients = seen.n_messages, seen.n_recipients
    reading.roster = seen.roster
    close_accounts(reading, seen.n_asked)
    rare: tuple[str, ...] = ()
    if seen.roster:
        full = (0,) if lists_everybody(spec.options) else ()
        rare = rare_combinations(put_together([(reading.tally, seen.roster)], (), full))
    report = CheckReport(
        spec.reader,
        readers.get(spec.reader).meta.title,
        _balance(reading, seen),
        _facts(seen),
        (),
        (*reading.tally.warnings, *rare),
        reading.tally.has_too_many(),
    )
    report.balance.check()
    return report


@dataclass
class _Seen:
    n_messages: int = 0
    n_recipients: int = 0
    n_rows: Counter[str] = field(default_factory=Counter)
    """Rows by table, of the tables that are only counted."""
    coded: dict[str, set[str]] = field(default_factory=dict)
    roster: list[RosterRow] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    answers: Counter[float] = field(default_factory=Counter)
    span: tuple[int, int] | None = None

    @property
    def n_asked(self) -> int:
        """How many forms, codings and outcomes there were."""
        return sum(self.n_rows[table] for table in ("forms", "codings", "outcomes"))

    def take(self, batch: Batch) -> None:
        rows = batch.rows
        self.n_rows[batch.table] += rows.num_rows
        if batch.table == "messages":
            self._take_messages(batch)
        elif batch.table == "recipients":
            self.n_recipients += rows.num_rows
            self.people.update(pc.unique(rows.column("recipient")).to_pylist())
        elif batch.table == "people":
            self.roster += [RosterRow(**row) for row in rows.to_pylist()]
        elif batch.table == "answers":
            self.answers.update(rows.column("raw").to_pylist())
        elif batch.table == "codings":
            for name in ("interview", "coder", "code"):
                self.coded.setdefault(name, set()).update(rows.column(name).to_pylist())

    def _take_messages(self, batch: Batch) -> None:
        rows = batch.rows
        self.n_messages += rows.num_rows
        self.keys.update(rows.column("key").to_pylist())
        self.people.update(pc.unique(rows.column("sender")).to_pylist())
        self.reasons.update(r for r in rows.column("auto_reason").to_pylist() if r)
        self.acts.update(rows.column("act").to_pylist())
        if rows.num_rows:
            low, high = pc.min_max(rows.column("sent_s")).as_py().values()
            old = self.span or (low, high)
            self.span = min(low, old[0]), max(high, old[1])


def _balance(reading: Reading, seen: _Seen) -> SourceBalance:
    tally = reading.tally
    slots = {reason: n for reason, n in tally.slots.items() if n}
    n_rows = seen.n_rows["answers"] if tally.answer_slots else seen.n_recipients
    return SourceBalance(
        reading.spec.number,
        reading.spec.reader,
        reading.file_sha256,
        tally.n_seen,
        seen.n_messages + seen.n_asked + tally.accepted,
        tally.duplicate,
        dict(tally.filtered),
        dict(tally.rejected),
        n_slots=tally.answer_slots or seen.n_recipients + sum(slots.values()),
        n_rows=n_rows,
        slots=slots,
        notes=dict(tally.notes),
        rejects=tuple(tally.rejects),
        is_complete=tally.is_complete,
        remarks=tuple(tally.remarks),
        slot_word="answers" if tally.answer_slots else "recipient slots",
    )


def _facts(seen: _Seen) -> dict[str, str]:
    facts: dict[str, str] = {}
    if seen.n_messages:
        facts["distinct messages"] = f"{len(seen.keys):,}"
        facts["distinct addresses or accounts"] = f"{len(seen.people):,}"
        facts["acts"] = ", ".join(f"{n:,} {act}" for act, n in sorted(seen.acts.items()))
    if seen.span:
        first, last = (date_of(instant // DAY_S).isoformat() for instant in seen.span)
        facts["days"] = f"{first} to {last} (UTC)"
    if seen.reasons:
        facts["automated by the export"] = ", ".join(
            f"{n:,} {reason}" for reason, n in sorted(seen.reasons.items())
        )
    if 0 < len(seen.answers) <= _MOST_SHOWN:
        facts["answers found"] = ", ".join(
            f"{value:g} ({n:,})" for value, n in sorted(seen.answers.items())
        )
    if n_accounts := seen.n_rows["accounts"]:
        facts["accounts listed"] = f"{n_accounts:,}"
    for name, found in seen.coded.items():
        facts[f"{name}s"] = f"{len(found):,}"
    if seen.roster:
        facts["people"] = f"{len({row.employee_id for row in seen.roster}):,}"
        facts["units named"] = f"{len({row.units for row in seen.roster if row.units}):,}"
    return facts
