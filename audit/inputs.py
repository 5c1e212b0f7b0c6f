"""What a run has to offer: which inputs its exports hold, and what to say of those they lack."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import pandas as pd

Need = Literal[
    "messages",
    "reply_links",
    "threads",
    "channels",
    "reactions",
    "automation",
    "schedules",
    "levels",
    "reporting_lines",
    "work_modes",
    "stakeholders",
    "survey",
    "interviews",
    "ties",
]

LACKING: dict[Need, str] = {
    "messages": "there were no messages to look at",
    "reply_links": "nothing in these exports says which message answers which",
    "threads": "nothing in these exports says which messages belong to one conversation",
    "channels": "nothing in these exports comes from a channel that a team can read",
    "reactions": "nothing in these exports says who reacted",
    "automation": "nothing in these exports marks what machines sent",
    "schedules": "neither the roster nor the audit file says in which time zone people work",
    "levels": "the roster names no levels",
    "reporting_lines": "the roster names no managers",
    "work_modes": "the roster does not say who works remotely",
    "stakeholders": "the audit file declares nobody outside as a customer, supplier or partner",
    "survey": "nobody was asked in this period",
    "interviews": "nobody was interviewed in this period",
    "ties": "this audit does not keep who wrote to whom",
}


def inputs_in(
    weeks: pd.DataFrame, people: pd.DataFrame, declared: Iterable[Need]
) -> frozenset[Need]:
    """Return what the exports of a run hold, and what its audit file declares.

    `weeks` are the WEEKS rows of the run, `people` the PEOPLE rows of everybody. A column of the
    roster counts as held if it says anything about anybody; reply links only if they are among
    `declared`. Schedules count as held if they are among `declared`, or if anybody lives in
    another time zone than UTC.
    """
    found: set[Need] = set(declared)
    if len(weeks):
        by_column: dict[Need, str] = {
            "threads": "n_replies",
            "channels": "n_in_channels",
            "reactions": "n_reactions",
            "automation": "n_automated",
        }
        found.add("messages")
        found |= {need for need, name in by_column.items() if bool(weeks[name].gt(0).any())}
    staff = people[people["kind"] == "employee"]
    on_roster: dict[Need, str] = {
        "levels": "level",
        "reporting_lines": "manager_id",
        "work_modes": "work_mode",
    }
    found |= {need for need, name in on_roster.items() if bool(staff[name].notna().any())}
    if set(staff["time_zone"]) - {"UTC"}:
        found.add("schedules")
    if bool(people["stakeholder"].isin(["customer", "supplier", "partner", "community"]).any()):
        found.add("stakeholders")
    return frozenset(found)


def lacking(needs: Iterable[Need], has: frozenset[Need] | None) -> str | None:
    """Return what keeps an indicator from being observed, in words; None if nothing does.

    Of several missing inputs the first is said. `has` None: nothing is known, nothing is missing.
    """
    if has is None:
        return None
    return next((LACKING[need] for need in needs if need not in has), None)
