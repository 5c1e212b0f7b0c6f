"""Brokerage: who stands between others, and between groups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from graph.network import CommunicationGraph, Ints

ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
_PATHS_PER_BLOCK = 1_000_000


def constraint(graph: CommunicationGraph) -> pd.Series:
    """Return Burt's constraint: how far a person's contacts are one closed circle.

    Formula: C_i = sum_{j in V_i, j != i} (p_ij + sum_{q != i, j} p_iq p_qj)^2,
    p_ij = (a_ij + a_ji) / sum_k (a_ik + a_ki), a the arc weights. Simplified, everybody linked
    with the same weight: 1 / k_i for a star of k_i contacts.
    Shape: series by person_id, `(n,)`. Unit: none. Range: 0 (open, many contacts) to about 1.125;
    higher is more constrained.
    Edge cases: nan for people without contact: nothing constrains them and nothing connects them.
    Raises: nothing.
    Source: Burt 1992, Structural Holes; Burt 2004, AJS 110, 349-399.

    >>> constraint(graph).median()
    0.11
    """
    values = np.array(graph.directed.constraint(weights="weight"), dtype=np.float64)
    return graph.by_person(values, "constraint")


def effective_size(graph: CommunicationGraph) -> pd.Series:
    """Return the number of contacts less what is redundant among them.

    Formula: e_i = k_i - 2 t_i / k_i, t_i contacts among i's contacts, over contact in either
    direction and without weights (Borgatti's form of Burt's measure).
    Shape: series by person_id, `(n,)`. Unit: contacts. Range: 1 (all know each other) to k_i.
    Edge cases: nan for people without contact.
    Raises: nothing.
    Source: Burt 1992; Borgatti 1997, Connections 20(1), 35-38.

    >>> effective_size(graph).median()
    7.4
    """
    degrees = np.array(graph.undirected.degree(), dtype=np.float64)
    shares = np.array(graph.undirected.transitivity_local_undirected(mode="zero"))
    redundant = shares * (degrees - 1)
    return graph.by_person(np.where(degrees > 0, degrees - redundant, np.nan), "effective_size")


def gould_fernandez(graph: CommunicationGraph, groups: pd.Series) -> pd.DataFrame:
    """Return how often each person stands between two others who have no direct arc, by role.

    Formula: over i->j->k with i != k and no i->k, broker j, groups a, b, c of i, j, k:
    coordinator a = b = c; itinerant a = c != b; gatekeeper a != b = c; representative a = b != c;
    liaison all different.
    Shape: frame by person_id with the five roles and total. Unit: open two-paths.
    Range: 0 upwards; the five sum to the total.
    Edge cases: 0 for people who stand between nobody. Paths with a person without a group are left
    out.
    Null: relabelling people within strata; counts grow with degree.
    Raises: ValueError when a person stands in `groups` twice.
    Source: Gould & Fernandez 1989, Sociological Methodology 19, 89-126.

    >>> gould_fernandez(graph, groups)["liaison"].sum()
    246
    """
    labels = graph.attribute(groups)
    codes = pd.factorize(labels, sort=True)[0]
    counts = np.zeros((len(ROLES), graph.n_people), dtype=np.int64)
    for i, j, k in _open_paths(graph):
        a, b, c = codes[i], codes[j], codes[k]
        known = (a >= 0) & (b >= 0) & (c >= 0)
        role = _role(a, b, c)
        np.add.at(counts, (role[known], j[known]), 1)
    frame = pd.DataFrame(counts.T, columns=list(ROLES), index=labels.index.rename("person_id"))
    return frame.assign(total=frame.sum(axis=1))


def roles_of_groups(
    graph: CommunicationGraph, groups: pd.Series, members: pd.DataFrame
) -> pd.DataFrame:
    """Return how often the people of each group stand between two others, by role.

    Formula: sums of `gould_fernandez` over the brokers j who are members; the roles are those of
    the partition `groups`.
    Shape: frame by group_id with the five roles, total and n_brokers (people who stand between
    any two). `members` holds group_id and person_id; groups may overlap.
    Unit: open two-paths. Range: 0 upwards; over the parts of a whole the totals add up.
    Edge cases: 0 for a group that stands between nobody.
    Null: as `gould_fernandez`.
    Raises: ValueError when a person stands in `groups` twice.
    Source: as `gould_fernandez`.

    >>> roles_of_groups(graph, groups, members)["total"].loc["org"]
    500
    """
    roles = gould_fernandez(graph, groups)
    ids, incidence = graph.incidence(members)
    sums = incidence @ roles.to_numpy(dtype=np.float64)
    found = pd.DataFrame(sums.astype(np.int64), columns=roles.columns, index=ids)
    brokers = incidence @ (roles["total"] > 0).to_numpy(dtype=np.float64)
    return found.assign(n_brokers=brokers.astype(np.int64))


def betweenness(graph: CommunicationGraph, distances: pd.Series | None = None) -> pd.Series:
    """Return the share of shortest paths between two others that lead over a person.

    Formula: B_i = sum_{s != i != t} sigma_st(i) / sigma_st, directed, divided by (n - 1)(n - 2).
    `distances` are whole numbers, one per arc in the order of the graph: strengths have to be
    turned into distances first, and fractions such as 1/3 + 1/6 miss 1/2, which breaks ties
    between paths in different ways in every library.
    Shape: series by person_id, `(n,)`. Unit: share. Range: 0 to 1.
    Edge cases: 0 for isolated people and with fewer than three people.
    Raises: ValueError for distances that are not whole and positive.
    Source: Freeman 1977, Sociometry 40, 35-41; Brandes 2001.

    >>> betweenness(graph).max()
    0.08
    """
    values = graph.directed.betweenness(directed=True, weights=_whole(distances, graph.n_arcs))
    scale = max(1, (graph.n_people - 1) * (graph.n_people - 2))
    return graph.by_person(np.array(values, dtype=np.float64) / scale, "betweenness")


def closeness(graph: CommunicationGraph) -> pd.Series:
    """Return how near a person is to those who can be reached over contact in either direction.

    Formula: (r_i - 1) / sum of distances, r_i the size of the person's component.
    Shape: series by person_id, `(n,)`. Unit: 1 / steps. Range: 0 to 1, higher is nearer.
    Edge cases: nan for people without contact. Values of different components do not compare.
    Raises: nothing.
    Source: Freeman 1979, Social Networks 1, 215-239.

    >>> closeness(graph).max()
    0.64
    """
    return graph.by_person(graph.undirected.closeness(normalized=True), "closeness")


def _open_paths(graph: CommunicationGraph) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield i, j, k of the paths i->j->k without i->k, in blocks of bounded size."""
    n = graph.n_people
    keys = graph.sources * n + graph.targets
    first = np.searchsorted(graph.sources, np.arange(n + 1))
    lengths = np.diff(first)[graph.targets]
    blocks = np.cumsum(lengths) // _PATHS_PER_BLOCK
    for block in np.unique(blocks):
        arcs = np.flatnonzero(blocks == block)
        size = lengths[arcs]
        i = np.repeat(graph.sources[arcs], size)
        j = np.repeat(graph.targets[arcs], size)
        place = np.arange(len(i)) - np.repeat(np.cumsum(size) - size, size)
        k = graph.targets[first[j] + place]
        is_open = (i != k) & ~np.isin(i * n + k, keys)
        yield i[is_open], j[is_open], k[is_open]


def _role(a: Ints, b: Ints, c: Ints) -> Ints:
    # In the order of ROLES.
    return np.select([(a == b) & (b == c), a == c, b == c, a == b], [0, 1, 2, 3], 4)


def _whole(distances: pd.Series | None, n_arcs: int) -> list[int] | None:
    if distances is None:
        return None
    values = distances.to_numpy(dtype=np.float64)
    if len(values) != n_arcs or (values < 1).any() or (values != np.rint(values)).any():
        raise ValueError("Distances are whole numbers from 1 upwards, one for each arc.")
    return [int(value) for value in values]
