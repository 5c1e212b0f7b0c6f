"""Teams where the roster names none: the people whom one manager leads."""

from __future__ import annotations

from dataclasses import replace

from ingest.batches import SEPARATOR
from ingest.people.roster import Roster

LEADERSHIP = "Leadership team"

Path = tuple[str, ...]


def with_teams(roster: Roster) -> Roster:
    """Return a roster with units; one that names no unit gets them from its reporting lines.

    The team of a manager are the direct reports; a manager belongs to the team of the own
    manager, and the team's unit lies below that one. Where one person leads all, the direct
    reports are the leadership team. Teams bear numbers, because names would be names of people.
    """
    above = {stay.row.identity: stay.manager for stay in roster.stays}
    if any(stay.row.units for stay in roster.stays) or not any(above.values()):
        return roster
    homes = _homes(above)
    stays = [
        replace(
            stay,
            row=replace(stay.row, units=SEPARATOR.join(homes.get(stay.row.identity, ())) or None),
        )
        for stay in roster.stays
    ]
    return replace(roster, stays=stays)


def _homes(above: dict[str, str | None]) -> dict[str, Path]:
    """The unit of each person, as a path of names from the top down."""
    reports: dict[str, list[str]] = {}
    for person, manager in sorted(above.items()):
        if manager is not None:
            reports.setdefault(manager, []).append(person)
    tops = [person for person in sorted(reports) if above.get(person) is None]
    homes: dict[str, Path] = {}
    if len(tops) == 1:
        homes |= dict.fromkeys(reports[tops[0]], (LEADERSHIP,))
        leaders = [person for person in reports[tops[0]] if person in reports]
    else:
        leaders = tops
    waiting: list[tuple[str, Path, str]] = [
        (leader, (), str(n)) for n, leader in enumerate(leaders, start=1)
    ]
    while waiting:
        leader, outer, number = waiting.pop()
        path = (*outer, f"Team {number}")
        homes |= dict.fromkeys(reports[leader], path)
        below = [person for person in reports[leader] if person in reports]
        waiting += [(p, path, f"{number}.{n}") for n, p in enumerate(below, start=1)]
    return homes
