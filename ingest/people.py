"""Everybody: which identity is which person, of what kind, under which pseudonym and clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.text import clean_name
from ingest.identity import Account, Book, domain_of
from ingest.kinds import KindRules, is_machine, is_role_mailbox
from ingest.pseudonyms import Pseudonymiser
from ingest.roster import Roster, RosterRow
from ingest.units import UnitTree

NOBODY = -1


@dataclass(frozen=True)
class Party:
    """One person, list, bot or mailbox behind one or more identities."""

    identity: str
    kind: str
    stakeholder: str | None = None
    is_excluded: bool = False
    auto_reason: str | None = None
    is_human: bool = False
    site: str = ""
    time_zone: str = ""


@dataclass(frozen=True)
class Parties:
    """All parties, sorted by pseudonym, and the way from identity numbers to them.

    `party_of[n]` is the place of the party behind identity number n, -1 for no identity.
    """

    parties: list[Party]
    person_ids: list[str]
    party_of: NDArray[np.int32]
    rules: list[str]

    def look_up(self, numbers: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the places of the parties behind identity numbers; -1 stays -1."""
        padded = np.append(self.party_of, np.int32(NOBODY))
        return padded[numbers]

    @property
    def excluded(self) -> NDArray[np.bool_]:
        """Return for each party whether its traffic is left out."""
        return np.array([party.is_excluded for party in self.parties], dtype=bool)


def resolve(book: Book, roster: Roster, rules: KindRules, key: Pseudonymiser) -> Parties:
    """Return the parties behind all identities of the book and all people of the roster.

    Order of the rules: roster id, roster e-mail, alias, the e-mail of a chat account. What is
    left is never merged: a service, an outside party, or an unresolved address of our own.
    """
    latest = _latest_rows(roster)
    make = _PartyMaker(book, roster, rules, latest)
    found = [make.party_behind(identity) for identity in book.entries]
    parties = {party.identity: party for party, _ in found}
    for identity in latest:
        parties.setdefault(identity, make.employee(identity))
    pseudonym = {identity: key.person(identity) for identity in parties}
    ordered = sorted(parties, key=pseudonym.__getitem__)
    place = {identity: n for n, identity in enumerate(ordered)}
    return Parties(
        parties=[parties[identity] for identity in ordered],
        person_ids=[pseudonym[identity] for identity in ordered],
        party_of=np.array([place[party.identity] for party, _ in found], dtype=np.int32),
        rules=[rule for _, rule in found],
    )


def people_frame(
    parties: Parties, roster: Roster, units: UnitTree, time_zone: str
) -> pd.DataFrame:
    """Return the `people` table: a row per stay of an employee, one row of everybody else."""
    ids = {p.identity: i for p, i in zip(parties.parties, parties.person_ids, strict=True)}
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
            "person_id": ids[party.identity],
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


def identities_frame(book: Book, parties: Parties, key: Pseudonymiser) -> pd.DataFrame:
    """Return the `identities` table: keyed hashes only."""
    return pd.DataFrame(
        {
            "identity_hash": [key.identity(identity) for identity in book.entries],
            "person_id": [parties.person_ids[n] for n in parties.party_of],
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
    roster: Roster
    rules: KindRules
    latest: dict[str, RosterRow]

    def party_behind(self, identity: str) -> tuple[Party, str]:
        owner = self.roster.owners.get(identity)
        if owner is not None and owner[0] in self.latest:
            return self.employee(owner[0]), owner[1]
        account = self.book.accounts.get(identity)
        if account is not None:
            return self._account(identity, account)
        if identity.startswith("email:"):
            return self._address(identity)
        return self._declared(Party(identity, "external", "other")), "unresolved"

    def employee(self, identity: str) -> Party:
        row = self.latest[identity]
        spellings = (identity, f"email:{row.email.lower()}" if row.email else identity)
        excluded = any(
            self.rules.is_excluded(spelling, *row.unit_path, row.role_family)
            for spelling in spellings
        )
        declared = [self._declared(Party(spelling, "employee")) for spelling in spellings]
        return Party(
            identity,
            "employee",
            is_excluded=excluded,
            auto_reason=max(d.auto_reason or "" for d in declared) or None,
            is_human=any(d.is_human for d in declared),
            site=_text(row.site) or "",
            time_zone=row.time_zone or "",
        )

    def _account(self, identity: str, account: Account) -> tuple[Party, str]:
        number = self.book.number(f"email:{account.email}") if account.email else NOBODY
        if number != NOBODY and not account.is_service:
            party, rule = self.party_behind(self.book.entries[number])
            return party, "account_email" if rule != "unresolved" else rule
        if account.is_service:
            party = Party(identity, "service", auto_reason="service_account")
        else:
            party = Party(identity, "external", "other", time_zone=account.time_zone)
        is_known = account.is_service or account.is_guest
        return self._declared(party), "account" if is_known else "unresolved"

    def _address(self, identity: str) -> tuple[Party, str]:
        if is_machine(identity):
            party = Party(identity, "service", auto_reason="service_account")
            return self._declared(party), "machine_address"
        if is_role_mailbox(identity) or identity in self.rules.automated:
            return self._declared(Party(identity, "service")), "role_address"
        if self.rules.is_own(identity):
            return self._declared(Party(identity, "external", "other")), "unresolved"
        stakeholder = self.rules.stakeholder(identity)
        return self._declared(Party(identity, "external", stakeholder)), "outside_address"

    def _declared(self, party: Party) -> Party:
        """What the configuration says of a party wins over what was found."""
        party = replace(
            party, is_excluded=party.is_excluded or self.rules.is_excluded(party.identity)
        )
        if party.identity in self.rules.human:
            return replace(party, auto_reason=None, is_human=True)
        if party.identity in self.rules.automated:
            return replace(party, auto_reason="declared")
        return party


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


def unresolved_domains(book: Book, parties: Parties) -> dict[str, int]:
    """Return how many addresses of each own domain are on no roster."""
    counts: dict[str, int] = {}
    for identity, rule in zip(book.entries, parties.rules, strict=True):
        if rule == "unresolved" and domain_of(identity):
            counts[domain_of(identity)] = counts.get(domain_of(identity), 0) + 1
    return counts
