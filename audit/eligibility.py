"""Who counts in a window: members at its start, long enough there; and who has data at all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from audit.config.parts import MeasurementPart
from audit.groups import Groups, homes_at
from core.engine import Engine
from core.windows import Period, Window

LEAST_STRATUM = 20
ANY = "any"
TOO_SHORT = "employed for too little of the window"
TOO_NEW = "joined too short a time before"
OBJECTED = "objected to being analysed"

INBOUND_SQL = """
select week, person_id, cast(sum(n) as bigint) as n
from waits
group by week, person_id
"""

DATA_SQL = """
select channel, person_id
from presence
where week >= $first_day and week < $end_day
group by channel, person_id
"""


def build_membership(
    people: pd.DataFrame,
    inbound: pd.DataFrame,
    window: Window,
    rules: MeasurementPart,
    objectors: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return the MEMBERSHIP rows of one window.

    Members are the employees at the window's start; they stay where they were then. They are
    eligible if employed for `min_employed` of the window and in the organization for
    `min_tenure_weeks` before it. The stratum is level x site; with fewer than 20 eligible people
    it is the level alone, and below that everybody. Whoever objected is a member and never
    eligible.

    `inbound` holds week, person_id, n: addressed human messages from colleagues.
    """
    members = homes_at(people, window.first_day)
    employed = members["person_id"].map(_days_employed(people, window)).astype("float64").fillna(0)
    tenure = window.first_day - members["joined_day"]
    share = employed / (window.end_day - window.first_day)
    reason = pd.Series(None, index=members.index, dtype="object")
    reason[tenure.notna() & (tenure < 7 * rules.min_tenure_weeks)] = TOO_NEW
    reason[share < rules.min_employed] = TOO_SHORT
    reason[members["person_id"].isin(objectors)] = OBJECTED
    here = inbound[(inbound["week"] >= window.first_day) & (inbound["week"] < window.end_day)]
    received = here.groupby("person_id")["n"].sum()
    is_eligible = reason.isna()
    return pd.DataFrame(
        {
            "window_id": window.window_id,
            "person_id": members["person_id"],
            "unit_id": members["unit_id"],
            "stratum": _strata(members, is_eligible),
            "tenure_days": tenure.astype("Int32"),
            "n_inbound": members["person_id"].map(received).fillna(0).astype("int64"),
            "is_eligible": is_eligible,
            "why_not": reason,
        }
    )


def inbound_of(engine: Engine, network: Path) -> pd.DataFrame:
    """Return week, person_id, n: how many messages of colleagues address each person."""
    return engine.fetch(INBOUND_SQL, {"waits": network / "waits.parquet"})


def build_coverage(
    engine: Engine, network: Path, period: Period, groups: Groups, homes: pd.DataFrame
) -> pd.DataFrame:
    """Return the COVERAGE rows of the network: members with data per group and channel.

    `homes` holds person_id and unit_id at the start of the period's last window. A member has
    data on a channel with at least one message to or from a colleague in the period; the channel
    `any` joins all channels.
    """
    seen = engine.fetch(
        DATA_SQL,
        {"presence": network / "presence.parquet"},
        {"first_day": period.first_day, "end_day": period.end_day},
    )
    seen = pd.concat([seen, seen[["person_id"]].drop_duplicates().assign(channel=ANY)])
    members = groups.people(homes[["person_id", "unit_id"]])
    sizes = members.groupby("group_id").size()
    parts = []
    for channel, rows in seen.groupby("channel", sort=True):
        with_data = members[members["person_id"].isin(rows["person_id"])]
        counts = with_data.groupby("group_id").size().reindex(sizes.index, fill_value=0)
        parts.append(
            pd.DataFrame(
                {
                    "window_id": period.period_id,
                    "group_id": sizes.index,
                    "channel": str(channel),
                    "n_people": sizes.to_numpy(),
                    "n_with_data": counts.to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def coverage_share(coverage: pd.DataFrame, channel: str) -> pd.Series:
    """Return the share of members with data by group id."""
    rows = coverage[coverage["channel"] == channel].set_index("group_id")
    share = rows["n_with_data"] / rows["n_people"].where(rows["n_people"] > 0)
    return share.fillna(0.0).astype("float64")


def _days_employed(people: pd.DataFrame, window: Window) -> pd.Series:
    rows = people[(people["kind"] == "employee") & people["unit_id"].notna()]
    start = rows["valid_from_day"].clip(lower=window.first_day)
    end = rows["valid_to_day"].fillna(window.end_day).clip(upper=window.end_day)
    return (end - start).clip(lower=0).groupby(rows["person_id"]).sum()


def _strata(members: pd.DataFrame, is_eligible: pd.Series) -> pd.Series:
    level = members["level"].astype("Int64").astype("string").fillna("none")
    fine = level + "|" + members["site"].astype("string").fillna("none")
    coarse = level + "|" + ANY
    large = fine.map(fine[is_eligible].value_counts()).fillna(0) >= LEAST_STRATUM
    merged = fine.where(large, coarse)
    enough = merged.map(merged[is_eligible].value_counts()).fillna(0) >= LEAST_STRATUM
    return merged.where(large | enough, f"{ANY}|{ANY}").astype("object")
