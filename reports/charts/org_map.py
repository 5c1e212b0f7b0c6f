"""The map: an island for each division, a mark for each group, lines for contact."""

from __future__ import annotations

import math
from dataclasses import dataclass

import altair as alt
import pandas as pd

from reports import theme
from reports.brief import Brief
from reports.charts import geometry
from reports.charts.style import Canvas, haloed, layered
from reports.rows import fills, island_rows, looked_up, map_rows
from reports.theme import Layer, Palette

# A triangle of the same box looks smaller than a circle, a square larger.
_SAME_LOOK = {"triangle-down": 1.5, "triangle-up": 1.5, "square": 0.85}
_FEW_MARKS = 24
_EDGE_WIDTHS = {1: 0.6, 2: 0.9, 3: 1.4, 4: 2.1, 5: 3.0}


@dataclass(frozen=True)
class MapView:
    """What of the map is drawn; nothing here changes who is counted.

    Without `height` the map is as high as its islands need. `strength` is the weakest class of
    contact that is drawn, 1 to 5; `is_print` labels what people would hover over.
    """

    layer: Layer = "both"
    dark: bool = False
    selected: str | None = None
    width: int = 900
    height: int | None = None
    strength: int = 3
    is_print: bool = False


def org_map(brief: Brief, view: MapView) -> alt.LayerChart:
    """Return the map: an island per division, a mark per group, lines for contact.

    A click selects: the parameter `unit` holds the field `id`. Colour, shape and word follow the
    theme; a group that is not shown is a dashed diamond of one size wherever it is.
    """
    colours = theme.palette(view.dark)
    frame = geometry.frame_for(brief.unit_map, view.width, view.height)
    marks = _placed_marks(brief, view, frame)
    islands = _placed_islands(brief, view, frame)
    labels = _labels(marks, islands, view, frame)
    x = alt.X("px:Q", scale=alt.Scale(domain=[0, view.width], nice=False), axis=None)
    y = _down("py", frame)
    layers = [
        _island_layer(islands, (x, y), colours),
        *_edge_layers(brief, marks, view, (x, y)),
        _mark_layer(marks, (x, y), colours),
        _ring_layer(marks, view, (x, y)),
        *_label_layers(labels, (x, y), colours),
        *_title_layers(islands, (x, _down("py_title", frame)), colours),
    ]
    return layered(layers, Canvas(view.width, frame.height, map_alt(brief, view.layer)), colours)


def map_alt(brief: Brief, layer: Layer) -> str:
    """Return the map's takeaway in one sentence, for those who do not see it."""
    rows = map_rows(brief, layer)
    hidden = int((~rows["is_shown"]).sum())
    counts = rows.loc[rows["is_shown"], "state"].value_counts()
    words = [
        f"{state.word.lower()} {int(counts[key])}"
        for key, state in theme.STATES.items()
        if key in counts and key != "not_shown"
    ]
    told = "; ".join(words) or "no group is shown"
    return f"Map of {len(rows)} groups in divisions: {told}; not shown {hidden}."


def _placed_marks(brief: Brief, view: MapView, frame: geometry.Frame) -> pd.DataFrame:
    rows = map_rows(brief, view.layer)
    colours = theme.palette(view.dark)
    pixels = looked_up(rows["n_band"], theme.BAND_PIXELS, theme.HIDDEN_PIXELS, "float64")
    shapes = looked_up(rows["state"], {key: s.shape for key, s in theme.STATES.items()}, "circle")
    factor = looked_up(shapes, _SAME_LOOK, 1.0, "float64")
    return rows.drop(columns=["effect", "low", "high", "scale", "caveat", "n_band"]).assign(
        px=rows["x"].map(frame.x),
        py=rows["y"].map(frame.y),
        pixels=pixels,
        size=pixels**2 * factor,
        shape=shapes,
        fill=fills(rows, colours),
        dash=rows["state"] == "not_shown",
        is_selected=rows["id"] == (view.selected or ""),
        short=_short_names(rows),
        told=rows["name"] + ", " + rows["state_word"].str.lower() + ", " + rows["band"],
    )


def _short_names(rows: pd.DataFrame) -> pd.Series:
    """Inside its island a merged group needs no repetition of the island's name."""
    pairs = zip(rows["name"], rows["division"], strict=True)
    return pd.Series(
        [name.removeprefix(f"{above}: ") for name, above in pairs], index=rows.index, dtype="str"
    )


def _placed_islands(brief: Brief, view: MapView, frame: geometry.Frame) -> pd.DataFrame:
    rows = island_rows(brief, view.layer)
    colours = theme.palette(view.dark)
    marked = ~rows["is_leaf"] & looked_up(
        rows["state"], {key: s.is_marked for key, s in theme.STATES.items()}, False, "bool"
    )
    reach = rows["radius"] * frame.scale
    words = rows["state_word"].str.lower().str.replace(": ", ", ")
    title = pd.Series(
        [geometry.shortened(name, 34) for name in rows["name"]], index=rows.index, dtype="str"
    )
    return rows.assign(
        px=rows["x"].map(frame.x),
        py=rows["y"].map(frame.y),
        reach=reach,
        size=(2 * reach) ** 2,
        title=title.where(~marked, title + ": " + words),
        py_title=rows["y"].map(frame.y) - reach - 11,
        line=looked_up(rows["state"], colours.fills, colours.edge).where(marked, colours.edge),
        line_width=1.0 + marked,
    )


def _labels(
    marks: pd.DataFrame, islands: pd.DataFrame, view: MapView, frame: geometry.Frame
) -> pd.DataFrame:
    # On paper nothing can be hovered over, and few marks have room for all their names.
    label_all = view.is_print or len(marks) <= _FEW_MARKS
    labelled = marks["state"].isin(["desert", "hotspot", "blind_spot"]) | marks["is_selected"]
    # The title of an island of one names its mark already.
    wanted = marks.loc[(labelled | label_all) & ~marks["id"].isin(islands["id"]), "id"]
    titles = [
        geometry.title_box(px, py, title)
        for px, py, title in zip(islands["px"], islands["py_title"], islands["title"], strict=True)
    ]
    shores = islands[["id", "px", "py", "reach"]].set_axis(
        ["division_id", "shore_x", "shore_y", "shore_r"], axis=1
    )
    ashore = marks.merge(shores, on="division_id", how="left", validate="many_to_one")
    ashore = ashore.fillna({"shore_x": 0.0, "shore_y": 0.0, "shore_r": math.inf})
    return geometry.place_labels(ashore, list(wanted), titles, frame)


def _island_layer(islands: pd.DataFrame, at: tuple[alt.X, alt.Y], colours: Palette) -> alt.Chart:
    x, y = at
    base = alt.Chart(islands.drop(columns=["x", "y", "radius", "reach", "py_title"]))
    circles = base.mark_point(filled=True, shape="circle", fill=colours.panel, opacity=1)
    layer: alt.Chart = circles.encode(
        x,
        y,
        size=alt.Size("size:Q", scale=None, legend=None),
        stroke=alt.Stroke("line:N", scale=None),
        strokeWidth=alt.StrokeWidth("line_width:Q", scale=None),
        description=alt.Description("title:N"),
        tooltip=alt.value(None),
    )
    return layer


def _title_layers(
    islands: pd.DataFrame, at: tuple[alt.X, alt.Y], colours: Palette
) -> list[alt.Chart]:
    x, y = at
    base = alt.Chart(islands[["px", "py_title", "title"]]).encode(
        x, y, text="title:N", tooltip=alt.value(None)
    )
    return haloed(base, 13, colours.page, colours.ink, is_bold=True)


def _edge_layers(
    brief: Brief, marks: pd.DataFrame, view: MapView, at: tuple[alt.X, alt.Y]
) -> list[alt.Chart]:
    x, y = at
    colours = theme.palette(view.dark)
    place = marks.set_index("id")[["px", "py"]]
    ends = brief.edges.merge(
        place, left_on="source_group_id", right_index=True, validate="many_to_one"
    ).merge(
        place.rename(columns={"px": "px2", "py": "py2"}),
        left_on="target_group_id",
        right_index=True,
        validate="many_to_one",
    )
    mine = (ends["source_group_id"] == view.selected) | (ends["target_group_id"] == view.selected)
    ends = ends.assign(
        line=mine.map({True: colours.ink, False: colours.edge}),
        line_width=ends["strength"].map(_EDGE_WIDTHS),
    )
    kept = ends.loc[
        (ends["strength"] >= view.strength) | mine,
        ["px", "py", "px2", "py2", "line", "line_width"],
    ]
    return (
        [
            alt.Chart(kept)
            .mark_rule(opacity=0.9, aria=False)
            .encode(
                x,
                y,
                x2="px2:Q",
                y2="py2:Q",
                stroke=alt.Stroke("line:N", scale=None),
                strokeWidth=alt.StrokeWidth("line_width:Q", scale=None),
                tooltip=alt.value(None),
            )
        ]
        if len(kept)
        else []
    )


def _mark_layer(marks: pd.DataFrame, at: tuple[alt.X, alt.Y], colours: Palette) -> alt.Chart:
    x, y = at
    pick = alt.selection_point("unit", fields=["id"], empty=False)
    layer: alt.Chart = (
        alt.Chart(marks.drop(columns=["x", "y", "pixels", "is_selected", "short"]))
        .mark_point(filled=True, opacity=1, stroke=colours.ink, strokeWidth=1, cursor="pointer")
        .encode(
            x,
            y,
            shape=alt.Shape("shape:N", scale=None, legend=None),
            size=alt.Size("size:Q", scale=None, legend=None),
            fill=alt.Fill("fill:N", scale=None, legend=None),
            strokeDash=alt.condition("datum.dash", alt.value([3, 2]), alt.value([1, 0])),
            description=alt.Description("told:N"),
            tooltip=[
                alt.Tooltip("name:N", title="Group"),
                alt.Tooltip("division:N", title="Division"),
                alt.Tooltip("state_word:N", title="Verdict"),
                alt.Tooltip("band:N", title="Size"),
                alt.Tooltip("sentence:N", title="Says"),
            ],
        )
        .add_params(pick)
    )
    return layer


def _ring_layer(marks: pd.DataFrame, view: MapView, at: tuple[alt.X, alt.Y]) -> alt.Chart:
    x, y = at
    ring = marks.loc[marks["is_selected"], ["px", "py", "pixels"]]
    ring = ring.assign(size=(ring["pixels"] + 14) ** 2)
    layer: alt.Chart = (
        alt.Chart(ring)
        .mark_point(
            filled=False,
            shape="circle",
            aria=False,
            stroke=theme.palette(view.dark).ink,
            strokeWidth=2,
            opacity=1,
        )
        .encode(x, y, size=alt.Size("size:Q", scale=None, legend=None), tooltip=alt.value(None))
    )
    return layer


def _label_layers(
    labels: pd.DataFrame, at: tuple[alt.X, alt.Y], colours: Palette
) -> list[alt.Chart]:
    x, y = at
    base = alt.Chart(labels).encode(x, y, text="label:N", tooltip=alt.value(None))
    return haloed(base, 11, colours.panel, colours.ink)


def _down(column: str, frame: geometry.Frame) -> alt.Y:
    scale = alt.Scale(domain=[frame.height, 0], nice=False)
    return alt.Y(f"{column}:Q", scale=scale, axis=None)
