"""What any set of people shows on an indicator, whoever they are: no test and no verdict."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.registry import Indicator
from audit.statistics.effects import GroupSet, PersonEffects
from audit.statistics.intervals import mean_interval

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Described:
    """All that the values of any set of people are made of, and the gates that may close them."""

    meta: Indicator
    effects: PersonEffects
    own: pd.DataFrame
    """Each informative person's value: subject_id, value, n and, where known, expected."""
    is_share: bool
    is_reliable: bool = True
    """Whether the indicator passed its own gates over the organization."""
    icc1: float | None = None
    """Share of the variance between units, where the reliability of a mean rests on it."""
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Sums by window_id and person_id, for counts of messages."""


def described_values(
    groups: GroupSet, effects: PersonEffects, own: pd.DataFrame, *, is_share: bool
) -> pd.DataFrame:
    """Return each group's mean over its people, its interval, base and largest weight.

    Formula
        value = sum w x / sum w with the weights of the judgement, so that nobody carries more of
        the shown value than of the verdict; value_low and value_high by `mean_interval`;
        expected likewise, or without it the mean of everybody outside; top_share = the largest
        w / sum w.
    Shape
        K rows in the order of `groups`: group_id, value, expected, n_people, n_observations,
        top_share, value_low, value_high. `own` holds subject_id, value, n and optionally
        expected, one row per person of `effects`.
    Unit
        That of `own`. Range: that of `own`.
    Edge cases
        Nobody inside: nan. Everybody inside and no `expected`: expected is nan.
    Raises
        Nothing.
    Source
        `docs/method.md`, estimator; `audit.statistics.intervals.mean_interval`.

    >>> described_values(groups, effects, own, is_share=True)["value"].round(2).tolist()
    [0.41, 0.46]
    """
    weight = effects.weight
    placed = own.set_index("subject_id").reindex(effects.persons["subject_id"])
    values = placed["value"].to_numpy(dtype=np.float64)
    total, inside = float(weight.sum()), groups.members @ weight
    sums = groups.members @ (weight * values)
    with np.errstate(invalid="ignore", divide="ignore"):
        if "expected" in placed:
            expected = placed["expected"].to_numpy(dtype=np.float64)
            expected = groups.members @ (weight * expected) / inside
        else:
            outside = total - inside
            rest = float(np.sum(weight * values)) - sums
            expected = np.where(outside > 1e-9 * total, rest / outside, np.nan)
        value = sums / inside
    counts = placed["n"].to_numpy(dtype=np.float64)
    span = mean_interval(values, weight, groups.members, is_share=is_share)
    return pd.DataFrame(
        {
            "group_id": list(groups.group_ids),
            "value": value,
            "expected": expected,
            "n_people": groups.sizes(),
            "n_observations": np.rint(groups.members @ counts).astype(np.int64),
            "top_share": _top_share(groups, weight),
            "value_low": span.low,
            "value_high": span.high,
        }
    )


def _top_share(groups: GroupSet, weight: FloatArray) -> FloatArray:
    shares = np.full(len(groups), np.nan)
    for row in range(len(groups)):
        own = weight[groups.people(row)]
        if own.size and own.sum() > 0:
            shares[row] = own.max() / own.sum()
    return shares
