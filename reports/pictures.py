"""Charts as pictures: SVG and PNG made on this machine, nothing fetched, same bytes twice."""

from __future__ import annotations

import re

import altair as alt
import vl_convert as vlc

_IDS = re.compile(r'id="((?:clip|gradient_)[^"]*)"')


def svg(chart: alt.LayerChart, prefix: str = "p", font: str | None = None) -> str:
    """Return a chart as SVG; ids begin with `prefix`, so that two pictures may share a page.

    `font` replaces the chart's font where a document sets its own.
    """
    spec = chart.to_dict(validate=False)
    if font:
        spec.setdefault("config", {})["font"] = font
    picture: str = vlc.vegalite_to_svg(spec, allowed_base_urls=[])
    # The renderer counts its clip paths over the whole process.
    for place, old in enumerate(dict.fromkeys(_IDS.findall(picture))):
        picture = picture.replace(f'id="{old}"', f'id="{prefix}-{place}"')
        picture = picture.replace(f"url(#{old})", f"url(#{prefix}-{place})")
    return picture


def png(chart: alt.LayerChart, scale: float = 2.0) -> bytes:
    """Return a chart as PNG, `scale` pixels for each of its own."""
    picture: bytes = vlc.vegalite_to_png(
        chart.to_dict(validate=False), scale=scale, allowed_base_urls=[]
    )
    return picture
