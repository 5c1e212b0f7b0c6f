"""Pieces of Roles: the access matrix as data has it, and how the sign-in is set up."""

from __future__ import annotations

from collections.abc import Sequence

from app_pages._markup import Markup, fill, heads, join, wide_table
from app_pages._sessions import IDLE_S, LONGEST_S
from app_pages._settings import SignIn
from core.roles import DOWNLOADS, PAGES, ROLES

REACHES = {
    "whole": "all released groups",
    "subtree": "own unit, below it, the unit above as benchmark",
    "quality": "no results; data quality",
    "nothing": "no results",
}


def roles_table() -> Markup:
    """Return each role with what it reads, opens and loads."""
    rows = [
        (
            role.title,
            REACHES[role.reach],
            ", ".join(PAGES[page] for page in role.pages),
            ", ".join(DOWNLOADS[name] for name in role.downloads) or "none",
        )
        for role in ROLES.values()
    ]
    return _table(("Role", "Reads", "Pages", "Downloads"), rows, "Roles")


def sign_in_facts(sign_in: SignIn) -> Markup:
    """Return how the sign-in is set up; no secret and no account is among it."""
    facts = (
        ("Provider", sign_in.issuer),
        ("For", sign_in.audience),
        ("Tenant", f"{sign_in.tenant_claim} = {sign_in.tenant}" if sign_in.tenant else "any"),
        ("Address must be verified by", sign_in.verified_claim),
        ("Role from", sign_in.role_claim),
        ("Unit of a leader from", sign_in.unit_claim or "no claim"),
        ("Accounts called back", str(len(sign_in.revoked))),
        ("Ends without use after", f"{IDLE_S // 60} minutes"),
        ("Ends in any case after", f"{LONGEST_S // 3600} hours"),
    )
    return fill(
        '<dl class="iso iso-facts">{rows}</dl>',
        rows=join(fill("<dt>{n}</dt><dd>{v}</dd>", n=name, v=value) for name, value in facts),
    )


def mapping_table(sign_in: SignIn) -> Markup:
    """Return which value of the claim gives which role."""
    rows = [(value, ROLES[role].title) for value, role in sorted(sign_in.roles.items())]
    return _table(("Value of the claim", "Role"), rows, "Values and roles")


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], label: str) -> Markup:
    lines = (
        fill(
            '<tr><th scope="row">{first}</th>{cells}</tr>',
            first=row[0],
            cells=join(fill("<td>{c}</td>", c=cell) for cell in row[1:]),
        )
        for row in rows
    )
    return wide_table(label, heads(columns), lines)
