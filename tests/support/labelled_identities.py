"""A made-up company whose identities are labelled: who is truly behind each address and account.

3,000 people, 6,520 identities. The shares of the kinds of identities are set so that the rules
without names reach the recall that the design measured (.77); the hard cases are planted by hand.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
from labelled_names import ASCII, ENDS, FIRST, LAST, NICKNAMES, STEMS, Person
from numpy.typing import NDArray

from ingest.batches import SEPARATOR
from ingest.people.roster import RosterRow

N_PEOPLE, N_IDENTITIES = 3_000, 6_520
N_OUTSIDE = 330
N_THINGS = 45
OWN_DOMAINS = ("acme.example", "daughter.example")
_OUTSIDE_DOMAINS = ("partner.example", "customer.example", "agency.example")


@dataclass(frozen=True)
class Labelled:
    """One identity as an export gives it, and the label of who is truly behind it.

    `kind` is that of an account; empty where an export names the identity and tells no more.
    """

    identity: str
    truth: str
    case: str
    kind: str = ""
    email: str = ""
    name: str = ""


@dataclass
class LabelledCompany:
    """Roster, alias rows, and every identity seen in the exports with its label."""

    roster: list[RosterRow] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    identities: list[Labelled] = field(default_factory=list)

    def cases(self) -> Counter[str]:
        """Return how many identities there are of each case."""
        return Counter(labelled.case for labelled in self.identities)


def labelled_company(seed: int, *, few_names: bool = False) -> LabelledCompany:
    """Return the labelled company; with few names, thousands share a handful of them."""
    return _Maker(np.random.default_rng(seed), few_names).make()


class _Maker:
    def __init__(self, rng: np.random.Generator, few_names: bool) -> None:
        self.rng = rng
        self.first = FIRST.split()[: 12 if few_names else None]
        joints = ("", "e", "er", "in", "o", "is", "un", "ar")
        made = [a + j + b for j in joints for a in STEMS.split() for b in ENDS.split()]
        last = LAST.split() + made
        self.last = last[: 40 if few_names else None]
        self.company = LabelledCompany()
        self.used: set[str] = set()
        self.n_accounts = 0
        self.sums: dict[int, NDArray[np.float64]] = {}

    def make(self) -> LabelledCompany:
        staff = self._staff()
        outside = self._outsiders(staff)
        for person in staff:
            self._on_roster(person)
            self._see(f"email:{person.email}", person.label, "roster_email")
        for person in outside:
            self._see(f"email:{person.email}", person.label, "outside_email")
        self._things(staff)
        self._hard_cases(staff, outside)
        self._common_cases(staff, outside)
        return self.company

    def _staff(self) -> list[Person]:
        people: list[Person] = []
        n = N_PEOPLE - N_OUTSIDE
        for i in range(n):
            first, last = self._pick(self.first), self._pick(self.last)
            if i >= n - 60:  # the last 60 bear the names of the first 60
                first, last = people[i - (n - 60)].first, people[i - (n - 60)].last
            people.append(Person(f"E{i:04d}", first, last, self._address(first, last)))
        return people

    def _outsiders(self, staff: list[Person]) -> list[Person]:
        people: list[Person] = []
        for i in range(N_OUTSIDE):
            twin = staff[200 + i] if i < 60 else None  # 60 share the name of an employee
            first = twin.first if twin else self._pick(self.first)
            last = twin.last if twin else self._pick(self.last)
            domain = _OUTSIDE_DOMAINS[i % len(_OUTSIDE_DOMAINS)]
            people.append(Person(f"X{i:04d}", first, last, self._address(first, last, domain)))
        return people

    def _on_roster(self, person: Person) -> None:
        written = f"{person.last}, {person.first}" if self.rng.random() < 0.5 else person.name
        row = RosterRow(
            line=len(self.company.roster) + 2,
            employee_id=person.label,
            email=person.email,
            aliases=None,
            units="Acme" + SEPARATOR + f"Team {len(self.company.roster) % 90}",
            manager=None,
            valid_from_day=None,
            start_day=18_000,
            end_day=None,
            level=None,
            role_family=None,
            site=None,
            work_mode=None,
            time_zone=None,
            leave_from_day=None,
            leave_to_day=None,
            name=written,
        )
        self.company.roster.append(row)

    def _things(self, staff: list[Person]) -> None:
        """Role mailboxes, rooms and bots; ten of them show the name of the person on duty."""
        words = ("info", "support", "vertrieb", "segreteria", "accueil", "ventas", "suporte", "hr")
        for i in range(N_THINGS):
            if i < 24:
                local = f"{words[i % len(words)]}{i // len(words) + 1}"
                name = staff[i].name if i < 10 else ""
                kind = "person" if name else ""
                self._see(f"email:{local}@acme.example", f"T{i}", "role", kind, "", name)
            elif i < 36:
                self._account(f"T{i}", "room", "tool", kind="room", name=f"Room Verdi {i}")
            else:
                self._account(f"T{i}", "bot", "slack", kind="service", name="Deploy Bot")

    def _hard_cases(self, staff: list[Person], outside: list[Person]) -> None:
        n = len(staff)
        for i in range(60):  # same full name twice on the roster: one shows up without an address
            who = staff[i] if i % 2 else staff[n - 60 + i]
            self._account(who.label, "namesake", "tool", name=who.name)
        for i in range(60, 75):  # father and son: the son does not show that he is one
            father, son = staff[i], staff[n - 61 - (i - 60)]
            self._rename(son, f"{father.first} {father.last} Jr.")
            self._account(son.label, "son", "tool", name=father.name)
        for i in range(75, 90):  # Anna Maria Rossi calls herself Anna Rossi, who is another
            whole, short = staff[n - 161 - (i - 75)], staff[i]
            self._rename(whole, f"{short.first} Vera {short.last}")
            self._account(whole.label, "short_form", "tool", name=short.name)
        for i in range(90, 130):  # married: the account keeps the old surname
            who, hired = staff[i], staff[n - 261 - (i - 90)]
            born = hired.last if i < 105 else self._pick(self.last)
            if i < 105:  # which is now the full name of somebody hired later
                self._rename(hired, f"{who.first} {born}")
            if i < 104:  # and all of these but one have an account of their own there
                self._account(hired.label, "hired_later", "tool", name=f"{who.first} {born}")
            self._account(who.label, "married", "tool", name=f"{who.first} {born}")
        self._hard_outsiders(staff, outside)

    def _hard_outsiders(self, staff: list[Person], outside: list[Person]) -> None:
        for i, person in enumerate(outside[:60]):  # outsiders with the name of an employee
            twin = staff[200 + i]
            if i % 3 == 0:
                self._account(person.label, "outside_namesake", "slack", kind="guest",
                              email=person.email, name=person.name)  # fmt: skip
            elif i % 3 == 1:
                self._account(person.label, "outside_marked", "tool", name=f"{person.name} (ext.)")
            else:
                self._account(person.label, "outside_unmarked", "tool", name=person.name)
                self._account(twin.label, "twin_inside", "tool", name=twin.name)
        for i in range(260, 290):  # who left had the plain address: the new one has a number
            who = staff[i]
            local = who.email.partition("@")[0]
            self._see(f"email:{local.rstrip('0123456789')}.{i}@acme.example", f"L{i}", "leaver")

    def _common_cases(self, staff: list[Person], outside: list[Person]) -> None:
        """Identities as they come in every company, until the number is full."""
        cases = (
            (self._spelling, 62), (self._alias, 42), (self._slack, 67), (self._tool_by_name, 15),
            (self._nickname, 6), (self._old_address, 3), (self._private, 3), (self._daughter, 2),
        )  # fmt: skip
        chances = np.array([float(chance) for _, chance in cases])
        draws = self.rng.choice(len(cases), 40_000, p=chances / chances.sum())
        places = self.rng.integers(300, len(staff) - 300, 40_000)
        for draw, place in zip(draws, places, strict=True):
            if len(self.company.identities) >= N_IDENTITIES:
                break
            if self.rng.random() < 0.05:
                person = outside[int(self.rng.integers(60, len(outside)))]
                self._see(_plus(person.email, self.rng), person.label, "outside_spelling")
                continue
            cases[int(draw)][0](staff[int(place)])

    def _spelling(self, who: Person) -> None:
        local, _, domain = who.email.partition("@")
        forms = (
            f"email:{local.title()}@{domain.upper()}",
            _plus(who.email, self.rng),
            f"email:{local}@acme.mail.onmicrosoft.com",
            f"email:smtp:{who.email}",
            f"email:SRS0=ab=cd={domain}={local}@relay.example",
        )
        self._see(forms[int(self.rng.integers(len(forms)))], who.label, "spelling")

    def _alias(self, who: Person) -> None:
        alias = f"{who.first[0]}{who.last}{who.label[1:]}@daughter.example".translate(
            ASCII
        ).lower()
        if self._see(f"email:{alias}", who.label, "alias"):
            self.company.aliases.append((who.label, alias))

    def _slack(self, who: Person) -> None:
        self._account(who.label, "chat_with_email", "slack", email=who.email, name=who.name)

    def _tool_by_name(self, who: Person) -> None:
        shown = (
            who.name,
            f"{who.last}, {who.first}",
            f"Dr. {who.name}",
            f"{who.first.upper()} {who.last.upper()}",
            f"{who.name} (she/her)",
        )[int(self.rng.integers(5))]
        self._account(who.label, "chat_by_name", "tool", name=shown)

    def _nickname(self, who: Person) -> None:
        nick = NICKNAMES.get(who.first, who.first[:3])
        self._account(who.label, "nickname", "tool", name=f"{nick} {who.last}")

    def _old_address(self, who: Person) -> None:
        old = self._pick(self.last)
        self._see(f"email:{self._address(who.first, old)}", who.label, "old_address")

    def _private(self, who: Person) -> None:
        local = f"{who.first}{who.last}{who.label[1:]}".translate(ASCII).lower()
        self._see(f"email:{local}@gmail.com", who.label, "private_address")

    def _daughter(self, who: Person) -> None:
        address = self._address(who.first, who.last, "daughter.example")
        self._see(f"email:{address}", who.label, "undeclared_alias")

    def _account(
        self, truth: str, case: str, tool: str, *, kind: str = "person", email: str = "", name: str
    ) -> None:
        # One account a person and tool, but for the cases that are planted.
        if f"{tool}:{truth}" in self.used and not case.startswith(("married", "outside")):
            return
        self.used.add(f"{tool}:{truth}")
        self.n_accounts += 1
        prefix = f"slack:T1:U{self.n_accounts}" if tool == "slack" else f"zulip:{self.n_accounts}"
        self._see(prefix, truth, case, kind, email, name)

    def _see(
        self, identity: str, truth: str, case: str, kind: str = "", email: str = "", name: str = ""
    ) -> bool:
        if identity in self.used:
            return False
        self.used.add(identity)
        self.company.identities.append(Labelled(identity, truth, case, kind, email, name))
        return True

    def _rename(self, who: Person, name: str) -> None:
        place = next(
            n for n, row in enumerate(self.company.roster) if row.employee_id == who.label
        )
        self.company.roster[place] = replace(self.company.roster[place], name=name)

    def _address(self, first: str, last: str, domain: str = OWN_DOMAINS[0]) -> str:
        local = f"{first}.{last}".translate(ASCII).lower().strip(".")
        n = 1
        while (address := f"{local}{n if n > 1 else ''}@{domain}") in self.used:
            n += 1
        self.used.add(address)
        return address

    def _pick(self, names: list[str]) -> str:
        # Names are as uneven as in life: the first on the list are the commonest.
        if len(names) not in self.sums:
            self.sums[len(names)] = np.cumsum(1 / np.arange(1, len(names) + 1) ** 0.35)
        sums = self.sums[len(names)]
        return names[int(np.searchsorted(sums, self.rng.random() * sums[-1]))]


def _plus(email: str, rng: np.random.Generator) -> str:
    local, _, domain = email.partition("@")
    return f"email:{local}+{'abcdefgh'[int(rng.integers(8))]}@{domain}"
