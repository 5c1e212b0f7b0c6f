"""Who could be told apart by unit, site and level alone: how many combinations are that rare."""

from __future__ import annotations

from collections import Counter

from ingest.people.roster import Roster

RARE_PEOPLE = 5


def rare_combinations(roster: Roster) -> tuple[str, ...]:
    """Return how many combinations of unit, site and level hold too few people to hide in."""
    rows = {stay.row.identity: stay for stay in roster.stays if stay.row.site}
    sizes = Counter((s.row.unit_path, s.row.site, s.level) for s in rows.values())
    n_rare = sum(size < RARE_PEOPLE for size in sizes.values())
    if not n_rare:
        return ()
    return (
        f"{n_rare:,} of {len(sizes):,} combinations of unit, site and level hold fewer than "
        f"{RARE_PEOPLE} people (W-ROSTER-011). Nothing is ever shown of them; coarser sites and "
        "levels in the roster protect people better.",
    )
