"""Roster rows of all sources put together: one person, one id, dated rows, one reporting line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ingest.batches import SEPARATOR
from ingest.identity import canonical
from ingest.tally import Tally

START_UNKNOWN = 0
_LISTED = 10


@dataclass(frozen=True)
class RosterRow:
    """One row of a roster, its fields as in `ingest.batches.TABLES["people"]`."""

    line: int
    employee_id: str
    email: str | None
    aliases: str | None
    units: str | None
    manager: str | None
    valid_from_day: int | None
    start_day: int | None
    end_day: int | None
    level: int | None
    role_family: str | None
    site: str | None
    work_mode: str | None
    time_zone: str | None
    leave_from_day: int | None
    leave_to_day: int | None
    name: str | None = None

    @property
    def identity(self) -> str:
        """Return the identity that stands for the person."""
        kind = "email" if "@" in self.employee_id else "id"
        return canonical(f"{kind}:{self.employee_id}")

    @property
    def unit_path(self) -> tuple[str, ...]:
        """Return the names of the units from the top down."""
        return tuple(self.units.split(SEPARATOR)) if self.units else ()

    @property
    def first_day(self) -> int:
        """Return the first day on which the row holds, 0 where nobody says."""
        if self.valid_from_day is not None:
            return self.valid_from_day
        return START_UNKNOWN if self.start_day is None else self.start_day


@dataclass(frozen=True)
class Stay:
    """A roster row with its validity, half open, its manager found and its level known."""

    row: RosterRow
    valid_to_day: int | None
    manager: str | None = None
    level: int | None = None
    is_leader: bool = False


@dataclass
class Roster:
    """All employees: their stays in units, and which identities are theirs."""

    stays: list[Stay] = field(default_factory=list)
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def people(self) -> set[str]:
        """Return the identities that stand for employees."""
        return {stay.row.identity for stay in self.stays}


def put_together(
    sources: Iterable[tuple[Tally, list[RosterRow]]], own_domains: tuple[str, ...]
) -> Roster:
    """Return one roster from the rows of all roster sources.

    Equal rows are duplicates; two rows that hold from the same day and disagree are rejected, but
    for the first. Managers who are missing, who are their own manager or who stand in a circle
    are listed with their lines and left empty.
    """
    kept: dict[str, dict[int, tuple[RosterRow, Tally]]] = {}
    tallies: list[Tally] = []
    for tally, rows in sources:
        tallies.append(tally)
        for row in rows:
            _enter(kept, row, tally)
    roster = Roster([stay for person in kept.values() for stay in _stays(person)])
    roster.owners = _owners(kept, own_domains)
    _find_managers(roster, kept)
    return roster


def _enter(
    kept: dict[str, dict[int, tuple[RosterRow, Tally]]], row: RosterRow, tally: Tally
) -> None:
    rows = kept.setdefault(row.identity, {})
    old = rows.get(row.first_day)
    if old is None:
        rows[row.first_day] = (row, tally)
    elif replace(old[0], line=0) == replace(row, line=0):
        tally.duplicate += 1
    else:
        tally.reject(f"line {row.line}", "E-ROSTER-004", "id_stands_twice")


def _stays(rows: dict[int, tuple[RosterRow, Tally]]) -> list[Stay]:
    stays: list[Stay] = []
    days = sorted(rows)
    for day, after in zip(days, [*days[1:], None], strict=True):
        row, tally = rows[day]
        end = row.end_day + 1 if row.end_day is not None else None
        until = min((d for d in (end, after) if d is not None), default=None)
        if until is not None and until <= day:
            tally.reject(f"line {row.line}", "E-ROSTER-008", "ends_before_it_begins")
        else:
            tally.accepted += 1
            stays.append(Stay(row, until, level=row.level))
    return stays


def _owners(
    kept: dict[str, dict[int, tuple[RosterRow, Tally]]], own_domains: tuple[str, ...]
) -> dict[str, tuple[str, str]]:
    """Which person an identity belongs to, and by which rule; shared addresses belong to none."""
    owners: dict[str, tuple[str, str]] = {person: (person, "roster_id") for person in kept}
    shared: dict[str, set[str]] = {}
    rules: dict[str, str] = {}
    for person, rows in kept.items():
        for row, _ in rows.values():
            for rule, address in _addresses(row):
                identity = canonical(f"email:{address}", own_domains)
                shared.setdefault(identity, set()).add(person)
                rules[identity] = min(rule, rules.get(identity, rule), key=_RULES.index)
    for identity, people in shared.items():
        if identity and len(people) == 1 and identity not in owners:
            owners[identity] = (next(iter(people)), rules[identity])
    n_shared = sum(len(people) > 1 for people in shared.values())
    if n_shared:
        tally = next(iter(next(iter(kept.values())).values()))[1]
        tally.warn(
            f"{tally.file}: {n_shared:,} addresses stand with more than one person "
            "(W-ROSTER-009). They were given to nobody. Mend the roster."
        )
    return owners


_RULES = ("roster_email", "alias")


def _addresses(row: RosterRow) -> list[tuple[str, str]]:
    own = [("roster_email", row.email)] if row.email else []
    more = row.aliases.split(SEPARATOR) if row.aliases else []
    return own + [("alias", alias) for alias in more]


def _find_managers(roster: Roster, kept: dict[str, dict[int, tuple[RosterRow, Tally]]]) -> None:
    faults: dict[str, list[int]] = {}
    managers: dict[int, str | None] = {}
    for place, stay in enumerate(roster.stays):
        given = canonical(stay.row.manager) if stay.row.manager else ""
        found = roster.owners.get(given, ("", ""))[0]
        if given and not found:
            faults.setdefault("name a manager who is not on the roster", []).append(stay.row.line)
        if found and found == stay.row.identity:
            faults.setdefault("name the person as the own manager", []).append(stay.row.line)
            found = ""
        managers[place] = found or None
    circle = _in_circle(roster, managers)
    for place in sorted(circle):
        faults.setdefault("stand in a circle of managers", []).append(roster.stays[place].row.line)
        managers[place] = None
    _warn(kept, faults)
    depths = _depths(roster, managers)
    leaders = {manager for manager in managers.values() if manager}
    roster.stays = [
        replace(
            stay,
            manager=managers[place],
            level=stay.level if stay.level is not None else depths.get(stay.row.identity),
            is_leader=stay.row.identity in leaders,
        )
        for place, stay in enumerate(roster.stays)
    ]


def _latest_manager(roster: Roster, managers: dict[int, str | None]) -> dict[str, str | None]:
    latest: dict[str, str | None] = {}
    for place, stay in enumerate(roster.stays):
        latest[stay.row.identity] = managers[place]
    return latest


def _in_circle(roster: Roster, managers: dict[int, str | None]) -> set[int]:
    above = _latest_manager(roster, managers)
    bad: set[str] = set()
    done: set[str] = set()
    for person in above:
        chain: dict[str, None] = {}
        step: str | None = person
        while step is not None and step not in done and step not in chain:
            chain[step] = None
            step = above.get(step)
        if step is not None and step in chain:
            people = list(chain)
            bad.update(people[people.index(step) :])
        done.update(chain)
    return {
        place
        for place, stay in enumerate(roster.stays)
        if stay.row.identity in bad and managers[place] in bad
    }


def _depths(roster: Roster, managers: dict[int, str | None]) -> dict[str, int]:
    """Depth in the reporting line, 0 at its top; nobody's where the roster knows no managers."""
    above = _latest_manager(roster, managers)
    if not any(above.values()):
        return {}
    has_lost = {
        s.row.identity for p, s in enumerate(roster.stays) if s.row.manager and managers[p] is None
    }
    depths: dict[str, int] = {}
    for person in above:
        chain = [person]
        while (manager := above.get(chain[-1])) is not None and manager not in depths:
            if len(chain) > len(above):
                break
            chain.append(manager)
        top = chain[-1]
        if top in has_lost or (manager is not None and manager not in depths):
            continue
        depth = depths[manager] + 1 if manager is not None else 0
        for step in reversed(chain):
            depths[step] = depth
            depth += 1
    return depths


def _warn(
    kept: dict[str, dict[int, tuple[RosterRow, Tally]]], faults: dict[str, list[int]]
) -> None:
    if not faults:
        return
    tally = next(iter(next(iter(kept.values())).values()))[1]
    for fault, lines in faults.items():
        listed = ", ".join(str(line) for line in sorted(lines)[:_LISTED])
        more = f" and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
        tally.warn(
            f"{tally.file}:{min(lines)}: {len(lines)} rows {fault}, lines {listed}{more} "
            "(W-ROSTER-010). Their manager was left empty. Mend the roster."
        )
