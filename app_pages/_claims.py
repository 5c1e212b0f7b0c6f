"""What a provider says of an account, judged: the roles and the unit it gives, or why none."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from app_pages._settings import NOT_SENT, SignIn
from core.roles import ROLES

_TRUE = ("true", "1")


@dataclass(frozen=True)
class Login:
    """One act of signing in, told apart from every other by `key`; times in seconds."""

    key: str
    subject: str
    issued: float
    expires: float


@dataclass(frozen=True)
class Grant:
    """What an account may be here: one role or more, and the unit that a leader leads."""

    login: Login
    roles: tuple[str, ...]
    unit: str


def judge(claims: Mapping[str, object], sign_in: SignIn) -> Grant | str:
    """Return what the claims give, or one word on why they give nothing; in doubt, nothing."""
    if claims.get("is_logged_in") is not True:
        return "signed_out"
    login = _login(claims)
    if login is None:
        return "claims"
    why = _why_not(claims, sign_in)
    if why:
        return why
    values = _values(_claim(claims, sign_in.role_claim))
    held = {sign_in.roles[value] for value in values if value in sign_in.roles}
    roles = tuple(name for name in ROLES if name in held)
    if not roles:
        return "role"
    unit = _unit(claims, sign_in)
    if "leader" in roles and not unit:
        return "unit"
    return Grant(login, roles, unit)


def _why_not(claims: Mapping[str, object], sign_in: SignIn) -> str:
    """Return what is wrong with a token that names somebody; empty where nothing is."""
    verified = claims.get(sign_in.verified_claim)
    is_verified = sign_in.verified_claim == NOT_SENT or str(verified).lower() in _TRUE
    checks = (
        ("issuer", claims.get("iss") == sign_in.issuer),
        ("audience", sign_in.audience in _values(claims.get("aud"))),
        ("tenant", not sign_in.tenant or claims.get(sign_in.tenant_claim) == sign_in.tenant),
        ("email", is_verified),
        ("revoked", claims.get("sub") not in sign_in.revoked),
    )
    return next((word for word, holds in checks if not holds), "")


def _login(claims: Mapping[str, object]) -> Login | None:
    issuer, subject = claims.get("iss"), claims.get("sub")
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issuer, str) or not isinstance(subject, str) or not subject:
        return None
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        return None
    parts = (issuer, subject, str(issued), str(claims.get("nonce", "")))
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return Login(key, f"{issuer}\0{subject}", float(issued), float(expires))


def _unit(claims: Mapping[str, object], sign_in: SignIn) -> str:
    """Return the one unit an account leads; several, or a claim without a value, give none."""
    values = _values(_claim(claims, sign_in.unit_claim)) if sign_in.unit_claim else []
    if len(values) != 1:
        return ""
    return sign_in.units.get(values[0], "" if sign_in.units else values[0])


def _claim(claims: Mapping[str, object], name: str) -> object:
    """Return a claim by its name, else by a path with dots, as in `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _values(found: object) -> list[str]:
    """Return the texts of a claim, one or a list; anything else says nothing."""
    if isinstance(found, str):
        return [found]
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []
