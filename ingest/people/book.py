"""The book of identities: keyed hashes of every address and account, nothing in clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.keys.pseudonyms import Pseudonymiser
from ingest.people.identity import canonical, local_part
from ingest.people.kinds import KindRules, is_machine, is_role_mailbox
from ingest.people.naming import is_outside_name, name_key

NO_IDENTITY = -1


@dataclass(frozen=True)
class Identity:
    """What is kept of one address or account.

    `digest` is the keyed hash of its canonical form, `person_id` the pseudonym of the person it
    stands for where nobody on the roster claims it. The flags are what the rules of the audit say
    of the clear form, which is forgotten. `domain` is the keyed hash of the declared own domain
    that holds it, so that a report can say where the roster has gaps, and `name` is that of the
    full name which an own address spells out. `kind` is the kind of identity: "email", "slack".
    """

    digest: str
    person_id: str
    kind: str
    domain: str = ""
    name: str = ""
    stakeholder: str = "other"
    is_own: bool = False
    is_machine: bool = False
    is_role: bool = False
    is_excluded: bool = False
    is_automated: bool = False
    is_human: bool = False

    @property
    def is_address(self) -> bool:
        """Return whether it is a mail address."""
        return self.kind == "email"

    @property
    def space(self) -> str:
        """Return where it was given out: one chat tool, one own mail domain, or outside."""
        return f"email:{self.domain}" if self.is_address else self.kind


@dataclass(frozen=True)
class Account:
    """What an export says about one of its accounts: whose it is, by keyed hashes."""

    email: str = ""
    name: str = ""
    is_service: bool = False
    is_guest: bool = False
    is_room: bool = False
    time_zone: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is known but perhaps a name."""
        return not (self.email or self.is_service or self.is_guest or self.is_room)

    def filled_from(self, other: Account) -> Account:
        """Return this account with its gaps filled from another; the same in either order."""
        return Account(
            _first(self.email, other.email),
            _first(self.name, other.name),
            self.is_service or other.is_service,
            self.is_guest or other.is_guest,
            self.is_room or other.is_room,
            _first(self.time_zone, other.time_zone),
        )


@dataclass
class Book:
    """Numbers for identities: every spelling seen in an export leads to one small number."""

    key: Pseudonymiser
    rules: KindRules
    entries: list[Identity] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _spellings: dict[str, int] = field(default_factory=dict)
    _domains: dict[str, str] = field(default_factory=dict)

    def number(self, identity: str) -> int:
        """Return the number of an identity in clear; -1 where the text is no identity."""
        known = self._spellings.get(identity)
        if known is None:
            clear = canonical(identity, self.rules.own_domains)
            known = self.enter(self._facts(clear)) if clear else NO_IDENTITY
            self._spellings[identity] = known
        return known

    def own_domain(self, identity: Identity) -> str:
        """Return the declared own domain of an identity; "" for all others."""
        known = {self.key.domain(domain): domain for domain in self.rules.own_domains}
        return known.get(identity.domain, "")

    def enter(self, identity: Identity) -> int:
        """Return the number of an identity, new or known."""
        known = self._numbers.get(identity.digest)
        if known is None:
            known = self._numbers[identity.digest] = len(self.entries)
            self.entries.append(identity)
        return known

    def place(self, digest: str) -> int:
        """Return the number of the identity with this keyed hash; -1 where it was never seen."""
        return self._numbers.get(digest, NO_IDENTITY)

    def add_account(self, account: str, row: dict[str, str | None]) -> None:
        """Keep what an export says about an account; a later export fills gaps only."""
        number = self.number(account)
        if number == NO_IDENTITY:
            return
        email = self.number(f"email:{row['email']}") if row["email"] else NO_IDENTITY
        kind, name = row["kind"], row["name"] or ""
        self.join_account(
            self.entries[number].digest,
            Account(
                self.entries[email].digest if email != NO_IDENTITY else "",
                name_digest(name, self.key) if kind in {"person", "guest"} else "",
                kind == "service",
                kind == "guest" or (kind == "person" and is_outside_name(name)),
                kind == "room",
                row["time_zone"] or "",
            ),
        )

    def join_account(self, digest: str, details: Account) -> None:
        """Put the details of an account beside those known already."""
        old = self.accounts.get(digest)
        self.accounts[digest] = details if old is None else old.filled_from(details)

    def join(self, other: Book) -> Sequence[int]:
        """Take over another book; return the number here of each of its numbers."""
        for digest, details in other.accounts.items():
            self.join_account(digest, details)
        return [self.enter(identity) for identity in other.entries]

    def _facts(self, clear: str) -> Identity:
        rules = self.rules
        is_own, is_role = rules.is_own(clear), is_role_mailbox(clear)
        is_by_machine = is_machine(clear)
        has_name = is_own and not (is_by_machine or is_role)
        return Identity(
            digest=self.key.identity(clear),
            person_id=self.key.person(clear),
            kind=clear.partition(":")[0],
            domain=self._domain(rules.own_domain(clear)) if is_own else "",
            name=name_digest(local_part(clear), self.key) if has_name else "",
            stakeholder=rules.stakeholder(clear),
            is_own=is_own,
            is_machine=is_by_machine,
            is_role=is_role,
            is_excluded=rules.is_excluded(clear),
            is_automated=clear in rules.automated,
            is_human=clear in rules.human,
        )

    def _domain(self, domain: str) -> str:
        if domain not in self._domains:
            self._domains[domain] = self.key.domain(domain)
        return self._domains[domain]


def name_digest(name: str, key: Pseudonymiser) -> str:
    """Return the keyed hash of a full name, whatever its spelling; "" where it is none."""
    normal = name_key(name)
    return key.name(normal) if normal else ""


def _first(one: str, other: str) -> str:
    return min(filter(None, (one, other)), default="")
