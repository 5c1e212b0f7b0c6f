"""Public networks with published numbers, as arcs and people."""

from __future__ import annotations

import networkx as nx
import pandas as pd
from shared_data import shared_path

from graph.network import CommunicationGraph

ARCS = ["source_id", "target_id"]


def email_eu_core() -> tuple[pd.DataFrame, pd.Series]:
    """Return arcs and department of SNAP's email-Eu-core."""
    folder = shared_path("data", "eu-core")
    arcs = pd.read_csv(folder / "email-Eu-core.txt", sep=r"\s+", names=ARCS, dtype=str)
    labels = pd.read_csv(
        folder / "email-Eu-core-department-labels.txt", sep=r"\s+", names=["id", "d"], dtype=str
    )
    return arcs, labels.set_index("id")["d"]


def org_network(name: str) -> tuple[CommunicationGraph, pd.DataFrame]:
    """Return one of the Krackhardt (`ht_*`) or Lazega (`law_*`) networks and its people by id."""
    arcs = pd.read_csv(shared_path("data", "org-networks", f"{name}.edges.csv"), dtype=str)
    people = pd.read_csv(shared_path("data", "org-networks", f"{name}.nodes.csv"), dtype=str)
    people = people.set_index("id")
    graph = CommunicationGraph.build(arcs.set_axis(ARCS, axis=1), people.index)
    return graph, people


def both_ways(graph: nx.Graph) -> CommunicationGraph:
    """Return an undirected networkx graph as one in which all contact is two-way."""
    pairs = [(str(a), str(b)) for a, b in graph.edges]
    arcs = pd.DataFrame([*pairs, *((b, a) for a, b in pairs)], columns=ARCS)
    return CommunicationGraph.build(arcs, [str(p) for p in graph.nodes])
