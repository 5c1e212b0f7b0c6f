"""Local days, off-hours and working clocks of many messages at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.people.parties import Parties
from ingest.people.roster import Roster
from ingest.working_hours import DAY_S, Clock, WorkCalendar

Ints = NDArray[np.int64]
Places = NDArray[np.int32]


@dataclass(frozen=True)
class Clocks:
    """The clock of every party: few distinct ones, shared by zone and site, minus leave."""

    clocks: list[Clock]
    clock_of: NDArray[np.int64]
    leaves: dict[int, list[tuple[int, int]]]

    def local(self, who: Places, instants: Ints) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """Return day and hour on each party's own clock."""
        days, hours = np.zeros(who.size, np.int32), np.zeros(who.size, np.int8)
        for clock, here in self._each(who):
            days[here], hours[here] = clock.local(instants[here])
        return days, hours

    def work(self, who: Places, instants: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Return the scheduled seconds so far on each party's own clock, and what lies off hours.

        Leave stops the clock, and is off hours.
        """
        work, off = np.zeros(who.size, np.int64), np.zeros(who.size, np.bool_)
        for clock, here in self._each(who):
            work[here], off[here] = clock.work(instants[here])
        for place, clock, start, end in self._leave():
            here = np.flatnonzero(who == place)
            then = instants[here]
            first = clock.work_seconds(np.array([start]))
            work[here] -= clock.work_seconds(np.clip(then, start, end)) - first
            off[here] |= (then >= start) & (then < end)
        return work, off

    def _each(self, who: Places) -> list[tuple[Clock, Ints | slice]]:
        if who.size == 0:
            return []
        if len(self.clocks) == 1:
            return [(self.clocks[0], slice(None))]
        which = self.clock_of[who]
        present = np.flatnonzero(np.bincount(which))
        return [(self.clocks[n], np.flatnonzero(which == n)) for n in present]

    def _leave(self) -> list[tuple[int, Clock, int, int]]:
        found = []
        for place, spans in self.leaves.items():
            clock = self.clocks[self.clock_of[place]]
            for first, end in spans:
                edges = clock.to_utc(np.array([first, end], dtype=np.int64) * DAY_S)
                found.append((place, clock, int(edges[0]), int(edges[1])))
        return found


def missing_zones(roster: Roster, calendar: WorkCalendar) -> tuple[str, ...]:
    """Say how many people of the roster have no time zone, and which one they are given."""
    zones = {stay.row.identity: stay.row.time_zone for stay in roster.stays}
    n = sum(not zone for zone in zones.values())
    if not n:
        return ()
    who = "nobody" if n == len(zones) else f"all but {n:,} of {len(zones):,} people"
    return (
        f"The roster names a time zone for {who} (W-ROSTER-012). The others are taken to work in "
        f"{calendar.time_zone}; add the column, or their evenings may be somebody's morning.",
    )


def clocks_for(parties: Parties, roster: Roster, calendar: WorkCalendar) -> Clocks:
    """Return the clocks of all parties: their own zone and site, else those of the calendar."""
    numbers: dict[tuple[str, str], int] = {}
    clock_of = [
        numbers.setdefault((p.time_zone or calendar.time_zone, p.site), len(numbers))
        for p in parties.parties
    ]
    places = {party.identity: n for n, party in enumerate(parties.parties) if party.identity}
    leaves: dict[int, set[tuple[int, int]]] = {}
    for stay in roster.stays:
        first, last = stay.row.leave_from_day, stay.row.leave_to_day
        if first is not None and last is not None and last >= first:
            leaves.setdefault(places[stay.row.identity], set()).add((first, last + 1))
    return Clocks(
        [Clock(zone, calendar, site) for zone, site in numbers],
        np.array(clock_of, dtype=np.int64),
        {place: sorted(spans) for place, spans in leaves.items()},
    )
