"""The communication graph: one object per window, vertices in an order fixed by us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import igraph
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CommunicationGraph:
    """Who wrote to whom in a window: a directed graph without loops or multiple arcs.

    Vertices are numbered in the order of `person_ids`, sorted; arcs lie in parallel arrays, sorted
    by source and then target. Everything that belongs to a person comes in by `attribute` and
    leaves by `by_person`, both by key: no caller ever relies on a position.
    """

    person_ids: pd.Index[str]
    sources: Ints
    targets: Ints
    weights: Floats
    loops: Ints

    @classmethod
    def build(
        cls, edges: pd.DataFrame, person_ids: Iterable[str], weight: str = "weight"
    ) -> CommunicationGraph:
        """Return the graph on `person_ids` of a frame with source_id, target_id and a weight.

        Rows of the same pair are added up. Arcs to or from people who are not in `person_ids` are
        left out (the induced subgraph); people without an arc stay as isolated vertices. Loops are
        dropped; `loops` keeps the vertices that had one. Without the weight column
        every row weighs 1.
        """
        people = pd.Index(sorted(set(person_ids)), dtype="str")
        sources = people.get_indexer(pd.Index(edges["source_id"]))
        targets = people.get_indexer(pd.Index(edges["target_id"]))
        weights = (
            edges[weight].to_numpy(dtype=np.float64) if weight in edges else np.ones(len(edges))
        )
        known = (sources >= 0) & (targets >= 0)
        loops = np.unique(sources[known & (sources == targets)])
        kept = known & (sources != targets)
        keys, place = np.unique(
            sources[kept].astype(np.int64) * len(people) + targets[kept], return_inverse=True
        )
        return cls(
            people,
            keys // max(1, len(people)),
            keys % max(1, len(people)),
            np.asarray(np.bincount(place, weights[kept], len(keys)), dtype=np.float64),
            loops.astype(np.int64),
        )

    @property
    def n_people(self) -> int:
        """Return the number of vertices."""
        return len(self.person_ids)

    @property
    def n_arcs(self) -> int:
        """Return the number of arcs."""
        return len(self.sources)

    @property
    def n_loops(self) -> int:
        """Return the number of people who wrote to themselves; these arcs are not in the graph."""
        return len(self.loops)

    @cached_property
    def adjacency(self) -> sparse.csr_array:
        """Return the 0/1 adjacency matrix, row = source."""
        ones = np.ones(self.n_arcs)
        shape = (self.n_people, self.n_people)
        return sparse.csr_array((ones, (self.sources, self.targets)), shape=shape)

    @cached_property
    def is_mutual(self) -> Bools:
        """Return for each arc whether the reverse arc exists."""
        return mutual(self.sources, self.targets, self.n_people)

    @cached_property
    def ties(self) -> tuple[Ints, Ints]:
        """Return the ends of every tie, the reciprocated pairs, once each, lower vertex first."""
        chosen = self.is_mutual & (self.sources < self.targets)
        return self.sources[chosen], self.targets[chosen]

    @cached_property
    def contacts(self) -> tuple[Ints, Ints]:
        """Return the ends of every pair with contact in at least one direction, once each."""
        low = np.minimum(self.sources, self.targets)
        high = np.maximum(self.sources, self.targets)
        keys = np.unique(low * self.n_people + high)
        return keys // max(1, self.n_people), keys % max(1, self.n_people)

    @cached_property
    def directed(self) -> igraph.Graph:
        """Return the graph in igraph, with the arc attribute `weight`."""
        pairs = np.column_stack([self.sources, self.targets])
        graph = igraph.Graph(n=self.n_people, edges=pairs, directed=True)
        graph.es["weight"] = self.weights
        return graph

    @cached_property
    def undirected(self) -> igraph.Graph:
        """Return the simple undirected graph of all contacts in igraph."""
        pairs = np.column_stack(self.contacts)
        return igraph.Graph(n=self.n_people, edges=pairs, directed=False)

    def attribute(self, values: pd.Series | Mapping[str, object]) -> pd.Series:
        """Return the values of all people in vertex order, joined by person id.

        People without a value get a missing one; values of people who are not in the graph are
        left out. The order of `values` does not matter; an id that stands twice is refused.
        """
        series = values if isinstance(values, pd.Series) else pd.Series(dict(values), dtype=object)
        if not series.index.is_unique:
            raise ValueError("A person has two values of one attribute.")
        return series.reindex(self.person_ids)

    def by_person(self, values: Iterable[float] | npt.NDArray[np.generic], name: str) -> pd.Series:
        """Return values in vertex order as a series by person id."""
        return pd.Series(np.asarray(values), index=self.person_ids.rename("person_id"), name=name)

    def incidence(self, members: pd.DataFrame) -> tuple[pd.Index[str], sparse.csr_array]:
        """Return group ids, sorted, and the groups x vertices matrix of who belongs to which.

        `members` holds group_id and person_id; groups may overlap, as units of a tree do. Groups
        of which nobody is in the graph keep an empty row.
        """
        groups = pd.Index(sorted(set(members["group_id"])), name="group_id", dtype="str")
        rows = groups.get_indexer(pd.Index(members["group_id"]))
        columns = self.person_ids.get_indexer(pd.Index(members["person_id"]))
        known = columns >= 0
        shape = (len(groups), self.n_people)
        ones = np.ones(int(known.sum()))
        matrix = sparse.csr_array((ones, (rows[known], columns[known])), shape=shape)
        matrix.data[:] = 1.0
        return groups, matrix


def window_arcs(edges: pd.DataFrame, first_day: int, end_day: int) -> pd.DataFrame:
    """Return the arcs of the weeks in [first_day, end_day), channels and weeks added up.

    Shape: one row per ordered pair with source_id, target_id, n_messages (reactions left out),
    weight and n_weeks, the number of weeks with a message. A pair that only exchanged reactions
    has no row.
    """
    written = edges["n_messages"] - edges["n_reactions"]
    chosen = (edges["week"] >= first_day) & (edges["week"] < end_day) & (written > 0)
    rows = edges.loc[chosen, ["week", "source_id", "target_id", "weight"]]
    rows = rows.assign(n_messages=written[chosen])
    pairs = rows.groupby(["source_id", "target_id"], sort=True)
    sums = pairs[["n_messages", "weight"]].sum()
    return sums.assign(n_weeks=pairs["week"].nunique()).reset_index()


def mutual(sources: Ints, targets: Ints, n: int) -> Bools:
    """Return for each arc of a simple graph on `n` vertices whether the reverse arc exists."""
    keys = np.sort(sources * n + targets)
    if not len(keys):
        return np.zeros(0, dtype=np.bool_)
    reverse = targets * n + sources
    place = np.minimum(np.searchsorted(keys, reverse), len(keys) - 1)
    return np.asarray(keys[place] == reverse, dtype=np.bool_)


@contextmanager
def seeded(rng: np.random.Generator) -> Iterator[None]:
    """Let igraph draw from the passed generator for the length of a block.

    The only place that touches igraph's random source; it is handed back afterwards.
    """
    igraph.set_random_number_generator(_Draws(rng))
    try:
        yield
    finally:
        igraph.set_random_number_generator(None)


class _Draws:
    """A numpy generator with the methods that igraph asks of the standard library's `random`."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def random(self) -> float:
        return float(self._rng.random())

    def randint(self, low: int, high: int) -> int:
        return int(self._rng.integers(low, high, endpoint=True))

    def getrandbits(self, count: int) -> int:
        return int.from_bytes(self._rng.bytes(-(-count // 8)), "little") >> (-count % 8)

    def gauss(self, mean: float, deviation: float) -> float:
        return float(self._rng.normal(mean, deviation))
