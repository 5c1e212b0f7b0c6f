"""F1, isolation rate: who has hardly anybody to be in two-way contact with."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import INCLUSION
from graph.ties import reciprocated_ties

LEAST_TIES = 2


@indicators.add(
    "isolation",
    Indicator(
        code="F1",
        title="People with fewer than two mutual ties",
        question="How many people here have hardly anybody they are in two-way contact with?",
        layer="behaviour",
        element=INCLUSION,
        quadrant="sees",
        higher_is="colder",
        scale="share",
        gives="person_values",
        needs=("messages", "ties"),
        source="Yang et al. 2022, The effects of remote work on collaboration, NHB 6, 43-54",
        cannot_show="Contact by voice or in person; field staff look more alone than they are.",
    ),
)
def isolation(view: WindowView) -> pd.DataFrame:
    """Whether each person had fewer than two mutual human ties in each window.

    Formula: value = 1 if #{j: i wrote to j and j wrote to i} < 2 in the window, else 0. The
    shrunken rate of a group is the empirical-Bayes estimate of all group effects.
    Shape: one row per window and person: window_id, subject_id, value, n (ties).
    Unit: share once averaged. Range: 0 or 1; higher is colder.
    Minimum: 8 people.
    Edge cases: somebody without any message in or out in a window is not observed there and has
    no row: on leave, or without a mailbox.
    Known bias: field staff and people who talk in person look isolated.
    Source: Yang et al. 2022.

    >>> isolation(view).groupby("window_id")["value"].mean()
    """
    parts = []
    for window in view.period.windows:
        graph = view.graph(window)
        ties = reciprocated_ties(graph)
        seen = pd.Index(graph.person_ids[graph.sources]).union(graph.person_ids[graph.targets])
        ties = ties[ties.index.isin(seen)]
        parts.append(
            pd.DataFrame(
                {
                    "window_id": window.window_id,
                    "subject_id": ties.index,
                    "value": (ties < LEAST_TIES).to_numpy(dtype="float64"),
                    "n": ties.to_numpy(dtype="int64"),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
