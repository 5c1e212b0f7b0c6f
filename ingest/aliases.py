"""The alias file: further addresses of people on the roster."""

from __future__ import annotations

from pathlib import Path

from core.errors import SourceError
from ingest.columns import Picked, aliased_columns
from ingest.csv_table import CsvShape, open_table
from ingest.identity import canonical
from ingest.limits import Limits
from ingest.roster import Roster
from ingest.tally import Tally

COLUMNS = {"person_id": ("personid", "employeeid", "id"), "alias": ("alias", "email", "address")}


def add_aliases(roster: Roster, path: Path, own_domains: tuple[str, ...], limits: Limits) -> None:
    """Give the addresses of an alias file to their people.

    An alias that is already somebody else's, or a person who is not on the roster, is an error
    with all lines: a wrong alias moves one person's ties to another.
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
    if set(picked.places) != set(COLUMNS):
        raise SourceError(
            "the columns person_id and alias are needed",
            file=path.name,
            place="1",
            code="E-ALIAS-001",
            hint="Nothing was read. Mend the header.",
        )
    faults: list[int] = []
    tally = Tally(path.name, limits)
    for line, row in table.rows(tally):
        alias = picked.cell(row, "alias")
        typed = alias if alias.partition(":")[0] in {"slack", "chat", "id"} else f"email:{alias}"
        person = canonical(f"id:{picked.cell(row, 'person_id')}")
        identity = canonical(typed, own_domains)
        owner = roster.owners.get(identity, (person, ""))[0]
        if not identity or person not in roster.owners or owner != person:
            faults.append(line)
        else:
            roster.owners.setdefault(identity, (person, "alias"))
    faults += [int(reject.locator.removeprefix("line ")) for reject in tally.rejects]
    if faults:
        raise SourceError(
            f"{len(faults)} aliases belong to nobody on the roster, or to two people",
            file=path.name,
            place=str(min(faults)),
            code="E-ALIAS-002",
            hint=f"Nothing was kept. Mend lines {', '.join(map(str, sorted(faults)[:20]))}.",
        )
