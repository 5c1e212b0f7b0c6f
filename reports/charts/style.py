"""What all charts have in common: type, colours of axes, no frame."""

from __future__ import annotations

from typing import TypeVar

import altair as alt

from reports.theme import Palette

FONT = "'Source Sans', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
Chart = TypeVar("Chart", alt.Chart, alt.LayerChart)


def dressed(chart: Chart, colours: Palette) -> Chart:
    """Return the chart in the type and the quiet axis colours of the theme."""
    axis = {
        "labelColor": colours.muted, "titleColor": colours.muted, "gridColor": colours.faint,
        "domainColor": colours.edge, "tickColor": colours.edge, "labelFontSize": 11,
        "titleFontSize": 11, "titleFontWeight": "normal",
    }
    return (
        chart.properties(background="transparent")
        .configure(font=FONT, padding=4)
        .configure_view(stroke=None)
        .configure_axis(**axis)
    )
