"""The cube beside the tree: who is found where, at which level, and in which slices."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from audit.groups import Groups, homes_at, membership_day
from audit.view import WindowView
from core.rows import rows
from core.text import clean_name
from ingest.surveys import level_group

NOT_STATED = clean_name("")
"""What cleaning leaves of an empty text."""
TWO_DIMENSIONS = frozenset({"unit_location", "unit_level", "location_level"})
PLACE = ["location", "level"]

Key = tuple[str | None, str | None, str | None]
"""Group, location, level; None where a dimension is left open or not stated."""


@dataclass(frozen=True)
class Cube:
    """The slices of one period and the way from a person's place to them.

    `table` follows SLICES without window_id; `people` holds slice_id and person_id of everybody
    who may stand behind a value: members, and whoever left before. A slice with the same members
    as a group is that group, and is not here; of slices with the same members the one with
    fewest dimensions stays.
    """

    groups: Groups
    table: pd.DataFrame
    people: pd.DataFrame
    places: pd.DataFrame
    """Location and level by person_id: one of each per person and period."""
    members: pd.DataFrame
    """Members at the period's last window start: person_id, unit_id, location, level."""
    _ids: Mapping[Key, str] = field(repr=False)

    def slices_of(self, unit_id: str, location: str | None, level: str | None) -> tuple[str, ...]:
        """Return the ids of the slices in which people of a unit, site and level are counted."""
        keys = _keys(self.groups.path_of(unit_id)[1:], location, level)
        return tuple(self._ids[key] for key in keys if key in self._ids)


def cube_of(view: WindowView, homes: pd.DataFrame) -> Cube:
    """Return the slices of a period; `homes` holds person_id and unit_id of its members.

    Location and level are those of the roster at the start of the last window that a person
    spent in their main team; of people who are in no window, at the period's last window start.
    Where a roster is lacking, those that survey forms tell. Whoever has none is in no such slice.
    """
    places = _places(view, homes)
    names = ["person_id", "unit_id"]
    members = _placed(homes[names], places)
    held = _members_of(members, view.groups)
    kept = _distinct(held, view.groups, homes)
    ids = {key: slice_id(key) for key in kept}
    seen = _placed(pd.concat([homes[names], view.settled[names]]).drop_duplicates(), places)
    return Cube(
        groups=view.groups,
        table=_table(kept, held, ids),
        people=_people(kept, _members_of(seen, view.groups), ids),
        places=places,
        members=members,
        _ids=ids,
    )


def slice_id(key: Key) -> str:
    """Return a stable id of a slice or of a finest set: it names nothing."""
    text = "\x1f".join("" if part is None else f"={part}" for part in key)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def kind_of(key: Key) -> str:
    """Return the dimensions of a slice as one word of SLICE_KINDS."""
    names = ("unit", "location", "level")
    return "_".join(name for name, part in zip(names, key, strict=True) if part is not None)


def _keys(path: Iterable[str], location: str | None, level: str | None) -> Iterator[Key]:
    units = list(path)
    if location is not None:
        yield (None, location, None)
        yield from ((unit, location, None) for unit in units)
    if level is not None:
        yield (None, None, level)
        yield from ((unit, None, level) for unit in units)
    if location is not None and level is not None:
        yield (None, location, level)


def _places(view: WindowView, homes: pd.DataFrame) -> pd.DataFrame:
    """Location and level by person_id, as the roster has them; without one, as forms tell."""
    people, answers = view.tables.people, view.tables.answers
    if people.empty:
        if answers is None:
            return pd.DataFrame(columns=PLACE, index=pd.Index([], name="person_id"), dtype=object)
        told = answers.forms.set_index("subject_id").rename_axis("person_id")
        told = told[told.index.isin(homes["person_id"])].reindex(columns=["site", "level_group"])
        return _stated(told.set_axis(PLACE, axis=1))
    last = view.settled.groupby("person_id")["window_id"].max()
    parts = [_roster(people, membership_day(view.period)).drop(index=last.index, errors="ignore")]
    for window in view.period.windows:
        roster = _roster(people, window.first_day)
        here = last.index[last == window.window_id]
        parts.append(roster.loc[roster.index.isin(here)])
    return _stated(pd.concat(parts).sort_index())


def _roster(people: pd.DataFrame, day: int) -> pd.DataFrame:
    found = homes_at(people, day).set_index("person_id")
    level = found["level"].map(lambda n: level_group(int(n)), na_action="ignore")
    return pd.DataFrame({"location": found["site"], "level": level}, index=found.index)


def _stated(places: pd.DataFrame) -> pd.DataFrame:
    """Cleaned texts; None where nothing is stated."""
    text = {name: places[name].map(clean_name, na_action="ignore") for name in PLACE}
    table = pd.DataFrame(text, index=places.index).astype("object")
    return table.where(table.notna() & (table != NOT_STATED), None)


def _placed(homes: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    placed = homes.merge(places, left_on="person_id", right_index=True, how="left", validate="m:1")
    placed[PLACE] = placed[PLACE].astype("object").where(placed[PLACE].notna(), None)
    return placed


def _members_of(members: pd.DataFrame, groups: Groups) -> dict[Key, frozenset[str]]:
    found: dict[Key, set[str]] = {}
    for row in rows(members):
        place = row.maybe_text("location"), row.maybe_text("level")
        for key in _keys(groups.path_of(row.text("unit_id"))[1:], *place):
            found.setdefault(key, set()).add(row.text("person_id"))
    return {key: frozenset(people) for key, people in found.items()}


def _distinct(
    held: Mapping[Key, frozenset[str]], groups: Groups, homes: pd.DataFrame
) -> list[Key]:
    """Slices that are no group and no slice of fewer dimensions, in a fixed order."""
    in_groups = groups.people(homes[["person_id", "unit_id"]])
    taken = {frozenset(part) for _, part in in_groups.groupby("group_id")["person_id"]}
    depth = groups.table.set_index("group_id")["depth"].to_dict()
    kept = []
    for key in sorted(held, key=lambda k: (_size(k), depth.get(k[0], 0), slice_id(k))):
        if held[key] not in taken:
            taken.add(held[key])
            kept.append(key)
    return kept


def _size(key: Key) -> int:
    return sum(part is not None for part in key)


def _table(
    kept: list[Key], held: Mapping[Key, frozenset[str]], ids: Mapping[Key, str]
) -> pd.DataFrame:
    found = [
        {
            "slice_id": ids[key],
            "kind": kind_of(key),
            "group_id": key[0],
            "location": key[1],
            "level": key[2],
            "n_people": len(held[key]),
        }
        for key in kept
    ]
    return pd.DataFrame(found, columns=["slice_id", "kind", "group_id", *PLACE, "n_people"])


def _people(
    kept: list[Key], held: Mapping[Key, frozenset[str]], ids: Mapping[Key, str]
) -> pd.DataFrame:
    pairs = [(ids[key], person) for key in kept for person in sorted(held[key])]
    return pd.DataFrame(pairs, columns=["slice_id", "person_id"], dtype="object")
