"""Slices by location and level as they may be seen: listed where enough people hide in them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from audit.disclosure.cells import Cell
from audit.disclosure.tables import Cells, Context, state_cells, value_rows
from audit.disclosure.thresholds import CROSSED_FLOOR
from core.rows import Row, rows
from core.tables.published import PUBLISHED_SLICE_VALUES, PUBLISHED_SLICES

CROSSED = frozenset({"unit_location", "unit_level", "location_level"})
NOBODY = Cell("hidden", "not observed", None)
_MANY = ((50, "10 to 49"), (10, "fewer than 10"))


def slice_rows(slices: pd.DataFrame, context: Context, min_people: int) -> pd.DataFrame:
    """Return the published slices: names, dimensions and bands, hidden ones without a band.

    `slices` is the private table. A slice of fewer than `min_people` people (10 in two
    dimensions) is not even listed: that somebody works in Oslo is telling where two people do.
    """
    found = [_slice(row, context) for row in rows(slices) if _is_listed(row, min_people)]
    return pd.DataFrame(found, columns=PUBLISHED_SLICES.names)


def slice_value_rows(values: pd.DataFrame, listed: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the published values of the slices that are `listed` (published rows).

    Rounded, banded and closed as those of groups, by the same code.
    """
    keys = listed[["window_id", "slice_id"]]
    mine = values.merge(keys, on=["window_id", "slice_id"], validate="many_to_one")
    told = mine.rename(columns={"slice_id": "group_id"}).assign(expected=None, odds_cooler=None)
    shown = value_rows(told, context).rename(columns={"group_id": "slice_id"})
    return shown.reindex(columns=PUBLISHED_SLICE_VALUES.names)


def unlisted_rows(slices: pd.DataFrame, min_people: int) -> list[Cells]:
    """Return the row of the published `quality` table that says how many slices are not listed.

    `slices` is the private table of the latest period; how many there are is told as a band.
    """
    n = sum(not _is_listed(row, min_people) for row in rows(slices))
    if slices.empty:
        return []
    many = "none" if n == 0 else next((word for top, word in _MANY[::-1] if n < top), "50 or more")
    return [
        {
            "section": "hidden",
            "item": "slices",
            "part": f"by location and level, of fewer than {min_people} people "
            f"({CROSSED_FLOOR} where two dimensions cross)",
            "number": None,
            "text": many,
            "state": "info",
            "says": "They are not named anywhere: where few people work, the name alone tells.",
        }
    ]


def slice_name(row: Row, names: Mapping[tuple[int, str], str]) -> str:
    """Return what a slice holds, for people: "Operations in Porto", "Porto, level 3"."""
    unit, level = row.maybe_text("group_id"), row.maybe_text("level")
    location = row.maybe_text("location")
    name = "" if unit is None else names[row.whole("window_id"), unit]
    if location is not None:
        name = f"{name} in {location}" if name else location
    if level is not None:
        name = f"{name}, {level}" if name else f"{level[:1].upper()}{level[1:]}"
    return name


def _is_listed(row: Row, min_people: int) -> bool:
    crossed = row.text("kind") in CROSSED
    return row.whole("n_people") >= (max(min_people, CROSSED_FLOOR) if crossed else min_people)


def _slice(row: Row, context: Context) -> Cells:
    period, name = row.whole("window_id"), row.text("slice_id")
    return {
        "window_id": period,
        "slice_id": name,
        "kind": row.text("kind"),
        "group_id": row.maybe_text("group_id"),
        "location": row.maybe_text("location"),
        "level": row.maybe_text("level"),
        "name": slice_name(row, context.names),
        **state_cells(context.decision.groups.get((period, name), NOBODY)),
    }
