"""Canonical tables: what every export becomes. Private; pseudonyms, no names, no content."""

from __future__ import annotations

from core.contracts import Column, Contract, Reference

STAKEHOLDERS = ("customer", "supplier", "partner", "community", "other")
CHANNELS = ("email", "chat", "meeting", "call")
AUTO_REASONS = ("header", "bulk", "bounce", "service_account", "behaviour", "declared")

PEOPLE = Contract(
    "people",
    "private",
    "Everybody who sent or received, and everybody on the roster, with validity.",
    ("person_id", "valid_from_day"),
    (
        Column("person_id", "string", "keyed pseudonym, 16 hex digits"),
        Column("valid_from_day", "int32", "first day on which this row holds"),
        Column("valid_to_day", "int32", "day after the last; null while it holds", nullable=True),
        Column(
            "kind",
            "string",
            "employee, external, or service (lists, bots, role mailboxes)",
            one_of=("employee", "external", "service"),
        ),
        Column(
            "stakeholder",
            "string",
            "class of an external person",
            nullable=True,
            one_of=STAKEHOLDERS,
        ),
        Column("unit_id", "string", "unit of an employee", nullable=True),
        Column("manager_id", "string", "manager of an employee", nullable=True),
        Column("joined_day", "int32", "first day in the organization", nullable=True),
        Column("level", "int8", "0 is the top", nullable=True, lowest=0),
        Column("role_family", "string", "coarse function", nullable=True),
        Column("site", "string", "coarse location", nullable=True),
        Column(
            "work_mode",
            "string",
            "where the person works",
            nullable=True,
            one_of=("remote", "hybrid", "onsite"),
        ),
        Column("time_zone", "string", "IANA name"),
        Column("is_leader", "bool", "has reports on the roster"),
    ),
)

UNITS = Contract(
    "units",
    "private",
    "The organization tree, with validity.",
    ("unit_id", "valid_from_day"),
    (
        Column("unit_id", "string", "stable id of a unit: a readable slug, never a pseudonym"),
        Column("valid_from_day", "int32", "first day on which this row holds"),
        Column("valid_to_day", "int32", "day after the last; null while it holds", nullable=True),
        Column("parent_id", "string", "unit above; null at the root", nullable=True),
        Column("name", "string", "name as the roster gives it, cleaned"),
        Column("depth", "int8", "0 at the root", lowest=0),
        Column("path", "string", "unit ids from the root, joined by /"),
    ),
)

MESSAGES = Contract(
    "messages",
    "private",
    "One row per message and recipient. No content in any column.",
    ("message_id", "recipient_id"),
    (
        Column("message_id", "string", "keyed hash, 32 hex digits"),
        Column("thread_id", "string", "keyed hash of the thread"),
        Column("reply_to_id", "string", "message answered, linked or inferred", nullable=True),
        Column("sender_id", "string", "who sent it"),
        Column("recipient_id", "string", "who was addressed; never the sender"),
        Column("channel", "string", "way of sending", one_of=CHANNELS),
        Column("act", "string", "what was done", one_of=("post", "reply", "reaction")),
        Column(
            "role",
            "string",
            "how the recipient was addressed",
            one_of=("to", "cc", "mention", "member"),
        ),
        Column(
            "visibility",
            "string",
            "could colleagues have seen it",
            one_of=("direct", "closed", "open"),
        ),
        Column("n_recipients", "int32", "all addressed people, before any dropping", lowest=1),
        Column("sent_s", "int64", "UTC instant, whole seconds since 1970"),
        Column("sent_day", "int32", "day on the sender's clock"),
        Column("sent_hour", "int8", "hour on the sender's clock", lowest=0, highest=23),
        Column("sender_work_s", "int64", "scheduled seconds so far on the sender's working clock"),
        Column("recipient_work_s", "int64", "the same on the recipient's working clock"),
        Column("is_off_hours", "bool", "outside the recipient's scheduled hours"),
        Column("is_automated", "bool", "not written by a human act of sending"),
        Column(
            "auto_reason",
            "string",
            "why it counts as automated",
            nullable=True,
            one_of=AUTO_REASONS,
        ),
        Column(
            "reply_quality",
            "string",
            "explicit by the export, pseudo inferred, or none",
            one_of=("explicit", "pseudo", "none"),
        ),
        Column("source", "string", "reader that gave the row"),
    ),
    (
        Reference("sender_id", "people", "person_id"),
        Reference("recipient_id", "people", "person_id"),
    ),
)

IDENTITIES = Contract(
    "identities",
    "private",
    "Which keyed identity belongs to which person, and by which rule.",
    ("identity_hash",),
    (
        Column("identity_hash", "string", "keyed hash of a canonical address or account id"),
        Column("person_id", "string", "the person"),
        Column("kind", "string", "kind of the person", one_of=("employee", "external", "service")),
        Column("rule", "string", "which rule decided"),
    ),
    (Reference("person_id", "people", "person_id"),),
)

IMPORTS = Contract(
    "imports",
    "private",
    "The balance sheet: one row per source file.",
    ("file_sha256", "source"),
    (
        Column("file_sha256", "string", "hash of the bytes read"),
        Column("source", "string", "reader and its number in the configuration"),
        Column("n_seen", "int64", "units counted before parsing", lowest=0),
        Column("n_accepted", "int64", "units that gave at least one row", lowest=0),
        Column("n_duplicate", "int64", "units already seen", lowest=0),
        Column("n_filtered", "int64", "units left out on purpose, with a reason", lowest=0),
        Column("n_rejected", "int64", "units not understood, with a reason", lowest=0),
        Column(
            "n_slots", "int64", "recipient slots of the accepted and duplicate units", lowest=0
        ),
        Column("n_rows", "int64", "recipient slots that became rows", lowest=0),
        Column("is_complete", "bool", "false when the file seems cut off"),
    ),
)

IMPORT_REASONS = Contract(
    "import_reasons",
    "private",
    "Why units or recipient slots of a source were left out.",
    ("file_sha256", "source", "part", "reason"),
    (
        Column("file_sha256", "string", "hash of the bytes read"),
        Column("source", "string", "reader and its number in the configuration"),
        Column(
            "part",
            "string",
            "what the reason is about",
            one_of=("filtered", "rejected", "slot", "note"),
        ),
        Column("reason", "string", "short code"),
        Column("n", "int64", "how many", lowest=0),
    ),
)

REJECTS = Contract(
    "rejects",
    "private",
    "Where something was not understood; never the raw line.",
    ("file_sha256", "locator", "code"),
    (
        Column("file_sha256", "string", "hash of the bytes read"),
        Column("locator", "string", "line, byte or JSON path"),
        Column("code", "string", "error code"),
        Column("reason", "string", "what is wrong, in words"),
    ),
)

CONFLICTS = Contract(
    "conflicts",
    "private",
    "Messages whose copies disagree.",
    ("message_id", "kind"),
    (
        Column("message_id", "string", "keyed hash"),
        Column("kind", "string", "what disagrees"),
        Column("n", "int64", "how many copies disagree", lowest=1),
    ),
)

CANONICAL = {
    t.name: t
    for t in (PEOPLE, UNITS, MESSAGES, IDENTITIES, IMPORTS, IMPORT_REASONS, REJECTS, CONFLICTS)
}
