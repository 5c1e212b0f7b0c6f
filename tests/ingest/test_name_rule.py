"""Giving accounts to the one person of their full name, and leaving every doubt alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labelled_runs import KEY

from ingest.batches import TABLES
from ingest.limits import Limits
from ingest.people.book import Book
from ingest.people.everybody import resolve
from ingest.people.kinds import kind_rules
from ingest.people.roster import Roster, RosterRow, put_together
from ingest.tally import Tally

OWN = ("acme.example",)
NOTHING = dict.fromkeys(name for name in TABLES["people"].names if name != "line")
# Words of made-up people, so that chance meetings are as rare as on a real roster.
CROWD = [f"{a}a {b}o" for a, b in zip("bcdfghjklm", "nprstvwxzy", strict=True)]


def row(person: str, name: str, email: str = "") -> RosterRow:
    given = NOTHING | {"employee_id": person, "name": name, "email": email or None}
    return RosterRow(line=2, **given)  # type: ignore[arg-type]


def roster(*rows: RosterRow) -> Roster:
    crowd = [row(f"C{n}", f"Crowd{name}") for n, name in enumerate(CROWD * 3)]
    crowd = [replace(r, name=f"{r.name}{n}x".translate(str.maketrans("0123456789", "abcdefghij")))
             for n, r in enumerate(crowd)]  # fmt: skip
    found = put_together([(Tally("roster.csv", Limits()), [*rows, *crowd])], OWN)
    found.is_complete = True
    return found


def rule_of(roster: Roster, asked: str, *accounts: tuple[str, str, str, str]) -> str:
    """The rule that decides about one identity; accounts are (identity, name, kind, e-mail)."""
    rules = kind_rules(OWN, (), (), ((), ()))
    book = Book(KEY, rules)
    for identity, name, kind, email in accounts:
        details = {"email": email or None, "kind": kind, "name": name, "time_zone": None}
        book.add_account(identity, details)
    number = book.number(asked)
    return resolve(book, roster, rules, KEY).rules[number]


ANNA = row("E1", "Rossi, Anna", "a.rossi@acme.example")


def test_the_only_account_of_the_only_bearer_is_hers() -> None:
    account = ("zulip:1", "Dr. Anna ROSSI", "person", "")
    assert rule_of(roster(ANNA), "zulip:1", account) == "unique_name"


def test_an_own_address_that_spells_the_name_is_hers_in_another_domain_only() -> None:
    known = roster(row("E1", "Rossi, Anna", "arossi@old.example"))
    assert rule_of(known, "email:anna.rossi@acme.example") == "unique_name"
    # With an address in that domain already, the other one may be somebody's who left.
    assert rule_of(roster(ANNA), "email:anna.rossi@acme.example") == "unresolved"


@pytest.mark.parametrize(
    ("others", "accounts"),
    [
        ([row("E2", "Anna Rossi")], [("zulip:1", "Anna Rossi", "person", "")]),
        ([row("E2", "Anna Rossi Jr.")], [("zulip:1", "Anna Rossi", "person", "")]),
        ([row("E2", "Anna Maria Rossi")], [("zulip:1", "Anna Rossi", "person", "")]),
        ([], [("zulip:1", "Anna Rossi", "person", ""), ("zulip:2", "Rossi Anna", "person", "")]),
        ([], [("zulip:1", "Anna Rossi", "person", ""),
              ("zulip:2", "A.", "person", "a.rossi@acme.example")]),
        ([], [("zulip:1", "Anna Rossi (External)", "person", "")]),
        ([], [("zulip:1", "Anna Rossi", "guest", "")]),
        ([], [("zulip:1", "Anna Rossi", "service", "")]),
        ([], [("zulip:1", "Anna", "person", "")]),
        ([], [("zulip:1", "Anna Rossi", "person", "anna@gmail.com")]),
    ],
    ids=["namesake", "daughter", "short_form", "two_accounts", "has_one_already", "marked_outside",
         "guest", "bot", "one_word", "private_address"],
)  # fmt: skip
def test_every_doubt_leaves_the_account_alone(
    others: list[RosterRow], accounts: list[tuple[str, str, str, str]]
) -> None:
    assert rule_of(roster(ANNA, *others), "zulip:1", *accounts) != "unique_name"


def test_a_name_of_common_words_tells_nobody() -> None:
    # 40 people: 20 called Anna, 20 called Rossi: chance alone gives 20 * 20 / 40 = 10 of them.
    crowd = [row(f"F{n}", f"Anna Family{chr(97 + n)}") for n in range(19)]
    crowd += [row(f"G{n}", f"Given{chr(97 + n)} Rossi") for n in range(19)]
    assert rule_of(roster(ANNA), "zulip:1", ("zulip:1", "Anna Rossi", "person", "")) != ""
    found = rule_of(roster(ANNA, *crowd), "zulip:1", ("zulip:1", "Anna Rossi", "person", ""))
    assert found == "unresolved"


def test_an_incomplete_roster_lets_no_name_decide() -> None:
    some = roster(ANNA)
    some.is_complete = False
    account = ("zulip:1", "Anna Rossi", "person", "")
    assert rule_of(some, "zulip:1", account) == "unresolved"


def test_a_role_mailbox_that_shows_a_name_stays_a_role() -> None:
    account = ("email:info@acme.example", "Anna Rossi", "person", "")
    assert rule_of(roster(ANNA), "email:info@acme.example", account) == "role_address"
