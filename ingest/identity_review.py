"""The review of identities that nobody owns: read in clear, in memory, for a private file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from core.progress import Reporter
from core.text import spreadsheet
from ingest.batches import Batch
from ingest.people.aliases import add_aliases
from ingest.people.book import NO_IDENTITY, Book
from ingest.people.everybody import resolve
from ingest.people.identity import canonical
from ingest.people.kinds import kind_rules
from ingest.people.parties import Parties
from ingest.people.roster import Roster, RosterRow, put_together
from ingest.people.suggested_identities import Suggestion, Unresolved, candidates_of, suggestions
from ingest.reading import source_for, start_reading
from ingest.registry import readers
from ingest.running import batches_of
from ingest.settings import IntakeSettings, SourceSpec
from ingest.tally import Tally

COLUMNS = ("decision", "identity", "person_id", "why", "score")
UNRESOLVED = "unresolved"
UNLIKE = "nobody on the roster is like it; write a person_id if you know whose it is"
_NEEDED = {"accounts", "messages", "people", "recipients"}


@dataclass(frozen=True)
class ReviewQueue:
    """Suggestions in the order in which they are worth looking at, and how many wait in all."""

    suggestions: list[Suggestion]
    n_identities: int
    n_unresolved: int

    def as_csv(self) -> bytes:
        """Return the review file, safe to open in a spreadsheet."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for found in self.suggestions:
            cells = ("", found.identity, found.person_id, found.why)
            writer.writerow([*map(spreadsheet, cells), f"{found.score:.1f}"])
        return text.getvalue().encode("utf-8-sig")


@dataclass
class Seen:
    """Everything that the sources say of identities, in clear; lives in memory only."""

    book: Book
    roster: Roster
    clear: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    by_source: dict[str, set[int]] = field(default_factory=dict)

    def parties(self, settings: IntakeSettings) -> Parties:
        """Return who is who, by the rules of a run."""
        return resolve(self.book, self.roster, self.book.rules, settings.key)


def review_queue(seen: Seen, settings: IntakeSettings) -> ReviewQueue:
    """Return suggestions for the identities that no rule resolves.

    Nothing is written and nothing is merged. The result holds names and addresses in clear.
    """
    parties = seen.parties(settings)
    waiting = [
        Unresolved(seen.clear[n], seen.names.get(n, ""), entry.space)
        for n, (entry, rule) in enumerate(zip(seen.book.entries, parties.rules, strict=True))
        if rule == UNRESOLVED
    ]
    found = suggestions(waiting, candidates_of(seen.roster), _taken(seen, parties))
    known = {suggestion.identity for suggestion in found}
    unlike = sorted(one.identity for one in waiting if one.identity not in known)
    found += [Suggestion(identity, "", UNLIKE, 0.0) for identity in unlike]
    return ReviewQueue(found, len(seen.book.entries), len(waiting))


def seen_identities(
    sources: Sequence[SourceSpec],
    settings: IntakeSettings,
    reporter: Reporter,
    *,
    with_aliases: bool = True,
) -> Seen:
    """Read all sources and return every identity in them, with the roster and its aliases."""
    declared = (settings.automation.automated, settings.automation.human)
    rules = kind_rules(
        settings.own_domains, settings.stakeholders, settings.excluded_roles, declared
    )
    seen = Seen(Book(settings.key, rules), Roster())
    rosters: list[tuple[Tally, list[RosterRow]]] = []
    reporter.start("Reading exports", len(sources))
    for spec in sources:
        if not _NEEDED.isdisjoint(readers.get(spec.reader).meta.gives):
            reading = start_reading(spec, settings)
            here = seen.by_source.setdefault(f"{spec.reader} #{spec.number}", set())
            for batch in batches_of(spec.reader, source_for(reading, settings)):
                if batch.table == "people":
                    reading.roster += [RosterRow(**row) for row in batch.rows.to_pylist()]
                else:
                    _take(seen, batch, here)
            if reading.roster:
                rosters.append((reading.tally, reading.roster))
        reporter.advance()
    reporter.finish()
    seen.roster = put_together(rosters, rules.own_domains)
    seen.roster.is_complete = settings.roster_is_complete
    if settings.aliases is not None and with_aliases:
        add_aliases(seen.roster, settings.aliases, rules.own_domains, settings.limits)
    return seen


def _take(seen: Seen, batch: Batch, here: set[int]) -> None:
    if batch.table == "messages":
        here.update(_see(seen, batch.rows.column("sender")))
    elif batch.table == "recipients":
        here.update(_see(seen, batch.rows.column("recipient")))
    elif batch.table == "accounts":
        for row in batch.rows.to_pylist():
            account, name = row.pop("account"), row["name"] or ""
            number = _enter(seen, account)
            if row["email"]:
                _enter(seen, f"email:{row['email']}")
            seen.book.add_account(account, row)
            if number != NO_IDENTITY and name:
                # Two exports may show two names: the same one is kept in either order.
                seen.names[number] = min(name, seen.names.get(number, name))


def _see(seen: Seen, column: pa.Array) -> set[int]:
    identities = [text for text in pc.unique(column).to_pylist() if text is not None]
    return {_enter(seen, identity) for identity in identities} - {NO_IDENTITY}


def _enter(seen: Seen, identity: str) -> int:
    number = seen.book.number(identity)
    if number != NO_IDENTITY and number not in seen.clear:
        seen.clear[number] = canonical(identity, seen.book.rules.own_domains)
    return number


def _taken(seen: Seen, parties: Parties) -> Mapping[str, frozenset[str]]:
    """Where each employee has an account or address already, by employee id."""
    ids = {stay.row.identity: stay.row.employee_id for stay in seen.roster.stays}
    found: dict[str, set[str]] = {}
    for entry, place in zip(seen.book.entries, parties.party_of, strict=True):
        party = parties.parties[place]
        if party.identity:
            found.setdefault(ids[party.identity], set()).add(entry.space)
    return {person: frozenset(spaces) for person, spaces in found.items()}
