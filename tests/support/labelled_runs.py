"""The product's own resolution run over the labelled company."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from identity_scores import Scores, scores
from labelled_identities import OWN_DOMAINS, LabelledCompany

from ingest.keys.pseudonyms import Pseudonymiser
from ingest.limits import Limits
from ingest.people.aliases import add_aliases
from ingest.people.book import Book
from ingest.people.everybody import resolve
from ingest.people.kinds import kind_rules
from ingest.people.parties import Parties
from ingest.people.roster import Roster, put_together
from ingest.people.suggested_identities import Suggestion, Unresolved, candidates_of, suggestions
from ingest.tally import Tally

KEY = Pseudonymiser(bytes(range(32)))


@dataclass(frozen=True)
class Resolved:
    """Who the product takes each labelled identity for, and how right it is."""

    company: LabelledCompany
    book: Book
    roster: Roster
    parties: Parties
    numbers: list[int]

    @property
    def scores(self) -> Scores:
        """Return precision, recall and the rest, of the automatic merges alone."""
        places = self.parties.party_of
        found = [int(places[n]) if n >= 0 else -1 - i for i, n in enumerate(self.numbers)]
        return scores([labelled.truth for labelled in self.company.identities], found)

    def rules(self) -> list[str]:
        """Return the rule that decided, in the order of the labelled identities."""
        return [self.parties.rules[n] for n in self.numbers]

    def suggested(self) -> list[tuple[Suggestion, bool]]:
        """Return the review queue, each suggestion with whether it is right."""
        waiting, truth = [], {}
        for labelled, number, rule in zip(
            self.company.identities, self.numbers, self.rules(), strict=True
        ):
            if rule == "unresolved":
                space = self.book.entries[number].space
                waiting.append(Unresolved(labelled.identity, labelled.name, space))
                truth[labelled.identity] = labelled.truth
        queue = suggestions(waiting, candidates_of(self.roster), self._taken())
        return [(found, truth[found.identity] == found.person_id) for found in queue]

    def _taken(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for entry, place in zip(self.book.entries, self.parties.party_of, strict=True):
            person = self.parties.parties[place].identity.removeprefix("id:")
            found.setdefault(person, set()).add(entry.space)
        return {person: frozenset(spaces) for person, spaces in found.items()}


def resolved(company: LabelledCompany, folder: Path, *, is_complete: bool) -> Resolved:
    """Return what the product makes of a labelled company; the alias file is written to read."""
    rules = kind_rules(OWN_DOMAINS, (), (), ((), ()))
    roster = put_together([(Tally("roster.csv", Limits()), company.roster)], OWN_DOMAINS)
    roster.is_complete = is_complete
    aliases = folder / "aliases.csv"
    with aliases.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("person_id", "alias"), *company.aliases])
    add_aliases(roster, aliases, OWN_DOMAINS, Limits())
    book = Book(KEY, rules)
    for labelled in company.identities:
        book.number(labelled.identity)
        if labelled.kind:
            row = {
                "email": labelled.email or None,
                "kind": labelled.kind,
                "name": labelled.name,
                "time_zone": None,
            }
            book.add_account(labelled.identity, row)
    parties = resolve(book, roster, rules, KEY)
    numbers = [book.number(labelled.identity) for labelled in company.identities]
    return Resolved(company, book, roster, parties, numbers)
