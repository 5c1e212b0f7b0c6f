"""Decisions of a review file, taken over into the alias file: checked whole before it is kept."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import SourceError
from core.files import write_whole
from core.text import spreadsheet
from ingest.limits import Limits
from ingest.people.aliases import COLUMNS, add_aliases, plain_cell, typed_alias
from ingest.people.identity import canonical
from ingest.people.roster import Roster
from ingest.tables.columns import Picked, aliased_columns
from ingest.tables.csv_table import CsvShape, open_table
from ingest.tally import Tally

YES, NO = "yes", ("", "no")
_REVIEW = {"decision": ("decision",), "identity": ("identity",), "person_id": ("personid",)}
_HEADER = ("person_id", "alias", "valid_from", "valid_to")
_LISTED = 20


@dataclass(frozen=True)
class Applied:
    """What a review changed: aliases added, and those that were known already."""

    n_added: int
    n_known: int


def backup_of(aliases: Path) -> Path:
    """Return where the alias file stands as it was before the last review."""
    return aliases.with_name(f"{aliases.name}.before")


def apply_review(
    review: Path, aliases: Path, roster: Roster, own_domains: tuple[str, ...], limits: Limits
) -> Applied:
    """Add the rows that a review decided with "yes" to the alias file.

    The file is checked as a run would check it, kept beside as it was, and replaced whole. Raises
    `SourceError`, and changes nothing, where a decision is neither yes nor no, where two people
    are given one identity, or where an identity is somebody else's already.
    """
    decided = _decided(review, limits, own_domains)
    old = aliases.read_bytes() if aliases.exists() else b""
    known = _known(aliases, limits, own_domains) if old else set()
    fresh = [pair for pair in decided if pair not in known]
    content = _extended(old, fresh)
    with tempfile.TemporaryDirectory(dir=aliases.parent, prefix=".review-") as folder:
        trial = Path(folder) / aliases.name
        write_whole(trial, content)
        add_aliases(roster, trial, own_domains, limits)
    if fresh:
        write_whole(backup_of(aliases), old)
        write_whole(aliases, content)
    return Applied(len(fresh), len(decided) - len(fresh))


def undo_review(aliases: Path) -> None:
    """Put the alias file back as it was before the last review; raises where there was none."""
    backup = backup_of(aliases)
    if not backup.exists():
        raise SourceError(
            "no review has been applied to it, or it has been taken back already",
            file=aliases.name,
            code="E-REVIEW-004",
            hint="Nothing was changed.",
        )
    write_whole(aliases, backup.read_bytes() or _extended(b"", ()))
    backup.unlink()


def _decided(review: Path, limits: Limits, own_domains: tuple[str, ...]) -> list[tuple[str, str]]:
    table = open_table(review, CsvShape(), limits)
    picked = Picked(aliased_columns(table, _REVIEW))
    if set(picked.places) != set(_REVIEW):
        raise _refused(review, "is no review file", "001", [1])
    people: dict[str, tuple[str, int]] = {}
    odd: list[int] = []
    twice: list[int] = []
    for line, row in table.rows(Tally(review.name, limits)):
        decision, identity, person = (plain_cell(picked.cell(row, name)) for name in _REVIEW)
        if decision.lower() in NO:
            continue
        known = people.setdefault(canonical(identity, own_domains), (person, line))
        if decision.lower() != YES or not canonical(identity, own_domains) or not person:
            odd.append(line)
        elif known[0] != person:
            twice += [known[1], line]
    if odd:
        raise _refused(
            review,
            "decisions are neither yes nor no, or name no identity or no person",
            "002",
            odd,
        )
    if twice:
        raise _refused(review, "decisions give one identity to two people", "003", twice)
    return [(person, identity) for identity, (person, _) in people.items()]


def _known(aliases: Path, limits: Limits, own_domains: tuple[str, ...]) -> set[tuple[str, str]]:
    table = open_table(aliases, CsvShape(), limits)
    picked = Picked(aliased_columns(table, COLUMNS))
    found: set[tuple[str, str]] = set()
    for _, row in table.rows(Tally(aliases.name, limits)):
        if not (picked.cell(row, "valid_from") or picked.cell(row, "valid_to")):
            alias = typed_alias(picked.cell(row, "alias"))
            found.add((plain_cell(picked.cell(row, "person_id")), canonical(alias, own_domains)))
    return found


def _extended(old: bytes, fresh: Sequence[tuple[str, str]]) -> bytes:
    """The file with rows added at its end, in the order of its own columns."""
    text = old.decode("utf-8-sig")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    header = next(csv.reader(io.StringIO(first), delimiter=separator), list(_HEADER))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", delimiter=separator)
    if not text:
        writer.writerow(_HEADER)
    elif not text.endswith("\n"):
        out.write("\n")
    plain = ["".join(c for c in name.lower() if c.isalnum()) for name in header]
    for person, identity in sorted(fresh):
        row = [""] * len(header)
        row[_place(plain, "person_id")] = person
        row[_place(plain, "alias")] = identity.removeprefix("email:")
        writer.writerow([spreadsheet(cell) for cell in row])
    return (text + out.getvalue()).encode()


def _place(header: Sequence[str], meaning: str) -> int:
    return next(header.index(name) for name in COLUMNS[meaning] if name in header)


def _refused(review: Path, what: str, code: str, lines: Sequence[int]) -> SourceError:
    listed = sorted(set(lines))
    return SourceError(
        what if code == "001" else f"{len(listed)} {what}",
        file=review.name,
        place=str(listed[0]),
        code=f"E-REVIEW-{code}",
        hint=f"Nothing was changed. Mend lines {', '.join(map(str, listed[:_LISTED]))}.",
    )
