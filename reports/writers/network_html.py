"""The network as one page to drag and zoom: pyvis in a template of our own, hardened.

Data lies in an inert JSON block, both scripts are constant and allowed by their hash, nothing is
fetched. Physics is off: places come from the published map.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from core.rows import rows
from reports import theme
from reports.brief import Brief
from reports.charts.geometry import shortened
from reports.charts.legend import legend_items
from reports.charts.org_map import map_alt
from reports.files import TEMPLATES, read_template, write_text
from reports.network import Node, nodes, ties
from reports.registry import WriterInfo, writers
from reports.rows import island_rows
from reports.theme import Palette

if TYPE_CHECKING:
    from pyvis.network import Network

_SCALE = 620  # pixels for a map unit
_VIS = Path("templates") / "lib" / "vis-9.1.2" / "vis-network.min.js"
_WIDTHS = {1: 0.6, 2: 1.0, 3: 1.6, 4: 2.4, 5: 3.4}
_OPTIONS: dict[str, object] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "hover": True,
        "tooltipDelay": 120,
        "keyboard": {"enabled": True, "bindToWindow": False},
        "navigationButtons": False,
        "multiselect": False,
    },
    "edges": {"smooth": False, "hoverWidth": 0, "selectionWidth": 0.5},
}


@writers.add("network_html", WriterInfo("Network to explore", ".network.html", "text/html"))
def write_network_html(brief: Brief, path: Path) -> None:
    """Write the network of published groups as one page that works without a connection."""
    write_text(path, network_page(brief))


def network_page(brief: Brief, dark: bool = False) -> str:
    """Return the page as text, for a file or for a frame of its own origin."""
    # pyvis pulls in IPython on import: a second that only this writer should pay.
    from pyvis.network import Network  # noqa: PLC0415

    colours = theme.palette(dark)
    network = Network(height="100%", width="100%", bgcolor=colours.page, font_color=colours.ink)
    for node in nodes(brief, dark):
        _add_node(network, node, colours)
    for tie in ties(brief):
        network.add_edge(tie.source, tie.target, width=_WIDTHS[tie.strength], color=colours.edge)
    network.set_template_dir(str(TEMPLATES), "network.html.j2")
    network.templateEnv.autoescape = True
    network.templateEnv.globals.update(_told(brief, dark))
    page: str = network.generate_html(notebook=False)
    return page


def _add_node(network: Network, node: Node, colours: Palette) -> None:
    state = theme.STATES[node.state]
    pixels = theme.BAND_PIXELS.get(node.band or "", theme.HIDDEN_PIXELS)
    band = theme.people(node.band)
    hidden = node.state == "not_shown"
    network.add_node(
        node.id,
        label=shortened(node.label),
        title=f"{node.label}\n{node.division}\n{node.state_word} · {band}\n{node.sentence}",
        shape=state.vis_shape,
        x=round(node.x * _SCALE, 1),
        y=round(-node.y * _SCALE, 1),
        size=pixels / 2,
        borderWidth=1,
        borderWidthSelected=3,
        color={
            "background": node.fill,
            "border": colours.ink,
            "hover": {"background": node.fill, "border": colours.ink},
            "highlight": {"background": node.fill, "border": colours.ink},
        },
        font={"color": colours.ink, "size": 11, "strokeWidth": 3, "strokeColor": colours.panel},
        shapeProperties={"borderDashes": [3, 2] if hidden else False},
    )


def _told(brief: Brief, dark: bool) -> dict[str, object]:
    import pyvis  # noqa: PLC0415  as above

    about = brief.about
    vis = (Path(pyvis.__file__).parent / _VIS).read_text(encoding="utf-8").replace("\r\n", "\n")
    draw = read_template("network_draw.js")
    islands = [
        {
            "x": round(r.number("x") * _SCALE, 1),
            "y": round(-r.number("y") * _SCALE, 1),
            "radius": round(r.number("radius") * _SCALE, 1),
            "name": shortened(r.text("name"), 34),
        }
        for r in rows(island_rows(brief, "both"))
    ]
    return {
        "page_title": f"{about.title}: network of groups",
        "period": theme.days(brief.period.first_on, brief.period.last_on),
        "says": map_alt(brief, "both"),
        "foot": brief.foot,
        "caveat": about.caveat,
        "legend": legend_items("both", dark),
        "listed": nodes(brief),
        "people": theme.people,
        "islands": islands,
        "vis_options": _OPTIONS,
        "colours": theme.palette(dark),
        "vis_js": vis,
        "draw_js": draw,
        "hash_vis": _hash(vis),
        "hash_draw": _hash(draw),
    }


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
