"""H2, human touch: whether people who begin a conversation reach a human."""

from __future__ import annotations

import pandas as pd

from audit.conversations import COLUMNS, shares_of_threads, taken_part
from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import TECHNOLOGY

LEAST_THREADS = 100


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
    """Of the conversations that got any answer, the share that got one from a human.

    Formula: over conversations that a person, inside or outside, opened and in which a member of
    the group is the opener or addressed by the first message: with an answer of a human within 16
    working hours of the opener / with any answer within them. In mail an answer in less than a
    minute is an acknowledgement, whoever sent it.
    Shape: one row per group: group_id, value, low, high (90 %, conversations as the sample),
    n_people (members who took part), n_observations (conversations), top_share, why.
    Unit: share. Range: 0 to 1; higher is warmer.
    Minimum: 100 conversations with an answer.
    Edge cases: fewer: no value, with the reason. Without marks of automation it is not
    observed, never 1.
    Known bias: what a machine drafted and a human sent counts as human.
    Source: Glikson & Woolley 2020.

    >>> human_touch(view)["value"].between(0, 1).all()
    True
    """
    threads = view.tables.threads
    if threads.empty:
        return shares_of_threads(pd.DataFrame(columns=COLUMNS), pd.Series(dtype="float64"), 1)
    answered = threads[threads["is_answered"].astype(bool)]
    rows = taken_part(view, answered)
    human = answered.set_index("thread_id")["is_answered_by_human"].astype("float64")
    return shares_of_threads(rows, human, LEAST_THREADS)
