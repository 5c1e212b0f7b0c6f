"""Waits, conversations, reactions and a roster for the 24 people of `made_up_view`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import made_up_view as made
import pandas as pd

from audit.view import WindowView

Wait = tuple[str, str, float | None, float]
"""Sender, who was asked, working hours to the answer or None, working hours watched."""


def waits(
    rows: Sequence[Wait], *, week: int = made.MONDAY, stakeholder: str | None = None
) -> pd.DataFrame:
    """Return what indicators see of REPLIES, all in one week, from colleagues or from outside."""
    frame = pd.DataFrame(rows, columns=["sender_id", "recipient_id", "answered_h", "watched_h"])
    seconds = frame[["answered_h", "watched_h"]].astype("float64") * 3600
    return frame[["sender_id", "recipient_id"]].assign(
        week=week,
        relation="peer" if stakeholder is None else "outside",
        stakeholder=stakeholder,
        reply_quality="explicit",
        work_latency_s=seconds["answered_h"],
        watched_work_s=seconds["watched_h"],
    )


def talks(
    written: Sequence[Mapping[str, int]], *, is_inside: bool = True, prefix: str = "t"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return THREADS and THREAD_PEOPLE of the first week: who wrote how much in each talk."""
    ids = [f"{prefix}{i}" for i in range(len(written))]
    threads = pd.DataFrame(
        {
            "thread_id": ids,
            "week": made.MONDAY,
            "is_inside": is_inside,
            "n_writers": [len(talk) for talk in written],
            "n_messages": [sum(talk.values()) for talk in written],
            "is_answered": True,
            "is_answered_by_human": True,
        }
    )
    people = [
        {
            **{"thread_id": name, "person_id": person, "n_written": n, "is_addressed": True},
            "is_opener": place == 0,
        }
        for name, talk in zip(ids, written, strict=True)
        for place, (person, n) in enumerate(talk.items())
    ]
    return threads, pd.DataFrame(people)


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
