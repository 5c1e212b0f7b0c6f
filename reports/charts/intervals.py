"""Every group with its estimate and 90 % interval, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt
import pandas as pd

from core.tables.published import EVIDENCE_BANDS
from reports import theme
from reports.brief import Brief
from reports.charts.style import Canvas, layered
from reports.rows import group_rows, looked_up
from reports.theme import Palette

_STEP = 20
_AXES = {
    "points": "points against comparable messages elsewhere, 90 % interval",
    "sd": "SD against the rest of the organization, 90 % interval",
}
_WEIGHTS: tuple[tuple[str, Literal["bold", "normal"]], ...] = (
    ("datum.is_strong", "bold"),
    ("!datum.is_strong", "normal"),
)
_GRID = {"points": 10.0, "sd": 0.5}


@dataclass(frozen=True)
class IntervalView:
    """Which groups of one layer are drawn, and in which order.

    `order` is "name" (by division, A to Z) or "evidence" (strongest band first, A to Z within).
    `only` names the groups to draw; all but the whole by default.
    """

    layer: Literal["behaviour", "perception"] = "behaviour"
    order: Literal["name", "evidence"] = "name"
    dark: bool = False
    selected: str | None = None
    only: tuple[str, ...] | None = None
    width: int = 420


def interval_chart(brief: Brief, view: IntervalView) -> alt.LayerChart:
    """Return the estimates with their intervals; a group that is not shown has words only.

    Groups that are not shown stand last, A to Z, in either order.
    """
    colours = theme.palette(view.dark)
    rows = _rows(brief, view, colours)
    scale = str(rows["scale"].iloc[0]) if len(rows) else "points"
    end = _end(rows, scale)
    height = max(1, len(rows)) * _STEP
    x = alt.X(
        "effect:Q",
        title=f"← colder · {_AXES[scale]} · warmer →",
        scale=alt.Scale(domain=[-end, end], nice=False),
        axis=alt.Axis(
            values=_ticks(end, scale),
            labelOverlap=False,
            format="+d" if scale == "points" else "+.1f",
            labelExpr="replace(replace(datum.label, /^[+]0(.0)?$/, '0'), '-', '−')",
        ),
    )
    y = alt.Y("py:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)
    layers = [
        *_number_layers(rows[rows["low"].notna()], x, y, colours),
        *_text_layers(rows, y, view, colours),
    ]
    return layered(layers, Canvas(view.width, height, interval_alt(brief, view)), colours)


def interval_alt(brief: Brief, view: IntervalView) -> str:
    """Return the takeaway of the interval chart in one sentence."""
    rows = _chosen(brief, view)
    marked = rows[
        looked_up(rows["state"], {k: s.is_marked for k, s in theme.STATES.items()}, False, "bool")
    ]
    names = ", ".join(
        f"{n} ({w.lower()})" for n, w in zip(marked["name"], marked["state_word"], strict=True)
    )
    layer = theme.LAYER_TITLES[view.layer]
    return f"{layer}, {len(rows)} groups with 90 % intervals. Marked: {names or 'none'}."


def _chosen(brief: Brief, view: IntervalView) -> pd.DataFrame:
    rows = group_rows(brief, view.layer)
    rows = rows[(rows["depth"] > 0)]
    if view.only is not None:
        rows = rows[rows["id"].isin(view.only)]
    if view.order == "evidence":
        verdicts = brief.verdicts[brief.verdicts["layer"] == view.layer]
        bands = looked_up(
            verdicts["evidence"], {b: i for i, b in enumerate(EVIDENCE_BANDS)}, 9.0, "float64"
        )
        places = dict(zip(verdicts["group_id"], bands, strict=True))
        band = looked_up(rows["id"], places, 9.0, "float64")
        rows = rows.assign(hidden=~rows["is_shown"], band=band, lower=rows["name"].str.casefold())
        rows = rows.sort_values(["hidden", "band", "lower", "id"], kind="stable")
    return rows.reset_index(drop=True)


def _rows(brief: Brief, view: IntervalView, colours: Palette) -> pd.DataFrame:
    rows = _chosen(brief, view)
    words = [
        sentence if not shown else "" if pd.notna(low) else word
        for shown, low, word, sentence in zip(
            rows["is_shown"], rows["low"], rows["state_word"], rows["sentence"], strict=True
        )
    ]
    texts = [
        "" if pd.isna(low) else f"{theme.signed(effect, s)} ({theme.interval(low, high, s)})"
        for effect, low, high, s in zip(
            rows["effect"], rows["low"], rows["high"], rows["scale"], strict=True
        )
    ]
    return rows[["id", "name", "state_word", "scale", "effect", "low", "high"]].assign(
        py=[(place + 0.5) * _STEP for place in range(len(rows))],
        words=pd.Series(words, dtype="str"),
        numbers=pd.Series(texts, dtype="str"),
        shape=looked_up(rows["state"], {k: s.shape for k, s in theme.STATES.items()}, "circle"),
        fill=looked_up(rows["state"], colours.fills, colours.page),
        is_strong=(rows["depth"] == 1) | (rows["id"] == (view.selected or "")),
    )


def _number_layers(rows: pd.DataFrame, x: alt.X, y: alt.Y, colours: Palette) -> list[alt.Chart]:
    middle = alt.Chart(pd.DataFrame({"effect": [0.0]})).mark_rule(color=colours.muted)
    base = alt.Chart(
        rows[["name", "state_word", "numbers", "effect", "low", "high", "py", "shape", "fill"]]
    )
    tooltip = [
        alt.Tooltip("name:N", title="Group"),
        alt.Tooltip("state_word:N", title="Verdict"),
        alt.Tooltip("numbers:N", title="Estimate (90 % interval)"),
    ]
    lines = base.mark_rule(strokeWidth=2, color=colours.edge).encode(
        alt.X("low:Q"), y, x2="high:Q", tooltip=tooltip
    )
    points = base.mark_point(
        filled=True, opacity=1, stroke=colours.ink, strokeWidth=1, size=90
    ).encode(
        x,
        y,
        tooltip=tooltip,
        shape=alt.Shape("shape:N", scale=None, legend=None),
        fill=alt.Fill("fill:N", scale=None, legend=None),
    )
    return [middle.encode(x=x), lines, points]


def _text_layers(
    rows: pd.DataFrame, y: alt.Y, view: IntervalView, colours: Palette
) -> list[alt.Chart]:
    base = alt.Chart(rows[["name", "words", "numbers", "py", "is_strong"]])
    # Divisions and the open group stand in bold: a weight is no channel, hence two layers.
    names = [
        base.transform_filter(which)
        .mark_text(
            align="right",
            baseline="middle",
            fontSize=11,
            limit=230,
            fill=colours.ink,
            fontWeight=weight,
        )
        .encode(y, x=alt.value(-10), text="name:N")
        for which, weight in _WEIGHTS
    ]
    numbers = base.mark_text(
        align="left", baseline="middle", fontSize=11, fill=colours.muted
    ).encode(y, x=alt.value(view.width + 10), text="numbers:N")
    words = base.mark_text(
        align="left", baseline="middle", fontSize=11, fontStyle="italic", fill=colours.muted
    ).encode(y, x=alt.value(4), text="words:N")
    return [*names, numbers, words]


def _end(rows: pd.DataFrame, scale: str) -> float:
    step = _GRID[scale]
    far = rows[["low", "high"]].abs().max().max()
    return step if pd.isna(far) else max(step, step * -(-float(far) // step))


def _ticks(end: float, scale: str) -> Sequence[float]:
    step = _GRID[scale]
    count = round(end / step)
    stride = max(1, count // 4)
    half = [step * n for n in range(0, count + 1, stride)]
    return sorted({round(sign * value, 1) for value in half for sign in (-1, 1)})
