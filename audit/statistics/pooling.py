"""From weekly sums or person values to one private effect per person."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.statistics.effects import PersonEffects, with_subject_id
from audit.statistics.variance import (
    between_person_variance,
    common_shock_variance,
    within_team_sd,
)

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEAST_INFO = 0.5
LEAST_SPREAD = 1e-12


def reply_effects(
    sums: pd.DataFrame, members: pd.DataFrame, min_messages: int = 8
) -> PersonEffects:
    """Log-odds by which each person answers more or less often than comparable messages get.

    Formula
        e = sum(excess) / sum(info), v = 1 / sum(info) over all windows; persons below
        `min_messages` messages or 0.5 information are left out; w = 1 / (v + sigma_b^2).
    Shape
        `sums`: (window_id,) person_id or subject_id, n, excess, info and, for shocks, excess1
        and info1; any number of rows per person, e.g. weeks. `members`: subject_id, unit_id
        (leaf team), stratum ("level|site"); with a window_id too, a mover counts in the team
        of most windows (latest on a tie) and with the sums of those windows alone.
    Unit
        Log-odds; below 0 is colder.
    Range
        Unbounded.
    Edge cases
        No informative person: an empty result. Sums without window_id are one window.
    Raises
        ValueError if a subject has two teams in one window.
    Source
        `docs/method.md`, estimator, steps 3 to 5; DerSimonian and Laird 1986.

    >>> reply_effects(person_sums(replies, fit), members).n_windows
    3
    """
    rows = _at_home(with_subject_id(sums), members)
    if "excess1" not in rows.columns:
        rows = rows.assign(excess1=rows["excess"], info1=rows["info"])
    total = rows.groupby("subject_id", sort=True)[["n", "excess", "info"]].sum().reset_index()
    total = total[(total["n"] >= min_messages) & (total["info"] >= LEAST_INFO)]
    persons = _with_home(total, rows)
    persons["effect"] = persons["excess"] / persons["info"]
    persons["variance"] = 1.0 / persons["info"]
    shock = _reply_shock(rows)
    rows = rows[rows["subject_id"].isin(persons["subject_id"])]
    info = _per_window(rows, persons, "info")
    with np.errstate(invalid="ignore", divide="ignore"):
        by_window = np.where(info > 0, _per_window(rows, persons, "excess") / info, np.nan)
        noise = np.where(info > 0, 1.0 / info, np.inf)
    windows = tuple(int(w) for w in np.unique(rows["window_id"]))
    return _assemble(persons, np.ones(len(persons)), _Windows(windows, by_window, noise), shock)


def value_effects(
    values: pd.DataFrame, members: pd.DataFrame, *, in_sd: bool = False
) -> PersonEffects:
    """Person values (shares, scale scores) in the same form as reply effects.

    Formula
        Behaviour (`in_sd=False`): e = value minus the mean of its stratum, in the value's unit.
        Perception (`in_sd=True`): e = value / pooled SD within teams, not centred.
        v = `variance` where given, else 0; w = weight / (v + sigma_b^2), where sigma_b^2 is the
        moment estimator, so that scores in SD get w = raking weight and spread 1.
    Shape
        `values`: subject_id or person_id, value, optionally window_id, weight, variance.
        `members` as in `reply_effects`; a survey form is a subject.
    Unit
        The value's unit, or standard deviations.
    Range
        Unbounded; the caller turns the sign of indicators where high is cold.
    Edge cases
        Empty cells are left out. All values alike: effects of 0 and no variance.
    Raises
        ValueError if a subject has two teams in one window.
    Source
        `docs/method.md`, estimator (continuous indicators) and perception layer.

    >>> value_effects(scores, forms, in_sd=True).spread
    array([1., 1., 1., 1.])
    """
    rows = _at_home(with_subject_id(values).dropna(subset=["value"]), members)
    weight = rows["weight"] if "weight" in rows.columns else 1.0
    variance = rows["variance"] if "variance" in rows.columns else 0.0
    rows = rows.assign(weight=weight, variance=variance, n=1)
    rows = rows[rows["weight"] > 0]
    sd = within_team_sd(rows["value"].to_numpy(dtype=np.float64), _codes(rows["unit_id"]))
    scale = sd if in_sd and sd > 0 else 1.0
    rows = rows.assign(value=rows["value"] / scale, variance=rows["variance"] / scale**2)
    if not in_sd:
        mean = rows.groupby(["window_id", "stratum"])["value"].transform("mean")
        rows = rows.assign(value=rows["value"] - mean)
    persons, prior = _pooled_values(rows)
    seen = _per_window(rows, persons, "n") > 0
    noise = np.where(seen, _per_window(rows, persons, "variance"), np.inf)
    by_window = np.where(seen, _per_window(rows, persons, "value"), np.nan)
    windows = tuple(int(w) for w in np.unique(rows["window_id"]))
    effects = _assemble(persons, prior, _Windows(windows, by_window, noise), _value_shock(rows))
    return replace(effects, unit_sd=sd)


def homes(members: pd.DataFrame) -> pd.DataFrame:
    """Windows that each subject spent in their main team, for `members` of both estimators.

    The main team is that of most windows, the latest on a tie; the stratum is that of its last
    window. Columns: subject_id, window_id, unit_id, home_window, stratum.
    """
    members = with_subject_id(members)
    stays = members.groupby(["subject_id", "unit_id"], as_index=False).agg(
        stays=("window_id", "nunique"), home_window=("window_id", "max")
    )
    stays = stays.sort_values(["subject_id", "stays", "home_window"])
    home = stays.drop_duplicates("subject_id", keep="last").drop(columns="stays")
    placed = members[["subject_id", "window_id", "unit_id", "stratum"]].merge(
        home, on=["subject_id", "unit_id"], validate="m:1"
    )
    latest = placed[placed["window_id"] == placed["home_window"]][["subject_id", "stratum"]]
    return placed.drop(columns="stratum").merge(latest, on="subject_id", validate="m:1")


@dataclass(frozen=True)
class _Windows:
    ids: tuple[int, ...]
    effect: FloatArray
    noise: FloatArray


def _assemble(
    persons: pd.DataFrame, prior: FloatArray, windows: _Windows, shock: float
) -> PersonEffects:
    effect = persons["effect"].to_numpy(dtype=np.float64)
    variance = persons["variance"].to_numpy(dtype=np.float64)
    team = _codes(persons["unit_id"])
    between = between_person_variance(effect, variance, team)
    spread = np.maximum(variance + between, LEAST_SPREAD)
    window_spread = np.maximum(windows.noise + between, LEAST_SPREAD)
    names = ["subject_id", "unit_id", "stratum", "effect", "variance", "info", "n", "home_window"]
    return PersonEffects(
        persons=persons[names],
        weight=prior / spread,
        spread=spread,
        window_ids=windows.ids,
        window_effect=windows.effect,
        window_weight=prior[None, :] / window_spread,
        var_between=between,
        var_shock=shock,
        unit_sd=within_team_sd(effect, team),
    )


def _at_home(rows: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Rows of known subjects in the windows they spent in their main team."""
    if "window_id" not in rows.columns:
        rows = rows.assign(window_id=0)
    members = with_subject_id(members)
    if "window_id" not in members.columns:
        plain = members[["subject_id", "unit_id", "stratum"]]
        last = rows.groupby("subject_id")["window_id"].transform("max")
        return rows.assign(home_window=last).merge(plain, on="subject_id", validate="m:1")
    placed = members if "home_window" in members.columns else homes(members)
    return rows.merge(placed, on=["subject_id", "window_id"], validate="m:1")


def _with_home(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    home = rows[["subject_id", "unit_id", "stratum", "home_window"]].drop_duplicates()
    joined = table.merge(home, on="subject_id", validate="1:1")
    return joined.sort_values("subject_id").reset_index(drop=True)


def _per_window(rows: pd.DataFrame, persons: pd.DataFrame, column: str) -> FloatArray:
    """Sum of a column per (window, person), in the order of the persons."""
    windows, window = np.unique(rows["window_id"].to_numpy(), return_inverse=True)
    person = pd.Index(persons["subject_id"]).get_indexer(rows["subject_id"])
    sums = np.zeros((windows.size, len(persons)))
    np.add.at(sums, (window, person), rows[column].to_numpy(dtype=np.float64))
    return sums


def _pooled_values(rows: pd.DataFrame) -> tuple[pd.DataFrame, FloatArray]:
    """One value per subject: the weighted mean over windows, and its prior weight."""
    weight = rows["weight"]
    parts = rows.assign(total=weight * rows["value"], noise=weight**2 * rows["variance"])
    pooled = parts.groupby("subject_id", sort=True)[["total", "noise", "weight", "n"]].sum()
    pooled = pooled.reset_index()
    pooled["effect"] = pooled["total"] / pooled["weight"]
    pooled["variance"] = pooled["noise"] / pooled["weight"] ** 2
    pooled["info"] = pooled["weight"]
    prior = (pooled["weight"] / pooled["n"]).to_numpy(dtype=np.float64)
    return _with_home(pooled, rows), prior


def _reply_shock(rows: pd.DataFrame) -> float:
    cells = rows.groupby(["unit_id", "window_id"], as_index=False)[["excess1", "info1"]].sum()
    excess, info = cells["excess1"].to_numpy(np.float64), cells["info1"].to_numpy(np.float64)
    return common_shock_variance(excess, info, _codes(cells["unit_id"]))


def _value_shock(rows: pd.DataFrame) -> float:
    """Common shocks of values: from each person's deviation from their own mean if seen again."""
    seen = rows.groupby("subject_id")["n"].transform("sum")
    if len(np.unique(rows["window_id"])) <= 1:
        return 0.0
    lost = 0
    if bool((seen > 1).any()):
        rows = rows[seen > 1]
        own = rows.groupby("subject_id")["value"].transform("mean")
        rows = rows.assign(value=rows["value"] - own)
        lost = rows["subject_id"].nunique()
    cell = rows.groupby(["unit_id", "window_id"])["value"]
    cells = cell.agg(["sum", "count"]).reset_index()
    inside = rows["value"] - cell.transform("mean")
    freedom = len(rows) - len(cells) - lost + rows["unit_id"].nunique() * bool(lost)
    noise = float((inside**2).sum()) / max(freedom, 1)
    if noise <= 0 or freedom <= 0:
        return 0.0
    info = cells["count"].to_numpy(np.float64) / noise
    excess = cells["sum"].to_numpy(np.float64) / noise
    return common_shock_variance(excess, info, _codes(cells["unit_id"]))


def _codes(labels: pd.Series) -> IntArray:
    return pd.factorize(labels, sort=True)[0].astype(np.int64)
