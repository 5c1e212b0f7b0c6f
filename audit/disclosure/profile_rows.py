"""Element profiles as they may be seen: a word, one decimal, a rank only with its range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from audit.disclosure.cells import Cell
from audit.disclosure.rounding import SD_STEP, to_step
from audit.disclosure.tables import Cells, Context, state_cells
from audit.disclosure.thresholds import WOULD_REVEAL, n_band
from audit.profiles import usable
from core.rows import Row, rows
from core.tables.published import PUBLISHED_PROFILES

APART = 0.5
"""So many SDs between groups make a group colder or warmer than the rest."""
LEAST_RANKED = 6

Key = tuple[int, str, str, str]


@dataclass(frozen=True)
class ProfileSources:
    """Private tables: the profiles, the values they were made of, the catalogue."""

    profiles: pd.DataFrame
    measured: pd.DataFrame
    catalogue: pd.DataFrame
    min_people: int


def profile_rows(sources: ProfileSources, context: Context) -> pd.DataFrame:
    """Return the published profiles of the elements of every group below the whole.

    An element is shown where the group is and every value that it was made of is: a mean must not
    tell what a hidden cell does not. Where one of them may only be named in words, so may the
    element. Values to 0.1; a rank only as a range, of at most a third of the groups ranked; a
    group is called colder or warmer only if its whole range lies on that side of the middle.
    """
    made_of = _made_of(sources)
    found = [_profile(row, made_of, context) for row in rows(sources.profiles)]
    return pd.DataFrame(found, columns=PUBLISHED_PROFILES.names)


def _made_of(sources: ProfileSources) -> Mapping[Key, list[str]]:
    """Indicators that could enter each profile, by period, group, layer and element."""
    names = ["indicator", "layer", "element"]
    sided = sources.catalogue.loc[sources.catalogue["higher_is"] != "neither", names]
    used = sources.measured[usable(sources.measured, sources.min_people)]
    joined = used.merge(sided, on="indicator", validate="m:1")
    found: dict[Key, list[str]] = {}
    for row in rows(joined[["window_id", "group_id", "layer", "element", "indicator"]]):
        key = (
            row.whole("window_id"),
            row.text("group_id"),
            row.text("layer"),
            row.text("element"),
        )
        found.setdefault(key, []).append(row.text("indicator"))
    return found


def _profile(row: Row, made_of: Mapping[Key, list[str]], context: Context) -> Cells:
    period, group = row.whole("window_id"), row.text("group_id")
    layer, element = row.text("layer"), row.text("element")
    cell = _fate(row, made_of.get((period, group, layer, element), []), context)
    value = row.maybe_number("value")
    has_value = cell.is_shown and value is not None
    shown = to_step(value, SD_STEP) if has_value and value is not None else None
    return {
        "window_id": period,
        "group_id": group,
        "layer": layer,
        "element": element,
        "standing": _standing(row, cell, shown),
        "value": shown if cell.has_number else None,
        "rank_text": _rank(row) if cell.has_number and has_value else None,
        "observed_text": _observed(row) if cell.is_shown else "",
        **state_cells(cell),
    }


def _fate(row: Row, indicators: list[str], context: Context) -> Cell:
    period, group = row.whole("window_id"), row.text("group_id")
    own = context.decision.group(period, group)
    if not own.is_shown or row.is_null("value"):
        return own
    cells = [context.decision.cell(period, group, name) for name in indicators]
    if any(not cell.is_shown for cell in cells):
        return Cell("hidden", WOULD_REVEAL, None)
    band = n_band(row.whole("n_people"))
    if any(not cell.has_number for cell in cells):
        return Cell("status_only", None, band)
    return Cell(own.form, None, band)


def _standing(row: Row, cell: Cell, value: float | None) -> str:
    """Colder or warmer by half an SD and, whatever the weights, on that side of the middle."""
    if not cell.is_shown:
        return "not shown"
    if value is None:
        return "not observed"
    middle = (row.whole("n_ranked") + 1) / 2
    if value <= -APART and row.whole("rank_low") > middle:
        return "colder"
    if value >= APART and row.whole("rank_high") < middle:
        return "warmer"
    return "as the rest"


def _rank(row: Row) -> str | None:
    if row.is_null("rank_low") or row.is_null("rank_high"):
        return None
    low, high, n = row.whole("rank_low"), row.whole("rank_high"), row.whole("n_ranked")
    if n < LEAST_RANKED or high - low > n / 3:
        return None
    place = f"{low}" if low == high else f"{low} to {high}"
    return f"{place} of {n}, 1 the warmest"


def _observed(row: Row) -> str:
    return f"{row.whole('n_observed')} of {row.whole('n_indicators')} indicators"
