"""Canonical addresses, registrable domains, kinds of parties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from ingest.people.identity import canonical, registrable_domain
from ingest.people.kinds import is_machine, is_role_mailbox, kind_rules


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("email:Ana.Rossi@ACME.example ", "email:ana.rossi@acme.example"),
        ("email:ana+news@acme.example", "email:ana@acme.example"),
        ("email:a.n.a@gmail.com", "email:ana@gmail.com"),
        ("email:ana@googlemail.com", "email:ana@gmail.com"),
        ("email:a.n.a@acme.example", "email:a.n.a@acme.example"),  # dots are kept elsewhere
        ("email:<ana@acme.example>", "email:ana@acme.example"),
        ("email:mailto:ana@acme.example", "email:ana@acme.example"),
        ("email:ana@bücher.example", "email:ana@xn--bcher-kva.example"),
        ("email:A\u0301na@acme.example", "email:ána@acme.example"),
        ("email:SRS0=xx=yy=partner.example=kim@acme.example", "email:kim@partner.example"),
        ("email:bounces+kim=partner.example@list.example", "email:kim@partner.example"),
        ("email:ana@acme.mail.onmicrosoft.com", "email:ana@acme.example"),
        ("email:ana@other.onmicrosoft.com", "email:ana@other.onmicrosoft.com"),
        ("email:/O=CORP/CN=ANA", "x500:/o=corp/cn=ana"),
        ("email:no address", ""),
        ("email:", ""),
        ("id: 0007 ", "id:0007"),
        ("id:7", "id:7"),
        ("slack:T1:U1", "slack:T1:U1"),
    ],
)
def test_spellings_of_an_identity_become_one(given_: str, expected: str) -> None:
    assert canonical(given_, ("acme.example",)) == expected


@given(st.emails())
def test_a_canonical_identity_stays_as_it_is(address: str) -> None:
    once = canonical(f"email:{address}")
    assert canonical(once) == once


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("mail.acme.co.uk", "acme.co.uk"),
        ("co.uk", ""),
        ("acme.com", "acme.com"),
        ("acme.onmicrosoft.com", "acme.onmicrosoft.com"),
        ("acme.mail.onmicrosoft.com", "acme.onmicrosoft.com"),
        ("acme.slack.com", "acme.slack.com"),
        ("localhost", ""),
    ],
)
def test_one_organization_holds_one_registrable_domain(domain: str, expected: str) -> None:
    assert registrable_domain(domain) == expected


@pytest.mark.parametrize(
    "local",
    ["no-reply", "noreply", "do-not-reply", "donotreply", "MAILER-DAEMON", "postmaster", "bounce",
     "bounces-7", "notification", "alerts", "HealthMailbox12ab", "noreply-hr"],
)  # fmt: skip
def test_mailboxes_that_send_by_themselves_are_machines(local: str) -> None:
    assert is_machine(canonical(f"email:{local}@acme.example"))


@pytest.mark.parametrize("local", ["reply", "norbert", "alerta.rossi", "info", "ana"])
def test_other_mailboxes_are_no_machines(local: str) -> None:
    assert not is_machine(canonical(f"email:{local}@acme.example"))


def test_a_role_mailbox_is_no_person() -> None:
    assert is_role_mailbox("email:info@acme.example")
    assert not is_role_mailbox("email:ana@acme.example")


def test_the_first_declared_domain_gives_the_stakeholder_class() -> None:
    rules = kind_rules(
        (), (("customer", ("big.example",)), ("partner", ("lab.big.example",))), (), ((), ())
    )
    assert rules.stakeholder("email:kim@lab.big.example") == "customer"
    assert rules.stakeholder("email:kim@notbig.example") == "other"


@pytest.mark.parametrize(
    "role", ["Works Council", "works-council", "works_council@ACME.example", "WORKS COUNCIL"]
)
def test_excluded_roles_are_known_by_unit_function_or_mailbox(role: str) -> None:
    rules = kind_rules((), (), (role,), ((), ()))
    if "@" in role:
        assert rules.is_excluded("email:works_council@acme.example")
    else:
        assert rules.is_excluded("email:works.council@acme.example")
        assert rules.is_excluded("id:1", "Works council")
    assert not rules.is_excluded("id:1", "Fleet", None, "")


def test_a_public_suffix_and_an_unknown_class_are_refused() -> None:
    with pytest.raises(ConfigError, match="E-CONFIG-011"):
        kind_rules(("co.uk",), (), (), ((), ()))
    with pytest.raises(ConfigError, match="E-CONFIG-012"):
        kind_rules((), (("friend", ("a.example",)),), (), ((), ()))
