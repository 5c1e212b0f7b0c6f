"""Whether a group's own coldness could hide in what is expected of those who write to it."""

from __future__ import annotations

import pandas as pd

LEAST_ELSEWHERE = 0.20
"""Share of inbound from senders at home elsewhere, below which an effect is partly unseen."""
_HALF = 0.5


def senders_elsewhere(edges: pd.DataFrame, group_people: pd.DataFrame) -> pd.DataFrame:
    """Return for each group the share of its inbound from people who write mostly elsewhere.

    Formula
        sum of messages into u by senders of whose messages at most half go into u, over all
        messages into u. A sender's effect is learnt from all that he or she writes; where senders
        write to one group alone, the group's coldness is taken for theirs.
    Shape
        `edges`: source_id, target_id, n_messages, any number of rows per pair. `group_people`:
        group_id, person_id. One row per group with inbound: group_id, value, is_enough
        (value >= .20).
    Unit
        Share. Range: 0 (everybody writes here alone) to 1.
    Edge cases
        A group nobody wrote to has no row. The whole organization is 0: there is no elsewhere.
    Null
        None: it says what could not be seen, not what is there.
    Raises
        Nothing.
    Source
        `docs/method.md`, estimator, identifiability. With 80 % of mail inside departments
        effects are estimated at .81 to .88 of their size.

    >>> senders_elsewhere(edges, group_people).set_index("group_id")["value"]["sales"]
    0.41
    """
    pairs = edges.groupby(["source_id", "target_id"], as_index=False)["n_messages"].sum()
    written = pairs.groupby("source_id")["n_messages"].sum()
    places = group_people[["group_id", "person_id"]].rename(columns={"person_id": "target_id"})
    into = pairs.merge(places, on="target_id", validate="m:m")
    into = into.groupby(["source_id", "group_id"], as_index=False)["n_messages"].sum()
    is_elsewhere = into["n_messages"] <= _HALF * into["source_id"].map(written)
    into = into.assign(elsewhere=into["n_messages"].where(is_elsewhere, 0))
    sums = into.groupby("group_id", as_index=False)[["n_messages", "elsewhere"]].sum()
    value = sums["elsewhere"] / sums["n_messages"]
    return pd.DataFrame(
        {
            "group_id": sums["group_id"],
            "value": value.astype("float64"),
            "is_enough": (value >= LEAST_ELSEWHERE).astype(bool),
        }
    )
