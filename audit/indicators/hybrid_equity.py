"""F3, hybrid equity: whether remote and on-site people of one team answer alike."""

from __future__ import annotations

import pandas as pd

from audit.hybrid import TOO_FEW, within_team_gaps, work_modes
from audit.registry import Indicator, indicators
from audit.statistics.pooling import reply_effects
from audit.view import WindowView
from core.elements import INCLUSION


@indicators.add(
    "hybrid_equity",
    Indicator(
        code="F3",
        title="Remote against on-site: answers",
        question="Do remote people answer colleagues as often as on-site people of their team?",
        layer="behaviour",
        element=INCLUSION,
        quadrant="sees",
        higher_is="neither",
        scale="ratio",
        gives="unit_values",
        needs=("messages", "reply_links", "work_modes"),
        too_few=TOO_FEW,
        source="Yang et al. 2022, The effects of remote work on collaboration, NHB 6, 43-54",
        cannot_show="Why: people choose where they work, and on-site people also answer by voice.",
    ),
)
def hybrid_equity(view: WindowView) -> pd.DataFrame:
    """Gap in answers between remote and on-site people of the same team, in log-odds.

    Formula: within-team gap (`audit.hybrid.within_team_gaps`) of the person effects of the
    response rate, so that load, relation, channel, time and sender are taken out.
    Shape: one row per group: group_id, value, low, high, expected (0), n_people (remote and on
    site, in teams that have both), n_observations (messages), top_share, why.
    Unit: log-odds; -0.5 is about 12 points at a base rate of 45 %. Range: unbounded; 0 is equal,
    below 0 remote people answer less. No verdict.
    Minimum: 20 remote and 20 on-site people in teams that have both.
    Edge cases: hybrid people and those who changed over are neither; a group without a mixed
    team has no row; without work modes on the roster it is not observed.
    Known bias: selection into remote work.
    Source: Yang et al. 2022; Mundlak 1978 for the model.

    >>> hybrid_equity(view)["expected"].eq(0).all()
    True
    """
    sums = view.person_weeks("answered").rename(
        columns={"excess_own": "excess1", "info_own": "info1"}
    )
    members = view.members[["window_id", "person_id", "unit_id", "stratum"]]
    return within_team_gaps(reply_effects(sums, members), work_modes(view), view)
