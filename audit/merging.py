"""The fixed rule by which units under the minimum become groups that may be reported."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.text import NAME_LENGTH

OWN = "own staff"
"""How people are called who belong to a unit directly, beside its sub-units."""


@dataclass(frozen=True)
class Part:
    """A unit on its way to a group: alone or several merged, with what lies below.

    `holds` are the units that stand in it whole; `own` the units whose own staff it has taken in.
    Both are pairs of id and name.
    """

    holds: tuple[tuple[str, str], ...]
    size: int
    children: tuple[Part, ...] = ()
    own: tuple[tuple[str, str], ...] = ()

    @property
    def order(self) -> tuple[int, list[str], list[str]]:
        """Sort key: fewest people first, ties by name, then by id."""
        everything = (*self.holds, *self.own)
        return (self.size, [name for _, name in everything], [unit for unit, _ in everything])

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the units that stand in it whole."""
        return frozenset(unit for unit, _ in self.holds)


@dataclass(frozen=True)
class Rule:
    """The minimum, and the merges of the period before, which stay where they still suffice."""

    min_people: int
    kept: frozenset[frozenset[str]] = field(default=frozenset())


def settle(parts: Sequence[Part], rule: Rule, *, may_vanish: bool = True) -> tuple[Part, ...]:
    """Return the parts of one parent, merged until each has the minimum.

    The smallest part under the minimum joins its smallest sibling, and so on. All of them under
    the minimum: none is left, the parent reports for them (not under the root, where
    `may_vanish` is false and they are merged). Where only one part would remain, it would be
    the parent again: what lies below it then stands under the parent.
    """
    if may_vanish and all(part.size < rule.min_people for part in parts):
        return ()
    standing = _kept(list(parts), rule)
    while len(standing) > 1:
        standing.sort(key=lambda part: part.order)
        if standing[0].size >= rule.min_people:
            break
        smallest, sibling, *others = standing
        standing = [_merged(smallest, sibling, rule), *others]
    if len(standing) == 1:
        return standing[0].children
    return tuple(sorted(standing, key=lambda part: part.order[1:]))


def group_id(part: Part, parent_id: str) -> str:
    """Return the unit's id, or for a merge a stable id made from what it holds."""
    if len(part.holds) == 1:
        return part.holds[0][0]
    if not part.holds:
        return f"{parent_id}--own"
    digest = hashlib.sha256("\n".join(sorted(part.ids)).encode()).hexdigest()[:8]
    return f"{parent_id}--{digest}"


def group_name(part: Part, parent_name: str) -> str:
    """Return a name that says what a group holds: "Operations: Fleet, Stores and Dispatch"."""
    names = [name for _, name in part.holds]
    staff = f"{OWN} of {_listed([name for _, name in part.own])}" if part.own else ""
    if not names:
        return f"{parent_name}: {OWN}" if len(part.own) == 1 else staff.capitalize()
    whole = names[0] if len(names) == 1 else f"{parent_name}: {_listed(names)}"
    return _bounded(f"{whole}, with {staff}" if staff else whole, names, parent_name)


def _listed(names: Sequence[str]) -> str:
    # "Platform and Web and Security" could be two units or three.
    if any(" and " in name.lower() or "," in name for name in names):
        return "; ".join(names)
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _bounded(name: str, names: Sequence[str], parent_name: str) -> str:
    """Keep a name short enough to be read: the first few units, and how many more there are."""
    for shown in range(len(names) - 1, 0, -1):
        if len(name) <= NAME_LENGTH:
            break
        name = f"{parent_name}: {', '.join(names[:shown])} and {len(names) - shown} more"
    return name


def _kept(parts: list[Part], rule: Rule) -> list[Part]:
    """Repeat the merges of the period before whose members all stand here and still suffice."""
    for wanted in sorted(rule.kept, key=sorted):
        inside = [part for part in parts if part.holds and part.ids <= wanted]
        held = frozenset(unit for part in inside for unit in part.ids)
        enough = sum(part.size for part in inside) >= rule.min_people
        if held != wanted or not enough:
            continue
        joined = inside[0]
        for part in inside[1:]:
            joined = _merged(joined, part, rule)
        parts = [part for part in parts if part not in inside] + [joined]
    return parts


def _merged(one: Part, other: Part, rule: Rule) -> Part:
    """Join two parts; a part without sub-units becomes a sibling of the other's sub-units."""
    below: list[Part] = []
    if one.children or other.children:
        below = [p for part in (one, other) for p in (part.children or (part,))]
    return Part(
        holds=tuple(sorted((*one.holds, *other.holds), key=lambda unit: (unit[1], unit[0]))),
        size=one.size + other.size,
        children=settle(below, rule, may_vanish=False) if below else (),
        own=tuple(sorted((*one.own, *other.own), key=lambda unit: (unit[1], unit[0]))),
    )
