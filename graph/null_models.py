"""Null models: graphs with the same degrees and otherwise random ties."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.network import Bools, CommunicationGraph, Ints

_Keys = npt.NDArray[np.int64] | npt.NDArray[np.int32]

SWAPS_PER_ARC = 20
_MOST_BITS = 24
_MOST_ARCS = 500_000  # of all chains that run at once: bounds memory
_MOST_TIMES = 10


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
    its own reverse with the same probability, and so all reachable graphs are equally likely.
    Draws are independent chains that start from the graph and all take the same number of rounds:
    as many as give `swaps_per_arc` swaps for each arc on average. (To count swaps chain by chain
    would favour graphs in which much can be swapped.)
    Shape: pairs (sources, targets), each `(n_arcs,)`, in no particular order.
    Edge cases: a graph in which nothing can be swapped (a star, fewer than two arcs) comes back as
    it is, after ten times the rounds that a free graph would need. A directed three-cycle can
    only be turned round by way of other arcs, so graphs of three-cycles alone stay.
    Raises: nothing.
    Source: Maslov & Sneppen 2002 (swaps); Milo et al. 2003, arXiv cond-mat/0312028 (number of
    swaps); Carstens & Horadam 2017, Journal of Complex Networks 5 (switching without a bias).

    >>> draws = rewired_arcs(graph, np.random.default_rng(7), draws=20)
    """
    ends = (graph.sources, graph.targets)
    yield from _drawn(_Kind(graph.n_people), ends, rng, draws, swaps_per_arc)


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
    kind = _Kind(graph.n_people, is_directed=False)
    yield from _drawn(kind, graph.ties, rng, draws, swaps_per_arc)


@dataclass(frozen=True)
class _Kind:
    n: int
    is_directed: bool = True

    def key(self, sources: _Keys, targets: _Keys) -> _Keys:
        if self.is_directed:
            return sources * self.n + targets
        return np.minimum(sources, targets) * self.n + np.maximum(sources, targets)


def _drawn(
    kind: _Kind, ends: tuple[Ints, Ints], rng: np.random.Generator, draws: int, swaps_per_arc: int
) -> Iterator[tuple[Ints, Ints]]:
    start = np.asarray(kind.key(*ends), dtype=np.int64)
    at_once = max(1, _MOST_ARCS // max(1, len(start)))
    for first in range(0, draws, at_once):
        chains: Ints = np.repeat(start[None, :], min(at_once, draws - first), axis=0)
        for keys in _mixed(kind, chains, rng, swaps_per_arc):
            sources, targets = np.divmod(keys.astype(np.int64), max(1, kind.n))
            yield sources, targets


def _mixed(kind: _Kind, keys: _Keys, rng: np.random.Generator, swaps_per_arc: int) -> _Keys:
    """Return chains x arcs: the keys of all chains after the same number of rounds."""
    cells = kind.n * kind.n
    offset = np.arange(len(keys))[:, None] * cells  # tells the arcs of one chain from another's
    if cells * len(keys) <= np.iinfo(np.int32).max:  # half the memory, twice the speed
        keys, offset = keys.astype(np.int32), offset.astype(np.int32)
    table = np.zeros(1 << min(_MOST_BITS, (cells * len(keys)).bit_length()), dtype=np.bool_)
    least, swaps = 2 * swaps_per_arc, 0
    for _ in range(least):
        keys, accepted = _round(kind, keys, offset, table, rng)
        swaps += accepted
    enough = swaps_per_arc * keys.size
    more = least * min(_MOST_TIMES, enough / max(1, swaps)) - least
    for _ in range(math.ceil(max(0, more))):
        keys, _accepted = _round(kind, keys, offset, table, rng)
    return keys


def _round(
    kind: _Kind, keys: _Keys, offset: _Keys, table: Bools, rng: np.random.Generator
) -> tuple[_Keys, int]:
    keys = rng.permuted(keys, axis=1)
    half = keys.shape[1] // 2
    first, second = keys[:, :half], keys[:, half : 2 * half]
    (a, b), (c, d) = np.divmod(first, max(1, kind.n)), np.divmod(second, max(1, kind.n))
    if not kind.is_directed:
        turned = rng.integers(2, size=c.shape, dtype=np.int8).astype(np.bool_)
        c, d = np.where(turned, d, c), np.where(turned, c, d)
    swapped = np.concatenate([kind.key(a, d), kind.key(c, b)], axis=1)
    alone = ~_doubled(np.concatenate([keys, swapped], axis=1) + offset, table)
    own, new = alone[:, : 2 * half], alone[:, keys.shape[1] :]
    chosen = (own & new)[:, :half] & (own & new)[:, half:] & (a != d) & (c != b)
    keys[:, :half] = np.where(chosen, swapped[:, :half], first)
    keys[:, half : 2 * half] = np.where(chosen, swapped[:, half:], second)
    return keys, int(chosen.sum())


def _doubled(keys: _Keys, table: Bools) -> Bools:
    # All arcs take part in a round (one sits out where their number is odd), so an arc that is
    # there already shows up as a double. Keys that share a slot of the table with a double are
    # refused too, which is the same for a round and its reverse.
    ordered = np.sort(keys, axis=1)
    mask = len(table) - 1  # its length is a power of two
    doubles = ordered[:, 1:][ordered[:, 1:] == ordered[:, :-1]] & mask
    table[doubles] = True
    found = table[keys & mask]
    table[doubles] = False
    return np.asarray(found, dtype=np.bool_)
