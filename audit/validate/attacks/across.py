"""Recovery across periods and releases. Knows: every number ever published, who was where when.

Does: puts the numbers of all periods and of all earlier releases into one system, as if whoever
stayed had not changed: what joiners and leavers changed is then theirs. Rows of fewer than 20
people only: above, rounding hides more than one person moves (see `leavers`).
Wins: when a set of people smaller than the floor is a combination of what was published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.disclosure.stood import parts_of
from audit.disclosure.thresholds import STRICT_FLOOR
from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.cubes import Key, published_numbers
from audit.validate.attacks.exact import Space, small_sums
from audit.validate.attacks.material import Seen, Truth, material, read
from core.rows import rows
from core.store import RunFolder
from core.tables.released import RELEASED_CELLS, RELEASED_PEOPLE

NAME = "row-space recovery, periods and releases"


@dataclass(frozen=True)
class Told:
    """One number that is out, and whose it is."""

    indicator: str
    members: frozenset[str]
    table: str


def told_by(seen: Seen, truth: Truth) -> list[Told]:
    """Judge: return the numbers of a release that are about fewer than 20 people."""
    people = _people(truth)
    slices = set(truth.slices["slice_id"])
    found = []
    for key in sorted(published_numbers(seen)):
        window, place, indicator = key
        if people.get(key, 0) < STRICT_FLOOR:
            table = "slice_values" if place in slices else "indicator_values"
            found.append(Told(indicator, truth.members.get((window, place), frozenset()), table))
    return found


def told_so_far(folder: RunFolder) -> list[Told]:
    """Judge: return the numbers of a run and of all releases before it, by what was recorded.

    Recorded is also who left before the end of a period; whoever stood in two units of a period
    is two unknowns.
    """
    cells, people = read(RELEASED_CELLS, folder.released), read(RELEASED_PEOPLE, folder.released)
    if cells.empty:
        return told_by(*material(folder))
    key = ["release", "window_id", "slice_id"]
    sets = people.assign(part=parts_of(people)).groupby(key)["part"].agg(frozenset).to_dict()
    numbers = cells[(cells["form"] == "number") & (cells["n_people"] < STRICT_FLOOR)]
    return [
        Told(indicator, sets.get(tuple(place), frozenset()), "released numbers")
        for *place, indicator in numbers[[*key, "indicator"]].itertuples(index=False, name=None)
    ]


def recover_across(told: Sequence[Told], floor: int) -> Attempt:
    """Attack all numbers together, by indicator."""
    by_indicator: dict[str, list[Told]] = {}
    for one in told:
        by_indicator.setdefault(one.indicator, []).append(one)
    solved: dict[frozenset[frozenset[str]], tuple[int, int]] = {}
    tried, found = 0, []
    for part in by_indicator.values():
        sets = frozenset(one.members for one in part)
        if sets not in solved:
            solved[sets] = _small_sets(sets, floor)
        n_sets, n_found = solved[sets]
        tried += n_sets
        found += ["sets under the floor"] * n_found
    says = (
        f"{len(told)} numbers about fewer than {STRICT_FLOOR} people, unchanged members constant"
    )
    return attempt(NAME, tried, found, says)


def _small_sets(sets: Iterable[frozenset[str]], floor: int) -> tuple[int, int]:
    """Return how many sets of people the numbers tell apart, and how many small ones follow."""
    held: dict[str, set[int]] = {}
    ordered = sorted(sets, key=lambda members: (len(members), sorted(members)))
    for place, members in enumerate(ordered):
        for person in members:
            held.setdefault(person, set()).add(place)
    classes: dict[frozenset[int], int] = {}
    for places in held.values():
        key = frozenset(places)
        classes[key] = classes.get(key, 0) + 1
    sizes = dict(enumerate(classes.values()))
    columns: Mapping[int, frozenset[int]] = dict(enumerate(classes))
    known = Space(
        {column: 1 for column, key in columns.items() if place in key}
        for place in range(len(ordered))
    )
    small = [column for column, n in sizes.items() if n < floor]
    left = {column: known.reduced({column: 1}) for column in small}
    return len(columns), len(small_sums(left, sizes, floor))


def _people(truth: Truth) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for table, place in ((truth.measured, "group_id"), (truth.slice_values, "slice_id")):
        for row in rows(table[["window_id", place, "indicator", "n_people"]]):
            key = (row.whole("window_id"), row.text(place), row.text("indicator"))
            found[key] = row.whole("n_people")
    return found
