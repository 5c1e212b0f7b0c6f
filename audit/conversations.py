"""Conversations of groups: which belong to whom, and their mean over a group."""

from __future__ import annotations

import pandas as pd

from audit.intervals import group_shares
from audit.thin import told_few
from audit.view import WindowView

COLUMNS = ["group_id", "thread_id", "person_id", "n"]


def held_inside(view: WindowView, threads: pd.DataFrame) -> pd.DataFrame:
    """Return the conversations all of whose writers are settled members of a group.

    `threads` are THREADS rows. Shape: one row per group, conversation and writer: group_id,
    thread_id, person_id, n (messages). Groups are those of the window in which it began; a writer
    who is not eligible there keeps a conversation out of every group.
    """
    parts = view.tables.thread_people
    rows = _settled(view, threads, parts[parts["n_written"] > 0])
    rows = rows.rename(columns={"n_written": "n"})
    inside = rows.groupby(["group_id", "thread_id"])["person_id"].transform("size")
    return rows.loc[inside == rows["n_writers"], COLUMNS]


def taken_part(view: WindowView, threads: pd.DataFrame) -> pd.DataFrame:
    """Return the conversations that a settled member of a group opened or was addressed by.

    Shape: one row per group, conversation and such member: group_id, thread_id, person_id, n (1).
    """
    parts = view.tables.thread_people
    rows = _settled(view, threads, parts[parts["is_addressed"].astype(bool)])
    return rows.assign(n=1)[COLUMNS]


def shares_of_threads(rows: pd.DataFrame, value: pd.Series, least: int) -> pd.DataFrame:
    """Return the mean of a number between 0 and 1 over the conversations of each group.

    `rows` as above; `value` by thread_id. Groups with fewer than `least` conversations have no
    value and say so. n_people are the people in them, top_share the largest part of `n` of one
    person.
    """
    threads = rows[["group_id", "thread_id"]].drop_duplicates()
    carried = threads.rename(columns={"thread_id": "person_id"})
    top = carried["person_id"].map(value).astype("float64")
    found = group_shares(carried.assign(top=top, bottom=1.0)).set_index("group_id")
    own = rows.groupby(["group_id", "person_id"])["n"].sum().groupby(level="group_id")
    found["n_people"] = own.size().reindex(found.index).astype("int64")
    found["top_share"] = (own.max() / own.sum()).reindex(found.index).astype("float64")
    found = found.reset_index()
    return told_few(found, found["n_observations"] < least, "too_few_threads")


def _settled(view: WindowView, threads: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    begun = view.windowed(threads[["thread_id", "week", "n_writers"]])
    rows = parts.merge(begun, on="thread_id", how="inner", validate="m:1")
    homes = view.settled[["window_id", "person_id", "unit_id"]]
    placed = rows.merge(homes, on=["window_id", "person_id"], how="inner", validate="m:1")
    return view.groups.people(placed)
