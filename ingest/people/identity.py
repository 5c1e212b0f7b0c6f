"""Addresses and accounts in canonical form, and the book of all identities seen."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from ingest.people.address_forms import bare_address, unwrapped, x500_of

LONGEST_ADDRESS = 320  # RFC 3696: 64 before the @, 255 behind it
_QUOTES = "'\""
_GMAIL = {"gmail.com", "googlemail.com"}
_KIND = re.compile(r"[a-z][a-z0-9_]{1,19}")
_ADDRESS_SCHEMES = {"mailto", "smtp", "sip", "ex"}
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
# Shared names that the public suffix list does not know: each tenant is its own organization.
_TENANT_SUFFIXES = (
    "onmicrosoft.com",
    "onmicrosoft.us",
    "onmicrosoft.de",
    "partner.onmschina.cn",
    "microsoftonline.com",
    "sharepoint.com",
    "slack.com",
    "zulipchat.com",
    "atlassian.net",
    "zendesk.com",
    "freshdesk.com",
    "service-now.com",
)
_MAIL_TENANTS = (".onmicrosoft.com", ".onmicrosoft.us", ".onmicrosoft.de", ".onmschina.cn")


def canonical(identity: str, own_domains: tuple[str, ...] = ()) -> str:
    """Return one spelling for all spellings of an identity; "" where it is none.

    E-mail: NFC, lower case, IDNA to ASCII, `+tag` dropped, dots kept (dropped for Gmail), SRS,
    VERP and guest names unwrapped, the vendor's tenant domain put back to the one own domain of
    that name. Directory names ("/o=CORP/...") are of the kind x500, packed or not.
    """
    kind, _, value = identity.partition(":")
    text = unicodedata.normalize("NFC", value).strip()
    if kind not in {"email", "x500"}:
        return f"{kind}:{text}" if text else ""
    text = bare_address(text)
    if name := x500_of(text):
        return f"x500:{name}"
    if len(text) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(text):
        return ""
    address = _canonical_address(text, own_domains)
    return f"email:{address}" if _ADDRESS.fullmatch(address) else ""


def typed_identity(text: str) -> str:
    """Return an identity as people write it in a file or an option, with its kind.

    "slack:T1:U1" and "email:a@x" have their kind; "smtp:a@x", "a@x" and "/o=CORP/cn=A" are
    addresses; anything else is an employee's id.
    """
    bare = text.strip()
    kind, colon, _ = bare.partition(":")
    if colon and _KIND.fullmatch(kind) and kind not in _ADDRESS_SCHEMES:
        return bare
    if "@" in bare or x500_of(bare_address(bare)):
        return f"email:{bare}"
    return f"id:{bare}"


def domain_of(identity: str) -> str:
    """Return the domain of a canonical e-mail identity; "" for other kinds."""
    return identity.rpartition("@")[2] if identity.startswith("email:") else ""


def local_part(identity: str) -> str:
    """Return what stands before the @ of a canonical e-mail identity; "" for other kinds."""
    return identity[6:].rpartition("@")[0] if identity.startswith("email:") else ""


@lru_cache(maxsize=65_536)
def registrable_domain(domain: str) -> str:
    """Return the part of a domain that one organization holds; "" for a public suffix.

    Uses the public suffix list shipped with its package, and a table of tenant domains that the
    list does not hold, so that two tenants of one vendor are two organizations.
    """
    bare = domain.rstrip(".").lower()
    labels = bare.split(".")
    for suffix in _TENANT_SUFFIXES:
        n = suffix.count(".") + 1
        if ".".join(labels[-n:]) == suffix and len(labels) > n:
            # "acme.mail.onmicrosoft.com" and "acme.onmicrosoft.com" are one tenant.
            rest = labels[:-n]
            tenant = rest[-2] if rest[-1] == "mail" and len(rest) > 1 else rest[-1]
            return f"{tenant}.{suffix}"
    return "" if "" in labels else _suffixes().privatesuffix(bare) or ""


def is_within(domain: str, declared: tuple[str, ...]) -> bool:
    """Return whether a domain is one of the declared ones or lies below one of them."""
    return any(domain == d or domain.endswith(f".{d}") for d in declared)


def _canonical_address(address: str, own_domains: tuple[str, ...]) -> str:
    local, domain = unwrapped(*address.rsplit("@", 1))
    domain = _ascii_domain(domain.rstrip(f".{_QUOTES}"))
    local = local.strip(_QUOTES)
    local = (local.partition("+")[0] or local).rstrip(_QUOTES)
    if domain in _GMAIL:
        return f"{local.replace('.', '').strip(_QUOTES) or local}@gmail.com"
    return f"{local}@{_accepted_domain(domain, own_domains)}"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _accepted_domain(domain: str, own_domains: tuple[str, ...]) -> str:
    """A tenant's vendor domain equals the own domain that bears its name, where one alone does.

    With "acme.example" and "acme.test" the vendor's "acme" may be either: it stays a tenant.
    """
    tenant = registrable_domain(domain) if domain.endswith(_MAIL_TENANTS) else ""
    if not tenant:
        return domain
    name = tenant.partition(".")[0]
    accepted = [own for own in own_domains if not own.endswith(_MAIL_TENANTS)]
    named = [own for own in accepted if own.partition(".")[0] == name]
    if not named and tenant in own_domains:
        named = accepted  # the tenant itself is declared, under a name of its own
    return named[0] if len(named) == 1 else tenant


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
