"""Everybody: which identity is which person, of what kind, under which pseudonym and clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.text import clean_name
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.people.book import Account, Book, Identity
from ingest.people.kinds import KindRules
from ingest.people.name_rule import Owners, owners_by_name
from ingest.people.owners import Spell
from ingest.people.parties import NOBODY, DatedParty, Parties, Party
from ingest.people.roster import Roster, RosterRow
from ingest.people.units import UnitTree


def resolve(book: Book, roster: Roster, rules: KindRules, key: Pseudonymiser) -> Parties:
    """Return the parties behind all identities of the book and all people of the roster.

    Order of the rules: roster id, roster e-mail, alias, the e-mail of a chat account; on a
    roster that names everybody, the full name that one person alone bears. What is left is never
    merged: a service, an outside party, or an unresolved address of our own.
    """
    latest = _latest_rows(roster)
    owners = {d: owner for d, owner in _owners(roster, key).items() if owner[0] in latest}
    if roster.is_complete:
        owners |= owners_by_name(book, roster, key, owners)
    spells = {key.identity(identity): found for identity, found in roster.dated.items()}
    make = _PartyMaker(book, owners, rules, latest, key)
    found = [make.party_behind(identity) for identity in book.entries]
    parties = {party.person_id: party for party, _ in found}
    for identity in make.latest:
        employee = make.employee(identity)
        parties[employee.person_id] = employee
    ordered = sorted(parties)
    place = {person_id: n for n, person_id in enumerate(ordered)}
    return Parties(
        parties=[parties[person_id] for person_id in ordered],
        party_of=np.array([place[party.person_id] for party, _ in found], dtype=np.int32),
        rules=[
            rule if entry.digest not in spells else spells[entry.digest][0].rule
            for entry, (_, rule) in zip(book.entries, found, strict=True)
        ],
        dated=tuple(_dated(book, spells, make, place)),
    )


def people_frame(
    parties: Parties, roster: Roster, units: UnitTree, time_zone: str
) -> pd.DataFrame:
    """Return the `people` table: a row per stay of an employee, one row of everybody else."""
    ids = {party.identity: party.person_id for party in parties.parties if party.identity}
    rows = [
        _employee_row(stay.row, ids, units, time_zone)
        | {
            "valid_to_day": stay.valid_to_day,
            "manager_id": ids.get(stay.manager) if stay.manager else None,
            "level": stay.level,
            "is_leader": stay.is_leader,
        }
        for stay in roster.stays
    ]
    rows += [
        {
            "person_id": party.person_id,
            "valid_from_day": 0,
            "valid_to_day": None,
            "kind": party.kind,
            "stakeholder": party.stakeholder,
            "is_leader": False,
            "time_zone": party.time_zone or time_zone,
        }
        for party in parties.parties
        if party.kind != "employee"
    ]
    frame = pd.DataFrame(rows, columns=_PEOPLE_COLUMNS)
    for column in ("valid_to_day", "joined_day", "level"):
        frame[column] = frame[column].astype("Int32")
    return frame


def identities_frame(book: Book, parties: Parties) -> pd.DataFrame:
    """Return the `identities` table: keyed hashes only."""
    return pd.DataFrame(
        {
            "identity_hash": [identity.digest for identity in book.entries],
            "person_id": [parties.parties[n].person_id for n in parties.party_of],
            "kind": [parties.parties[n].kind for n in parties.party_of],
            "rule": parties.rules,
        }
    )


_PEOPLE_COLUMNS = [
    "person_id",
    "valid_from_day",
    "valid_to_day",
    "kind",
    "stakeholder",
    "unit_id",
    "manager_id",
    "joined_day",
    "level",
    "role_family",
    "site",
    "work_mode",
    "time_zone",
    "is_leader",
]


@dataclass(frozen=True)
class _PartyMaker:
    book: Book
    owners: Owners
    rules: KindRules
    latest: dict[str, RosterRow]
    key: Pseudonymiser

    def party_behind(self, identity: Identity, follows: bool = True) -> tuple[Party, str]:
        """Whose an identity is; the address of an account is followed once, never in a ring."""
        owner = self.owners.get(identity.digest)
        if owner is not None:
            return self.employee(owner[0]), owner[1]
        account = self.book.accounts.get(identity.digest)
        is_empty = account is not None and account.is_empty and identity.is_address
        if account is not None and not is_empty and (follows or _is_thing(account)):
            return self._account(identity, account)
        if identity.is_address:
            return _address(identity)
        return _declared(identity, Party(identity.person_id, "external", "other")), "unresolved"

    def employee(self, identity: str) -> Party:
        row = self.latest[identity]
        spellings = (identity, f"email:{row.email.lower()}" if row.email else identity)
        declared = [spelling in self.rules.automated for spelling in spellings]
        is_human = any(spelling in self.rules.human for spelling in spellings)
        return Party(
            self.key.person(identity),
            "employee",
            is_excluded=any(
                self.rules.is_excluded(spelling, *row.unit_path, row.role_family)
                for spelling in spellings
            ),
            auto_reason="declared" if any(declared) and not is_human else None,
            is_human=is_human,
            identity=identity,
            site=_text(row.site) or "",
            time_zone=row.time_zone or "",
        )

    def _account(self, identity: Identity, account: Account) -> tuple[Party, str]:
        is_thing = _is_thing(account)
        email = self.book.place(account.email) if account.email else NOBODY
        if email != NOBODY and not is_thing:
            party, rule = self.party_behind(self.book.entries[email], follows=False)
            return party, "account_email" if rule != "unresolved" else rule
        if is_thing:
            party = Party(identity.person_id, "service", auto_reason="service_account")
        else:
            party = Party(
                identity.person_id, "external", identity.stakeholder, time_zone=account.time_zone
            )
        is_known = is_thing or account.is_guest
        return _declared(identity, party), "account" if is_known else "unresolved"


def _is_thing(account: Account) -> bool:
    return account.is_service or account.is_room


def _address(identity: Identity) -> tuple[Party, str]:
    if identity.is_machine:
        party = Party(identity.person_id, "service", auto_reason="service_account")
        return _declared(identity, party), "machine_address"
    if identity.is_role or identity.is_automated:
        return _declared(identity, Party(identity.person_id, "service")), "role_address"
    if identity.is_own:
        return _declared(identity, Party(identity.person_id, "external", "other")), "unresolved"
    outsider = Party(identity.person_id, "external", identity.stakeholder)
    return _declared(identity, outsider), "outside_address"


def _declared(identity: Identity, party: Party) -> Party:
    """What the configuration says of a party wins over what was found."""
    party = replace(party, is_excluded=party.is_excluded or identity.is_excluded)
    if identity.is_human:
        return replace(party, auto_reason=None, is_human=True)
    if identity.is_automated:
        return replace(party, auto_reason="declared")
    return party


def _dated(
    book: Book,
    spells: Mapping[str, Sequence[Spell]],
    make: _PartyMaker,
    place: Mapping[str, int],
) -> Iterator[DatedParty]:
    """Whose the dated identities are on which days, and the accounts that name them."""
    for number, entry in enumerate(book.entries):
        account = book.accounts.get(entry.digest)
        through = account.email if account is not None and not account.is_service else ""
        for spell in spells.get(entry.digest) or spells.get(through, ()):
            if spell.person in make.latest:
                person = make.key.person(spell.person)
                yield DatedParty(number, place[person], spell.first_day, spell.end_day)


def _owners(roster: Roster, key: Pseudonymiser) -> dict[str, tuple[str, str]]:
    return {key.identity(identity): owner for identity, owner in roster.owners.items()}


def _latest_rows(roster: Roster) -> dict[str, RosterRow]:
    return {stay.row.identity: stay.row for stay in roster.stays}


def _employee_row(
    row: RosterRow, ids: dict[str, str], units: UnitTree, time_zone: str
) -> dict[str, str | int | bool | None]:
    return {
        "person_id": ids[row.identity],
        "valid_from_day": row.first_day,
        "kind": "employee",
        "stakeholder": None,
        "unit_id": units.unit_of(row.unit_path),
        "joined_day": row.start_day,
        "role_family": _text(row.role_family),
        "site": _text(row.site),
        "work_mode": row.work_mode,
        "time_zone": row.time_zone or time_zone,
    }


def _text(text: str | None) -> str | None:
    return clean_name(text) if text else None
