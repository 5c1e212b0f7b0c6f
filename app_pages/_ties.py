"""The strongest contact of a group with others, as published."""

from __future__ import annotations

import pandas as pd

from app_pages._markup import Markup, fill, join
from core.rows import Row, rows
from reports.brief import Brief

STRONGEST = 5


def strongest(brief: Brief, group_id: str, most: int) -> list[Row]:
    """Return the other group, strength class and two-way share, strongest first."""
    edges = brief.edges
    out = edges[edges["source_group_id"] == group_id].rename(columns={"target_group_id": "other"})
    into = edges[edges["target_group_id"] == group_id].rename(columns={"source_group_id": "other"})
    both = pd.concat([out, into])[["other", "strength", "mutual"]]
    both = both.assign(name=both["other"].map(brief.name_of))
    return rows(both.sort_values(["strength", "name"], ascending=[False, True]).head(most))


def tie_list(rows: list[Row]) -> Markup:
    """Return contact as a list: name, strength as filled dots, share of two-way pairs."""
    return fill('<div class="iso">{rows}</div>', rows=join(_tie(row) for row in rows))


def _tie(row: Row) -> Markup:
    strength = row.whole("strength")
    mutual = row.maybe_number("mutual")
    return fill(
        '<div class="iso-row iso-small"><span>{name}</span>'
        '<span class="iso-soft"><span class="iso-dots" aria-hidden="true">{full}<i>{rest}</i>'
        '</span><span class="iso-unseen">strength {n} of 5</span></span>{mutual}</div>',
        name=row.text("name"),
        full="●" * strength,
        rest="●" * (STRONGEST - strength),
        n=strength,
        mutual=Markup("")
        if mutual is None
        else fill(
            '<span class="iso-says">about {n} % of contact pairs are two-way</span>',
            n=f"{mutual:.0f}",
        ),
    )
