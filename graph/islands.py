"""Geometry of the island map: forces, slots in a disk, circles that do not overlap."""

from __future__ import annotations

import math

import igraph
import numpy as np

from graph.network import Floats, Ints, seeded

_PULL = 0.97
_ROUNDS = 300
_TINY = 1e-9
_ABOUT = 1.12


def forces(count: int, pairs: Ints, strengths: Floats, rng: np.random.Generator) -> Floats:
    """Return the Fruchterman-Reingold positions of `count` vertices, `(count, 2)`.

    The start is a circle with a little noise from the passed generator; nothing else is random.
    """
    if not count:
        return np.zeros((0, 2))
    angle = 2 * math.pi * np.arange(count) / count
    start = np.column_stack([np.cos(angle), np.sin(angle)]) + rng.normal(0, 0.05, (count, 2))
    graph = igraph.Graph(n=count, edges=pairs.tolist(), directed=False)
    weights = (strengths / strengths.mean()).tolist() if len(strengths) else None
    with seeded(rng):
        layout = graph.layout_fruchterman_reingold(
            weights=weights, niter=500, seed=start.tolist(), grid="nogrid"
        )
    return np.array(layout.coords, dtype=np.float64).reshape(count, 2)


def slots(count: int) -> Floats:
    """Return `count` places in a disk, from the inside out, at least 1 apart.

    Places lie on rings at least 1 apart, and the outermost is spread evenly. The innermost ring
    holds one to five places: of what leaves the disk about as small as it can be, the choice
    that fills the middle best.
    """
    choices = [_rings(count, inner) for inner in range(1, 6)]
    smallest = min(_reach(rings) for rings in choices)
    small = [found for found in choices if _reach(found) <= _ABOUT * smallest + _TINY]
    rings = min(small, key=_spread_of)
    places = [
        (radius * math.cos(angle), radius * math.sin(angle))
        for number, (radius, held) in enumerate(rings)
        for angle in (2 * math.pi * (k + number / 2) / held + math.pi / 2 for k in range(held))
    ]
    return np.array(places, dtype=np.float64).reshape(-1, 2)


def packed(positions: Floats, radii: Floats, gap: float) -> Floats:
    """Return centres of circles that keep `gap` and lie as the positions say, close together.

    Circles are drawn to the middle step by step and pushed apart where they meet. A last even
    stretch makes sure that none overlap.
    """
    need = radii[:, None] + radii[None, :] + gap
    centres: Floats = positions - positions.mean(axis=0)
    centres *= float(need.mean()) / max(_TINY, float(np.abs(centres).mean()))
    for _ in range(_ROUNDS):
        centres = _pushed(centres * _PULL, need)
    for _ in range(_ROUNDS):
        centres = _pushed(centres, need)
    return np.asarray(centres * _stretch(centres, need), dtype=np.float64)


def _rings(count: int, inner: int) -> list[tuple[float, int]]:
    """Return radius and number of places of each ring, the last as full as it has to be."""
    rings: list[tuple[float, int]] = []
    left, held, radius = count, inner, _ring_radius(inner)
    while left > 0:
        rings.append((radius, min(left, held)))
        left -= held
        radius += 1
        held = math.floor(math.pi / math.asin(1 / (2 * radius)) + _TINY)
    return _without_stragglers(rings)


def _without_stragglers(rings: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Return the rings with a thin last one taken into the ring before, if that is smaller."""
    if not rings:
        return []
    *before, (outside, few) = rings
    if not before:
        return [(_ring_radius(few), few)]
    inside, held = before.pop()
    wider = max(inside, _ring_radius(held + few))
    return [*before, (wider, held + few)] if wider < outside else rings


def _ring_radius(held: int) -> float:
    return 0.0 if held <= 1 else 1 / (2 * math.sin(math.pi / held))


def _reach(rings: list[tuple[float, int]]) -> float:
    return rings[-1][0] if rings else 0.0


def _spread_of(rings: list[tuple[float, int]]) -> float:
    return sum(radius * held for radius, held in rings)


def _pushed(centres: Floats, need: Floats) -> Floats:
    apart = centres[:, None, :] - centres[None, :, :]
    distance = np.hypot(apart[..., 0], apart[..., 1])
    # Two circles in one place are parted in a direction that their numbers give.
    number = np.arange(len(centres))
    turn = 2.4 * (number[:, None] + number[None, :])
    sign = np.sign(number[:, None] - number[None, :])
    default = np.stack([np.cos(turn), np.sin(turn)], axis=2) * sign[..., None]
    far = distance[..., None] > _TINY
    direction = np.where(far, apart / np.maximum(distance, _TINY)[..., None], default)
    overlap = np.clip(need - distance, 0, None)
    np.fill_diagonal(overlap, 0)
    moved = centres + (direction * overlap[..., None]).sum(axis=1) / 2
    return np.asarray(moved, dtype=np.float64)


def _stretch(centres: Floats, need: Floats) -> float:
    apart = centres[:, None, :] - centres[None, :, :]
    distance = np.hypot(apart[..., 0], apart[..., 1])
    upper = np.triu_indices(len(centres), 1)
    return max(1.0, float((need[upper] / np.maximum(distance[upper], _TINY)).max(initial=1.0)))
