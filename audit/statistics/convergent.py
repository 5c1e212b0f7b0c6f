"""Whether the messages and the survey agree over groups: convergent validity, measured here."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.statistics.reliability import Estimate

FloatArray = npt.NDArray[np.float64]

LEAST_UNITS = 10
DRAWS = 1999
_TAIL = 5.0


def convergent_validity(
    behaviour: FloatArray, perception: FloatArray, reliabilities: tuple[float, float],
    rng: np.random.Generator, draws: int = DRAWS,
) -> Estimate:  # fmt: skip
    """Correlation of both layers over groups, freed of their unreliability.

    Formula
        r(behaviour, perception) / sqrt(rel_B rel_S); 90 % interval: percentiles of the same over
        groups drawn with replacement.
    Shape
        `(U,)` effects of the same groups in both layers, signed so that higher is warmer; groups
        may share nobody. `reliabilities`: split-half of the one, ICC(2) of the other.
    Unit
        None. Range: -1 to 1; what the correction lifts beyond is cut.
    Edge cases
        Fewer than 10 groups, no variance, or a reliability that is unknown or not above 0: nan.
    Null
        None: the interval says whether 0 is excluded.
    Raises
        Nothing.
    Source
        Spearman 1904 (attenuation); Efron 1979.

    >>> convergent_validity(x, x, (0.8, 0.8), np.random.default_rng(1)).value
    1.0
    """
    nothing = Estimate(float("nan"), float("nan"), float("nan"))
    seen = ~(np.isnan(behaviour) | np.isnan(perception))
    x, y = behaviour[seen], perception[seen]
    rel_b, rel_s = reliabilities
    if x.size < LEAST_UNITS or not rel_b > 0 or not rel_s > 0:
        return nothing
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return nothing
    scale = float(np.sqrt(rel_b * rel_s))
    order = rng.integers(0, x.size, (draws, x.size))
    drawn = _correlations(x[order], y[order])
    low, high = np.nanpercentile(drawn / scale, [_TAIL, 100.0 - _TAIL])
    whole = float(_correlations(x[None, :], y[None, :])[0]) / scale
    cut = np.clip([whole, low, high], -1.0, 1.0)
    return Estimate(float(cut[0]), float(cut[1]), float(cut[2]))


def convergent_rows(
    layers: Mapping[str, pd.DataFrame],
    reliability: pd.DataFrame,
    leads: Mapping[str, str],
    groups: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the RELIABILITY row (without window_id) of the behaviour lead, if both were judged.

    `layers` are judgements by layer, `groups` the table of groups: the lowest ones that were
    tested in both layers are compared. The gate passes where the interval lies above 0.
    """
    effects = {name: rows.set_index("group_id")["effect"] for name, rows in layers.items()}
    if any(effect.isna().all() for effect in effects.values()):
        return pd.DataFrame()
    leaves = sorted(set(groups["group_id"]) - set(groups["parent_id"].dropna()))
    pair = pd.DataFrame(effects).reindex(leaves).astype("float64")
    known = reliability.set_index(["indicator", "kind"])["value"].astype("float64")
    found = convergent_validity(
        pair["behaviour"].to_numpy(),
        pair["perception"].to_numpy(),
        (
            float(known.get((leads["behaviour"], "split_half"), np.nan)),
            float(known.get((leads["perception"], "icc2"), np.nan)),
        ),
        rng,
    )
    row = {
        "indicator": leads["behaviour"],
        "kind": "convergent",
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "is_enough": bool(found.low > 0),
    }
    return pd.DataFrame([row])


def _correlations(x: FloatArray, y: FloatArray) -> FloatArray:
    """Pearson's r of each row; nan where a row does not vary."""
    a, b = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    size = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    r: FloatArray = np.divide(
        (a * b).sum(axis=1), size, out=np.full(size.shape, np.nan), where=size > 0
    )
    return r
