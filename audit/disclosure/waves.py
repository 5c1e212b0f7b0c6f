"""Differences between periods and releases: who joined or left must not be read out of numbers.

A number of a small group in one period, held against its number in another, tells of those who
joined or left. Worst case: whoever stayed gives the same in both. Rounding covers groups from
`WAVES_FLOOR` people on, and from `JUDGED_FLOOR` on what verdicts rest on; of smaller ones words
alone are left where it would show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

from audit.disclosure.cells import Decision
from audit.disclosure.cube import Cube
from audit.disclosure.defences import ALL, Defences
from audit.disclosure.rowspace import suppress
from audit.disclosure.thresholds import (
    CHANGED,
    DOMINATED,
    JUDGED_FLOOR,
    WAVES_FLOOR,
    WOULD_REVEAL,
)

CellKey = tuple[int, str, str]
"""Period, group or slice, indicator."""


@dataclass(frozen=True)
class Told:
    """A number that is out or about to be: whose it is, and how many people it is about."""

    name: str
    indicator: str
    people: frozenset[str]
    """Parts of people: a person, or a person's share in one unit."""
    n_people: int
    turn: int
    """When it was told: periods in their order; what an earlier release told is under 0."""
    is_judged: bool = False
    """Whether a verdict rests on it: then an effect and its interval are told as well."""

    @property
    def is_small(self) -> bool:
        """Return whether rounding does not cover it."""
        return self.n_people < (JUDGED_FLOOR if self.is_judged else WAVES_FLOOR)


@dataclass(frozen=True)
class Stood:
    """Who stood behind groups and slices, in the periods of this release and in earlier ones."""

    people: Mapping[tuple[int, str], frozenset[str]] = field(default_factory=dict)
    counts: Mapping[CellKey, int] = field(default_factory=dict)
    """Contributing people of every cell of this release."""
    earlier: Sequence[Told] = ()
    """What earlier releases told as numbers."""
    judged: frozenset[str] = frozenset()
    """Indicators that verdicts rest on."""


def without_waves(
    decision: Decision, stood: Stood, min_people: int, defences: Defences = ALL
) -> Decision:
    """Return the decision with words alone where a number would tell of joiners or leavers.

    Two numbers of one group are not both told when 1 to `min_people` - 1 people joined or left
    between them and either is too small for rounding to cover: the later period of a release
    keeps its number, but what an earlier release told is out. Then the row space of all such small
    numbers, over all periods and releases, must give away no few joiners or leavers and no cell
    that is hidden.
    """
    if not defences.waves:
        return decision
    lowered = telling(decision, stood, min_people, defences)
    cells = {
        key: replace(cell, form="status_only", why=CHANGED) if key in lowered else cell
        for key, cell in decision.cells.items()
    }
    return Decision(decision.groups, cells)


def telling(
    decision: Decision, stood: Stood, min_people: int, defences: Defences = ALL
) -> frozenset[CellKey]:
    """Return the cells whose numbers tell of joiners or leavers (of a checked release none)."""
    found: set[CellKey] = set()
    earlier = defaultdict(list)
    for told in stood.earlier:
        is_judged = told.indicator in stood.judged
        earlier[told.indicator].append(replace(told, is_judged=is_judged))
    cells = defaultdict(list)
    for period, name, indicator in stood.counts:
        cells[indicator].append((period, name, indicator))
    followed_by: dict[_Pattern, frozenset[tuple[int, str]]] = {}
    for indicator, keys in sorted(cells.items()):
        own, out = _told(decision, stood, keys), earlier[indicator]
        changed = _changed(own, out, min_people)
        kept = [told for told in own if told not in changed]
        back = [*_kept_back(decision, stood, keys), *changed]
        # Indicators share few patterns: each is looked at once.
        pattern = _Pattern.of(kept, out, back)
        if pattern not in followed_by:
            followed = _followed((kept, out, back), min_people, defences)
            followed_by[pattern] = frozenset((told.turn, told.name) for told in followed)
        places = followed_by[pattern] | {(told.turn, told.name) for told in changed}
        found |= {(turn, name, indicator) for turn, name in places}
    return frozenset(found)


@dataclass(frozen=True)
class _Pattern:
    """Which small numbers are told together and which are kept back; all that `_followed` sees."""

    sets: tuple[frozenset[tuple[int, str, frozenset[str]]], ...]

    @classmethod
    def of(cls, *parts: Sequence[Told]) -> _Pattern:
        return cls(
            tuple(
                frozenset((told.turn, told.name, told.people) for told in part if told.is_small)
                for part in parts
            )
        )


def _told(decision: Decision, stood: Stood, keys: Iterable[CellKey]) -> list[Told]:
    """Return the numbers that this release would tell, the latest period first."""
    found = [_one(stood, key) for key in keys if decision.cell(*key).has_number]
    return sorted(found, key=lambda told: (-told.turn, -told.n_people, told.name))


def _kept_back(decision: Decision, stood: Stood, keys: Iterable[CellKey]) -> list[Told]:
    """Return the cells without a number whose people may be those of one in another period.

    A cell that too few contribute to is not among them: where more do in another period, these
    are other people.
    """
    whole = {WOULD_REVEAL, DOMINATED, CHANGED}
    found = []
    for key in keys:
        cell = decision.cell(*key)
        is_kept = not decision.group(*key[:2]).is_shown or cell.why in whole
        told = _one(stood, key)
        if is_kept and not cell.has_number and stood.counts[key] > 0 and told.is_small:
            found.append(told)
    return sorted(found, key=lambda told: (told.turn, told.name))


def _one(stood: Stood, key: CellKey) -> Told:
    period, name, indicator = key
    people = stood.people.get((period, name), frozenset())
    return Told(name, indicator, people, stood.counts[key], period, indicator in stood.judged)


def _changed(own: Sequence[Told], out: Sequence[Told], min_people: int) -> set[Told]:
    """Return the numbers beside which another number of the same group tells of a few people."""
    lowered: set[Told] = set()
    kept = {name: list(part) for name, part in groupby(sorted(out, key=_name), _name)}
    for told in own:
        others = kept.setdefault(told.name, [])
        if any(_tells(told, other, min_people) for other in others):
            lowered.add(told)
        else:
            others.append(told)
    return lowered


def _name(told: Told) -> str:
    return told.name


def _tells(told: Told, other: Told, min_people: int) -> bool:
    joined, left = told.people - other.people, other.people - told.people
    few = any(1 <= len(_persons(moved)) < min_people for moved in (joined, left))
    return few and (told.is_small or other.is_small)


def _persons(parts: Iterable[str]) -> set[str]:
    return {part.split("|", 1)[0] for part in parts}


def _followed(
    told: tuple[Sequence[Told], Sequence[Told], Sequence[Told]],
    min_people: int,
    defences: Defences,
) -> set[Told]:
    """Return the numbers with which something follows from those that rounding does not cover.

    `told` are the numbers of this release, those that are out already, and the cells kept back.
    """
    own = {f"own {i}": t for i, t in enumerate(told[0]) if t.is_small}
    out = {f"out {i}": t for i, t in enumerate(told[1]) if t.is_small}
    back = {f"back {i}": t for i, t in enumerate(told[2])}
    if not own:
        return set()
    latest = max(t.turn for t in own.values())
    tiers = {name: latest - t.turn for name, t in own.items()}
    cube = replace(_cube({**own, **out, **back}), tiers=tiers)
    added = suppress(cube, frozenset(back), min_people, public=frozenset(out), defences=defences)
    return {own[name] for name in added if name in own}


def _cube(told: Mapping[str, Told]) -> Cube:
    """Return the finest sets of people that the numbers cut; a slice counts its members."""
    names = list(told)
    parts = sorted(frozenset[str]().union(*(t.people for t in told.values())))
    place = {part: j for j, part in enumerate(parts)}
    cuts = np.zeros((len(parts), len(names)), dtype=np.bool_)
    for i, name in enumerate(names):
        cuts[[place[part] for part in told[name].people], i] = True
    packed = np.packbits(cuts, axis=1)
    _, atom = np.unique(packed, axis=0, return_inverse=True)
    held: dict[str, set[str]] = {}
    for part, number in zip(parts, atom.ravel().tolist(), strict=True):
        held.setdefault(f"a{number:05}", set()).add(part)
    first = {name: place[min(parts)] for name, parts in held.items()}
    slices = {
        name: frozenset(atom for atom, row in first.items() if cuts[row, i])
        for i, name in enumerate(names)
    }
    return Cube(slices, {name: len(_persons(parts)) for name, parts in held.items()})
