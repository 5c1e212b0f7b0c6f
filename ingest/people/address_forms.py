"""Addresses that mail systems rewrite: unwrapped to the address that somebody was given."""

from __future__ import annotations

import re

LONGEST_X500 = 1_000
_SCHEMES = ("mailto:", "smtp:", "sip:", "x500:", "ex:")
# Sender rewriting: the domain and the local part stand at the end, behind a hash and a day.
_SRS = (
    re.compile(r"srs0[=+-][^=]*=[^=]*=([^=]+)=(.+)"),
    re.compile(r"srs1[=+-][^=]*=[^=]*=[=+-][^=]*=[^=]*=([^=]+)=(.+)"),
    re.compile(r"[^+]+\+srs=[^=]*=[^=]*=([^=]+)=(.+)"),
)
# Bounce addresses of mailing lists hold the recipient, "kim=partner.example".
_VERP = re.compile(
    r"(?:[\w.]{1,64}-)?(?:bounces?|return|owner|errors?)(?:[+-]\d{1,20})?[+-]"
    r"(.+)=([^=]+\.[^=]+)"
)
# Bounce tags: "prvs=1234abcdef=kim@partner.example".
_TAGGED = re.compile(r"(?:prvs|btv1)==?[^=]+==?(.+)")
# Guests of a tenant: "kim_partner.example#EXT#@acme.onmicrosoft.com".
_GUEST = re.compile(r"(.+)_([^_]+\.[^_]+)#ext#")
_ESCAPE = re.compile(r"\+([0-9a-f]{2})")
_SPACE = re.compile(r"\s+")
_NO_MAILBOX = ("x400:", "eum:", "spo:", "cloud-", "notes:", "ccmail:", "ms:", "fax:", "tel:")


def bare_address(text: str) -> str:
    """Return an address in lower case without scheme, angle brackets and quotes around it."""
    bare = text.strip("<>'\"; \t").lower()
    while scheme := next((s for s in _SCHEMES if bare.startswith(s)), ""):
        bare = bare[len(scheme) :].strip()
    return bare


def x500_of(bare: str) -> str:
    """Return the directory name that an address holds, as it stands in a roster; "" for none.

    Outlook writes "/o=CORP/ou=.../cn=ANA"; mail that leaves the organization carries the same
    packed, as "IMCEAEX-_o=CORP_ou=..._cn=ANA@corp.example".
    """
    text = bare
    if text.startswith("imceaex-"):
        packed = text.removeprefix("imceaex-").rpartition("@")[0] or text[len("imceaex-") :]
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)).lower(), packed.replace("_", "/"))
    if not text.startswith("/o=") or len(text) > LONGEST_X500:
        return ""
    return _SPACE.sub(" ", text).strip()


def unwrapped(local: str, domain: str) -> tuple[str, str]:
    """Return the local part and domain behind rewriting by forwarders, lists and tenants."""
    while True:
        found = _unwrapped_once(local, domain)
        if found == (local, domain):
            return found
        local, domain = found


def addresses_in(cell: str) -> list[str]:
    """Return the addresses of a cell such as proxyAddresses: mail, chat and directory names.

    Takes "SMTP:ana@corp.example;smtp:a@corp.example;X500:/o=Corp/cn=ana", with semicolons, commas
    or lines between them; directory names may hold spaces. Names of other systems are left out.
    """
    parts = re.split(r"[;|\n\r]+|,(?=\s*(?:[\w-]+:|[^\s,;@=/]+@))|\s+(?=[^\s;,]+@)", cell)
    cleaned = (part.strip().strip(",").strip() for part in parts)
    return [
        part
        for part in cleaned
        if part
        and not part.lower().startswith(_NO_MAILBOX)
        and ("@" in part or x500_of(bare_address(part)))
    ]


def _unwrapped_once(local: str, domain: str) -> tuple[str, str]:
    for pattern in _SRS:
        if found := pattern.fullmatch(local):
            return found[2], found[1]
    if (found := _VERP.fullmatch(local)) or (found := _GUEST.fullmatch(local)):
        return found[1], found[2]
    if found := _TAGGED.fullmatch(local):
        return found[1], domain
    return local, domain
