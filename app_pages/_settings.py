"""Settings of the sign-in, read anew on every rerun: who is let in, and as what."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import ConfigError
from core.roles import ROLES

_AUTH = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_REQUIRED = ("issuer", "role_claim", "roles")
_KNOWN = (
    *_REQUIRED,
    *("audience", "tenant_claim", "tenant", "verified_claim", "unit_claim", "units", "revoked"),
)
_SECRET = 32  # characters of a cookie secret: less could be guessed
NOT_SENT = "not sent"
"""As `verified_claim`: the provider says nothing of the address; its tenant vouches for it."""


@dataclass(frozen=True)
class SignIn:
    """Who is let in: the provider that must have spoken, and what its claims give."""

    issuer: str
    audience: str
    role_claim: str
    roles: Mapping[str, str]
    tenant_claim: str
    tenant: str
    verified_claim: str
    unit_claim: str
    units: Mapping[str, str]
    revoked: frozenset[str]


def read_sign_in(files: Iterable[str]) -> SignIn | None:
    """Return the settings, or None where no provider is named at all.

    Raises `ConfigError` where a sign-in is begun and not finished: then nobody is let in. The
    text names keys, never what stands in them.
    """
    found = _merged(files)
    auth, access = _section(found, "auth"), _section(_section(found, "isotherm"), "access")
    if not auth and not access:
        return None
    problems = [*_auth_problems(auth), *_access_problems(access)]
    if problems:
        raise ConfigError(
            f"The sign-in is set up in part: {'; '.join(problems)}.",
            code="E-ACCESS-001",
            hint="Nobody is let in until the Streamlit secrets are complete: docs/access.md.",
        )
    return SignIn(
        issuer=str(access["issuer"]),
        audience=str(access.get("audience") or auth["client_id"]),
        role_claim=str(access["role_claim"]),
        roles=_words(access["roles"]),
        tenant_claim=str(access.get("tenant_claim", "tid")),
        tenant=str(access.get("tenant", "")),
        verified_claim=str(access.get("verified_claim", "email_verified")),
        unit_claim=str(access.get("unit_claim", "")),
        units=_words(access.get("units", {})),
        revoked=frozenset(map(str, _list(access.get("revoked", [])))),
    )


def is_loopback(address: str | None) -> bool:
    """Return whether a server address can be reached from this machine alone."""
    if not address:
        return False  # an empty address means every network interface
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _merged(files: Iterable[str]) -> dict[str, object]:
    """Return the sections of all secrets files; of a section in two files, the later one."""
    found: dict[str, object] = {}
    for name in files:
        path = Path(name)
        if not path.is_file():
            continue
        try:
            found.update(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise ConfigError(
                "The Streamlit secrets cannot be read.",
                code="E-ACCESS-002",
                hint="Nobody is let in until they are: docs/access.md.",
            ) from error
    return found


def _auth_problems(auth: Mapping[str, object]) -> list[str]:
    found = [f"[auth] {key} is missing" for key in _AUTH if not auth.get(key)]
    if found:
        return found
    if len(str(auth["cookie_secret"])) < _SECRET:
        found.append(f"[auth] cookie_secret has fewer than {_SECRET} characters")
    if not str(auth["redirect_uri"]).endswith("/oauth2callback"):
        found.append("[auth] redirect_uri does not end with /oauth2callback")
    named = [
        key for key, value in auth.items() if isinstance(value, dict) and "client_id" in value
    ]
    if named:
        found.append("[auth] holds named providers; one unnamed provider is expected")
    return found + [
        f"[auth] {key} is neither https nor on this machine"
        for key in ("redirect_uri", "server_metadata_url")
        if not _is_safe(str(auth[key]))
    ]


def _access_problems(access: Mapping[str, object]) -> list[str]:
    found = [f"[isotherm.access] {key} is missing" for key in _REQUIRED if not access.get(key)]
    found += [f"[isotherm.access] knows no {key}" for key in access if key not in _KNOWN]
    roles = _words(access.get("roles", {}))
    found += [
        f"[isotherm.access.roles] knows no role {role}"
        for role in sorted(set(roles.values()) - set(ROLES))
    ]
    if "leader" in roles.values() and not access.get("unit_claim"):
        found.append("[isotherm.access] unit_claim is missing, and leaders need one")
    if access.get("verified_claim") == NOT_SENT and not access.get("tenant"):
        found.append('[isotherm.access] verified_claim = "not sent" needs a tenant')
    if not isinstance(access.get("revoked", []), list):
        found.append("[isotherm.access] revoked is no list")
    return found


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def _section(found: Mapping[str, object], name: str) -> dict[str, object]:
    section = found.get(name, {})
    return section if isinstance(section, dict) else {}


def _words(found: object) -> dict[str, str]:
    pairs = found.items() if isinstance(found, dict) else ()
    return {str(key): str(value) for key, value in pairs}


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []
