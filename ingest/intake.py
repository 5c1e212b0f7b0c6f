"""Raw exports to canonical tables: read, resolve, pseudonymise, clock, check, write, account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.checks import check
from core.engine import Engine
from core.errors import ConfigError
from core.progress import Reporter, stage
from core.store import RunFolder
from core.tables.canonical import (
    CANONICAL,
    CONFLICTS,
    IDENTITIES,
    IMPORT_REASONS,
    IMPORTS,
    PEOPLE,
    REJECTS,
    UNITS,
)
from core.tables.context import CONTEXT
from core.tables.survey import SURVEY
from ingest.aggregated import aggregated_days, ledger_of
from ingest.balance import IntakeReport, SourceBalance
from ingest.codes import take_codes
from ingest.context import take_outcomes
from ingest.forgetting import drop_forgotten, recent_forms, with_objectors
from ingest.keys.left_out import LeftOut
from ingest.ledger import Ledger
from ingest.merging.clocks import clocks_for, missing_zones
from ingest.merging.known import GivenPart
from ingest.merging.merge import Merged, merge
from ingest.merging.resolved_share import gate, resolved_share
from ingest.merging.threads import Written, finish_messages
from ingest.merging.timed import Timed
from ingest.merging.unfinished import Unfinished
from ingest.people.aliases import add_aliases
from ingest.people.book import Book
from ingest.people.everybody import identities_frame, people_frame, resolve
from ingest.people.identity_report import report_of_run, unresolved_domains
from ingest.people.kinds import KindRules, kind_rules
from ingest.people.parties import Parties
from ingest.people.rare import rare_combinations
from ingest.people.roster import Roster, lists_everybody, put_together
from ingest.people.teams import with_teams
from ingest.people.unit_names import look_alikes
from ingest.people.units import UnitTree, unit_tree
from ingest.reading import Reading, ReadingProgress, read_source, start_reading
from ingest.settings import IntakeSettings, SourceSpec
from ingest.surveys import take_surveys
from ingest.vault import roster_identities, vault_at


def take_in(
    sources: Sequence[SourceSpec],
    settings: IntakeSettings,
    folder: RunFolder,
    engine: Engine,
    reporter: Reporter,
) -> IntakeReport:
    """Read all sources and write every canonical and survey table into `folder.canonical`.

    The tables hold pseudonyms only, keep their contracts, and the balance sheet adds up. Raises
    `SourceError` or `LimitError` for an export that cannot be used, `ConfigError` for options.
    """
    rules = rules_of(settings)
    left_out = LeftOut.read(folder.left_out, settings.key)
    aggregated = aggregated_days(folder, settings.weekly)
    settings = replace(settings, left_out=left_out, aggregated=aggregated)
    ledger = ledger_of(folder, settings.weekly)
    with stage("read") as running:
        readings = _read_all(sources, settings, ledger, reporter)
        drop_forgotten(readings, left_out, rules)
        running.rows_out = sum(reading.tally.n_seen for reading in readings)
    book, given = _joined(readings, Book(settings.key, rules))
    everybody = _everybody(readings, settings, book)
    with stage("take in") as running:
        merged, written = _write_tables(given, everybody, settings, folder, engine)
        _write_surveys(readings, everybody, settings, folder)
        report = _account(readings, everybody, settings, (merged, written), folder, engine)
        running.rows_out = report.n_messages
    ledger.forget_all_but({r.part.name for r in readings if r.part is not None})
    for contract in (CANONICAL | SURVEY | CONTEXT).values():
        check(engine, contract, folder.canonical)
    return report


def rules_of(settings: IntakeSettings) -> KindRules:
    """Return the rules that tell kinds of parties apart, from the settings."""
    return kind_rules(
        settings.own_domains,
        settings.stakeholders,
        settings.excluded_roles,
        (settings.automation.automated, settings.automation.human),
    )


@dataclass(frozen=True)
class _Everybody:
    book: Book
    roster: Roster
    parties: Parties
    units: UnitTree


def _read_all(
    sources: Sequence[SourceSpec], settings: IntakeSettings, ledger: Ledger, reporter: Reporter
) -> list[Reading]:
    numbers = [spec.number for spec in sources]
    if len(set(numbers)) < len(numbers):
        raise ConfigError("Two sources have one number.", code="E-CONFIG-014")
    readings = [start_reading(spec, settings) for spec in sources]
    ledger.clean()
    progress = ReadingProgress(reporter, readings)
    book = Book(settings.key, rules_of(settings))
    for reading in readings:
        read_source(reading, settings, ledger, book, progress.told)
        progress.done(reading)
    reporter.finish()
    return readings


def _joined(readings: Sequence[Reading], book: Book) -> tuple[Book, list[GivenPart]]:
    """One book of the identities of all parts, and the parts with their numbers in it."""
    # Ranks follow the bytes of the files, so the order of the sources changes no table.
    ranked = sorted(readings, key=lambda r: (r.file_sha256, r.spec.reader, r.spec.number))
    given = [
        GivenPart(
            reading.spec.number,
            reading.spec.reader,
            rank,
            reading.part,
            np.array(book.join(reading.part.book(book)), dtype=np.int64),
        )
        for rank, reading in enumerate(ranked)
        if reading.part is not None
    ]
    return book, given


def _everybody(readings: Sequence[Reading], settings: IntakeSettings, book: Book) -> _Everybody:
    rules = book.rules
    listed = [reading for reading in readings if reading.roster]
    full = [n for n, reading in enumerate(listed) if lists_everybody(reading.spec.options)]
    roster = put_together([(r.tally, r.roster) for r in listed], rules.own_domains, full)
    roster.is_complete = settings.roster_is_complete
    if settings.aliases is not None:
        add_aliases(
            roster, settings.aliases, rules.own_domains, settings.limits, settings.left_out
        )
    for reading in readings:
        if reading.tally.has_too_many():
            raise reading.tally.too_many()
    roster = with_teams(roster)
    paths = {stay.row.unit_path for stay in roster.stays}
    if not roster.stays:
        # A survey without a roster brings its own units: nothing else says who belongs where.
        paths = {path for reading in readings for path in reading.survey.unit_paths()}
    units = unit_tree(paths, settings.organization)
    parties = resolve(book, roster, rules, settings.key)
    if settings.left_out is not None:
        parties = with_objectors(parties, book, settings.left_out)
    return _Everybody(book, roster, parties, units)


def _write_tables(
    given: Sequence[GivenPart],
    everybody: _Everybody,
    settings: IntakeSettings,
    folder: RunFolder,
    engine: Engine,
) -> tuple[Merged, Written]:
    parties, roster = everybody.parties, everybody.roster
    people = people_frame(parties, roster, everybody.units, settings.calendar.time_zone)
    PEOPLE.write(people, folder.canonical)
    UNITS.write(everybody.units.frame(), folder.canonical)
    IDENTITIES.write(identities_frame(everybody.book, parties), folder.canonical)
    vault_at(folder.fresh_vault, settings.key).write(roster_identities(roster, parties))
    clocks = clocks_for(parties, roster, settings.calendar)
    merged = merge(given, parties, clocks, settings, folder.spool)
    readers = {part.source_no: part.reader for part in given}
    unfinished = Unfinished.of(merged, parties, readers)
    if settings.weekly is not None:
        unfinished.keep(folder.spool)
    written = finish_messages(unfinished, folder.canonical, folder.spool, settings, engine)
    CONFLICTS.write(merged.conflicts, folder.canonical)
    return merged, written


def _write_surveys(
    readings: Sequence[Reading],
    everybody: _Everybody,
    settings: IntakeSettings,
    folder: RunFolder,
) -> None:
    rules = rules_of(settings)
    tables = take_surveys(readings, everybody.roster, everybody.units, settings)
    tables["codes"] = take_codes(
        readings, everybody.units, settings, lambda name: rules.is_excluded("", name)
    )
    tables["outcomes"] = take_outcomes(
        readings, everybody.units, lambda name: rules.is_excluded("", name)
    )
    if settings.left_out is not None:
        recent_forms(tables, settings.left_out)
    for name, contract in (SURVEY | CONTEXT).items():
        contract.write(tables.get(name, contract.empty()), folder.canonical)


def _account(
    readings: Sequence[Reading],
    everybody: _Everybody,
    settings: IntakeSettings,
    done: tuple[Merged, Written],
    folder: RunFolder,
    engine: Engine,
) -> IntakeReport:
    merged, written = done
    balances = tuple(_balance(r, merged.unit_ends, merged.slot_ends) for r in readings)
    for balance in balances:
        balance.check()
    has_roster = bool(everybody.roster.stays)
    share = resolved_share(everybody.parties, Timed(merged.timed)) if has_roster else None
    report = IntakeReport(
        sources=balances,
        automated=written.automated,
        n_messages=written.n_messages,
        resolved_share=share,
        identity=report_of_run(
            folder.canonical, engine, unresolved_domains(everybody.book, everybody.parties)
        ),
        warnings=tuple(w for r in readings for w in r.tally.warnings) + gate(share),
        remarks=rare_combinations(everybody.roster)
        + look_alikes(everybody.units)
        + missing_zones(everybody.roster, settings.calendar),
    )
    IMPORTS.write(report.imports(), folder.canonical)
    IMPORT_REASONS.write(report.reasons(), folder.canonical)
    REJECTS.write(report.rejects(), folder.canonical)
    return report


def _balance(reading: Reading, units: pd.DataFrame, slots: pd.DataFrame) -> SourceBalance:
    tally, number = reading.tally, reading.spec.number
    ends = _counts(units, number, "n")
    drops = _counts(slots, number, "n")
    n_rows = sum(_counts(units, number, "n_rows").values())
    usable = drops.pop("usable", 0)
    filtered = dict(tally.filtered)
    accepted, duplicate = ends.pop("accepted", 0), ends.pop("duplicate", 0)
    for reason, n in ends.items():
        filtered[reason] = filtered.get(reason, 0) + n
    lost = {**drops, "duplicate": usable - n_rows}
    n_dropped = sum(tally.slots.values())
    for reason, n in tally.slots.items():
        lost[reason] = lost.get(reason, 0) + n
    return SourceBalance(
        number,
        reading.spec.reader,
        reading.file_sha256,
        tally.n_seen,
        accepted + tally.accepted,
        duplicate + tally.duplicate,
        filtered,
        dict(tally.rejected),
        n_slots=tally.answer_slots or reading.n_recipients + n_dropped,
        n_rows=n_rows + tally.answers,
        slots={reason: n for reason, n in lost.items() if n},
        notes=dict(tally.notes),
        rejects=tuple(tally.rejects),
        is_complete=tally.is_complete,
        remarks=tuple(tally.remarks),
        slot_word="answers" if tally.answer_slots else "recipient slots",
    )


def _counts(frame: pd.DataFrame, number: int, column: str) -> dict[str, int]:
    here = frame.loc[frame["source_no"] == number]
    return {str(s): int(n) for s, n in zip(here["status"], here[column], strict=True)}
