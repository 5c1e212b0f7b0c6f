"""Waits, conversations, reactions and a roster for the 24 people of `made_up_view`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import made_up_view as made
import pandas as pd

from audit.view import WindowView

Wait = tuple[str, str, float | None, float]
"""Sender, who was asked, working hours to the answer or None, working hours watched."""


def waits(rows: Sequence[Wait], *, week: int = made.MONDAY) -> pd.DataFrame:
    """Return WAITS of colleagues, all in one week; hours are whole tenths."""
    frame = pd.DataFrame(rows, columns=["sender_id", "person_id", "answered_h", "watched_h"])
    hours = frame["answered_h"].astype("float64").fillna(frame["watched_h"])
    frame = frame[["person_id"]].assign(
        week=week,
        reply_quality="explicit",
        wait_tenths=(hours * 10).round().astype("int32"),
        is_answered=frame["answered_h"].notna(),
        n=1,
    )
    return frame.groupby([name for name in frame if name != "n"], as_index=False)["n"].sum()


def contacts(
    pairs: Sequence[tuple[str, str]], stakeholder: str, *, week: int = made.MONDAY
) -> pd.DataFrame:
    """Return CONTACTS of one class, all in one week, from (who wrote, who was addressed)."""
    frame = pd.DataFrame(pairs, columns=["contact_id", "person_id"]).drop_duplicates()
    return frame.assign(week=week, stakeholder=stakeholder, reply_quality="explicit")


def talks(written: Sequence[Mapping[str, int]]) -> pd.DataFrame:
    """Return TALKS of the first week: who wrote how much in each of them."""
    return pd.DataFrame(
        [
            {"week": made.MONDAY, "talk": talk, "person_id": person, "n_written": n}
            for talk, own in enumerate(written)
            for person, n in own.items()
        ]
    )


def reactions(pairs: Sequence[tuple[str, str]], week: int = made.MONDAY) -> pd.DataFrame:
    """Return EDGES rows in chat: one reaction of the first to the second of each pair."""
    frame = pd.DataFrame(pairs, columns=["source_id", "target_id"]).drop_duplicates()
    counts = {"n_messages": 1, "n_direct": 1, "weight": 0.0, "n_threads": 1, "n_replies": 0}
    return frame.assign(week=week, channel="chat", n_reactions=1, n_off_hours=0, **counts)


def chats(pairs: Sequence[tuple[str, str]], week: int = made.MONDAY) -> pd.DataFrame:
    """Return EDGES rows in chat: one message of the first to the second of each pair."""
    return reactions(pairs, week).assign(n_reactions=0, weight=1.0)


def roster(
    levels: Mapping[str, int] | None = None,
    modes: Mapping[str, str] | None = None,
    managers: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return the PEOPLE rows of all 24, with what is given; the rest is missing."""
    frame = pd.DataFrame({"person_id": made.PEOPLE})
    people = frame["person_id"]
    return frame.assign(
        valid_from_day=made.MONDAY - 365,
        valid_to_day=pd.array([None] * len(frame), dtype="Int32"),
        kind="employee",
        stakeholder=None,
        unit_id=people.str[0],
        manager_id=people.map(managers or {}).astype("object"),
        joined_day=made.MONDAY - 365,
        level=people.map(levels or {}).astype("Int8"),
        role_family=None,
        site=None,
        work_mode=people.map(modes or {}).astype("object"),
        time_zone="UTC",
        is_leader=people.isin(list((managers or {}).values())),
    )


def with_tables(view: WindowView, **tables: pd.DataFrame) -> WindowView:
    """Return the view with other tables, and nothing remembered of the old ones."""
    new = replace(view.tables, **tables)
    return replace(view, tables=new, _graphs={}, _placed={}, _kept={})
