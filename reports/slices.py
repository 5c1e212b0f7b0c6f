"""Slices by location and level in the order of reading: shown ones first, hidden ones A to Z."""

from __future__ import annotations

import pandas as pd

DESCRIBED = (
    "Described, not judged: no slice is tested against another, and a gap between two of them can "
    "be chance. Where intervals overlap, nothing is known to differ."
)
LISTED = (
    "A location or level with too few people is not even named; a slice that holds the same "
    "people as a unit is that unit."
)


def in_order(slices: pd.DataFrame) -> pd.DataFrame:
    """Return slices A to Z, those that are not shown last: no place says anything of a value."""
    keyed = slices.assign(
        hidden=~slices["is_shown"].astype(bool), lower=slices["name"].str.casefold()
    )
    keys = ["hidden", "lower", "slice_id"]
    return keyed.sort_values(keys, ignore_index=True)[slices.columns]


def values_in_order(values: pd.DataFrame, slices: pd.DataFrame) -> pd.DataFrame:
    """Return the values of slices that stand in `slices`, in their order."""
    places = {name: place for place, name in enumerate(slices["slice_id"])}
    known = values[values["slice_id"].isin(places)]
    keyed = known.assign(place=known["slice_id"].map(places))
    return keyed.sort_values(["place", "indicator"], ignore_index=True)[values.columns]
