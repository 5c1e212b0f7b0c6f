"""Accounts of a made-up organization, and the secrets of a deployment that lets them in."""

from __future__ import annotations

import json
import time
from pathlib import Path

import made_up_release
import pytest
from made_up_release import make_release
from oidc_provider import CLIENT, SECRET

UNIT, OTHER = "operations", "sales-key-accounts"
COOKIE_SECRET = "c" * 40
ROLE_OF = {
    "app-admin": "admin",
    "app-analyst": "analyst",
    "app-leader": "leader",
    "app-consultant": "consultant",
    "app-hr": "hr",
    "app-council": "auditor",
    "app-dpo": "dpo",
    "app-operator": "operator",
}


def distinct_release(folder: Path) -> dict[str, str]:
    """Write a release whose groups have names found nowhere else; return them by id."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made_up_release, "NAUGHTY", [f"Zq{n:03d}" for n in range(200)])
        release = make_release(folder, "full", hostile_names=True)
    groups = release.table("org_groups")
    below = groups[groups["depth"] > 0]  # the whole is called as the release
    return dict(zip(below["group_id"], below["name"], strict=True))


def accounts(leads: tuple[str, str]) -> dict[str, dict[str, object]]:
    """Return an account for each role, two leaders, and accounts that nobody should let in."""
    good = {
        role: {"groups": ["staff", value]} for value, role in ROLE_OF.items() if role != "leader"
    }
    return {
        **good,
        "leader": {"groups": ["app-leader"], "unit": leads[0]},
        "other_leader": {"groups": ["app-leader"], "unit": leads[1]},
        "no_role": {"groups": ["staff"]},
        "no_claim": {},
        "unverified": {"groups": ["app-hr"], "email_verified": False},
        "unsaid": {"groups": ["app-hr"], "email_verified": None},
        "leads_nothing": {"groups": ["app-leader"]},
        "leads_unknown": {"groups": ["app-leader"], "unit": "no-such-unit"},
        "leads_two": {"groups": ["app-leader"], "unit": list(leads)},
        "called_back": {"groups": ["app-hr"], "sub": "sub-called-back"},
        "from_elsewhere": {"groups": ["app-hr"], "tid": "other-tenant"},
    }


def write_secrets(
    path: Path, issuer: str, port: int = 8501, revoked: list[str] | None = None, **changes: str
) -> Path:
    """Write the secrets of a deployment; a change gives a claim's value another role."""
    roles = {**ROLE_OF, **changes}
    called_back = ["sub-called-back", *(revoked or [])]
    lines = [
        "[auth]",
        f'redirect_uri = "http://127.0.0.1:{port}/oauth2callback"',
        f'cookie_secret = "{COOKIE_SECRET}"',
        f'client_id = "{CLIENT}"',
        f'client_secret = "{SECRET}"',
        f'server_metadata_url = "{issuer}/.well-known/openid-configuration"',
        "[isotherm.access]",
        f'issuer = "{issuer}"',
        'role_claim = "groups"',
        'unit_claim = "unit"',
        'tenant = "our-tenant"',
        f"revoked = {json.dumps(called_back)}",
        "[isotherm.access.roles]",
        *(
            f'{json.dumps(value, ensure_ascii=False)} = "{role}"'
            for value, role in roles.items()
            if role
        ),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def claims_of(user: dict[str, object], issuer: str, name: str) -> dict[str, object]:
    """Return what Streamlit hands to the app for a signed-in account."""
    now = int(time.time())
    usual: dict[str, object] = {
        "is_logged_in": True,
        "iss": issuer,
        "aud": CLIENT,
        "sub": f"sub-of-{name}",
        "tid": "our-tenant",
        "iat": now,
        "exp": now + 300,
        "email_verified": True,
    }
    return {**usual, **user}
