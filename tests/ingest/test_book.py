"""The book of identities: one number for all spellings, and nothing kept in clear."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from ingest.keys.pseudonyms import Pseudonymiser
from ingest.people.book import Account, Book
from ingest.people.kinds import kind_rules

KEY = Pseudonymiser(bytes(range(32)))
RULES = kind_rules(
    ("acme.example",), (("customer", ("big.example",)),), ("works council",), (("bot@x.org",), ())
)
ROW = {
    "email": "ana@acme.example",
    "kind": "person",
    "time_zone": "Europe/Rome",
    "name": "Ana Rossi",
}


def test_spellings_lead_to_one_number_and_no_identity_to_none() -> None:
    book = Book(KEY, RULES)
    assert book.number("email:Ana@acme.example") == book.number("email:ana@ACME.example") == 0
    assert book.number("email:bruno@acme.example") == 1
    assert book.number("email:nobody") == -1


def test_two_exports_of_one_account_fill_each_others_gaps_in_either_order() -> None:
    full, bare = Account("digest", "name", time_zone="Europe/Rome"), Account(is_service=True)
    assert full.filled_from(bare) == bare.filled_from(full)


def test_what_the_rules_say_of_an_address_is_kept_and_the_address_is_not() -> None:
    book = Book(KEY, RULES)
    book.number("email:works.council@acme.example")
    book.number("email:kim@big.example")
    book.number("email:bot@x.org")
    council, customer, bot = book.entries
    assert (council.is_excluded, council.is_own) == (True, True)
    assert council.domain == KEY.domain("acme.example")
    assert book.own_domain(council) == "acme.example"
    assert (customer.stakeholder, customer.domain) == ("customer", "")
    assert bot.is_automated
    assert council.digest == KEY.identity("email:works.council@acme.example")


@given(st.lists(st.sampled_from(["email:a@x.org", "email:b@x.org", "slack:T:U1"]), min_size=1))
def test_joining_books_gives_the_numbers_of_one_book(identities: list[str]) -> None:
    """Half of the identities in one book, half in another, against all of them in one."""
    one, two, whole = Book(KEY, RULES), Book(KEY, RULES), Book(KEY, RULES)
    half = len(identities) // 2
    for book, part in ((one, identities[:half]), (two, identities[half:]), (whole, identities)):
        for identity in part:
            book.number(identity)
    joined = Book(KEY, RULES)
    first, second = joined.join(one), joined.join(two)
    assert joined.entries == whole.entries
    assert [joined.entries[n] for n in first] == one.entries
    assert [joined.entries[n] for n in second] == two.entries


def test_an_account_is_kept_without_its_address_and_its_name() -> None:
    book = Book(KEY, RULES)
    book.add_account("slack:T1:U1", dict(ROW))
    kept = str([asdict(entry) for entry in book.entries]) + str(book.accounts)
    assert "ana@" not in kept.lower()
    assert "Ana Rossi" not in kept
    account = book.accounts[KEY.identity("slack:T1:U1")]
    assert account.email == KEY.identity("email:ana@acme.example")
    assert account.name
