"""The gates of a survey scale: consistency, agreement and what lies between groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from audit.groups import Groups
from audit.statistics.invariance import metric_invariance
from audit.statistics.omega import omega_total
from audit.statistics.reliability import cronbach_alpha, icc, median_agreement
from audit.survey import ScaleAnswers

LEAST_CONSISTENCY = 0.70
LEAST_AGREEMENT = 0.70
LEAST_ICC2 = 0.50


@dataclass(frozen=True)
class Gates:
    """Reliability of a scale over the organization: RELIABILITY rows, and whether it passes."""

    table: pd.DataFrame
    is_reliable: bool
    icc1: float
    icc2: float

    @property
    def is_consistent(self) -> bool:
        """Return whether the items measure one thing: alpha or omega passes."""
        return bool(self.table.loc[self.table["kind"].isin(["alpha", "omega"]), "is_enough"].any())


def scale_gates(scale: ScaleAnswers, forms: pd.DataFrame, groups: Groups) -> Gates:
    """Return the coefficients of a scale over the lowest groups, each with its own gate.

    Internal consistency .70 (alpha or omega); median agreement .70 under the uniform and the
    slightly skewed null; ICC(1) with a lower bound above 0. Without all of them no group is judged
    on the scale. A scale of one item has no internal consistency to fail.
    """
    leaf = forms.set_index("subject_id")["unit_id"].map(groups.leaf_of)
    unit = leaf.reindex(scale.items.index)
    alpha, omega = cronbach_alpha(scale.items), omega_total(scale.items)
    agreement = min(median_agreement(scale.items, unit, scale.options))
    within = icc(scale.score.to_numpy(dtype=np.float64), unit)
    one_item = scale.items.shape[1] == 1
    rows = [
        ("alpha", alpha.value, alpha.low, alpha.high, alpha.value >= LEAST_CONSISTENCY),
        ("omega", omega, np.nan, np.nan, omega >= LEAST_CONSISTENCY),
        ("rwg", agreement, np.nan, np.nan, agreement >= LEAST_AGREEMENT),
        ("icc1", within.icc1, within.low, within.high, within.low > 0),
        ("icc2", within.icc2, np.nan, np.nan, within.icc2 >= LEAST_ICC2),
    ]
    table = pd.DataFrame(rows, columns=["kind", "value", "low", "high", "is_enough"])
    table["is_enough"] = table["is_enough"].astype(bool)
    table.loc[table["kind"].isin(["alpha", "omega"]), "is_enough"] |= one_item
    passed = table.set_index("kind")["is_enough"]
    is_reliable = bool((passed["alpha"] | passed["omega"]) & passed["rwg"] & passed["icc1"])
    return Gates(table, is_reliable, within.icc1, within.icc2)


def comparison_row(now: ScaleAnswers, earlier: ScaleAnswers | None) -> pd.DataFrame:
    """Return the RELIABILITY row that says whether a scale may be compared with the last wave.

    Only items with the same wording in both waves are looked at. Empty without an earlier wave,
    or where it cannot be told: under three such items or 50 complete forms.
    """
    if earlier is None:
        return pd.DataFrame()
    shared = [
        i for i in now.items if i in earlier.items and (now.anchors is None or i in now.anchors)
    ]
    found = metric_invariance([earlier.items[shared], now.items[shared]])
    if found is None:
        return pd.DataFrame()
    row = ("invariance", max(found.loss, 0.0), np.nan, np.nan, found.is_enough)
    return pd.DataFrame([row], columns=["kind", "value", "low", "high", "is_enough"])
