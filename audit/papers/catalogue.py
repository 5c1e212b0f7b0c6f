"""The data catalogue: every field of every private table, where from, what for, how long."""

from __future__ import annotations

from dataclasses import dataclass

from core.contracts import Contract
from core.tables.canonical import CANONICAL
from core.tables.context import CONTEXT
from core.tables.network import NETWORK
from core.tables.released import RELEASED
from core.tables.results import RESULTS
from core.tables.survey import SURVEY


@dataclass(frozen=True)
class Purpose:
    """Why a private table exists, what it comes from, and which retention it falls under."""

    why: str
    comes_from: str
    kept: str


_MESSAGES = "exports of mail, chat and calendars"
_ROSTER = "the HR roster"
_SURVEYS = "survey exports"
_DERIVED = "made from the tables above"

PURPOSES = {
    "people": Purpose("who belongs to which unit on which day", _ROSTER, "messages"),
    "units": Purpose("the tree of teams that groups are made of", _ROSTER, "messages"),
    "messages": Purpose("whether people are answered, reached and left in peace", _MESSAGES,
                        "events"),
    "identities": Purpose("which addresses are one person", f"{_ROSTER}, {_MESSAGES}", "messages"),
    "imports": Purpose("the balance sheet: nothing is lost or invented", "every export",
                       "messages"),
    "import_reasons": Purpose("why rows were left out", "every export", "messages"),
    "rejects": Purpose("where an export could not be understood, to mend it", "every export",
                       "rejects"),
    "conflicts": Purpose("copies of a message that disagree", _MESSAGES, "events"),
    "waves": Purpose("when people were asked, and what they were promised", _SURVEYS, "surveys"),
    "invited": Purpose("response rates", _SURVEYS, "surveys"),
    "scales": Purpose("which questions form one measure", "the audit file", "surveys"),
    "items": Purpose("the wording order and range of a question", "the audit file", "surveys"),
    "responses": Purpose("whether people say that they are heard", _SURVEYS, "surveys"),
    "codes": Purpose("themes of interviews", "codes set by the interviewers", "surveys"),
    "outcomes": Purpose("figures of units to set beside; taken in, not yet used",
                        "figures of the organization", "messages"),
    "windows": Purpose("the weeks looked at together", _DERIVED, "messages"),
    "membership": Purpose("who counts where", _DERIVED, "messages"),
    "edges": Purpose("weekly counts between two people, for ties", _DERIVED, "messages"),
    "replies": Purpose("whether a message was answered in time", _DERIVED, "events"),
    "threads": Purpose("how evenly conversations are shared", _DERIVED, "events"),
    "thread_people": Purpose("who took part in a conversation", _DERIVED, "events"),
    "person_weeks": Purpose("weekly sums from which a group's value is made", _DERIVED,
                            "messages"),
    "person_counts": Purpose("weekly counts from which a group's value is made", _DERIVED,
                             "messages"),
    "unit_edges": Purpose("contact between groups", _DERIVED, "messages"),
    "waits": Purpose("how long answers take, without a message", _DERIVED, "messages"),
    "contacts": Purpose("how many people outside wrote to a group", _DERIVED, "messages"),
    "talks": Purpose("how evenly long conversations are shared", _DERIVED, "messages"),
    "talk_counts": Purpose("who opens conversations, and whether a human answers", _DERIVED,
                           "messages"),
    "presence": Purpose("coverage: of whom there is any data", _DERIVED, "messages"),
    "channel_weeks": Purpose("whether a verdict hangs on one channel", _DERIVED, "messages"),
    "released_people": Purpose(
        "who stood behind each number that was ever published, so that the next release gives "
        "nobody away",
        _DERIVED,
        "releases",
    ),
    "slice_people": Purpose(
        "members of each slice by site and level, for floors and differences", _DERIVED, "messages"
    ),
    "group_people": Purpose("members of each group, for floors and differences", _DERIVED,
                            "messages"),
}  # fmt: skip
"""Tables that hold rows about people or their acts. A new one without a purpose fails a test."""

ABOUT_GROUPS = Purpose("unrounded results about groups", _DERIVED, "messages")
PRIVATE = CANONICAL | SURVEY | CONTEXT | NETWORK | RESULTS | RELEASED
_PERSONAL = {
    *("person_id", "source_id", "target_id", "sender_id", "recipient_id", "manager_id"),
    *("identity_hash", "form_id", "interview_id", "coder_id", "message_id", "subject_id"),
}
"""Columns that make a row one about a person or an act of a person."""


def is_about_people(contract: Contract) -> bool:
    """Return whether a table has a row for a person, a form, a message or an interview."""
    return bool(_PERSONAL & set(contract.names))


def purpose_of(contract: Contract) -> Purpose:
    """Return why a private table exists; tables of groups alone share one purpose."""
    return PURPOSES.get(contract.name, ABOUT_GROUPS)


def fields_of(contract: Contract) -> tuple[tuple[str, ...], ...]:
    """Return (field, what it says) of each column of a table."""
    return tuple((column.name, column.says) for column in contract.columns)
