"""Which managers and reports were in touch alone with each other, fortnight by fortnight."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.view import WindowView
from core.windows import Window

FORTNIGHT = 14
SPOKEN = ("meeting", "call")
_COLUMNS = ["window_id", "manager_id", "person_id", "n", "n_yes"]


def attended(view: WindowView) -> pd.DataFrame:
    """Return for each report and manager in how many fortnights they spoke with each other.

    Formula: a fortnight of a window counts (n) if the report was seen in the window at all, and
    is a yes (n_yes) with a message each way between the two alone, or a meeting or call of the
    two. Reactions are no messages.
    Shape: one row per window and pair: window_id, manager_id, person_id (the report), n, n_yes.
    Unit: fortnights. Range: n_yes from 0 to n.
    Edge cases: an uneven last week of a window is a fortnight of its own. Pairs of whom one is
    not eligible have no row; without managers on the roster there is none.
    Source: docs/indicators.md, attention coverage.

    >>> attended(view)[["n", "n_yes"]].sum()
    """
    return view.kept("attended", _attended)


def _attended(view: WindowView) -> pd.DataFrame:
    parts = [_in_window(view, window) for window in view.period.windows]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)


def _in_window(view: WindowView, window: Window) -> pd.DataFrame:
    roster = view.roster(window)
    graph = view.graph(window)
    seen = pd.Index(graph.person_ids[graph.sources]).union(graph.person_ids[graph.targets])
    pairs = roster.loc[roster.index.isin(seen), ["manager_id"]].reset_index(names="person_id")
    pairs = pairs[pairs["manager_id"].isin(roster.index)]
    n = -(-(window.end_day - window.first_day) // FORTNIGHT)
    met = _met(view.tables.edges, window)
    found = pairs.merge(met, on=["person_id", "manager_id"], how="left", validate="1:1")
    yes = found["n_yes"].fillna(0).astype("int64")
    rows: pd.DataFrame = found.assign(window_id=window.window_id, n=n, n_yes=yes)
    return rows[_COLUMNS]


def _met(edges: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Ordered pairs with the number of fortnights in which the two were in touch alone."""
    inside = edges["week"].between(window.first_day, window.end_day - 1)
    alone = edges["n_direct"] - edges["n_reactions"] > 0
    rows = edges.loc[inside & alone, ["week", "source_id", "target_id", "channel"]]
    rows = rows.assign(part=(rows["week"] - window.first_day) // FORTNIGHT)
    ends = {"source_id": "person_id", "target_id": "manager_id"}
    ahead = rows.rename(columns=ends)
    back = rows.rename(columns=dict(zip(ends, reversed(ends.values()), strict=True)))
    both = pd.concat([ahead.assign(is_ahead=1), back.assign(is_ahead=0)], ignore_index=True)
    both = both.assign(spoken=both["channel"].isin(SPOKEN))
    parts = both.groupby(["person_id", "manager_id", "part"]).agg(
        ways=("is_ahead", "nunique"), spoken=("spoken", "max")
    )
    met = (parts["ways"].to_numpy() == len(ends)) | parts["spoken"].to_numpy(dtype=np.bool_)
    counts = parts[met].groupby(level=["person_id", "manager_id"]).size()
    pairs: pd.DataFrame = counts.rename("n_yes").reset_index()
    return pairs
