"""Remote against on-site people of the same team: one gap per group, with its error."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.statistics.effects import PersonEffects
from audit.statistics.intervals import NINETY
from audit.view import WindowView

REMOTE, ON_SITE = "remote", "onsite"
LEAST_EACH = 20
COLUMNS = [
    *("group_id", "value", "low", "high", "expected", "n_people", "n_observations"),
    *("top_share", "why"),
]
TOO_FEW = "fewer than 20 remote and 20 on-site people in teams that have both"


def work_modes(view: WindowView) -> pd.Series:
    """Return who is remote and who is on site in the period, by person id; hybrid is neither.

    Who changed over in the period is neither.
    """
    rosters = [view.roster(window)["work_mode"] for window in view.period.windows]
    known = pd.concat(rosters).dropna()
    modes = known.groupby(level=0).agg(["nunique", "first"])
    steady: pd.Series = modes.loc[modes["nunique"] == 1, "first"].astype("object")
    return steady.loc[steady.isin([REMOTE, ON_SITE])]


def within_team_gaps(effects: PersonEffects, modes: pd.Series, view: WindowView) -> pd.DataFrame:
    """Return for each group how far remote people lie from on-site people of their own team.

    Formula: mixed model e_ij = a + b (x_ij - x_j) + c x_j + u_j, u_j random by team, x = 1 if
    remote, x_j the team's share of remote people. With the team's share in the model b is the
    within-team gap: b = sum w (x_ij - x_j) e_ij / sum w (x_ij - x_j)^2, x_j the w-weighted mean,
    w = 1 / (v + sigma_b^2); variance 1 / sum w (x_ij - x_j)^2. Teams of one kind add nothing.
    Shape: one row per group with remote and on-site people in one team: group_id, value, low, high
    (90 %), expected (0), n_people, n_observations (messages or the like), top_share (of one
    person in the sum of squares), why.
    Unit: that of the effects. Range: unbounded; below 0 remote people fare worse.
    Edge cases: fewer than 20 of either kind in teams that have both: no value, with the reason.
    Source: Mundlak 1978, Econometrica 46, 69-85 (the team mean in a mixed model).

    >>> within_team_gaps(effects, modes, view).set_index("group_id").loc["org", "value"]
    -0.12
    """
    people = effects.persons[["subject_id", "unit_id", "effect", "n"]].assign(w=effects.weight)
    is_remote = pd.Series(np.where(modes == REMOTE, 1.0, 0.0), index=modes.index)
    people = people.assign(x=people["subject_id"].map(is_remote).astype("float64"))
    people = people[people["x"].notna()]
    if people.empty:
        return pd.DataFrame(columns=COLUMNS)
    team = people.groupby("unit_id")
    middle = (people["w"] * people["x"]).groupby(people["unit_id"]).sum() / team["w"].sum()
    people = people.assign(apart=people["x"] - people["unit_id"].map(middle))
    mixed = team["x"].transform("nunique") > 1
    rows = people[mixed].assign(
        top=people["w"] * people["apart"] * people["effect"],
        bottom=people["w"] * people["apart"] ** 2,
    )
    placed = view.groups.people(rows)
    found = [_row(str(group), part) for group, part in placed.groupby("group_id", sort=True)]
    return pd.DataFrame(found, columns=COLUMNS)


def _row(group_id: str, part: pd.DataFrame) -> dict[str, object]:
    remote = int(part["x"].sum())
    enough = min(remote, len(part) - remote) >= LEAST_EACH
    bottom = float(part["bottom"].sum())
    value = float(part["top"].sum()) / bottom if enough else np.nan
    error = NINETY / np.sqrt(bottom)
    return {
        "group_id": group_id,
        "value": value,
        "low": value - error,
        "high": value + error,
        "expected": 0.0 if enough else np.nan,
        "n_people": len(part),
        "n_observations": int(part["n"].sum()),
        "top_share": float(part["bottom"].max()) / bottom if enough else np.nan,
        "why": None if enough else TOO_FEW,
    }
