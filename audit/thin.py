"""Which groups have too little behind an indicator, by counts alone."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator
from audit.view import WindowView


def thin_groups(meta: Indicator, view: WindowView, rows: pd.DataFrame) -> pd.Series:
    """Return why a group has too little behind it, by group id; groups with enough are left out.

    Decided before any effect is seen: by the messages of the outcome (`rows` with window_id,
    person_id, n), and by how many people outside wrote.
    """
    parts: list[pd.Series] = []
    ids = view.groups.table["group_id"]
    if meta.least_messages:
        homes = view.settled[["window_id", "person_id", "unit_id"]]
        placed = rows.merge(homes, on=["window_id", "person_id"], how="inner", validate="m:1")
        sums = view.groups.people(placed[["unit_id", "n"]]).groupby("group_id")["n"].sum()
        parts.append(_under(sums.reindex(ids, fill_value=0), meta.least_messages, "messages"))
    if meta.least_contacts:
        contacts = view.contacts(meta.outside).reindex(ids, fill_value=0)
        parts.append(_under(contacts, meta.least_contacts, "contacts"))
    if not parts:
        return pd.Series(dtype="object")
    thin: pd.Series = pd.concat(parts)
    return thin.groupby(level=0).first()


def told_few(rows: pd.DataFrame, few: pd.Series, why: str) -> pd.DataFrame:
    """Return rows of groups; those with too little behind them have a reason and no number."""
    numbers = [name for name in ("value", "low", "high", "expected") if name in rows]
    masked = rows.assign(**{name: rows[name].mask(few) for name in numbers})
    return masked.assign(why=pd.Series(why, index=rows.index, dtype="object").where(few, None))


def _under(counts: pd.Series, least: int, what: str) -> pd.Series:
    few = [str(group) for group, n in counts.items() if n < least]
    return pd.Series([f"too_few_{what}"] * len(few), index=few, dtype="object")
