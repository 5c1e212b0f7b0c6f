"""Addresses that mail systems rewrite, directory names, and registrable domains."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shared_data import shared_path

from ingest.people.address_forms import addresses_in
from ingest.people.identity import canonical, registrable_domain, typed_identity

OWN = ("acme.example", "daughter.example")
CORP = "/o=corp/ou=exchange administrative group (fydibohf23spdlt)/cn=recipients/cn=ana_r"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("SRS0=xx=yy=partner.example=kim@acme.example", "kim@partner.example"),
        ("SRS0+xx=yy=partner.example=kim@acme.example", "kim@partner.example"),
        ("SRS1=hh=fwd.example==xx=yy=partner.example=kim@b.example", "kim@partner.example"),
        ("ana+SRS=xyz=4S=partner.example=kim@acme.example", "kim@partner.example"),
        ("bounces+kim=partner.example@list.example", "kim@partner.example"),
        ("news-bounces-kim=partner.example@list.example", "kim@partner.example"),
        ("list-return-123-kim=partner.example@list.example", "kim@partner.example"),
        ("prvs=0123abcdef=kim@partner.example", "kim@partner.example"),
        ("kim_partner.example#EXT#@acme.onmicrosoft.com", "kim@partner.example"),
        ("kim_poe_partner.example#EXT#@acme.onmicrosoft.com", "kim_poe@partner.example"),
        ("SMTP:Ana@acme.example", "ana@acme.example"),
        ("sip:ana@acme.example", "ana@acme.example"),
        ('"ana.rossi"@acme.example', "ana.rossi@acme.example"),
        ("+@acme.example", "+@acme.example"),
        ("..@gmail.com", "..@gmail.com"),
        ("ana@acme.example.", "ana@acme.example"),
    ],
)
def test_rewritten_addresses_lead_to_the_one_behind_them(address: str, expected: str) -> None:
    assert canonical(f"email:{address}", OWN) == f"email:{expected}"


@pytest.mark.parametrize(
    ("own_domains", "expected"),
    [
        (("acme.example", "other.example"), "ana@acme.example"),
        # Two own domains bear the tenant's name: the address may be of either, so it stays.
        (("acme.example", "acme.test"), "ana@acme.onmicrosoft.com"),
        # The tenant is declared, and there is one domain that it can stand for.
        (("corp.example", "acme.onmicrosoft.com"), "ana@corp.example"),
        (("corp.example", "daughter.example", "acme.onmicrosoft.com"), "ana@acme.onmicrosoft.com"),
        ((), "ana@acme.onmicrosoft.com"),
    ],
)
def test_a_tenant_domain_equals_the_accepted_domain_where_one_alone_fits(
    own_domains: tuple[str, ...], expected: str
) -> None:
    for domain in ("acme.mail.onmicrosoft.com", "acme.onmicrosoft.com"):
        assert canonical(f"email:ana@{domain}", own_domains) == f"email:{expected}"


@pytest.mark.parametrize(
    "spelling",
    [
        "/o=Corp/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=Ana_R",
        "X500:/o=Corp/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=Ana_R",
        "EX:/O=CORP/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=ANA_R",
        "IMCEAEX-_o=Corp_ou=Exchange+20Administrative+20Group+20+28FYDIBOHF23SPDLT+29"
        "_cn=Recipients_cn=Ana+5FR@corp.example",
    ],
)
def test_a_directory_name_is_one_identity_packed_or_not(spelling: str) -> None:
    assert canonical(f"email:{spelling}") == f"x500:{CORP}"
    assert canonical(f"x500:{CORP}") == f"x500:{CORP}"


_ODD = st.text(st.sampled_from("ab.+=-_#@x0 '\"<>/:éßA"), max_size=40)


@example('0"+@0')
@example('."a@gmail.com')
@example('a@x".')
@given(st.one_of(_ODD, _ODD.map(lambda t: f"srs0={t}"), _ODD.map(lambda t: f"/o={t}")))
def test_whatever_comes_in_a_canonical_identity_stays_as_it_is(text: str) -> None:
    once = canonical(f"email:{text}", OWN)
    assert once == "" or canonical(once, OWN) == once


def test_the_addresses_of_a_directory_cell_are_told_apart() -> None:
    cell = (
        "SMTP:ana@corp.example;smtp:a@corp.example;SIP:ana@corp.example;SPO:SPO_1@SPO_2;"
        "X500:/o=Corp, Inc/ou=First Group/cn=ana;x400:c=de;eum:4711"
    )
    assert addresses_in(cell) == [
        "SMTP:ana@corp.example",
        "smtp:a@corp.example",
        "SIP:ana@corp.example",
        "X500:/o=Corp, Inc/ou=First Group/cn=ana",
    ]
    assert addresses_in("a@x.example, b@x.example c@x.example|d@x.example\ne@x.example") == [
        f"{letter}@x.example" for letter in "abcde"
    ]
    assert addresses_in(" ; , ") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana@acme.example", "email:ana@acme.example"),
        ("smtp:ana@acme.example", "email:smtp:ana@acme.example"),
        ("slack:T1:U1", "slack:T1:U1"),
        ("teams:8:orgid:1", "teams:8:orgid:1"),
        ("X500:/o=Corp/cn=ana", "email:X500:/o=Corp/cn=ana"),
        ("0007", "id:0007"),
    ],
)
def test_identities_in_files_are_given_their_kind(text: str, expected: str) -> None:
    assert typed_identity(text) == expected


def test_registrable_domains_are_those_of_the_suffix_list_s_own_vectors() -> None:
    vectors = shared_path("corpora", "psl", "tests", "tests.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in vectors.splitlines() if line and not line.startswith("//")]
    cases = [(domain, held) for domain, held in lines if domain != "null"]
    wrong = [
        (domain, held, registrable_domain(domain))
        for domain, held in cases
        if registrable_domain(domain) != (held if held != "null" else "")
    ]
    assert len(cases) > 70
    assert wrong == []


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("acme.onmicrosoft.com", "acme.onmicrosoft.com"),
        ("acme.mail.onmicrosoft.com", "acme.onmicrosoft.com"),
        ("acme.partner.onmschina.cn", "acme.partner.onmschina.cn"),
        ("acme.microsoftonline.com", "acme.microsoftonline.com"),
        ("acme.slack.com", "acme.slack.com"),
        ("help.acme.zendesk.com", "acme.zendesk.com"),
        ("slack.com", "slack.com"),
    ],
)
def test_two_tenants_of_one_vendor_are_two_organizations(domain: str, expected: str) -> None:
    assert registrable_domain(domain) == expected
