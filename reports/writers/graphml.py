"""The published network as GraphML, for network tools."""

from __future__ import annotations

from pathlib import Path

import networkx as nx

from reports import theme
from reports.brief import Brief
from reports.files import write_text
from reports.network import nodes, ties
from reports.registry import WriterInfo, writers


@writers.add(
    "graphml", WriterInfo("Network for other tools", ".graphml", "application/graphml+xml")
)
def write_graphml(brief: Brief, path: Path) -> None:
    """Write groups and ties from an allow-list of attributes; absent ones are left out."""
    graph = nx.Graph(
        title=brief.about.title,
        period=theme.days(brief.period.first_on, brief.period.last_on),
        note=brief.foot,
        caveat=brief.about.caveat,
    )
    for node in nodes(brief):
        told = {
            "label": node.label,
            "division": node.division,
            "behaviour": node.behaviour,
            "perception": node.perception,
            "joint": node.joint,
            "x": round(node.x, 4),
            "y": round(node.y, 4),
        }
        if node.band is not None:
            told["n_band"] = node.band
        graph.add_node(node.id, **told)
    for tie in ties(brief):
        graph.add_edge(tie.source, tie.target, strength=tie.strength)
    write_text(path, "\n".join(nx.generate_graphml(graph, prettyprint=True)) + "\n")
