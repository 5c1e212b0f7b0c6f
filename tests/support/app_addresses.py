"""Addresses of the app's pages, from its own registry: no tour can forget a page."""

from __future__ import annotations

from core.roles import LOCAL, PAGES, ROLES, Role

SIGNED_IN_ONLY = tuple(name for name in PAGES if name not in LOCAL.pages)
"""Pages that nobody opens without a sign-in."""


def addresses(unit: str = "", role: Role = LOCAL) -> tuple[str, ...]:
    """Return the address of every page of a role, by default of a machine without sign-in.

    With `unit` the Unit page is opened on it.
    """
    own = {role.home: "", "unit": f"unit?unit={unit}" if unit else "unit"}
    return tuple(own.get(name, name) for name in role.pages)


def role_that_opens(page: str) -> str:
    """Return the first role that opens a page."""
    return next(name for name, role in ROLES.items() if page in role.pages)
