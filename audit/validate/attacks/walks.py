"""Filter walks. Knows: what a viewer of the app has looked at, who works where, every size.

Does: walks at random through the choices that the app offers (period, unit, slice, indicator,
page), 50 looks in a walk, alone or as two viewers who put together what they saw; after each walk
runs row-space recovery and subset differencing over everything seen. Whatever follows from some
numbers follows from all of them: only where all numbers of a cube together give something is a
walk solved for what it saw.
Wins: when a walk gives what its viewers were not shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.cubes import Cube, Key, published_numbers
from audit.validate.attacks.differences import subtract
from audit.validate.attacks.material import Seen
from audit.validate.attacks.row_space import recover, solve_all

NAME = "filter walks"
N_WALKS, N_STEPS = 200, 50


@dataclass(frozen=True)
class Offer:
    """What the app offers: each choice with the cells that it lays open."""

    pages: Mapping[tuple[str, ...], tuple[Key, ...]]

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[tuple[str, ...]]]:
        """Return all choices in a fixed order, by kind of page."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for choice in sorted(self.pages):
            found.setdefault(choice[0], []).append(choice)
        return found


def offer_of(seen: Seen) -> Offer:
    """Return the choices of the app: a unit or slice of a period, or an indicator of them all."""
    pages: dict[tuple[str, ...], list[Key]] = {}
    about = seen.tables["about"].iloc[0]
    leads = {str(about["lead_behaviour"]), str(about["lead_perception"])}
    for key in sorted(published_numbers(seen)):
        window, place, indicator = key
        pages.setdefault(("unit", str(window), place), []).append(key)
        pages.setdefault(("indicator", str(window), indicator), []).append(key)
        if indicator in leads:
            pages.setdefault(("map", str(window)), []).append(key)
    return Offer({choice: tuple(keys) for choice, keys in pages.items()})


def walk_all(
    seen: Seen, cubes: Sequence[Cube], rng: np.random.Generator, n_walks: int = N_WALKS
) -> Attempt:
    """Walk `n_walks` times, every second time with two viewers who collude."""
    offer = offer_of(seen)
    giving = giving_of(cubes, seen.floor)
    tried, places = 0, []
    for number in range(n_walks if offer.pages else 0):
        looks = [walk(offer, rng) for _ in range(1 + number % 2)]
        tried += N_STEPS * len(looks)
        places += breaches(giving, frozenset().union(*looks), seen.floor)
    says = (
        f"{n_walks} walks of {N_STEPS} looks, half of them by two viewers who collude; all "
        f"numbers together give something in {len(giving)} of {len(cubes)} cubes"
    )
    return attempt(NAME, tried, places, says)


def giving_of(cubes: Sequence[Cube], floor: int) -> list[Cube]:
    """Return the cubes of which all published numbers together give something."""
    solved = solve_all(cubes, floor)
    return [
        cube
        for cube, found in zip(cubes, solved, strict=True)
        if found.places or subtract(cube, floor)[1]
    ]


def walk(offer: Offer, rng: np.random.Generator) -> frozenset[Key]:
    """Return what one viewer sees: mostly units and slices, now and then a whole indicator."""
    kinds = sorted(offer.by_kind)
    weights = np.array([_LIKED[kind] for kind in kinds])
    found: set[Key] = set()
    for kind in rng.choice(kinds, size=N_STEPS, p=weights / weights.sum()):
        here = offer.by_kind[str(kind)]
        found.update(offer.pages[here[int(rng.integers(len(here)))]])
    return frozenset(found)


_LIKED = {"unit": 0.9, "indicator": 0.08, "map": 0.02}


def breaches(cubes: Sequence[Cube], looked: frozenset[Key], floor: int) -> list[str]:
    """Return the table of each success over what was looked at."""
    touched = {(window, indicator) for window, _, indicator in looked}
    found: list[str] = []
    for cube in cubes:
        if (cube.window, cube.indicator) in touched:
            numbers = cube.looked(looked)
            found += recover(cube, floor, numbers).places
            found += subtract(cube, floor, numbers)[1]
    return found
