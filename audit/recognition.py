"""Who was given reactions or kudos, by how many, and where such a thing could be seen at all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.view import WindowView

WEEKS = 12
LEAST_GIVERS = 2
COLUMNS = ["window_id", "subject_id", "unit_id", "value", "n"]


def recognised(view: WindowView) -> pd.DataFrame:
    """Return whether each settled person had reactions from two or more colleagues.

    Shape: one row per person: window_id (the last of the period in the main team), subject_id,
    unit_id, value (0 or 1), n (colleagues who reacted). Looks at the last 12 weeks up to the
    period's end. Somebody who neither sent nor got anything on a channel with reactions has none.
    """
    end = view.period.end_day
    source = view.tables.history if len(view.tables.history) else view.tables.edges
    edges = source[source["week"].between(end - 7 * WEEKS, end - 1)]
    given = edges[edges["n_reactions"] > 0]
    if given.empty:
        return pd.DataFrame(columns=COLUMNS)
    # Which colleagues count does not hang on their own eligibility: a thank-you is a thank-you.
    givers = given.groupby("target_id")["source_id"].nunique()
    there = edges[edges["channel"].isin(given["channel"].unique())]
    seen = pd.Index(there["source_id"]).union(pd.Index(there["target_id"]))
    last = view.settled.sort_values("window_id").drop_duplicates("person_id", keep="last")
    people = last[last["person_id"].isin(seen)]
    n = people["person_id"].map(givers).fillna(0).astype("int64")
    found = people.assign(n=n, value=np.where(n >= LEAST_GIVERS, 1.0, 0.0))
    return found.rename(columns={"person_id": "subject_id"})[COLUMNS].reset_index(drop=True)
