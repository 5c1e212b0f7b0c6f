"""Null models: graphs with the same degrees and otherwise random ties."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from graph.network import Bools, CommunicationGraph, Ints

SWAPS_PER_ARC = 20
_MOST_BITS = 24


def rewired_arcs(
    graph: CommunicationGraph,
    rng: np.random.Generator,
    draws: int,
    swaps_per_arc: int = SWAPS_PER_ARC,
) -> Iterator[tuple[Ints, Ints]]:
    """Yield `draws` random directed graphs in which everybody keeps out- and in-degree.

    Formula: a swap turns the arcs a->b and c->d into a->d and c->b; at least `swaps_per_arc` times
    the number of arcs are accepted between two draws, the first counted from the graph itself. A
    round pairs all arcs at random and swaps every pair at once, except those that would make a
    loop or in which one of the four arcs also occurs in another pair of the round: what is left is
    independent, the round is its own reverse with the same probability, and so all reachable
    graphs are equally likely.
    Shape: pairs (sources, targets), each `(n_arcs,)`, in no particular order.
    Edge cases: a graph in which nothing can be swapped (a star, fewer than two arcs) comes back as
    it is after ten times the rounds that a free graph would need. A directed three-cycle can only
    be turned round by way of other arcs, so graphs that consist of three-cycles alone stay.
    Raises: nothing.
    Source: Maslov & Sneppen 2002 (swaps); Milo et al. 2003, arXiv cond-mat/0312028 (number of
    swaps); Carstens & Horadam 2017 (simultaneous trades).

    >>> draws = rewired_arcs(graph, np.random.default_rng(7), draws=20)
    """
    sources, targets = graph.sources.copy(), graph.targets.copy()
    for _ in range(draws):
        targets = _mixed(sources, targets, graph.n_people, rng, swaps_per_arc)
        yield sources, targets


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
    low, high = (ends.copy() for ends in graph.ties)
    for _ in range(draws):
        low, high = _mixed_pairs(low, high, graph.n_people, rng, swaps_per_arc)
        yield low, high


def _mixed(
    sources: Ints, targets: Ints, n: int, rng: np.random.Generator, swaps_per_arc: int
) -> Ints:
    targets = targets.copy()
    left, table = swaps_per_arc * len(sources), _table(n)
    for _ in range(_most_rounds(swaps_per_arc)):
        if left <= 0 or len(sources) <= 1:
            break
        first, second, rest = _random_pairs(len(sources), rng)
        a, b, c, d = sources[first], targets[first], sources[second], targets[second]
        keys = np.stack([a * n + b, c * n + d, a * n + d, c * n + b])
        chosen = (a != d) & (c != b) & _alone(keys, sources[rest] * n + targets[rest], table)
        targets[first[chosen]], targets[second[chosen]] = d[chosen], b[chosen]
        left -= int(chosen.sum())
    return targets


def _mixed_pairs(
    low: Ints, high: Ints, n: int, rng: np.random.Generator, swaps_per_arc: int
) -> tuple[Ints, Ints]:
    left, table = swaps_per_arc * len(low), _table(n)
    for _ in range(_most_rounds(swaps_per_arc)):
        if left <= 0 or len(low) <= 1:
            break
        turned = rng.integers(2, size=len(low)).astype(bool)
        low, high = np.where(turned, high, low), np.where(turned, low, high)
        first, second, rest = _random_pairs(len(low), rng)
        a, b, c, d = low[first], high[first], low[second], high[second]
        keys = np.stack([_key(a, b, n), _key(c, d, n), _key(a, d, n), _key(c, b, n)])
        chosen = (a != d) & (c != b) & _alone(keys, _key(low[rest], high[rest], n), table)
        high[first[chosen]], high[second[chosen]] = d[chosen], b[chosen]
        left -= int(chosen.sum())
    return low, high


def _random_pairs(count: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    order = rng.permutation(count)
    half = count // 2
    return order[:half], order[half : 2 * half], order[2 * half :]


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


def _table(n: int) -> Bools:
    return np.zeros(1 << min(_MOST_BITS, (n * n).bit_length()), dtype=np.bool_)


def _key(a: Ints, b: Ints, n: int) -> Ints:
    return np.minimum(a, b) * n + np.maximum(a, b)


def _most_rounds(swaps_per_arc: int) -> int:
    return 10 * max(1, math.ceil(2 * swaps_per_arc))
