"""Slices of a whole run against plain Python: no library of ours but the door to its tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import fmean

import pandas as pd
import pytest
from whole_run import WholeRun

from core.published import Published
from core.store import RunFolder
from core.tables.canonical import PEOPLE
from core.tables.network import EDGES, MEMBERSHIP, WINDOWS
from core.tables.results import SLICE_ATOMS, SLICE_PEOPLE, SLICE_VALUES, SLICES

LEAST_TIES = 2
Days = dict[int, tuple[int, int]]
Stay = tuple[float, float, str]


def isolation_by_site(folder: RunFolder, period: int) -> dict[str, tuple[float, int]]:
    """Return mean and number of people by site: who has under two two-way contacts, by hand."""
    windows = WINDOWS.read(folder.network)
    days: Days = {
        int(w.window_id): (int(w.first_day), int(w.end_day))
        for w in windows[windows["period_id"] == period].itertuples(index=False)
    }
    eligible, main = _main_teams(folder, days)
    seen: dict[str, dict[int, float]] = defaultdict(dict)
    for window, partners in _partners(folder, days, eligible).items():
        for person, ties in partners.items():
            if (window, main.get(person)) in {(window, unit) for unit in eligible[window][person]}:
                seen[person][window] = float(ties < LEAST_TIES)
    roster = _roster(folder)
    found: dict[str, list[float]] = defaultdict(list)
    for person, values in seen.items():
        last = max(w for w in days if main[person] in eligible[w].get(person, ()))
        found[_site(roster[person], days[last][0])].append(fmean(values.values()))
    return {site: (fmean(values), len(values)) for site, values in found.items()}


def _main_teams(
    folder: RunFolder, days: Days
) -> tuple[dict[int, dict[str, set[str]]], dict[str, str]]:
    eligible: dict[int, dict[str, set[str]]] = {w: defaultdict(set) for w in days}
    stays: dict[str, Counter[str]] = defaultdict(Counter)
    latest: dict[tuple[str, str], int] = {}
    for row in MEMBERSHIP.read(folder.network).itertuples(index=False):
        if row.window_id in days and row.is_eligible:
            eligible[row.window_id][row.person_id].add(row.unit_id)
            stays[row.person_id][row.unit_id] += 1
            key = (row.person_id, row.unit_id)
            latest[key] = max(latest.get(key, -1), row.window_id)
    return eligible, {
        person: max(units, key=lambda u: (units[u], latest[person, u]))
        for person, units in stays.items()
    }


def _partners(
    folder: RunFolder, days: Days, eligible: dict[int, dict[str, set[str]]]
) -> dict[int, dict[str, int]]:
    wrote: dict[int, set[tuple[str, str]]] = {w: set() for w in days}
    for row in EDGES.read(folder.network).itertuples(index=False):
        for window, (first, end) in days.items():
            inside = eligible[window]
            is_message = row.n_messages > row.n_reactions and row.source_id != row.target_id
            if (
                first <= row.week < end
                and is_message
                and {row.source_id, row.target_id} <= set(inside)
            ):
                wrote[window].add((row.source_id, row.target_id))
    found: dict[int, dict[str, int]] = {}
    for window, arcs in wrote.items():
        ends = {person for arc in arcs for person in arc}
        ties = Counter(a for a, b in arcs if (b, a) in arcs)
        found[window] = {person: ties[person] for person in ends}
    return found


def _site(rows: list[Stay], day: int) -> str:
    return next(site for first, end, site in rows if first <= day < end)


def _roster(folder: RunFolder) -> dict[str, list[Stay]]:
    found: dict[str, list[Stay]] = defaultdict(list)
    for row in PEOPLE.read(folder.canonical).itertuples(index=False):
        if row.kind == "employee":
            end = float("inf") if pd.isna(row.valid_to_day) else row.valid_to_day
            found[row.person_id].append((row.valid_from_day, end, str(row.site)))
    return found


def check_isolation(folder: RunFolder) -> int:
    """Compare every location of the latest period and return how many were compared."""
    slices = SLICES.read(folder.results)
    period = int(slices["window_id"].max())
    values = SLICE_VALUES.read(folder.results)
    here = slices[(slices["window_id"] == period) & (slices["kind"] == "location")].merge(
        values[values["indicator"] == "isolation"],
        on=["window_id", "slice_id"],
        suffixes=("_members", ""),
        validate="1:1",
    )
    wanted = isolation_by_site(folder, period)
    for row in here.itertuples(index=False):
        mean, n = wanted[row.location]
        assert row.n_people == n, row.location
        if row.status == "shown":
            assert row.value == pytest.approx(mean, abs=1e-12), row.location
    return len(here)


def check_adds_up(folder: RunFolder) -> None:
    """Finest sets add up to the people of every location; those behind it hold its members."""
    slices = SLICES.read(folder.results)
    atoms = SLICE_ATOMS.read(folder.results)
    values = SLICE_VALUES.read(folder.results)
    people = SLICE_PEOPLE.read(folder.results).groupby(["window_id", "slice_id"]).size()
    sizes = values.set_index(["window_id", "slice_id", "indicator"])["n_people"]
    for cut in slices[slices["kind"] == "location"].itertuples(index=False):
        inside = atoms[(atoms["window_id"] == cut.window_id) & (atoms["location"] == cut.location)]
        told = inside.groupby("indicator")["n_people"].sum()
        assert told[""] == cut.n_people
        for indicator, n in told.drop("").items():
            assert n == sizes[cut.window_id, cut.slice_id, indicator]
        assert people[cut.window_id, cut.slice_id] >= cut.n_people


def test_isolation_by_site_is_the_mean_over_its_people(whole_run: WholeRun) -> None:
    assert check_isolation(whole_run.folder) >= 2


def test_finest_sets_of_a_run_add_up_to_its_locations(whole_run: WholeRun) -> None:
    check_adds_up(whole_run.folder)


def test_released_slices_hold_enough_people(whole_run: WholeRun) -> None:
    published = Published.open(whole_run.folder.published).table("slices")
    sizes = SLICES.read(whole_run.folder.results)[["window_id", "slice_id", "n_people"]]
    known = published.merge(sizes, on=["window_id", "slice_id"], validate="1:1")
    assert len(known) == len(published)
    assert known["is_shown"].any()
    crossed = known["kind"].isin(["unit_location", "unit_level", "location_level"])
    assert (known["n_people"] >= crossed.map({True: 10, False: 8})).all()
