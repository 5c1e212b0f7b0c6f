"""What all charts have in common: type, colours of axes, no frame, letters with a halo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt

from reports.charts.geometry import LINE_BREAK, LINE_HEIGHT
from reports.theme import Palette

FONT = "'Source Sans', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Canvas:
    """Size of a chart and the sentence for those who do not see it."""

    width: int
    height: int
    says: str


def layered(layers: Sequence[alt.Chart], canvas: Canvas, colours: Palette) -> alt.LayerChart:
    """Return layers as one chart in the type and the quiet axis colours of the theme."""
    chart = alt.LayerChart(
        layer=list(layers),
        width=canvas.width,
        height=canvas.height,
        description=canvas.says,
        background="transparent",
    )
    dressed: alt.LayerChart = (
        chart.configure(font=FONT, padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=colours.muted,
            titleColor=colours.muted,
            gridColor=colours.faint,
            domainColor=colours.edge,
            tickColor=colours.edge,
            labelFontSize=11,
            titleFontSize=11,
            titleFontWeight="normal",
        )
    )
    return dressed


def haloed(
    base: alt.Chart, size: int, halo: str, ink: str, is_bold: bool = False
) -> list[alt.Chart]:
    """Return text in ink over a halo that parts it from the lines below."""
    weight: Literal[400, 600] = 600 if is_bold else 400
    return [
        base.mark_text(
            fontSize=size,
            fontWeight=weight,
            baseline="middle",
            aria=False,
            lineBreak=LINE_BREAK,
            lineHeight=LINE_HEIGHT,
            fill=halo,
            stroke=halo,
            strokeWidth=3,
            strokeJoin="round",
        ),
        base.mark_text(
            fontSize=size,
            fontWeight=weight,
            baseline="middle",
            aria=False,
            lineBreak=LINE_BREAK,
            lineHeight=LINE_HEIGHT,
            fill=ink,
        ),
    ]
