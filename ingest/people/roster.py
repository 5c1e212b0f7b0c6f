"""Roster rows of all sources put together: one person, one id, dated rows, one reporting line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.batches import SEPARATOR
from ingest.people.identity import canonical
from ingest.people.owners import Spell, owners_of
from ingest.people.roster_lines import depths, in_circle
from ingest.settings import OptionValue
from ingest.tally import Tally

START_UNKNOWN = 0
UNCLEAR = "id:?"
"""Stands for a manager whom a row names and nobody can tell."""
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


# Rows by person and first day, each with the account that it is counted in.
_Kept = dict[str, dict[int, tuple[RosterRow, Tally]]]


@dataclass
class Roster:
    """All employees: their stays in units, and which identities are theirs.

    `dated` holds identities that were one person's after another's; on other days `owners` says.
    `is_complete` says that it names everybody: then a name on it may tell whose an account is.
    """

    stays: list[Stay] = field(default_factory=list)
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    dated: dict[str, tuple[Spell, ...]] = field(default_factory=dict)
    is_complete: bool = False

    @property
    def people(self) -> set[str]:
        """Return the identities that stand for employees."""
        return {stay.row.identity for stay in self.stays}


def lists_everybody(options: Mapping[str, OptionValue]) -> bool:
    """Return whether a source says that each of its days lists everybody employed."""
    return options.get("snapshots") == "full"


def put_together(
    sources: Iterable[tuple[Tally, list[RosterRow]]],
    own_domains: tuple[str, ...],
    full: Collection[int] = (),
) -> Roster:
    """Return one roster from the rows of all roster sources.

    Equal rows are duplicates; two rows that hold from the same day and disagree are rejected, but
    for the first. Dated rows become stays: each holds until the next of the same person. `full`
    gives the places of those sources whose days each list everybody employed: who is missing on
    one of these days has left. Managers who are missing, who are their own manager or who stand
    in a circle are listed with their lines and left empty.
    """
    kept: _Kept = {}
    full_days: set[int] = set()
    for place, (tally, rows) in enumerate(sources):
        for row in rows:
            _enter(kept, row, tally)
        if place in full:
            full_days.update(row.valid_from_day for row in rows if row.valid_from_day is not None)
    days = sorted(full_days)
    roster = Roster([stay for person in kept.values() for stay in _stays(person, days)])
    _give_owners(roster, kept, own_domains)
    _find_managers(roster, kept)
    return roster


def _enter(kept: _Kept, row: RosterRow, tally: Tally) -> None:
    rows = kept.setdefault(row.identity, {})
    old = rows.get(row.first_day)
    if old is None:
        rows[row.first_day] = (row, tally)
    elif replace(old[0], line=0) == replace(row, line=0):
        tally.duplicate += 1
    else:
        tally.reject(f"line {row.line}", "E-ROSTER-004", "id_stands_twice")


def _stays(rows: dict[int, tuple[RosterRow, Tally]], full_days: Sequence[int]) -> list[Stay]:
    """The stays of one person, in order; rows that say the same one after the other are one."""
    stays: list[Stay] = []
    days = sorted(rows)
    for day, after in zip(days, [*days[1:], None], strict=True):
        row, tally = rows[day]
        end = row.end_day + 1 if row.end_day is not None else None
        if end is not None and end <= day:
            _has_left(stays, row, tally)
            continue
        missed = bisect_right(full_days, day)
        gone = full_days[missed] if missed < len(full_days) else None
        until = min((d for d in (end, after, gone) if d is not None), default=None)
        tally.accepted += 1
        if stays and stays[-1].valid_to_day == day and _says_the_same(stays[-1].row, row):
            stays[-1] = replace(stays[-1], valid_to_day=until)
        else:
            stays.append(Stay(row, until, level=row.level))
    return stays


def _has_left(stays: list[Stay], row: RosterRow, tally: Tally) -> None:
    """A row that ended before its day: a later list that still names somebody who has left."""
    if row.valid_from_day is None:
        tally.reject(f"line {row.line}", "E-ROSTER-008", "ends_before_it_begins")
        return
    tally.leave_out("left_before_this_day")
    end = (row.end_day or 0) + 1
    if stays and stays[-1].row.first_day < end < (stays[-1].valid_to_day or end + 1):
        stays[-1] = replace(stays[-1], valid_to_day=end)


def _says_the_same(old: RosterRow, new: RosterRow) -> bool:
    return replace(old, line=0, valid_from_day=None) == replace(new, line=0, valid_from_day=None)


def _give_owners(roster: Roster, kept: _Kept, own_domains: tuple[str, ...]) -> None:
    """Find out which person each identity belongs to; addresses in doubt belong to none."""
    held = [
        (
            canonical(f"email:{address}", own_domains),
            Spell(stay.row.identity, rule, stay.row.first_day, stay.valid_to_day),
        )
        for stay in roster.stays
        for rule, address in _addresses(stay.row)
    ]
    owners = owners_of(kept, held)
    roster.owners, roster.dated = owners.always, owners.dated
    if owners.n_shared:
        tally = next(iter(next(iter(kept.values())).values()))[1]
        tally.warn(
            f"{tally.file}: {owners.n_shared:,} addresses stand with more than one person "
            "(W-ROSTER-009). They were given to nobody. Mend the roster."
        )


def _addresses(row: RosterRow) -> list[tuple[str, str]]:
    own = [("roster_email", row.email)] if row.email else []
    more = row.aliases.split(SEPARATOR) if row.aliases else []
    return own + [("alias", alias) for alias in more]


def _find_managers(roster: Roster, kept: _Kept) -> None:
    faults = _Faults(kept)
    managers: dict[int, str | None] = {}
    for place, stay in enumerate(roster.stays):
        given = canonical(stay.row.manager) if stay.row.manager else ""
        found = roster.owners.get(given, ("", ""))[0]
        if given and not found and stay.row.manager != UNCLEAR:
            faults.add("name a manager who is not on the roster", stay)
        if found and found == stay.row.identity:
            faults.add("name the person as the own manager", stay)
            found = ""
        managers[place] = found or None
    above = _latest_manager(roster, managers)
    bad = in_circle(above)
    for place, stay in enumerate(roster.stays):
        if stay.row.identity in bad and managers[place] in bad:
            faults.add("stand in a circle of managers", stay)
            managers[place] = None
    faults.tell()
    lost = {
        s.row.identity for n, s in enumerate(roster.stays) if s.row.manager and not managers[n]
    }
    depth = depths(_latest_manager(roster, managers), lost)
    leaders = {manager for manager in managers.values() if manager}
    roster.stays = [
        replace(
            stay,
            manager=managers[place],
            level=stay.level if stay.level is not None else depth.get(stay.row.identity),
            is_leader=stay.row.identity in leaders,
        )
        for place, stay in enumerate(roster.stays)
    ]


def _latest_manager(roster: Roster, managers: dict[int, str | None]) -> dict[str, str | None]:
    latest: dict[str, str | None] = {}
    for place, stay in enumerate(roster.stays):
        latest[stay.row.identity] = managers[place]
    return latest


@dataclass
class _Faults:
    """Rows whose manager cannot be used, by fault and by file."""

    kept: _Kept
    found: dict[str, list[tuple[Tally, int]]] = field(default_factory=dict)

    def add(self, fault: str, stay: Stay) -> None:
        tally = self.kept[stay.row.identity][stay.row.first_day][1]
        self.found.setdefault(fault, []).append((tally, stay.row.line))

    def tell(self) -> None:
        for fault, places in self.found.items():
            for tally in {id(tally): tally for tally, _ in places}.values():
                lines = sorted(line for other, line in places if other is tally)
                listed = ", ".join(str(line) for line in lines[:_LISTED])
                more = f" and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
                tally.warn(
                    f"{tally.file}:{lines[0]}: {len(lines)} rows {fault}, lines {listed}{more} "
                    "(W-ROSTER-010). Their manager was left empty. Mend the roster."
                )
