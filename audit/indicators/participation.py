"""A5, participation evenness: whether conversations here are shared or held by a few."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.conversations import held_inside, shares_of_talks
from audit.registry import Indicator, indicators
from audit.statistics.evenness import rarefied_evenness
from audit.view import WindowView
from core.elements import ACTIVE_LISTENING
from graph.weekly_sums import LEAST_MESSAGES

LEAST_TALKS = 20


@indicators.add(
    "participation",
    Indicator(
        code="A5",
        title="Evenness of conversations",
        question="Do conversations of several people here have many voices, or one?",
        layer="behaviour",
        element=ACTIVE_LISTENING,
        quadrant="says_does",
        higher_is="neither",
        scale="share",
        gives="unit_values",
        needs=("messages", "threads", "ties"),
        too_few="too_few_threads",
        source="Woolley et al. 2010, Evidence for a collective intelligence factor, Science 330",
        cannot_show="Who was heard, and the facilitator who writes much so that others can.",
    ),
)
def participation(view: WindowView) -> pd.DataFrame:
    """Mean evenness of the longer conversations held inside each group.

    Formula: per conversation of 3 writers and 8 messages or more J = E[H_8] / ln min(S, 8), S
    writers, E[H_8] the expected entropy of 8 of its messages drawn without replacement, so that
    long conversations compare with short ones; value = mean over conversations all of whose
    writers belong to the group.
    Shape: one row per group: group_id, value, low, high (90 %, conversations as the sample),
    n_people (writers), n_observations (conversations), top_share (messages of one writer), why.
    Unit: none, 0 to 1. Range: 0 (one voice) to near 1 (all write alike); neither is better.
    Minimum: 20 conversations.
    Edge cases: fewer conversations: no value, with the reason. People who only read
    along do not count.
    Known bias: the facilitator's role; chat is shorter than mail.
    Source: Woolley et al. 2010; Pielou 1966 (J); Hurlbert 1971 (rarefaction).

    >>> participation(view)["value"].between(0, 1).all()
    True
    """
    rows = held_inside(view)
    if rows.empty:
        return shares_of_talks(rows, pd.Series(dtype="float64"), LEAST_TALKS)
    written = rows.drop_duplicates(["talk", "person_id"])
    evenness = written.groupby("talk")["n"].apply(
        lambda n: rarefied_evenness(n.to_numpy(dtype=np.int64), LEAST_MESSAGES)
    )
    return shares_of_talks(rows, evenness.astype("float64"), LEAST_TALKS)
