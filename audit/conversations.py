"""Long conversations of groups: which belong to whom, and their mean over a group."""

from __future__ import annotations

import pandas as pd

from audit.statistics.intervals import group_shares
from audit.thin import told_few
from audit.view import WindowView

COLUMNS = ["group_id", "talk", "person_id", "n"]


def held_inside(view: WindowView) -> pd.DataFrame:
    """Return the long conversations all of whose writers are settled members of a group.

    Shape: one row per group, conversation and writer: group_id, talk, person_id, n (messages).
    Groups are those of the window in which it began; a writer who is not eligible there keeps a
    conversation out of every group.
    """
    talks = view.tables.talks
    if talks.empty:
        return pd.DataFrame(columns=COLUMNS)
    rows = talks.assign(
        talk=talks["week"].astype("str") + "-" + talks["talk"].astype("str"),
        n_writers=talks.groupby(["week", "talk"])["person_id"].transform("size"),
    )
    homes = view.settled[["window_id", "person_id", "unit_id"]]
    placed = view.windowed(rows).merge(
        homes, on=["window_id", "person_id"], how="inner", validate="m:1"
    )
    rows = view.groups.people(placed).rename(columns={"n_written": "n"})
    inside = rows.groupby(["group_id", "talk"])["person_id"].transform("size")
    return rows.loc[inside == rows["n_writers"], COLUMNS]


def shares_of_talks(rows: pd.DataFrame, value: pd.Series, least: int) -> pd.DataFrame:
    """Return the mean of a number between 0 and 1 over the conversations of each group.

    `rows` as above; `value` by talk. Groups with fewer than `least` conversations have no
    value and say so. n_people are the people in them, top_share the largest part of `n` of one
    person.
    """
    carried = rows[["group_id", "talk"]].drop_duplicates().rename(columns={"talk": "person_id"})
    top = carried["person_id"].map(value).astype("float64")
    found = group_shares(carried.assign(top=top, bottom=1.0)).set_index("group_id")
    own = rows.groupby(["group_id", "person_id"])["n"].sum().groupby(level="group_id")
    found["n_people"] = own.size().reindex(found.index).astype("int64")
    found["top_share"] = (own.max() / own.sum()).reindex(found.index).astype("float64")
    found = found.reset_index()
    return told_few(found, found["n_observations"] < least, "too_few_threads")
