"""Names and plants of the company behind `made_up_release`; nobody in it exists."""

from __future__ import annotations

from dataclasses import dataclass

DIVISIONS: dict[str, tuple[str, ...]] = {
    "Operations": (
        "Fleet",
        "Warehouse North",
        "Warehouse South",
        "Dispatch",
        "Stores",
        "Maintenance",
        "Safety",
    ),
    "Sales": (
        "Key Accounts",
        "Inside Sales",
        "Partner Sales",
        "Field East",
        "Field West",
        "Sales Support",
        "Pricing",
    ),
    "Customer Care": (
        "Billing Help",
        "Technical Help",
        "Returns",
        "Onboarding",
        "Complaints",
        "Chat Desk",
        "Quality Desk",
    ),
    "Engineering": ("Platform", "Mobile", "Web", "Data", "Infrastructure", "Test", "Architecture"),
    "Product": ("Discovery", "Design", "User Research", "Roadmap", "Documentation", "Growth"),
    "Finance": (
        "Accounts Payable",
        "Accounts Receivable",
        "Controlling",
        "Treasury",
        "Tax",
        "Payroll",
    ),
    "People": (
        "Recruiting",
        "Learning",
        "Rewards",
        "People Services",
        "Workplace",
        "Communications",
    ),
    "Legal and Risk": (
        "Contracts",
        "Compliance",
        "Internal Audit",
        "Data Protection",
        "Insurance",
        "Claims",
    ),
    "Laboratory": (
        "Materials",
        "Sensors",
        "Modelling",
        "Prototyping",
        "Field Trials",
        "Patents",
        "Standards",
    ),
}

SMALL: dict[str, tuple[str, ...]] = {
    "Workshop": ("Assembly", "Paint and Finish", "Stores and Dispatch"),
    "Office": ("Sales", "Finance and Administration", "Support"),
    "Studio": ("Design", "Engineering", "Product and Marketing"),
}

CAVEAT = "Face-to-face talk and phone calls leave no trace here; quiet units can be kind units."

# Merged small teams keep a name that says what they hold.
MERGED = {
    "workshop-stores-and-dispatch": ("Stores", "Dispatch"),
    "office-finance-and-administration": ("Finance", "Administration"),
}

NAUGHTY = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "=1+1",
    "＝1+1",  # noqa: RUF001  full-width forms are live in spreadsheets
    "abc\u202egnp.exe\u200b",
    "人事",
    "x" * 300,
    '#read("/etc/passwd")',
    "{{ 7*7 }}{% raw %}",
    "$x^2$ *bold* _it_ `code` @ref <label>",
    "]]><!-- --><?xml?>",
    '<a href="https://evil.example/x">click</a>',
    "Fun 🙂 Desk",
    "![a](https://evil.example/x.png)",
    "@SUM(A1:A9)",
    "'; drop table units; --",
    "https://evil.example/only-a-link",
    "\\u0000 \\n C:\\temp",
)


@dataclass(frozen=True)
class Plant:
    """What a leaf group is made to show: both verdicts and the joint reading."""

    behaviour: str = "not_enough_evidence"
    perception: str = "not_enough_evidence"
    joint: str = "none"
    why_hidden: str | None = None


@dataclass(frozen=True)
class Group:
    """One group of the made-up company in one period."""

    id: str
    name: str
    parent: str | None
    division: str | None
    depth: int
    path: str
    is_leaf: bool
    band: str | None
    plant: Plant
    members: tuple[str, ...] = ()


def hidden(why: str) -> Plant:
    """Return a plant that is not shown, with the reason."""
    return Plant("not_shown", "not_shown", "not_shown", why)


FEW = "fewer than 8 people"
REVEALS = "would reveal a smaller group"

PLANTS: dict[str, Plant] = {
    "operations-fleet": Plant("desert", "desert", "confirmed_desert"),
    "operations-dispatch": Plant("desert", "desert_watch", "confirmed_desert"),
    "operations-stores": Plant("desert", "typical", "process_desert"),
    "operations-maintenance": Plant("desert_watch", "not_enough_evidence", "process_desert"),
    "operations-safety": hidden(FEW),
    "sales-field-east": Plant("typical", "desert", "felt_desert"),
    "sales-field-west": Plant("desert_watch", "typical", "process_desert"),
    "sales-pricing": hidden(FEW),
    "sales-sales-support": hidden(REVEALS),
    "customer-care-complaints": Plant("desert", "hotspot", "warm_words_cold_network"),
    "customer-care-technical-help": Plant("hotspot", "hotspot", "confirmed_hotspot"),
    "customer-care-quality-desk": Plant("hotspot_watch", "typical", "process_hotspot"),
    "engineering-platform": Plant("hotspot", "hotspot_watch", "confirmed_hotspot"),
    "engineering-architecture": hidden("coverage below 70 %"),
    "engineering-test": Plant("not_enough_evidence", "hotspot_watch"),
    "product-discovery": Plant("hotspot", "desert", "busy_not_heard"),
    "product-growth": Plant("typical", "desert_watch", "felt_desert"),
    "people-learning": Plant("hotspot", "typical", "process_hotspot"),
    "legal-and-risk-claims": hidden(FEW),
    "legal-and-risk-insurance": hidden(REVEALS),
    "laboratory-sensors": Plant("hotspot_watch", "not_enough_evidence", "process_hotspot"),
    "workshop-paint-and-finish": Plant("desert_watch", "not_enough_evidence", "process_desert"),
    "studio-design": Plant("not_enough_evidence", "hotspot_watch"),
    "office-support": Plant("not_enough_evidence", "desert_watch", "felt_desert"),
    "studio-engineering": hidden(REVEALS),
}

DIVISION_PLANTS: dict[str, Plant] = {
    "operations": Plant("desert", "desert_watch", "confirmed_desert"),
    "engineering": Plant("hotspot_watch", "typical", "process_hotspot"),
}
