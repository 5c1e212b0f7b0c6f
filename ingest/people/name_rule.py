"""Giving an account without an address to the one person on the roster who bears its full name.

Works on keyed hashes of names. A false merge moves one person's ties to another, so whatever
leaves a doubt leaves the account alone: it goes to the review.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.keys.pseudonyms import Pseudonymiser
from ingest.people.book import NO_IDENTITY, Account, Book, Identity
from ingest.people.naming import name_forms
from ingest.people.roster import Roster

RULE = "unique_name"
MOST_BY_CHANCE = 0.1
"""People whom chance alone would give a full name, from how common its words are on the roster.
Above this the name tells nobody apart: an old surname or a nickname may have hit upon it."""
Owners = Mapping[str, tuple[str, str]]
Place = tuple[str, str]  # a name, and where it is shown: one chat tool, one mail domain


def owners_by_name(
    book: Book, roster: Roster, key: Pseudonymiser, owners: Owners
) -> dict[str, tuple[str, str]]:
    """Return the person behind each unresolved account or own address whose name tells it.

    The name must be in full that of one person on the roster, in no shorter form anybody else's,
    and made of words that seldom meet by chance (`MOST_BY_CHANCE`); it must be shown once in its
    chat tool or mail domain; and the person must not have an account or address there already.
    `owners` leads from hashed identities to people.
    """
    groups = _groups(book, owners)
    full, claimed = _claims(roster, key)
    shown = Counter(place for group in groups for place in group.shown())
    taken = {(g.owner, space) for g in groups if g.owner for space in g.spaces}
    taken |= _declared(roster, book)
    found: dict[str, tuple[str, str]] = {}
    for group in groups:
        person = group.person(full, claimed) if group.is_open else ""
        if not person or any(shown[place] > 1 for place in group.shown()):
            continue
        if not any((person, space) in taken for space in group.spaces):
            found[group.root.digest] = (person, RULE)
    return found


@dataclass
class _Group:
    """An address and the accounts that name it, or an account alone."""

    root: Identity
    owner: str = ""
    spaces: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    is_inside: bool = True

    def add(self, identity: Identity, account: Account | None) -> None:
        self.spaces.add(identity.space)
        if account is not None and account.name:
            self.names.add(account.name)
        if account is not None and (account.is_guest or account.is_service or account.is_room):
            self.is_inside = False

    @property
    def is_open(self) -> bool:
        """Return whether nobody has it, and somebody of the organization may."""
        root = self.root
        is_ours = root.is_own or not root.is_address
        is_thing = root.is_role or root.is_machine or root.is_automated
        return not self.owner and self.is_inside and is_ours and not is_thing

    def shown(self) -> Iterable[Place]:
        return [(name, space) for name in self.names for space in self.spaces]

    def person(self, full: Mapping[str, set[str]], claimed: Mapping[str, set[str]]) -> str:
        """Return the one person of this name; "" where none or several may be meant."""
        if len(self.names) != 1:
            return ""
        (name,) = self.names
        bearers = full.get(name, set())
        return next(iter(bearers)) if len(bearers) == 1 and claimed[name] == bearers else ""


def _groups(book: Book, owners: Owners) -> list[_Group]:
    """Every address and account of the book, put with the address that the account names."""
    groups: dict[str, _Group] = {}
    for identity in book.entries:
        account = book.accounts.get(identity.digest)
        root = identity
        if account is not None and account.email and identity.digest not in owners:
            email = book.place(account.email)
            root = book.entries[email] if email != NO_IDENTITY else identity
        group = groups.setdefault(root.digest, _Group(root))
        group.owner = owners.get(root.digest, ("", ""))[0]
        group.add(identity, account)
    for group in groups.values():
        if not group.names and group.root.name:
            group.names = {group.root.name}
    return list(groups.values())


def _claims(roster: Roster, key: Pseudonymiser) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Who bears a name in full, and who bears it in full or in a shorter form."""
    full: dict[str, set[str]] = {}
    claimed: dict[str, set[str]] = {}
    forms = {(s.row.identity, name_forms(s.row.name)) for s in roster.stays if s.row.name}
    n_bearers = Counter(word for _, keys in forms if keys for word in set(keys[0].split()))
    for person, keys in forms:
        for form in keys:
            claimed.setdefault(key.name(form), set()).add(person)
        if keys and _by_chance(keys[0].split(), n_bearers, len(forms)) <= MOST_BY_CHANCE:
            full.setdefault(key.name(keys[0]), set()).add(person)
    return full, claimed


def _by_chance(words: Sequence[str], n_bearers: Mapping[str, int], n_people: int) -> float:
    """How many people of a roster would bear a full name if its words met by chance alone."""
    return n_people * math.prod(n_bearers[word] / n_people for word in words)


def _declared(roster: Roster, book: Book) -> set[Place]:
    """Own domains in which the roster gives somebody an address, seen in an export or not."""
    return {
        (person, f"email:{book.key.domain(domain)}")
        for identity, (person, _) in roster.owners.items()
        if (domain := book.rules.own_domain(identity))
    }
