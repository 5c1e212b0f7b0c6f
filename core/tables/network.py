"""Network tables: messages condensed to edges, replies, counts. Private."""

from __future__ import annotations

from core.contracts import Column, Contract
from core.tables.canonical import CHANNELS, STAKEHOLDERS
from core.tables.weekly import WEEKLY

WINDOWS = Contract(
    "windows",
    "private",
    "Whole weeks seen together.",
    ("window_id",),
    (
        Column("window_id", "int32", "from 0, oldest first", lowest=0),
        Column("first_day", "int32", "a Monday"),
        Column("end_day", "int32", "day after the last"),
        Column("period_id", "int32", "id of the last window of its period", nullable=True),
        Column("is_complete", "bool", "all its weeks are covered by data"),
    ),
)

MEMBERSHIP = Contract(
    "membership",
    "private",
    "Who belonged where at the start of each window.",
    ("window_id", "person_id"),
    (
        Column("window_id", "int32", "the window"),
        Column("person_id", "string", "employee"),
        Column("unit_id", "string", "unit at the window's start"),
        Column("stratum", "string", "level x site, merged upwards where under 20 people"),
        Column("tenure_days", "int32", "days since joining", nullable=True),
        Column("n_inbound", "int64", "addressed human messages received in the window", lowest=0),
        Column("is_eligible", "bool", "counts in the judgement of this window"),
        Column("why_not", "string", "reason where it does not", nullable=True),
    ),
)

EDGES = Contract(
    "edges",
    "private",
    "Human messages of one employee to another in a week, at most mass_max recipients.",
    ("week", "source_id", "target_id", "channel"),
    (
        Column("week", "int32", "the Monday"),
        Column("source_id", "string", "sender"),
        Column("target_id", "string", "recipient"),
        Column("channel", "string", "way of sending", one_of=CHANNELS),
        Column("n_messages", "int64", "messages", lowest=1),
        Column("n_direct", "int64", "messages with one recipient", lowest=0),
        Column("weight", "double", "sum of 1 / n_recipients", lowest=0),
        Column("n_threads", "int64", "threads", lowest=0),
        Column("n_replies", "int64", "messages that answer one", lowest=0),
        Column("n_reactions", "int64", "reactions", lowest=0),
        Column("n_off_hours", "int64", "messages outside the recipient's hours", lowest=0),
    ),
)

REPLIES = Contract(
    "replies",
    "private",
    "One row per addressed human message and recipient: the observations of the reply model.",
    ("message_id", "recipient_id"),
    (
        Column("message_id", "string", "the message"),
        Column("week", "int32", "Monday of the week it was sent"),
        Column("sender_id", "string", "who wrote"),
        Column("recipient_id", "string", "employee who might answer"),
        Column(
            "relation",
            "string",
            "sender seen from the recipient: `up` means that a report wrote to the manager",
            one_of=("up", "down", "peer", "other", "outside"),
        ),
        Column(
            "stakeholder",
            "string",
            "class of an outside sender",
            nullable=True,
            one_of=STAKEHOLDERS,
        ),
        Column("is_same_unit", "bool", "both in one leaf unit"),
        Column("channel", "string", "way of sending", one_of=CHANNELS),
        Column(
            "inbound_load", "int32", "addressed messages the recipient got that week", lowest=0
        ),
        Column("fan_out", "int32", "people addressed", lowest=1),
        Column("hour_block", "int8", "sender's hour // 4", lowest=0, highest=5),
        Column("weekday", "int8", "0 is Monday", lowest=0, highest=6),
        Column("is_off_hours", "bool", "outside the recipient's hours"),
        Column("reply_id", "string", "first answer", nullable=True),
        Column(
            "reply_quality",
            "string",
            "how an answer to it would be known",
            one_of=("explicit", "pseudo"),
        ),
        Column("latency_s", "int64", "seconds to the answer", nullable=True, lowest=0),
        Column(
            "work_latency_s",
            "int64",
            "scheduled seconds of the recipient to the answer",
            nullable=True,
            lowest=0,
        ),
        Column("is_answered", "bool", "within the horizon on the recipient's working clock"),
        Column("is_followed_up", "bool", "the sender wrote again in the thread, unanswered"),
        Column("is_censored", "bool", "sent less than one horizon before the data end"),
        Column(
            "is_neglected",
            "bool",
            "no answer in four working days, and the sender wrote again in the thread",
        ),
        Column(
            "is_neglect_censored", "bool", "sent less than four working days before the data end"
        ),
        Column("is_from_senior", "bool", "the sender is the manager or of a higher level"),
        Column(
            "is_pulled",
            "bool",
            "came outside the recipient's hours and was answered before the next work start",
        ),
        Column(
            "watched_work_s",
            "int64",
            "scheduled seconds from the message to the last message to or from the recipient",
            lowest=0,
        ),
    ),
)

THREADS = Contract(
    "threads",
    "private",
    "Conversations that a person opened: who wrote how evenly, and whether a human answered.",
    ("thread_id",),
    (
        Column("thread_id", "string", "the conversation"),
        Column("week", "int32", "Monday of the week of its first message"),
        Column("is_inside", "bool", "only employees wrote in it"),
        Column("n_writers", "int64", "people who wrote in it", lowest=1),
        Column("n_messages", "int64", "human messages in it", lowest=1),
        Column(
            "is_answered", "bool", "anybody or anything answered the opener within the horizon"
        ),
        Column("is_answered_by_human", "bool", "a human did"),
    ),
)

THREAD_PEOPLE = Contract(
    "thread_people",
    "private",
    "Employees who wrote in a conversation or whom its first message addressed.",
    ("thread_id", "person_id"),
    (
        Column("thread_id", "string", "the conversation"),
        Column("person_id", "string", "employee"),
        Column("n_written", "int64", "human messages of the person in it", lowest=0),
        Column("is_addressed", "bool", "opened it, or was addressed by its first message"),
        Column("is_opener", "bool", "wrote its first message"),
    ),
)

PERSON_WEEKS = Contract(
    "person_weeks",
    "private",
    "Sufficient statistics of a person's week in one outcome.",
    ("week", "person_id", "outcome", "reply_quality"),
    (
        Column("week", "int32", "the Monday"),
        Column("person_id", "string", "recipient"),
        Column(
            "outcome",
            "string",
            "answered, answered_up, answered_down; the same as if between peers (..._as_peer); "
            "answered_customer and other classes; answered_off_hours; neglected",
        ),
        Column(
            "reply_quality",
            "string",
            "never mixed in one comparison",
            one_of=("explicit", "pseudo"),
        ),
        Column("n", "int64", "messages", lowest=0),
        Column("n_yes", "int64", "messages with the outcome", lowest=0),
        Column("excess", "double", "sum of y - p0"),
        Column("info", "double", "sum of p0 (1 - p0)", lowest=0),
        Column("excess_own", "double", "sum of y - p1: the person's own rate taken out"),
        Column("info_own", "double", "sum of p1 (1 - p1)", lowest=0),
        Column("model_id", "string", "which fitted model gave p"),
    ),
)

PERSON_COUNTS = Contract(
    "person_counts",
    "private",
    "Weekly counts of a person.",
    ("week", "person_id", "measure"),
    (
        Column("week", "int32", "the Monday"),
        Column("person_id", "string", "employee"),
        Column(
            "measure",
            "string",
            "received, received_off_hours, received_automated, received_from_leaders, sent, "
            "sent_open, sent_in_team_visible, sent_off_hours",
        ),
        Column("n", "int64", "count", lowest=0),
        Column(
            "of_n", "int64", "out of how many, where a share is meant", nullable=True, lowest=0
        ),
    ),
)

UNIT_EDGES = Contract(
    "unit_edges",
    "private",
    "Traffic between two groups in a period.",
    ("window_id", "source_unit_id", "target_unit_id"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("source_unit_id", "string", "group that wrote"),
        Column("target_unit_id", "string", "group that was written to"),
        Column("n_source_people", "int64", "distinct senders", lowest=0),
        Column("n_target_people", "int64", "distinct recipients", lowest=0),
        Column("n_messages", "int64", "messages", lowest=0),
        Column("weight", "double", "sum of 1 / n_recipients", lowest=0),
        Column("n_ties", "int64", "pairs of people with two-way contact", lowest=0),
        Column("expected_ties", "double", "ties expected from degrees alone", lowest=0),
        Column(
            "mutual_share",
            "double",
            "share of contact pairs that are two-way",
            nullable=True,
            lowest=0,
            highest=1,
        ),
        Column(
            "top_person_share",
            "double",
            "largest share of the messages by one sender",
            lowest=0,
            highest=1,
        ),
        Column("top_two_share", "double", "the same for two senders", lowest=0, highest=1),
        Column(
            "top_recipient_share",
            "double",
            "largest share of the messages to one recipient",
            lowest=0,
            highest=1,
        ),
        Column(
            "top_two_recipients_share",
            "double",
            "the same for two recipients",
            lowest=0,
            highest=1,
        ),
    ),
)

NETWORK = {
    t.name: t
    for t in (
        WINDOWS,
        MEMBERSHIP,
        EDGES,
        REPLIES,
        THREADS,
        THREAD_PEOPLE,
        PERSON_WEEKS,
        PERSON_COUNTS,
        UNIT_EDGES,
        *WEEKLY.values(),
    )
}
