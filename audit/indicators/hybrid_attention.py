"""F3a, hybrid equity of attention: whether managers are as near to remote people."""

from __future__ import annotations

import pandas as pd

from audit.attention import attended
from audit.hybrid import TOO_FEW, within_team_gaps, work_modes
from audit.registry import Indicator, indicators
from audit.statistics.pooling import value_effects
from audit.view import WindowView
from core.elements import INCLUSION


@indicators.add(
    "hybrid_attention",
    Indicator(
        code="F3a",
        title="Remote against on-site: a word with the manager",
        question="Do managers keep in touch with remote people as they do with on-site people?",
        layer="behaviour",
        element=INCLUSION,
        quadrant="sees",
        higher_is="neither",
        scale="ratio",
        gives="unit_values",
        needs=("messages", "reporting_lines", "work_modes", "ties"),
        too_few=TOO_FEW,
        source="Yang et al. 2022, The effects of remote work on collaboration, NHB 6, 43-54",
        cannot_show="A word in person, which only on-site people have.",
    ),
)
def hybrid_attention(view: WindowView) -> pd.DataFrame:
    """Gap in contact with the own manager between remote and on-site people of the same team.

    Formula: y_i = share of fortnights with contact of the two alone (as attention coverage), put
    on log-odds by one step: y_i / (p (1 - p)), p the share of all; then the within-team gap
    (`audit.hybrid.within_team_gaps`).
    Shape: one row per group: group_id, value, low, high, expected (0), n_people (remote and on
    site, in teams that have both), n_observations (fortnights), top_share, why.
    Unit: log-odds, to first order. Range: unbounded; 0 is equal, below 0 managers are less in
    touch with remote people. No verdict.
    Minimum: 20 remote and 20 on-site people in teams that have both.
    Edge cases: nobody or everybody in touch in every fortnight: no row, nothing varies.
    Known bias: on-site people talk in person, which makes remote people look better off.
    Source: Yang et al. 2022; Mundlak 1978 for the model.

    >>> hybrid_attention(view)["expected"].eq(0).all()
    True
    """
    pairs = attended(view).rename(columns={"person_id": "subject_id"})
    share = float(pairs["n_yes"].sum()) / max(1.0, float(pairs["n"].sum()))
    if not 0.0 < share < 1.0:
        pairs = pairs.iloc[:0]
    scale = max(share * (1.0 - share), 1e-9)
    values = pairs.assign(value=pairs["n_yes"] / pairs["n"] / scale)
    members = view.members[["window_id", "person_id", "unit_id", "stratum"]]
    effects = value_effects(values[["window_id", "subject_id", "value"]], members)
    return within_team_gaps(effects, work_modes(view), view)
