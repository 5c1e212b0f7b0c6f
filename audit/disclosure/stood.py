"""Who stood behind every group and slice of a period: whoever belonged to it in any window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from core.tables.results import SLICE_PEOPLE, SLICES

_KEY = ["window_id", "slice_id", "person_id", "unit_id"]


@dataclass(frozen=True)
class Membership:
    """Private tables: who was where, in which window, and what group stands for which unit."""

    people: pd.DataFrame
    """The membership table: one row per window and person."""
    windows: pd.DataFrame
    unit_groups: pd.DataFrame
    groups: pd.DataFrame
    slices: pd.DataFrame = field(default_factory=SLICES.empty)
    slice_people: pd.DataFrame = field(default_factory=SLICE_PEOPLE.empty)


def stood_behind(membership: Membership) -> pd.DataFrame:
    """Return window_id (of the period), slice_id (group or slice), person_id and unit_id.

    Values are made of all windows of a period, so whoever left before its last window stands
    behind them too. A unit that a period does not know counts in the whole alone.
    """
    homes = _homes(membership)
    groups = homes.merge(_paths(membership.groups), on=["window_id", "group_id"], validate="m:m")
    groups = groups.rename(columns={"above": "slice_id"})
    beside = membership.slice_people.merge(
        membership.slices[["window_id", "slice_id", "group_id"]],
        on=["window_id", "slice_id"],
        validate="many_to_one",
    ).merge(groups, on=["window_id", "person_id"], suffixes=("", "_of"), validate="m:m")
    inside = beside["group_id"].isna() | (beside["group_id"] == beside["slice_id_of"])
    found = pd.concat([groups[_KEY], beside.loc[inside, _KEY]], ignore_index=True)
    return found.drop_duplicates().sort_values(_KEY, ignore_index=True)


def parts_of(stood: pd.DataFrame) -> pd.Series:
    """Return each row's part of a person: whoever stood in two units of a period is two parts.

    What somebody did in one unit and in another are two unknowns; whoever moved between periods
    is one.
    """
    homes = stood[["window_id", "person_id", "unit_id"]].drop_duplicates()
    n_units = homes.groupby(["window_id", "person_id"]).size()
    several = n_units[n_units > 1].index.get_level_values("person_id")
    parts = stood["person_id"] + "|" + stood["unit_id"]
    return parts.where(stood["person_id"].isin(several), stood["person_id"])


def sets_of(stood: pd.DataFrame, keys: Iterable[str]) -> dict[tuple[object, ...], frozenset[str]]:
    """Return the parts of people by the values of `keys`."""
    found = stood.assign(part=parts_of(stood)).groupby(list(keys))["part"].agg(frozenset)
    return {key if isinstance(key, tuple) else (key,): set_ for key, set_ in found.items()}


def _homes(membership: Membership) -> pd.DataFrame:
    """Return the lowest group of each person and unit of a period."""
    periods = membership.windows.loc[
        membership.windows["period_id"].notna(), ["window_id", "period_id"]
    ]
    known = membership.people[["window_id", "person_id", "unit_id"]].merge(
        periods, on="window_id", validate="many_to_one"
    )
    known = known.drop(columns="window_id").rename(columns={"period_id": "window_id"})
    known = known.astype({"window_id": "int32"}).drop_duplicates()
    placed = known.merge(
        membership.unit_groups[["window_id", "unit_id", "group_id"]],
        on=["window_id", "unit_id"],
        how="left",
        validate="many_to_one",
    )
    tops = membership.groups[membership.groups["depth"] == 0]
    roots = placed["window_id"].map(tops.set_index("window_id")["group_id"])
    return placed.assign(group_id=placed["group_id"].fillna(roots))


def _paths(groups: pd.DataFrame) -> pd.DataFrame:
    """Return window_id, group_id and every group above it, itself included, as `above`."""
    ladder = groups[["window_id", "group_id"]].assign(above=groups["path"].str.split("/"))
    return ladder.explode("above", ignore_index=True)
