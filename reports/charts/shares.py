"""Coverage and response as bars against their gates; one indicator over all groups as dots."""

from __future__ import annotations

import altair as alt
import pandas as pd

from reports import theme
from reports.brief import Brief
from reports.charts.style import Canvas, layered
from reports.rows import looked_up

GATES = {"coverage": 70, "identity": 90, "response": 50}
_TITLES = {"coverage": "Coverage", "identity": "Identity", "response": "Response"}
_AXES = {
    "points": "percent",
    "share": "percent",
    "ratio": "ratio",
    "score": "score",
    "hours": "hours",
    "log_odds": "log-odds",
    "net_points": "net points",
}


def share_rows(brief: Brief) -> pd.DataFrame:
    """Return the quality rows that are shares with a gate: section, label, number, text, gate."""
    rows = brief.quality[brief.quality["section"].isin(list(GATES))]
    rows = rows[rows["number"].notna()].reset_index(drop=True)
    return rows.assign(
        label=looked_up(rows["section"], _TITLES, "") + ", " + rows["item"],
        gate=looked_up(rows["section"], GATES, 0, "float64"),
    )[["section", "label", "number", "text", "state", "gate"]]


def share_bars(brief: Brief, dark: bool = False, width: int = 380) -> alt.LayerChart:
    """Return coverage, identity and response as bars; the line is the gate to pass."""
    colours = theme.palette(dark)
    rows = share_rows(brief)
    base = alt.Chart(rows)
    y = alt.Y(
        "label:N",
        sort=list(rows["label"]),
        title=None,
        axis=alt.Axis(domain=False, ticks=False, labelLimit=220, labelColor=colours.ink),
    )
    x = alt.X(
        "number:Q",
        title="percent; the line is the least that is trusted",
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    bars = base.mark_bar(height=12).encode(
        x,
        y,
        fill=alt.condition(
            "datum.number >= datum.gate",
            alt.value(colours.fills["hotspot_watch"]),
            alt.value(colours.fills["desert_watch"]),
        ),
        description=alt.Description("text:N"),
    )
    gates = base.mark_tick(thickness=2, size=20, color=colours.ink, aria=False).encode(
        alt.X("gate:Q"), y
    )
    texts = base.mark_text(align="left", fontSize=11, fill=colours.ink).encode(
        y, x=alt.value(width + 8), text="text:N"
    )
    canvas = Canvas(width, max(1, len(rows)) * 24, share_alt(brief))
    return layered([bars, gates, texts], canvas, colours)


def share_alt(brief: Brief) -> str:
    """Return coverage, identity and response in one sentence."""
    rows = share_rows(brief)
    told = "; ".join(f"{a}: {b}" for a, b in zip(rows["label"], rows["text"], strict=True))
    return f"Shares against their gates. {told or 'Nothing was measured'}."


def indicator_strip(
    brief: Brief,
    indicator: str,
    selected: str | None = None,
    dark: bool = False,
    width: int = 420,
) -> alt.LayerChart:
    """Return one dot per shown leaf group at its published value; the open group is filled.

    Values are rounded, so dots of one value stand on each other; there is no order among them.
    """
    colours = theme.palette(dark)
    rows = _strip_rows(brief, indicator, selected)
    found = brief.indicators[brief.indicators["indicator"] == indicator].iloc[0]
    base = alt.Chart(rows)
    tallest = int(rows["place"].max()) if len(rows) else 1
    x = alt.X(
        "value:Q",
        title=f"{found['title']}, {_AXES[str(found['scale'])]}",
        scale=alt.Scale(zero=False, padding=12),
    )
    y = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[0, tallest + 1]))
    dots = base.mark_point(
        filled=True, opacity=1, size=70, strokeWidth=1, stroke=colours.ink
    ).encode(
        x,
        y,
        fill=alt.condition(
            "datum.is_selected", alt.value(colours.ink), alt.value(colours.fills["typical"])
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Group"),
            alt.Tooltip("value_text:N", title="Value"),
            alt.Tooltip("band:N", title="Size"),
        ],
    )
    names = (
        base.transform_filter("datum.is_selected")
        .mark_text(dy=-12, fontSize=11, fontWeight=600, fill=colours.ink)
        .encode(x, y, text="name:N")
    )
    alt_text = f"{found['title']} of {len(rows)} shown groups, one dot each."
    return layered([dots, names], Canvas(width, 30 + 11 * tallest, alt_text), colours)


def _strip_rows(brief: Brief, indicator: str, selected: str | None) -> pd.DataFrame:
    rows = brief.values  # noqa: PD011  a field of the brief
    values = rows[(rows["indicator"] == indicator) & (rows["status"] == "shown")]
    leaves = brief.groups.loc[brief.groups["is_leaf"], ["group_id", "name"]]
    rows = values.merge(leaves, on="group_id", validate="many_to_one")
    rows = rows[rows["value"].notna()]
    first = rows["group_id"] == selected
    rows = rows.assign(is_selected=first).sort_values(
        ["is_selected", "name"], ascending=[False, True], kind="stable", ignore_index=True
    )
    # The open group lies on top of its stack, where its name has room.
    place = rows.iloc[::-1].groupby("value").cumcount() + 1
    return rows.assign(
        place=place.sort_index(),
        band=pd.Series([theme.people(band) for band in rows["n_band"]], dtype="str"),
    )[["group_id", "name", "value", "value_text", "band", "place", "is_selected"]]
