"""Published and recomputed numbers of public networks, to the digits shown."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from known_networks import both_ways, email_eu_core, enron_mail, org_network

from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE
from core.tables.network import EDGES
from graph.brokerage import betweenness, closeness, constraint, effective_size, gould_fernandez
from graph.cohesion import largest_component, local_clustering, n_triangles, transitivity
from graph.edges import build_edges
from graph.mixing import ei_index, modularity
from graph.network import CommunicationGraph, window_arcs
from graph.replies import ReplySettings, build_replies
from graph.ties import dyad_census, reciprocated_ties, reciprocity


@pytest.fixture(scope="module")
def eu_core() -> tuple[CommunicationGraph, pd.Series]:
    arcs, department = email_eu_core()
    return CommunicationGraph.build(arcs, department.index), department


def test_email_eu_core_has_the_size_that_snap_gives(
    eu_core: tuple[CommunicationGraph, pd.Series],
) -> None:
    graph, department = eu_core
    assert (graph.n_people, graph.n_loops, graph.n_arcs + graph.n_loops) == (1005, 642, 25571)
    weak, strong = largest_component(graph), largest_component(graph, "strong")
    assert (weak.n_people, weak.n_arcs + weak.n_loops) == (986, 25552)
    assert (strong.n_people, strong.n_arcs + strong.n_loops) == (803, 24729)
    assert len(graph.contacts[0]) == 16064
    assert n_triangles(graph) == 105461
    assert department.nunique() == 42


def test_reciprocity_of_email_eu_core_drops_loops(
    eu_core: tuple[CommunicationGraph, pd.Series],
) -> None:
    graph, _ = eu_core
    assert reciprocity(graph) == pytest.approx(0.71122, abs=5e-6)
    assert reciprocity(graph, loops="mutual") == pytest.approx(0.71847, abs=5e-6)
    assert reciprocity(graph, loops="one_way") == pytest.approx(0.69336, abs=5e-6)
    assert reciprocated_ties(graph).sum() == pytest.approx(0.71122 * graph.n_arcs, abs=1)


def test_clustering_of_email_eu_core_counts_people_with_one_contact_as_zero(
    eu_core: tuple[CommunicationGraph, pd.Series],
) -> None:
    graph, _ = eu_core
    t = transitivity(graph)
    assert local_clustering(graph).mean() == pytest.approx(0.39935, abs=5e-6)
    assert t == pytest.approx(0.26739, abs=5e-6)
    assert t / (3 - 2 * t) == pytest.approx(0.1085, abs=5e-5)  # what SNAP prints


def test_mixing_of_email_eu_core_over_departments(
    eu_core: tuple[CommunicationGraph, pd.Series],
) -> None:
    graph, department = eu_core
    mix = ei_index(graph, department, "contacts")
    assert (mix.n_outside, mix.n_inside) == (10671, 5393)
    assert mix.value == pytest.approx(0.32856, abs=5e-6)
    assert mix.expected == pytest.approx(0.90459, abs=5e-6)
    assert ei_index(graph, department, "arcs").value == pytest.approx(0.30643, abs=5e-6)
    assert modularity(graph, department) == pytest.approx(0.28801, abs=5e-6)


@pytest.mark.parametrize(
    ("name", "arcs", "density", "answered", "ei"),
    [
        ("ht_advice", 190, 0.45238, 0.47368, 0.5158),
        ("ht_friends", 102, 0.24286, 0.45098, 0.2549),
        ("ht_reports", 20, 0.04762, 0.0, -0.6),
    ],
)
def test_krackhardts_managers(
    name: str, arcs: int, density: float, answered: float, ei: float
) -> None:
    graph, people = org_network(name)
    assert graph.n_arcs == arcs
    assert graph.n_arcs / (21 * 20) == pytest.approx(density, abs=5e-6)
    assert reciprocity(graph) == pytest.approx(answered, abs=5e-6)
    assert ei_index(graph, people["dept"], "arcs").value == pytest.approx(ei, abs=5e-5)


def test_dyads_and_brokers_of_krackhardts_managers() -> None:
    advice, people = org_network("ht_advice")
    friends, _ = org_network("ht_friends")
    census = dyad_census(advice)
    assert (census.mutual, census.asymmetric, census.null) == (45, 100, 65)
    census = dyad_census(friends)
    assert (census.mutual, census.asymmetric, census.null) == (23, 56, 131)
    assert gould_fernandez(advice, people["dept"]).sum().to_dict() == {
        "coordinator": 28, "itinerant": 69, "gatekeeper": 62, "representative": 95,
        "liaison": 246, "total": 500,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arcs", "answered", "office", "status"),
    [
        ("law_advice", 892, 0.392, -0.570, -0.325),
        ("law_friends", 575, 0.612, -0.715, -0.562),
        ("law_cowork", 1104, 0.685, -0.542, 0.063),
    ],
)
def test_lazegas_lawyers(
    name: str, arcs: int, answered: float, office: float, status: float
) -> None:
    graph, people = org_network(name)
    assert graph.n_arcs == arcs
    assert reciprocity(graph) == pytest.approx(answered, abs=5e-4)
    assert ei_index(graph, people["office"], "arcs").value == pytest.approx(office, abs=5e-4)
    assert ei_index(graph, people["status"], "arcs").value == pytest.approx(status, abs=5e-4)


def test_burts_measures_of_the_karate_club() -> None:
    graph = both_ways(nx.karate_club_graph())  # numbered from 0
    assert constraint(graph)[["0", "33"]].tolist() == pytest.approx([0.155423, 0.156419], abs=5e-7)
    assert effective_size(graph)[["0", "33"]].tolist() == pytest.approx([13.75, 15.2353], abs=5e-5)


def test_centralities_of_krackhardts_kite() -> None:
    kite = nx.krackhardt_kite_graph()  # 3 Diane, 5 Fernando, 6 Garth, 7 Heather
    graph = both_ways(kite)
    assert reciprocated_ties(graph)["3"] == 6
    assert betweenness(graph)["7"] == pytest.approx(0.389, abs=5e-4)
    assert closeness(graph)[["5", "6"]].tolist() == pytest.approx([0.643, 0.643], abs=5e-4)


def test_enrons_mail_gives_the_arcs_that_the_data_page_counts(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    enron_mail(tmp_path)
    build_edges(engine, tmp_path, tmp_path, mass_max=60)  # at most 57 recipients
    edges = EDGES.read(tmp_path)
    assert edges["n_messages"].sum() == 38388
    people = PEOPLE.read(tmp_path, ["person_id"])["person_id"]
    arcs = window_arcs(edges, 0, 20000)
    graph = CommunicationGraph.build(arcs, people)
    assert (graph.n_people, graph.n_arcs) == (156, 2715)
    assert len(np.unique(np.concatenate([graph.sources, graph.targets]))) == 154
    assert reciprocity(graph) == pytest.approx(0.64236, abs=5e-6)
    # Without links nothing can be said of answers; asked for all the same, there is one row per
    # recipient of mail to at most five people, counted from the raw file.
    settings = ReplySettings(data_end_day=11860)
    assert build_replies(engine, tmp_path, tmp_path, settings) == 0
    rows = MESSAGES.read(tmp_path, ["n_recipients"])["n_recipients"]
    settings = ReplySettings(data_end_day=11860, least_answered=0)
    assert build_replies(engine, tmp_path, tmp_path, settings) == (rows <= 5).sum()
