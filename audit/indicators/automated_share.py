"""H1, automated share: how much of what reaches people comes from machines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.intervals import group_shares
from audit.view import WindowView
from core.elements import TECHNOLOGY


@indicators.add(
    "automated_share",
    Indicator(
        code="H1",
        title="What comes from machines",
        question="How much of what reaches people here was sent by machines?",
        layer="behaviour",
        element=TECHNOLOGY,
        quadrant="hears",
        higher_is="neither",
        scale="share",
        gives="unit_values",
        needs=("messages", "automation"),
        source="Glikson & Woolley 2020, Human trust in artificial intelligence, Acad. Mgmt Annals",
        cannot_show="What a human sent and a machine wrote, and machines that nothing marks.",
    ),
)
def automated_share(view: WindowView) -> pd.DataFrame:
    """Mean over people of the automated share of what each of them received.

    Formula: per person automated messages / all messages that came in over the period, broadcasts
    and outside mail included; value = mean over people. Marked as automated are headers, bulk
    mail, service accounts, declared senders, and senders who write much to many and are hardly
    ever answered.
    Shape: one row per group: group_id, value, low, high (90 %, people as the sample), n_people,
    n_observations (messages), top_share.
    Unit: share. Range: 0 to 1; neither is better.
    Minimum: 8 people.
    Edge cases: a person who received nothing has no share; an export that marks nothing as
    automated is not observed.
    Known bias: the quality of the marks.
    Source: Glikson & Woolley 2020.

    >>> automated_share(view)["value"].between(0, 1).all()
    True
    """
    counts = view.person_counts("received_automated")
    homes = view.settled[["window_id", "person_id", "unit_id"]]
    placed = counts.merge(homes, on=["window_id", "person_id"], how="inner", validate="1:1")
    sums = placed.groupby(["unit_id", "person_id"], as_index=False)[["n", "of_n"]].sum()
    sums = sums[sums["of_n"] > 0]
    rows = view.groups.people(sums.assign(top=sums["n"] / sums["of_n"], bottom=1.0))
    found = group_shares(rows)
    messages = rows.groupby("group_id")["of_n"].sum().reindex(found["group_id"])
    return found.assign(n_observations=messages.to_numpy(dtype=np.int64))
