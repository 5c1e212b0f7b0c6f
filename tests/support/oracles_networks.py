"""Oracles of networks in plain loops: traffic between groups, brokers, graphs of given degrees."""

from __future__ import annotations

import itertools
from collections import defaultdict

import networkx as nx
import numpy as np
import pandas as pd
from oracles_graph import rows_of


def unit_edges(edge_rows: pd.DataFrame, group: dict[str, str]) -> dict[tuple, dict]:
    """Return traffic between groups over all rows: (source group, target group) -> numbers."""
    sent: dict[tuple[str, str], int] = defaultdict(int)
    for e in rows_of(edge_rows):
        n = e["n_messages"] - e["n_reactions"]
        if n and e["source_id"] in group and e["target_id"] in group:
            sent[(e["source_id"], e["target_id"])] += n
    ends: dict[str, int] = defaultdict(int)
    for s, t in sent:
        ends[group[s]] += (t, s) in sent
    total = sum(ends.values())
    out = {}
    for g, h in itertools.permutations(set(group.values()), 2):
        arcs = [(s, t) for s, t in sent if group[s] == g and group[t] == h]
        if not arcs:
            continue
        by_sender: dict[str, int] = defaultdict(int)
        by_recipient: dict[str, int] = defaultdict(int)
        for s, t in arcs:
            by_sender[s] += sent[(s, t)]
            by_recipient[t] += sent[(s, t)]
        pairs = {frozenset(a) for a in sent if {group[a[0]], group[a[1]]} == {g, h}}
        ties = sum((t, s) in sent for s, t in arcs)
        top = sorted(by_sender.values(), reverse=True)
        most = sorted(by_recipient.values(), reverse=True)
        n = sum(by_sender.values())
        out[(g, h)] = {
            "n_source_people": len({s for s, _ in arcs}),
            "n_target_people": len({t for _, t in arcs}),
            "n_messages": n,
            "n_ties": ties,
            "expected_ties": ends[g] * ends[h] / total if total else 0.0,
            "mutual_share": ties / len(pairs),
            "top_person_share": top[0] / n,
            "top_two_share": sum(top[:2]) / n,
            "top_recipient_share": most[0] / n,
            "top_two_recipients_share": sum(most[:2]) / n,
        }
    return out


def as_networkx(arcs: pd.DataFrame, people: list[str]) -> nx.DiGraph:
    """Return arcs as a networkx graph, parallel rows added up, loops dropped."""
    graph = nx.DiGraph()
    graph.add_nodes_from(people)
    for a in rows_of(arcs):
        s, t = a["source_id"], a["target_id"]
        if s != t and s in graph and t in graph:
            before = graph.get_edge_data(s, t, {"weight": 0})["weight"]
            graph.add_edge(s, t, weight=before + a.get("weight", 1))
    return graph


def gould_fernandez(graph: nx.DiGraph, group: dict[str, str]) -> dict[str, dict[str, int]]:
    """Return roles per broker by looking at every triple."""
    out = {
        p: dict.fromkeys(
            ("coordinator", "itinerant", "gatekeeper", "representative", "liaison"), 0
        )
        for p in graph
    }
    for i, j, k in itertools.permutations(graph, 3):
        if not (graph.has_edge(i, j) and graph.has_edge(j, k)) or graph.has_edge(i, k):
            continue
        a, b, c = group[i], group[j], group[k]
        if a == b == c:
            role = "coordinator"
        elif a == c:
            role = "itinerant"
        elif b == c:
            role = "gatekeeper"
        elif a == b:
            role = "representative"
        else:
            role = "liaison"
        out[j][role] += 1
    return out


def graphs_with_degrees(arcs: list[tuple[int, int]], n: int) -> set[frozenset]:
    """Return every simple directed graph with the out- and in-degrees of `arcs`."""
    cells = [(i, j) for i in range(n) for j in range(n) if i != j]
    out, into = np.zeros(n, int), np.zeros(n, int)
    for i, j in arcs:
        out[i] += 1
        into[j] += 1
    found = set()
    for chosen in itertools.combinations(cells, len(arcs)):
        o, t = np.zeros(n, int), np.zeros(n, int)
        for i, j in chosen:
            o[i] += 1
            t[j] += 1
        if (o == out).all() and (t == into).all():
            found.add(frozenset(chosen))
    return found
