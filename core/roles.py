"""Who may open what: the roles of the app, their pages, downloads and reach, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reach = Literal["whole", "subtree", "quality", "nothing"]
"""What of a release a role reads: all of it, one unit with what lies below it, only how far to
trust it, or nothing but its name and its method."""


@dataclass(frozen=True)
class Role:
    """One role: what it is called, what it opens and what of a release it may read."""

    name: str
    title: str
    says: str
    reach: Reach
    pages: tuple[str, ...]
    downloads: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """The page on which the role starts."""
        return self.pages[0]


PAGES = {
    "overview": "Overview",
    "map": "Org map",
    "unit": "Unit",
    "reports": "Reports",
    "quality": "Data and quality",
    "new_audit": "New audit",
    "audit_log": "Audit log",
    "roles": "Roles",
    "method": "Method and privacy",
}
DOWNLOADS = {
    "reports": "Documents of the whole release",
    "pack": "Papers for the works council",
    "log": "Audit log as CSV",
}
LOCAL = Role(
    "local",
    "This machine",
    "Without sign-in: opens on this machine only; everything released is shown.",
    "whole",
    ("overview", "map", "unit", "reports", "quality", "new_audit", "audit_log", "method"),
    ("reports", "pack", "log"),
)
_EXPLORE = ("overview", "map", "unit")
ROLES = {
    role.name: role
    for role in (
        Role(
            "leader",
            "Leader",
            "Released results of the own unit and what lies below it, with the unit above as a "
            "benchmark; no document, because documents speak of the whole.",
            "subtree",
            (*_EXPLORE, "method"),
        ),
        Role(
            "consultant",
            "Consultant",
            "All released results, reports, data quality.",
            "whole",
            (*_EXPLORE, "reports", "quality", "method"),
            ("reports",),
        ),
        Role(
            "hr",
            "HR",
            "All released results with both periods, reports, data quality.",
            "whole",
            (*_EXPLORE, "reports", "quality", "method"),
            ("reports",),
        ),
        Role(
            "analyst",
            "Analyst",
            "All released results and data quality, on screen; no documents.",
            "whole",
            (*_EXPLORE, "quality", "method"),
        ),
        Role(
            "operator",
            "Operator",
            "Imports, runs and data quality; no results.",
            "quality",
            ("quality", "new_audit", "method"),
        ),
        Role(
            "auditor",
            "Auditor, worker representatives",
            "The audit log, the certificate and the papers; no results.",
            "nothing",
            ("audit_log", "method"),
            ("pack", "log"),
        ),
        Role(
            "dpo",
            "Data protection officer",
            "The audit log, and the commands for access, objection and erasure; no results.",
            "nothing",
            ("audit_log", "method"),
            ("pack", "log"),
        ),
        Role(
            "admin",
            "Administrator",
            "Roles and settings of the sign-in, read only; no results.",
            "nothing",
            ("roles", "method"),
        ),
    )
}
