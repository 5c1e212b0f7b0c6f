"""C2, recognition equity: whether those far away and those starting out are thanked as often."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.recognition import recognised
from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import RECOGNITION

LEAST_PER_SIDE = 20
NINETY = 1.645
TOO_FEW = "fewer than 20 people on each side, in teams that have both"
_COLUMNS = [
    *("group_id", "value", "low", "high", "n_people", "n_observations", "top_share", "why"),
]
SOURCE = "Cristea & Leonardi 2019, Get noticed and die trying, Organization Science 30, 552-572"


@indicators.add(
    "recognition_remote",
    Indicator(
        code="C2",
        title="Reactions: remote less on-site",
        question="Are people who work remotely given reactions as often as team-mates on site?",
        layer="behaviour",
        element=RECOGNITION,
        quadrant="hears",
        higher_is="neither",
        scale="net_points",
        gives="unit_values",
        needs=("messages", "reactions", "work_modes", "ties"),
        source=SOURCE,
        cannot_show="Thanks in person, which those on site get and those far away do not.",
    ),
)
def recognition_remote(view: WindowView) -> pd.DataFrame:
    """Gap in recognition coverage between remote and on-site people of the same team.

    Formula: per team the share of remote people with reactions from two colleagues less that of
    people on site; value = mean of the gaps weighted n1 n0 / (n1 + n0); interval from the spread
    of people within team and side. Hybrid people count on neither side.
    Shape: one row per group: group_id, value, low, high (90 %), n_people, n_observations (people
    in teams with both sides), top_share.
    Unit: difference of two shares. Range: -1 to 1; near 0 is good.
    Minimum: 20 people on each side, in teams that have both.
    Edge cases: fewer: no value, with the reason. Without work modes on the roster it is not
    observed.
    Known bias: small strata; remote people write more in chat, so more of it can be reacted to.
    Source: Cristea & Leonardi 2019; Mantel & Haenszel 1959 (weights).

    >>> recognition_remote(view)["value"].between(-1, 1).all()
    True
    """
    people = _with_roster(view)
    mode = people["work_mode"].astype("object")
    side = np.select([mode == "remote", mode == "onsite"], [1, 0], -1)
    return _gaps(view, people, side)


@indicators.add(
    "recognition_junior",
    Indicator(
        code="C2b",
        title="Reactions: junior less senior",
        question="Are junior people given reactions as often as senior people in their team?",
        layer="behaviour",
        element=RECOGNITION,
        quadrant="hears",
        higher_is="neither",
        scale="net_points",
        gives="unit_values",
        needs=("messages", "reactions", "levels", "ties"),
        source=SOURCE,
        cannot_show="Thanks in person, and whose work is visible by its nature.",
    ),
)
def recognition_junior(view: WindowView) -> pd.DataFrame:
    """Gap in recognition coverage between junior and senior people of the same team.

    Formula: as between remote and on-site people; the levels are cut once for the organization,
    where the cut leaves most people on the smaller side.
    Shape: one row per group: group_id, value, low, high (90 %), n_people, n_observations (people
    in teams with both sides), top_share.
    Unit: difference of two shares. Range: -1 to 1; near 0 is good.
    Minimum: 20 people on each side, in teams that have both.
    Edge cases: fewer: no value, with the reason; a single level: no row. Without levels it is
    not observed.
    Known bias: small strata; seniors write more that is seen.
    Source: Cristea & Leonardi 2019; Mantel & Haenszel 1959 (weights).

    >>> recognition_junior(view)["value"].between(-1, 1).all()
    True
    """
    people = _with_roster(view)
    level = people["level"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(level)
    cuts = np.unique(level[known])[1:]
    if cuts.size == 0:
        return pd.DataFrame(columns=_COLUMNS)
    smaller = [min((level[known] < c).sum(), (level[known] >= c).sum()) for c in cuts]
    junior = level >= cuts[int(np.argmax(smaller))]
    return _gaps(view, people, np.where(known, junior.astype(np.int64), -1))


def _with_roster(view: WindowView) -> pd.DataFrame:
    people = view.kept("recognised", recognised)
    parts = [
        view.roster(window)[["work_mode", "level"]].assign(window_id=window.window_id)
        for window in view.period.windows
    ]
    roster = pd.concat(parts).rename_axis("subject_id").reset_index()
    if people.empty or roster.empty:
        return people.assign(work_mode=None, level=None).iloc[:0]
    keys = ["window_id", "subject_id"]
    return people.merge(roster, on=keys, how="inner", validate="1:1")


def _gaps(view: WindowView, people: pd.DataFrame, side: npt.NDArray[np.int64]) -> pd.DataFrame:
    rows = people.assign(side=side)
    rows = rows[rows["side"] >= 0]
    both = rows.groupby("unit_id")["side"].transform("nunique") > 1
    rows = rows[both].assign(team=rows.loc[both, "unit_id"])
    placed = view.groups.people(rows[["unit_id", "team", "side", "value"]])
    found = [_row(str(group), part) for group, part in placed.groupby("group_id", sort=True)]
    return pd.DataFrame(found, columns=_COLUMNS)


def _row(group_id: str, part: pd.DataFrame) -> dict[str, object]:
    n_far = int(part["side"].sum())
    counts: dict[str, object] = {
        "group_id": group_id,
        "n_people": len(part),
        "n_observations": len(part),
        "top_share": 1.0 / len(part),
    }
    if min(n_far, len(part) - n_far) < LEAST_PER_SIDE:
        return counts | {"why": TOO_FEW}
    cells = part.groupby(["side", "team"])["value"].agg(["mean", "size"])
    far, near = cells.loc[1], cells.loc[0]
    weight = far["size"] * near["size"] / (far["size"] + near["size"])
    gap = float((weight * (far["mean"] - near["mean"])).sum() / weight.sum())
    own = part.groupby(["team", "side"])["value"].transform("mean")
    freedom = max(1, len(part) - len(cells))
    spread = float(((part["value"] - own) ** 2).sum()) / freedom
    error = NINETY * float(np.sqrt(spread / weight.sum()))
    span = {"low": max(-1.0, gap - error), "high": min(1.0, gap + error)}
    return counts | {"value": gap, **span}
