"""H2, human touch: whether people who begin a conversation reach a human."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.intervals import group_shares
from audit.thin import told_few
from audit.view import WindowView
from core.elements import TECHNOLOGY

LEAST_TALKS = 100


@indicators.add(
    "human_touch",
    Indicator(
        code="H2",
        title="Answered by a human",
        question="When somebody begins a conversation with this unit, does a human answer?",
        layer="behaviour",
        element=TECHNOLOGY,
        quadrant="hears",
        higher_is="warmer",
        scale="share",
        gives="unit_values",
        needs=("messages", "threads", "automation"),
        too_few="too_few_threads",
        source="Glikson & Woolley 2020, Human trust in artificial intelligence, Acad. Mgmt Annals",
        cannot_show="A machine's draft that a human sends, and answers by phone or in person.",
    ),
)
def human_touch(view: WindowView) -> pd.DataFrame:
    """Of the answered conversations that its members had a part in, the share a human answered.

    Formula: over conversations that a person, inside or outside, opened and that got an answer
    within 16 working hours of the opener; per member the number opened by the member or addressed
    to the member by the first message, and of these the number with an answer of a human; value =
    sum over members of the second / of the first. In mail an answer in less than a minute is an
    acknowledgement, whoever sent it.
    Shape: one row per group: group_id, value, low, high (90 %, people as the sample),
    n_people (members who took part), n_observations (conversations, once for each of these
    members), top_share, why.
    Unit: share. Range: 0 to 1; higher is warmer.
    Minimum: 100 conversations with an answer.
    Edge cases: fewer: no value, with the reason. Without marks of automation it is not
    observed, never 1.
    Known bias: what a machine drafted and a human sent counts as human; a conversation of several
    members counts for each.
    Source: Glikson & Woolley 2020.

    >>> human_touch(view)["value"].between(0, 1).all()
    True
    """
    counts = view.person_counts("talks_answered")
    homes = view.settled[["window_id", "person_id", "unit_id"]]
    placed = counts.merge(homes, on=["window_id", "person_id"], how="inner", validate="1:1")
    sums = placed.groupby(["unit_id", "person_id"], as_index=False)[["n", "of_n"]].sum()
    rows = group_shares(view.groups.people(sums.assign(top=sums["n"], bottom=sums["of_n"])))
    return told_few(rows, rows["n_observations"] < LEAST_TALKS, "too_few_threads")
