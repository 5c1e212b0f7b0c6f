"""Weekly sums: all that is needed of messages once they are gone. Private.

Together with `edges`, `person_counts` and `person_weeks` these tables are what an audit that drops
its messages keeps. None holds an id of a message or of a conversation, nor a time of day. People
stand in `person_id`, `contact_id`, and in `source_id` and `target_id` of `edges`.
"""

from __future__ import annotations

from core.contracts import Column, Contract
from core.tables.canonical import CHANNELS, STAKEHOLDERS

_WEEK = Column("week", "int32", "the Monday")
_QUALITY = Column(
    "reply_quality", "string", "how an answer would be known", one_of=("explicit", "pseudo")
)

WEEKS = Contract(
    "weeks",
    "private",
    "What a week of messages held, of the whole organization.",
    ("week",),
    (
        _WEEK,
        Column("n_rows", "int64", "messages, once for each recipient", lowest=1),
        Column("first_day", "int32", "first day with a message"),
        Column("last_day", "int32", "last day with a message"),
        Column("n_replies", "int64", "of these, answers", lowest=0),
        Column("n_reactions", "int64", "of these, reactions", lowest=0),
        Column("n_in_channels", "int64", "of these, read in a channel", lowest=0),
        Column("n_automated", "int64", "of these, automated", lowest=0),
        Column(
            "is_whole", "bool", "all that its sums rest on had been seen: they stay as they are"
        ),
    ),
)

WAITS = Contract(
    "waits",
    "private",
    "How long colleagues waited for a person's answers in a week.",
    ("week", "person_id", "reply_quality", "wait_tenths", "is_answered"),
    (
        _WEEK,
        Column("person_id", "string", "who was asked"),
        _QUALITY,
        Column(
            "wait_tenths",
            "int32",
            "tenths of a scheduled hour, rounded up: to tenths up to 16 h, then to hours; "
            "everything beyond 160 h is 1610",
            lowest=0,
            highest=1610,
        ),
        Column("is_answered", "bool", "the wait ended so; else it was watched for so long"),
        Column("n", "int64", "addressed messages of colleagues", lowest=1),
    ),
)

CONTACTS = Contract(
    "contacts",
    "private",
    "Who from outside wrote to whom in a week.",
    ("week", "person_id", "contact_id", "reply_quality"),
    (
        _WEEK,
        Column("person_id", "string", "employee who was addressed"),
        Column("contact_id", "string", "who wrote"),
        Column("stakeholder", "string", "class of the writer", one_of=STAKEHOLDERS),
        _QUALITY,
    ),
)

TALKS = Contract(
    "talks",
    "private",
    "Long conversations among three employees or more: how much each of them wrote.",
    ("week", "talk", "person_id"),
    (
        Column("week", "int32", "Monday of the week in which it began"),
        Column("talk", "int32", "number within the week; says nothing of order", lowest=0),
        Column("person_id", "string", "employee who wrote in it"),
        Column("n_written", "int64", "messages of the person", lowest=1),
    ),
)

TALK_COUNTS = Contract(
    "talk_counts",
    "private",
    "Weekly counts of a person's conversations, by the week in which they began.",
    ("week", "person_id", "measure"),
    (
        _WEEK,
        Column("person_id", "string", "employee"),
        Column(
            "measure",
            "string",
            "talks_answered, talks_with_reports",
            one_of=("talks_answered", "talks_with_reports"),
        ),
        Column("n", "int64", "answered by a human; opened by a report", lowest=0),
        Column("of_n", "int64", "out of how many", lowest=1),
    ),
)

PRESENCE = Contract(
    "presence",
    "private",
    "Who was in touch with any colleague in a week.",
    ("week", "person_id", "channel"),
    (
        _WEEK,
        Column("person_id", "string", "employee"),
        Column("channel", "string", "way of sending", one_of=CHANNELS),
    ),
)

ANSWER_CHANNELS = Contract(
    "answer_channels",
    "private",
    "Messages among colleagues that were watched for an answer, by week and channel.",
    ("week", "reply_quality", "channel"),
    (
        _WEEK,
        _QUALITY,
        Column("channel", "string", "way of sending", one_of=CHANNELS),
        Column("n", "int64", "addressed messages", lowest=1),
    ),
)

CHANNEL_WEEKS = Contract(
    "channel_weeks",
    "private",
    "Sums of a person's answers in a week without the messages of one channel.",
    ("week", "person_id", "reply_quality", "channel"),
    (
        _WEEK,
        Column("person_id", "string", "recipient"),
        _QUALITY,
        Column("channel", "string", "channel that was left out", one_of=CHANNELS),
        Column("n", "int64", "messages", lowest=0),
        Column("n_yes", "int64", "messages with an answer", lowest=0),
        Column("excess", "double", "sum of y - p0"),
        Column("info", "double", "sum of p0 (1 - p0)", lowest=0),
        Column("excess_own", "double", "sum of y - p1"),
        Column("info_own", "double", "sum of p1 (1 - p1)", lowest=0),
    ),
)

WEEKLY = {
    t.name: t
    for t in (
        WEEKS,
        WAITS,
        CONTACTS,
        TALKS,
        TALK_COUNTS,
        PRESENCE,
        ANSWER_CHANNELS,
        CHANNEL_WEEKS,
    )
}
