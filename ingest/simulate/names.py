"""Names of the made-up company: its units, sites and business partners. People have none."""

from __future__ import annotations

from dataclasses import dataclass

DIVISIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Operations",
        (
            "Fleet",
            "Stores",
            "Dispatch",
            "Warehouse North",
            "Warehouse South",
            "Returns",
            "Route Planning",
            "Maintenance",
            "Yard",
            "Quality Control",
            "Night Shift",
        ),
    ),
    (
        "Customer Care",
        (
            "Phone Support",
            "Chat Support",
            "Claims",
            "Complaints",
            "Onboarding",
            "Business Customers",
            "Second Line",
        ),
    ),
    (
        "Sales",
        (
            "Inside Sales",
            "Field Sales North",
            "Field Sales South",
            "Key Accounts",
            "Partner Sales",
            "Tenders",
            "Renewals",
        ),
    ),
    (
        "Engineering",
        (
            "Platform",
            "Payments",
            "Mobile",
            "Web Shop",
            "Infrastructure",
            "Security",
            "Testing",
            "Integrations",
        ),
    ),
    (
        "Product and Marketing",
        (
            "Catalogue",
            "Pricing",
            "Research",
            "Design",
            "Campaigns",
            "Events",
        ),
    ),
    ("Finance", ("Payables", "Receivables", "Controlling", "Treasury", "Tax", "Payroll")),
    ("People", ("Recruiting", "Learning", "Personnel Services", "Workplace", "Health and Safety")),
    ("Purchasing", ("Sourcing", "Supplier Contracts", "Inbound", "Packaging", "Customs")),
    ("Corporate", ("Executive Office", "Communications", "Strategy", "Risk", "Sustainability")),
)
"""Every division with its teams; the last division holds the executive office, its first team."""

SMALL_DIVISIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Workshop", ("Assembly", "Welding", "Finishing", "Shipping")),
    ("Commercial", ("Sales", "Customer Service", "Installation", "Marketing")),
    ("Office", ("Management", "Accounts", "Design Office")),
)

EXECUTIVE_TEAMS = ("Executive Office", "Management")

MOVES = {
    "Claims": "Finance",
    "Onboarding": "Sales",
    "Renewals": "Customer Care",
    "Partner Sales": "Product and Marketing",
    "Testing": "Product and Marketing",
    "Events": "Sales",
    "Pricing": "Finance",
    "Customs": "Finance",
    "Workplace": "Corporate",
    "Communications": "Product and Marketing",
}
"""Teams that a reorganization may move, and the division that takes them."""

JOB_FAMILIES = {
    "Operations": "Logistics",
    "Customer Care": "Service",
    "Sales": "Sales",
    "Engineering": "Technology",
    "Product and Marketing": "Product",
    "Finance": "Finance",
    "People": "Human resources",
    "Purchasing": "Procurement",
    "Corporate": "Administration",
    "Workshop": "Production",
    "Commercial": "Sales",
    "Office": "Administration",
}

OUTWARD = (
    "Customer Care",
    "Sales",
    "Purchasing",
    "Finance",
    "Product and Marketing",
    "Commercial",
)
"""Divisions that write with people outside."""


@dataclass(frozen=True)
class Site:
    """A place of work: its name, its IANA time zone and its share of the people."""

    name: str
    time_zone: str
    share: float


SITES = (
    Site("Rotterdam", "Europe/Amsterdam", 0.45),
    Site("Leeds", "Europe/London", 0.33),
    Site("Porto", "Europe/Lisbon", 0.22),
)

OWN_DOMAIN = "example.com"

STAKEHOLDERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "customer",
        (
            "brightwater.example",
            "hollowmere.example",
            "northgate.example",
            "silverbrook.example",
            "tallpine.example",
        ),
    ),
    ("supplier", ("ironleaf.example", "quarrystone.example", "redbarn.example")),
    ("partner", ("harbourline.example", "twinpeaks.example")),
    ("community", ("rivertrust.example",)),
)

OTHER_DOMAIN = "letterbox.example"
"""Outsiders whom no stakeholder rule of the configuration names."""

SERVICES = ("no-reply", "notifications", "newsletter")
"""Local parts of the senders of automated mail."""

EXCLUDED_ROLES = ("works-council", "ombuds")
"""Local parts of mailboxes whose traffic must be left out at intake."""

PLACEHOLDER = "Placeholder sentence that no reader may keep."
"""Stands wherever a real export holds content."""
