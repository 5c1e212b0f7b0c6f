"""The alias file: further addresses of people on the roster, always or between two days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import SourceError
from core.text import spreadsheet
from ingest.keys.left_out import LeftOut
from ingest.limits import Limits
from ingest.people.identity import canonical, typed_identity
from ingest.people.owners import Spell, in_doubt
from ingest.people.roster import Roster
from ingest.tables.columns import Picked, aliased_columns
from ingest.tables.csv_table import CsvShape, open_table
from ingest.tables.parsing import is_no_date, parse_day
from ingest.tally import Tally

NEEDED = ("person_id", "alias")
COLUMNS = {
    "person_id": ("personid", "employeeid", "id"),
    "alias": ("alias", "email", "address", "identity"),
    "valid_from": ("validfrom", "from", "since"),
    "valid_to": ("validto", "to", "until"),
}
RULE = "alias"
_LISTED = 20


def add_aliases(
    roster: Roster,
    path: Path,
    own_domains: tuple[str, ...],
    limits: Limits,
    left_out: LeftOut | None = None,
) -> None:
    """Give the addresses of an alias file to their people.

    `valid_from` and `valid_to` are the first and the last day on which an alias is a person's;
    left empty it is so at all times. An alias that is somebody else's on the same day, or a person
    who is not on the roster, is an error with all lines: a wrong alias moves one person's ties to
    another. Lines about somebody on the list `left_out` as forgotten are passed over.
    """
    if not path.is_file():
        raise SourceError(
            "there is no such file",
            file=path.name,
            code="E-FILE-001",
            hint="Nothing was read. Mend alias_file.",
        )
    table = open_table(path, CsvShape(), limits)
    picked = Picked(aliased_columns(table, COLUMNS))
    if not set(NEEDED) <= set(picked.places):
        raise SourceError(
            "the columns person_id and alias are needed",
            file=path.name,
            place="1",
            code="E-ALIAS-001",
            hint="Nothing was read. Mend the header.",
        )
    tally = Tally(path.name, limits)
    given = _Given(roster, own_domains, left_out)
    for line, row in table.rows(tally):
        given.take(line, picked, row)
    undated = [int(reject.locator.removeprefix("line ")) for reject in tally.rejects]
    _refuse(path, "days that are no dates, such as 2025-01-31", "003", given.no_days)
    _refuse(
        path,
        "aliases belong to nobody on the roster, or to two people",
        "002",
        given.faults + given.doubts() + undated,
    )
    given.hand_over()


def typed_alias(cell: str) -> str:
    """Return an alias with its kind; without one it is an address, never an employee's id."""
    alias = plain_cell(cell)
    typed = typed_identity(alias)
    return f"email:{alias}" if typed.startswith("id:") and not alias.startswith("id:") else typed


def plain_cell(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from calculating it."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and spreadsheet(text[1:]) != text[1:] else text


@dataclass
class _Given:
    """What the lines of an alias file give to whom, until all of them have been read."""

    roster: Roster
    own_domains: tuple[str, ...]
    left_out: LeftOut | None = None
    spells: dict[str, list[tuple[int, Spell]]] = field(default_factory=dict)
    faults: list[int] = field(default_factory=list)
    no_days: list[int] = field(default_factory=list)

    def take(self, line: int, picked: Picked, row: Sequence[str]) -> None:
        person = canonical(typed_identity(plain_cell(picked.cell(row, "person_id"))))
        identity = canonical(typed_alias(picked.cell(row, "alias")), self.own_domains)
        if self._is_forgotten(person) or self._is_forgotten(identity):
            return
        known = self.roster.owners.get(person, ("", ""))
        if not identity or known[0] != person:
            self.faults.append(line)
            return
        days = [picked.cell(row, name) for name in ("valid_from", "valid_to")]
        first, last = (parse_day(day) for day in days)
        if any(parse_day(day) is None and not is_no_date(day) for day in days):
            self.no_days.append(line)
            return
        end = None if last is None else last + 1
        spell = Spell(person, RULE, 0 if first is None else first, end)
        self.spells.setdefault(identity, []).append((line, spell))

    def _is_forgotten(self, identity: str) -> bool:
        known = self.left_out
        return known is not None and known.is_forgotten(known.key.identity(identity))

    def doubts(self) -> list[int]:
        """The lines that give somebody an identity which is another's on the same day."""
        found: list[int] = []
        for identity, lines in self.spells.items():
            owner = self.roster.owners.get(identity, ("", ""))[0]
            held = self.roster.dated.get(identity, ())
            for line, spell in lines:
                others = [other for at, other in lines if at != line]
                is_always = spell.end_day is None and not spell.first_day
                # Dates may take an address from its owner for some days; no dates may not.
                if (is_always and owner not in {"", spell.person}) or in_doubt(
                    [spell, *others, *held]
                ):
                    found.append(line)
        return found

    def hand_over(self) -> None:
        for identity, lines in self.spells.items():
            for _, spell in lines:
                if spell.end_day is None and not spell.first_day:
                    self.roster.owners.setdefault(identity, (spell.person, RULE))
                else:
                    held = self.roster.dated.get(identity, ())
                    self.roster.dated[identity] = (*held, spell)


def _refuse(path: Path, what: str, code: str, lines: Sequence[int]) -> None:
    if lines:
        listed = sorted(set(lines))
        raise SourceError(
            f"{len(listed)} {what}",
            file=path.name,
            place=str(listed[0]),
            code=f"E-ALIAS-{code}",
            hint=f"Nothing was kept. Mend lines {', '.join(map(str, listed[:_LISTED]))}.",
        )
