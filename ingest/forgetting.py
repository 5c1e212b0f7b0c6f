"""Intake's look at the list of people who are left out, before anything is put together.

Whoever is forgotten leaves the roster rows, the parts and the survey forms; what is then merged
never held them. Whoever objected stays a member and loses the messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from ingest.batches import SEPARATOR
from ingest.keys.left_out import FORGOTTEN, LeftOut
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.people.book import Book
from ingest.people.identity import canonical
from ingest.people.kinds import KindRules
from ingest.people.parties import Parties
from ingest.people.roster import RosterRow
from ingest.reading import Reading
from ingest.scrubbing import Gone, scrub

Spell = tuple[int, int | None]


@dataclass
class Known:
    """Keyed hashes of the identities of one person: always, or of others too on other days."""

    always: set[str] = field(default_factory=set)
    dated: dict[str, Spell] = field(default_factory=dict)

    def put_on(self, left_out: LeftOut) -> None:
        """Put all of them on the list."""
        left_out.add(FORGOTTEN, self.always)
        for digest, spell in self.dated.items():
            left_out.add(FORGOTTEN, [digest], spell)


def drop_forgotten(readings: Sequence[Reading], left_out: LeftOut, rules: KindRules) -> None:
    """Take everybody forgotten out of what was read, and count what went.

    An identity that leads to somebody forgotten, such as a further address on the same roster
    row or a chat account with the address, is put on the list too. Whoever holds an address of
    somebody forgotten under another id is taken for the same person: it is safer to leave a
    newcomer out, which is said, than to bring back who was promised to be gone.
    """
    if left_out.is_empty:
        return
    digests = Digests(left_out.key, rules)
    _drop_rows(readings, left_out, digests)
    _drop_parts(readings, left_out, Book(left_out.key, rules))


def with_objectors(parties: Parties, book: Book, left_out: LeftOut) -> Parties:
    """Return the parties with those marked who objected; their pseudonyms go on the list."""
    if left_out.is_empty:
        return parties
    places = {
        int(place)
        for entry, place in zip(book.entries, parties.party_of, strict=True)
        if left_out.is_objecting(entry.digest)
    }
    places |= {
        n
        for n, party in enumerate(parties.parties)
        if party.identity and left_out.is_objecting(left_out.key.identity(party.identity))
    }
    marked = [replace(party, is_objecting=n in places) for n, party in enumerate(parties.parties)]
    found = sorted(parties.parties[n].person_id for n in places)
    if tuple(found) != left_out.objectors:
        left_out.note_objectors(found)
        left_out.write()
    return replace(parties, parties=marked)


def recent_forms(tables: dict[str, pd.DataFrame], left_out: LeftOut) -> None:
    """Leave survey waves and codings that were purged out of what was read anew."""
    first = left_out.forms_from_day
    if first is None:
        return
    waves = tables["waves"]
    old = set(waves.loc[waves["last_day"] < first, "wave_id"])
    for name in ("waves", "invited", "responses"):
        tables[name] = tables[name][~tables[name]["wave_id"].isin(old)]
    codes = tables["codes"]
    tables["codes"] = codes[~(codes["day"] < first).fillna(False).astype(bool)]


@dataclass(frozen=True)
class Digests:
    """Keyed hashes of identities as they stand in clear on rosters and alias files."""

    key: Pseudonymiser
    rules: KindRules

    def of(self, identity: str) -> str:
        """Return the keyed hash of an identity with its kind; "" where it is none."""
        clear = canonical(identity, self.rules.own_domains)
        return self.key.identity(clear) if clear else ""

    def of_row(self, row: RosterRow) -> set[str]:
        """Return the keyed hashes of everything a roster row says is one person's."""
        found = {self.key.identity(row.identity)}
        addresses = [row.email] if row.email else []
        addresses += row.aliases.split(SEPARATOR) if row.aliases else []
        return found | {digest for one in addresses if (digest := self.of(f"email:{one}"))}


def known_of(rows: Iterable[RosterRow], people: set[str], digests: Digests) -> Known:
    """Return the identities that roster rows give to one person, who bears `people` as ids.

    An address that somebody else holds on other days is theirs on those days.
    """
    own: dict[str, list[RosterRow]] = {}
    others: dict[str, int] = {}
    for row in rows:
        is_own = row.identity in people
        for digest in digests.of_row(row):
            if is_own:
                own.setdefault(digest, []).append(row)
            else:
                others[digest] = min(row.first_day, others.get(digest, row.first_day))
    known = Known()
    for digest, held in own.items():
        if digest in others:
            known.dated[digest] = _spell(held, others[digest])
        else:
            known.always.add(digest)
    return known


def _spell(held: Sequence[RosterRow], after: int) -> Spell:
    first = min(row.first_day for row in held)
    ends = [None if row.end_day is None else row.end_day + 1 for row in held]
    last = max((end for end in ends if end is not None), default=None)
    if None in ends or last is None:
        last = after if after > first else None
    return first, last


def _drop_rows(readings: Sequence[Reading], left_out: LeftOut, digests: Digests) -> None:
    rows = [row for reading in readings for row in reading.roster]
    if not left_out.has_forgotten or not rows:
        return
    people = {row.identity for row in rows if left_out.forgotten_among(digests.of_row(row))}
    if not people:
        return
    known_of(rows, people, digests).put_on(left_out)
    left_out.write()
    for reading in readings:
        stays = [row for row in reading.roster if row.identity not in people]
        if n_gone := len(reading.roster) - len(stays):
            reading.tally.leave_out(FORGOTTEN, n_gone)
            reading.roster[:] = stays


def _drop_parts(readings: Sequence[Reading], left_out: LeftOut, like: Book) -> None:
    books = {r.part.name: r.part.book(like) for r in readings if r.part is not None}
    if linked := _linked_accounts(books, left_out):
        left_out.add(FORGOTTEN, linked)
        left_out.write()
    for reading in readings:
        if reading.part is None:
            continue
        before = reading.part.state()
        book = books[reading.part.name]
        if scrub(reading.part, book, Gone.of(book, left_out)) is not None:
            _recount(reading, before.tally.filtered, before.tally.slots)


def _linked_accounts(books: Mapping[str, Book], left_out: LeftOut) -> set[str]:
    """Accounts that name an address of somebody forgotten, in whatever export."""
    return {
        digest
        for book in books.values()
        for digest, account in book.accounts.items()
        if account.email
        and left_out.is_forgotten(account.email)
        and not left_out.is_forgotten(digest)
    }


def _recount(reading: Reading, filtered: Mapping[str, int], slots: Mapping[str, int]) -> None:
    """Count in the account of this run what has just gone from the part."""
    if reading.part is None:
        return
    state = reading.part.state()
    for reason, n in state.tally.filtered.items():
        reading.tally.filtered[reason] += n - filtered.get(reason, 0)
    for reason, n in state.tally.slots.items():
        reading.tally.slots[reason] += n - slots.get(reason, 0)
    reading.n_messages, reading.n_recipients = state.n_messages, state.n_recipients
