"""Cohesion: closed triangles and connected parts, over contact in either direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from graph.network import Bools, CommunicationGraph, Ints


@dataclass(frozen=True)
class Component:
    """The largest connected part: people, arcs, dropped loops; and how many parts there are."""

    n_people: int
    n_arcs: int
    n_loops: int
    n_components: int


def local_clustering(graph: CommunicationGraph) -> pd.Series:
    """Return for each person the share of pairs of contacts who have contact themselves.

    Formula: C_i = 2 T_i / (k_i (k_i - 1)), T_i triangles at i, k_i contacts; direction is ignored.
    Shape: series by person_id, `(n,)`. Unit: share. Range: 0 to 1, higher is denser.
    Edge cases: 0 with fewer than two contacts, as published averages have it (igraph's own default
    leaves these people out, which gives .450 in place of .399 for email-Eu-core).
    Null: draws of `rewired_arcs`; clustering grows with density.
    Raises: nothing.
    Source: Watts & Strogatz 1998, Nature 393, 440-442.

    >>> local_clustering(graph).mean()
    0.399
    """
    return graph.by_person(
        graph.undirected.transitivity_local_undirected(mode="zero"), "clustering"
    )


def transitivity(graph: CommunicationGraph) -> float:
    """Return the share of connected triples of people that are closed.

    Formula: 3 T / sum_i k_i (k_i - 1) / 2. Not the "fraction of closed triangles" t / (3 - 2t)
    that SNAP prints.
    Shape: a number. Unit: share. Range: 0 to 1.
    Edge cases: nan without a connected triple.
    Raises: nothing.
    Source: Newman, Strogatz & Watts 2001; Wasserman & Faust 1994, 6.2.

    >>> transitivity(graph)
    0.267
    """
    return float(graph.undirected.transitivity_undirected(mode="nan"))


def n_triangles(graph: CommunicationGraph) -> int:
    """Return the number of closed triangles over contact in either direction.

    Formula: #{i < j < k: all three pairs in contact}.
    Shape: a number. Unit: triangles. Range: 0 to n (n - 1)(n - 2) / 6.
    Edge cases: 0 in an empty graph.
    Raises: nothing.
    Source: Wasserman & Faust 1994, 6.2.

    >>> n_triangles(graph)
    105461
    """
    contacts = graph.undirected
    degrees = np.array(contacts.degree(), dtype=float)
    shares = np.array(contacts.transitivity_local_undirected(mode="zero"))
    return round(float((shares * degrees * (degrees - 1) / 2).sum()) / 3)


def simmelian_share(graph: CommunicationGraph) -> float:
    """Return the share of ties that lie in at least one triangle of ties (G2).

    Formula: #{ties ij: some k has ties with both} / #ties.
    Shape: a number. Unit: share. Range: 0 to 1, higher is more embedded.
    Edge cases: nan without a tie; one-way contact does not count.
    Null: draws of `rewired_ties`; the share grows with density.
    Raises: nothing.
    Source: Krackhardt 1999, Research in the Sociology of Organizations 16, 183-210.

    >>> simmelian_share(graph)
    0.81
    """
    low, high = graph.ties
    return float(_closed(graph.n_people, low, high).mean()) if len(low) else float("nan")


def embedded_ties(
    graph: CommunicationGraph, ends: tuple[Ints, Ints] | None = None
) -> pd.DataFrame:
    """Return how many ties each person holds, and how many of them lie in a triangle of ties.

    Formula: n_ties_i = #{j: tie ij}; n_embedded_i = #{j: tie ij, some k has ties with both}.
    `ends` are other ties on the same people, such as a draw of `rewired_ties`; left out: the
    graph's own.
    Shape: frame by person_id. Unit: ties. Range: 0 <= n_embedded <= n_ties. Summed over
    everybody, n_embedded / n_ties is `simmelian_share`.
    Edge cases: 0 for people without ties, never missing.
    Null: draws of `rewired_ties`, passed as `ends`.
    Raises: nothing.
    Source: as `simmelian_share`.

    >>> embedded_ties(graph).sum()
    """
    low, high = graph.ties if ends is None else ends
    closed = _closed(graph.n_people, low, high)
    n = graph.n_people
    held = np.bincount(np.concatenate([low, high]), minlength=n)
    inside = np.bincount(np.concatenate([low[closed], high[closed]]), minlength=n)
    index = graph.person_ids.rename("person_id")
    return pd.DataFrame({"n_ties": held, "n_embedded": inside}, index=index)


def largest_component(
    graph: CommunicationGraph, kind: Literal["weak", "strong"] = "weak"
) -> Component:
    """Return the largest part in which everybody can reach everybody.

    Formula: `weak` ignores direction, `strong` follows arcs; arcs are those with both ends inside.
    Shape: a `Component`. Unit: people, arcs, parts. Range: 1 to n people.
    Edge cases: isolated people are parts of one; zeros without people. Of two largest parts the
    one with the first person counts. Loops are counted apart.
    Raises: nothing.
    Source: Wasserman & Faust 1994, 4.2.

    >>> largest_component(graph)
    Component(n_people=986, n_arcs=24929, n_loops=623, n_components=20)
    """
    labels = np.array(graph.directed.connected_components(mode=kind).membership, dtype=np.int64)
    if not len(labels):
        return Component(0, 0, 0, 0)
    sizes = np.bincount(labels)
    inside = labels == labels[np.isin(labels, np.flatnonzero(sizes == sizes.max()))][0]
    arcs = int((inside[graph.sources] & inside[graph.targets]).sum())
    return Component(int(sizes.max()), arcs, int(inside[graph.loops].sum()), len(sizes))


def _closed(n: int, low: Ints, high: Ints) -> Bools:
    """Whether the two ends of each tie have a contact in common."""
    if not len(low):
        return np.zeros(0, dtype=np.bool_)
    ones = np.ones(2 * len(low))
    both = (np.concatenate([low, high]), np.concatenate([high, low]))
    tied = sparse.csr_array((ones, both), shape=(n, n))
    common = (tied @ tied).tocsr()
    return np.asarray(common[low, high]).ravel() > 0
