"""Neighbourhoods as they may be seen: a word and a band, a view and never a verdict."""

from __future__ import annotations

import pandas as pd

from audit.disclosure.rounding import p_band
from audit.disclosure.tables import Cells, Context, state_cells
from core.rows import Row, rows
from core.tables.published import PUBLISHED_REGIONS

_SAYS = {
    "cooler": "This group and those it has most contact with lie colder together than chance "
    "gives.",
    "warmer": "This group and those it has most contact with lie warmer together than chance "
    "gives.",
    "none": "This group and those it has most contact with do not stand out together.",
    "not_shown": "Not shown.",
}
_ALONE = "This group has too little contact with others to have a neighbourhood."
_LEAST = 2


def region_rows(regions: pd.DataFrame, context: Context, lead: str) -> pd.DataFrame:
    """Return the published neighbourhoods of the lowest groups.

    `regions` is the private table, `lead` the behaviour indicator that they were made of: where
    its cell is hidden, the neighbourhood is too.
    """
    found = [_region(row, context, lead) for row in rows(regions)]
    return pd.DataFrame(found, columns=PUBLISHED_REGIONS.names)


def _region(row: Row, context: Context, lead: str) -> Cells:
    period, group = row.whole("window_id"), row.text("group_id")
    cell = context.decision.cell(period, group, lead)
    word = row.text("region") if cell.is_shown else "not_shown"
    is_alone = cell.is_shown and row.whole("n_neighbours") < _LEAST
    return {
        "window_id": period,
        "group_id": group,
        "region": word,
        "evidence_fdr": p_band(row.maybe_number("q")) if cell.has_number else None,
        "says": _ALONE if is_alone else _SAYS[word],
        **state_cells(cell),
    }
