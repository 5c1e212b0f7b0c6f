"""Null models: graphs with the same degrees and otherwise random ties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from graph.network import Bools, CommunicationGraph, Ints

SWAPS_PER_ARC = 20
_MOST_BITS = 24
_MOST_ROUNDS = 8  # per swap and arc: four times what it takes if every pair can be swapped


def rewired_arcs(
    graph: CommunicationGraph,
    rng: np.random.Generator,
    draws: int,
    swaps_per_arc: int = SWAPS_PER_ARC,
) -> Iterator[tuple[Ints, Ints]]:
    """Yield `draws` random directed graphs in which everybody keeps out- and in-degree.

    Formula: a swap turns the arcs a->b and c->d into a->d and c->b. A round pairs all arcs at
    random and swaps every pair at once, except those that would make a loop or in which one of the
    four arcs also occurs in another pair of the round: what is left is independent, the round is
    its own reverse with the same probability, and so all reachable graphs are equally likely. A
    first run counts the rounds until `swaps_per_arc` times the number of arcs were swapped; from
    there on every draw takes that many rounds. (To count swaps in every draw would favour graphs
    in which much can be swapped.)
    Shape: pairs (sources, targets), each `(n_arcs,)`, in no particular order.
    Edge cases: a graph in which nothing can be swapped (a star, fewer than two arcs) comes back as
    it is, after four times the rounds that a free graph would need. A directed three-cycle can
    only be turned round by way of other arcs, so graphs of three-cycles alone stay.
    Raises: nothing.
    Source: Maslov & Sneppen 2002 (swaps); Milo et al. 2003, arXiv cond-mat/0312028 (number of
    swaps); Carstens & Horadam 2017, Journal of Complex Networks 5 (switching without a bias).

    >>> draws = rewired_arcs(graph, np.random.default_rng(7), draws=20)
    """
    for arcs in _chain(
        _Arcs(graph.sources, graph.targets, graph.n_people), rng, draws, swaps_per_arc
    ):
        yield arcs.sources, arcs.targets


def rewired_ties(
    graph: CommunicationGraph,
    rng: np.random.Generator,
    draws: int,
    swaps_per_arc: int = SWAPS_PER_ARC,
) -> Iterator[tuple[Ints, Ints]]:
    """Yield `draws` random undirected graphs of ties in which everybody keeps the number of ties.

    Formula: as `rewired_arcs`, with the two ends of each tie in random order before every round.
    Shape: pairs of ends, each `(n_ties,)`, in no particular order.
    Edge cases: as `rewired_arcs`; contact in one direction only is left out from the start.
    Source: as `rewired_arcs`.

    >>> draws = rewired_ties(graph, np.random.default_rng(7), draws=20)
    """
    low, high = graph.ties
    start = _Arcs(low, high, graph.n_people, is_directed=False)
    for arcs in _chain(start, rng, draws, swaps_per_arc):
        yield arcs.sources, arcs.targets


@dataclass(frozen=True)
class _Arcs:
    sources: Ints
    targets: Ints
    n: int
    is_directed: bool = True

    def keys(self, sources: Ints, targets: Ints) -> Ints:
        if self.is_directed:
            return sources * self.n + targets
        return np.minimum(sources, targets) * self.n + np.maximum(sources, targets)


def _chain(
    arcs: _Arcs, rng: np.random.Generator, draws: int, swaps_per_arc: int
) -> Iterator[_Arcs]:
    table = np.zeros(1 << min(_MOST_BITS, (arcs.n * arcs.n).bit_length()), dtype=np.bool_)
    rounds = swapped = 0
    while rounds < _MOST_ROUNDS * swaps_per_arc and swapped < swaps_per_arc * len(arcs.sources):
        arcs, accepted = _round(arcs, rng, table)
        rounds, swapped = rounds + 1, swapped + accepted
    for _ in range(draws):
        for _ in range(rounds):
            arcs, _accepted = _round(arcs, rng, table)
        yield arcs


def _round(arcs: _Arcs, rng: np.random.Generator, table: Bools) -> tuple[_Arcs, int]:
    sources, targets = arcs.sources, arcs.targets
    if not arcs.is_directed:
        turned = rng.integers(2, size=len(sources)).astype(bool)
        sources, targets = np.where(turned, targets, sources), np.where(turned, sources, targets)
    order, half = rng.permutation(len(sources)), len(sources) // 2
    first, second, rest = order[:half], order[half : 2 * half], order[2 * half :]
    a, b, c, d = sources[first], targets[first], sources[second], targets[second]
    keys = np.stack([arcs.keys(a, b), arcs.keys(c, d), arcs.keys(a, d), arcs.keys(c, b)])
    chosen = (a != d) & (c != b) & _alone(keys, arcs.keys(sources[rest], targets[rest]), table)
    targets = targets.copy()
    targets[first[chosen]], targets[second[chosen]] = d[chosen], b[chosen]
    return replace(arcs, sources=sources, targets=targets), int(chosen.sum())


def _alone(keys: Ints, rest: Ints, table: Bools) -> Bools:
    # All arcs take part in a round, or sit out as `rest` where their number is odd: so an arc that
    # is there already shows up as a double of one of the keys. Keys that share a slot of the table
    # with a double are refused too, which is the same for a round and its reverse.
    together = np.sort(np.concatenate([keys.ravel(), rest]))
    mask = len(table) - 1  # its length is a power of two
    doubles = together[1:][together[1:] == together[:-1]] & mask
    table[doubles] = True
    alone = ~table[keys & mask].any(axis=0)
    table[doubles] = False
    return np.asarray(alone, dtype=np.bool_)
