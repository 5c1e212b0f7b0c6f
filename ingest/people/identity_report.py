"""The identity report: how much could be resolved, by which rule, and where the roster has gaps.

It names rules, readers and own mail domains; never an address or a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.engine import Engine
from core.store import Json
from core.tables.canonical import IDENTITIES, MESSAGES, PEOPLE
from ingest.people.book import Book
from ingest.people.parties import Parties

UNRESOLVED = "unresolved"
RULES: Mapping[str, str] = {
    "roster_id": "employee id of the roster",
    "roster_email": "address of the roster",
    "alias": "alias of the roster or the alias file",
    "account_email": "address of a chat account",
    "unique_name": "full name that one person alone bears",
    "account": "bot, room or guest by its account",
    "machine_address": "address that sends by itself",
    "role_address": "mailbox of a role, a list or a room",
    "outside_address": "address outside the organization",
    UNRESOLVED: "nobody's: left for the review",
}
_TOP_DOMAINS = 10
_LARGE = 10

# Traffic inside the organization: both ends on the roster, or unresolved and perhaps of it. Few
# people are marked first, so that each message is joined to two marks and no more.
BY_SOURCE = """
with marked as (
    select person_id, 1 as is_staff from people where kind = 'employee'
    union all
    select person_id, 0 as is_staff from identities where rule = 'unresolved'
),
ours as (
    select person_id, max(is_staff) as is_staff from marked group by person_id
)
select m.source, cast(sum(s.is_staff * r.is_staff) as bigint) as n_resolved, count(*) as n
from messages as m
join ours as s on m.sender_id = s.person_id
join ours as r on m.recipient_id = r.person_id
group by m.source order by m.source
"""
SIZES = """
with sizes as (select person_id, count(*) as size from identities group by person_id)
select size, count(*) as n from sizes group by size order by size
"""
BY_RULE = "select rule, count(*) as n from identities group by rule order by rule"


@dataclass(frozen=True)
class IdentityReport:
    """What became of the identities of a run.

    `by_source` gives, by reader, how much was resolved and out of how much: rows of messages in a
    finished run, identities where only the exports were read. `domains` counts unresolved
    addresses by own domain; it is empty where the domains have been forgotten.
    """

    by_source: Mapping[str, tuple[int, int]]
    by_rule: Mapping[str, int]
    sizes: Mapping[int, int]
    domains: Mapping[str, int] = field(default_factory=dict)
    unit: str = "rows"

    def source_lines(self) -> list[str]:
        """Return the resolved share of each source as it is printed."""
        return [
            f"  {source}: {resolved / total:.1%} of {total:,} {self.unit} inside the organization"
            for source, (resolved, total) in sorted(self.by_source.items())
            if total
        ]

    def as_json(self) -> dict[str, Json]:
        """Return the report for the private manifest; no domain."""
        return {
            "by_source": {source: list(counts) for source, counts in self.by_source.items()},
            "by_rule": dict(self.by_rule),
            "sizes": {str(size): n for size, n in self.sizes.items()},
        }

    def lines(self) -> list[str]:
        """Return the report as it is printed."""
        n = sum(self.by_rule.values())
        out = [f"Identities: {n:,}. Resolved to the roster, by source:", *self.source_lines()]
        out.append("By rule:")
        known = [rule for rule in RULES if self.by_rule.get(rule)]
        out += [f"  {self.by_rule[rule]:,} {RULES[rule]} ({rule})" for rule in known]
        out.append("Identities of one party:")
        out += [f"  {size}: {count:,} parties" for size, count in _banded(self.sizes).items()]
        if self.domains:
            out.append("Own domains with addresses that are on no roster:")
            top = sorted(self.domains.items(), key=lambda item: (-item[1], item[0]))
            out += [f"  {domain}: {count:,}" for domain, count in top[:_TOP_DOMAINS]]
        return out


NOTHING_SEEN = IdentityReport({}, {}, {})


def report_of_run(
    canonical: Path, engine: Engine, domains: Mapping[str, int] | None = None
) -> IdentityReport:
    """Return the identity report of a run from its private tables; these know no domains."""
    identities = IDENTITIES.path(canonical)
    tables = {
        "messages": MESSAGES.path(canonical),
        "people": PEOPLE.path(canonical),
        "identities": identities,
    }
    shares = engine.fetch(BY_SOURCE, tables).itertuples(index=False)
    by_rule = engine.fetch(BY_RULE, {"identities": identities}).itertuples(index=False)
    sizes = engine.fetch(SIZES, {"identities": identities}).itertuples(index=False)
    return IdentityReport(
        {str(source): (int(resolved), int(n)) for source, resolved, n in shares},
        {str(rule): int(n) for rule, n in by_rule},
        {int(size): int(n) for size, n in sizes},
        domains or {},
        unit="rows of messages",
    )


def report_of_book(
    book: Book, parties: Parties, by_source: Mapping[str, Iterable[int]]
) -> IdentityReport:
    """Return the identity report of exports that were read, and nothing more done with them.

    `by_source` gives the numbers of the identities that each source names.
    """
    sizes = Counter(Counter(parties.party_of.tolist()).values())
    return IdentityReport(
        {source: _resolved(parties, numbers) for source, numbers in by_source.items()},
        Counter(parties.rules),
        dict(sorted(sizes.items())),
        unresolved_domains(book, parties),
        unit="identities",
    )


def unresolved_domains(book: Book, parties: Parties) -> dict[str, int]:
    """Return how many addresses of each own domain are on no roster."""
    return dict(
        Counter(
            book.own_domain(entry)
            for entry, rule in zip(book.entries, parties.rules, strict=True)
            if rule == UNRESOLVED and entry.is_own
        )
    )


def _resolved(parties: Parties, numbers: Iterable[int]) -> tuple[int, int]:
    seen = list(numbers)
    staff = sum(parties.parties[parties.party_of[n]].kind == "employee" for n in seen)
    return staff, staff + sum(parties.rules[n] == UNRESOLVED for n in seen)


def _banded(sizes: Mapping[int, int]) -> dict[str, int]:
    """Sizes one by one up to nine; larger ones together."""
    small = {str(size): n for size, n in sorted(sizes.items()) if size < _LARGE}
    large = sum(n for size, n in sizes.items() if size >= _LARGE)
    return small | ({f"{_LARGE} or more": large} if large else {})
