"""The groups of a period: who is in them, where every roster unit went, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from audit.merging import Part, Rule, group_id, group_name, settle
from core.rows import rows
from core.windows import Period

OWN_GROUP = "own group"
MERGED = "merged with siblings"
BY_PARENT = "reported by its parent"
EMPTY = "nobody belonged to it in this period"


@dataclass(frozen=True)
class Groups:
    """All groups of one period, and the way from a roster unit to them.

    `table` follows ORG_GROUPS, `unit_groups` UNIT_GROUPS, both without window_id. `merges` are
    the sets of units that were merged; the next period keeps them where it can.
    """

    table: pd.DataFrame
    unit_groups: pd.DataFrame
    merges: frozenset[frozenset[str]]
    _paths: dict[str, tuple[str, ...]] = field(repr=False)

    def path_of(self, unit_id: str) -> tuple[str, ...]:
        """Return the group ids from the root down to where people of a unit are counted.

        A unit that the period does not know counts in the root alone.
        """
        return self._paths.get(unit_id, self._paths[""])

    @property
    def root(self) -> str:
        """Return the id of the whole organization."""
        return self._paths[""][0]

    def leaf_of(self, unit_id: str) -> str:
        """Return the lowest group in which people of a unit are counted."""
        return self.path_of(unit_id)[-1]

    def people(self, homes: pd.DataFrame) -> pd.DataFrame:
        """Return (all columns of `homes`, group_id): each row once for every group it is in.

        `homes` has a column unit_id; all other columns are kept, unit_id is dropped.
        """
        units = homes["unit_id"].drop_duplicates()
        steps = [(unit, group) for unit in units for group in self.path_of(unit)]
        ladder = pd.DataFrame(steps, columns=["unit_id", "group_id"], dtype="object")
        joined = homes.merge(ladder, on="unit_id", how="inner", validate="m:m")
        return joined.drop(columns="unit_id")


@dataclass(frozen=True)
class _Placed:
    """A part with its place in the tree of groups."""

    part: Part
    id: str
    name: str
    path: tuple[str, ...]


def build_groups_of(
    units: pd.DataFrame, homes: pd.Series, min_people: int, earlier: Groups | None = None
) -> Groups:
    """Return the groups of a period by the rule for reportable groups.

    `units` has one row per unit: unit_id, parent_id, name. `homes` is the unit of every member at
    the start of the period's last window, by person. A unit stands for itself with all below it;
    people who belong directly to a unit that has sub-units stand beside these as one more part,
    so that the lowest groups hold everybody exactly once. A unit without anybody is left out.
    """
    tree = _Tree.of(units, homes)
    rule = Rule(min_people, earlier.merges if earlier else frozenset())
    whole = tree.part(tree.root, rule)
    top = _Placed(whole, tree.root, tree.names[tree.root], (tree.root,))
    placed = list(_walk(top))
    paths = _paths(placed, tree)
    return Groups(
        table=_table(placed, min_people),
        unit_groups=_unit_groups(placed, tree, paths),
        merges=frozenset(p.part.ids for p in placed if len(p.part.holds) > 1),
        _paths=paths,
    )


def homes_at(people: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return the employees of one day: person_id, unit_id and what the roster says of them."""
    valid = (people["valid_from_day"] <= day) & (
        people["valid_to_day"].isna() | (people["valid_to_day"] > day)
    )
    here = people[valid & (people["kind"] == "employee") & people["unit_id"].notna()]
    return here.sort_values("person_id").reset_index(drop=True)


def units_at(units: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return the organization tree of one day: unit_id, parent_id, name."""
    valid = (units["valid_from_day"] <= day) & (
        units["valid_to_day"].isna() | (units["valid_to_day"] > day)
    )
    return units.loc[valid, ["unit_id", "parent_id", "name"]].sort_values("unit_id")


def membership_day(period: Period) -> int:
    """Return the day on which the period's groups are formed: its last window's start."""
    return period.windows[-1].first_day


@dataclass(frozen=True)
class _Tree:
    names: dict[str, str]
    parents: dict[str, str | None]
    direct: dict[str, int]
    below: dict[str, list[str]]
    root: str

    @classmethod
    def of(cls, units: pd.DataFrame, homes: pd.Series) -> _Tree:
        names: dict[str, str] = {}
        parents: dict[str, str | None] = {}
        below: dict[str, list[str]] = {}
        for row in rows(units.sort_values("unit_id")):
            unit = row.text("unit_id")
            names[unit] = row.text("name")
            parents[unit] = row.maybe_text("parent_id")
            below.setdefault(parents[unit] or "", []).append(unit)
        direct = {str(unit): int(n) for unit, n in homes.value_counts().items()}
        return cls(names, parents, direct, below, below[""][0])

    def filled(self) -> set[str]:
        """Return the units to which somebody belongs, directly or below."""
        found: set[str] = set()
        for start, n in self.direct.items():
            unit: str | None = start if n else None
            while unit is not None and unit not in found:
                found.add(unit)
                unit = self.parents.get(unit)
        return found

    def part(self, unit: str, rule: Rule) -> Part:
        """Return a unit with all below it, settled from the leaves up."""
        held = ((unit, self.names[unit]),)
        found = [self.part(child, rule) for child in self.below.get(unit, [])]
        found = [part for part in found if part.size]
        own = self.direct.get(unit, 0)
        size = own + sum(part.size for part in found)
        if found and own:
            found.append(Part((), own, own=held))
        settled = settle(found, rule, may_vanish=unit != self.root) if found else ()
        return Part(held, size, settled)


def _walk(top: _Placed) -> Iterator[_Placed]:
    yield top
    for child in top.part.children:
        own_id = group_id(child, top.id)
        yield from _walk(_Placed(child, own_id, group_name(child, top.name), (*top.path, own_id)))


def _paths(placed: list[_Placed], tree: _Tree) -> dict[str, tuple[str, ...]]:
    """For every unit the groups in which its direct people count; "" for unknown units."""
    whole: dict[str, tuple[str, ...]] = {}
    own: dict[str, tuple[str, ...]] = {}
    for item in placed:
        whole |= {unit: item.path for unit, _ in item.part.holds}
        if not item.part.children:
            own |= {unit: item.path for unit, _ in item.part.own}
    paths: dict[str, tuple[str, ...]] = {"": (tree.root,)}
    for unit in tree.parents:
        above: str | None = unit
        while above is not None and above not in whole:
            above = tree.parents.get(above)
        paths[unit] = own.get(unit) or whole.get(above or "", (tree.root,))
    return paths


def _table(placed: list[_Placed], min_people: int) -> pd.DataFrame:
    total = placed[0].part.size
    found = [
        {
            "group_id": item.id,
            "parent_id": item.path[-2] if len(item.path) > 1 else None,
            "kind": "unit",
            "name": item.name,
            "depth": len(item.path) - 1,
            "path": "/".join(item.path),
            "n_people": item.part.size,
            "is_searched": len(item.path) > 1
            and min(item.part.size, total - item.part.size) >= min_people,
            "is_released": True,
        }
        for item in placed
    ]
    return pd.DataFrame(found)


def _unit_groups(
    placed: list[_Placed], tree: _Tree, paths: dict[str, tuple[str, ...]]
) -> pd.DataFrame:
    alone = {item.part.holds[0][0]: item.id for item in placed if len(item.part.holds) == 1}
    merged = {
        unit: item.id for item in placed if len(item.part.holds) > 1 for unit in item.part.ids
    }
    filled = tree.filled()
    found = []
    for unit in sorted(tree.parents):
        if unit in alone:
            group, why = alone[unit], OWN_GROUP
        elif unit in merged:
            group, why = merged[unit], MERGED
        else:
            group, why = paths[unit][-1], BY_PARENT if unit in filled else EMPTY
        found.append({"unit_id": unit, "group_id": group, "why": why})
    return pd.DataFrame(found)
