"""F4, autocorrelation of coldness: whether cold groups lie beside cold groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.regions import reciprocal_volume, region_weights
from audit.registry import Indicator, indicators
from audit.statistics.effects import build_groups, contrast
from audit.statistics.intervals import NINETY
from audit.statistics.pooling import reply_effects
from audit.view import WindowView
from core.elements import INCLUSION
from graph.autocorrelation import morans_i

LEAST_UNITS = 30
ONE_NUMBER = "it is one number about the whole organization"
FEW = "fewer than 30 groups to compare"
_COLUMNS = [
    *("group_id", "value", "low", "high", "expected", "null_sd"),
    *("n_people", "n_observations", "why"),
]


@indicators.add(
    "coldness_neighbours",
    Indicator(
        code="F4",
        title="Cold beside cold",
        question="Do groups that answer less often lie beside others that do?",
        layer="behaviour",
        element=INCLUSION,
        quadrant="sees",
        higher_is="neither",
        scale="ratio",
        gives="unit_values",
        needs=("messages", "reply_links", "ties"),
        source="Moran 1950, Biometrika 37, 17-23; Cliff & Ord 1981, Spatial Processes",
        cannot_show="Which groups those are: the regional view shows them.",
    ),
)
def coldness_neighbours(view: WindowView) -> pd.DataFrame:
    """Whether the lowest groups' response rates resemble those of groups in contact with them.

    Formula: global Moran's I of theta_u, the contrast of the response rate with the rest, over the
    graph of lowest groups, weighted by the positive part of mutual contact less its expectation;
    low and high: value -+ 1.645 SD of the null.
    Shape: one row per group, a value for the whole organization alone: group_id, value, low,
    high, expected (-1 / (n - 1)), null_sd, n_people (informative), n_observations (groups), why.
    Unit: none. Range: about -1 to 1; above expected, cold lies beside cold; neither is better.
    Minimum: 30 groups with an effect.
    Edge cases: fewer groups: no value, with the reason; no answered messages: no row; groups
    without contact beyond chance count as beside nobody.
    Null: effects dealt out to the groups at random.
    Known bias: large groups have firmer effects than small ones, which blurs what is alike.
    Source: Moran 1950; Cliff & Ord 1981.

    >>> coldness_neighbours(view)["value"].between(-1, 1).all()
    True
    """
    sums = view.person_weeks("answered").rename(
        columns={"excess_own": "excess1", "info_own": "info1"}
    )
    if sums.empty:
        return pd.DataFrame(columns=_COLUMNS)
    effects = reply_effects(sums, view.members[["window_id", "person_id", "unit_id", "stratum"]])
    parts = [view.group_members(w).assign(window_id=w.window_id) for w in view.period.windows]
    table = view.groups.table[["group_id", "parent_id", "kind", "depth"]]
    groups = build_groups(table, pd.concat(parts, ignore_index=True), effects)
    theta = contrast(effects, groups).theta
    inner = set(groups.parent)
    lowest = [i for i in range(len(groups)) if i not in inner and np.isfinite(theta[i])]
    units = groups.rows(lowest)
    leaf = view.leaf_groups(view.period.windows[-1])
    weights = region_weights(reciprocal_volume(view.tables.edges, leaf, units.group_ids))
    found = morans_i(theta[lowest], weights)
    enough = len(lowest) >= LEAST_UNITS and bool(np.isfinite(found.value))
    row = {
        "group_id": view.groups.root,
        "value": found.value,
        "low": found.value - NINETY * found.null_sd,
        "high": found.value + NINETY * found.null_sd,
        "expected": found.expected,
        "null_sd": found.null_sd,
    }
    if not enough:
        row = {"group_id": view.groups.root}
    found_row = pd.DataFrame([row], columns=_COLUMNS).drop(columns=["n_people", "why"])
    people = pd.DataFrame({"group_id": list(groups.group_ids), "n_people": groups.sizes()})
    told = people[people["n_people"] > 0].merge(found_row, on="group_id", how="left")
    whole = told["group_id"] == view.groups.root
    why = pd.Series(ONE_NUMBER, told.index).mask(whole, None if enough else FEW)
    return told.assign(n_observations=np.where(whole, len(lowest), 0), why=why)[_COLUMNS]
