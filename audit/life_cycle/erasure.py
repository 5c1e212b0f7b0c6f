"""Erasure: a person leaves every table, part, vault and file of an engagement, and stays out."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from audit.life_cycle.anew import EXPORTS, TABLES, made_from, make_anew
from audit.life_cycle.byte_search import Found, Needles, search
from audit.life_cycle.desk import opened
from audit.life_cycle.jobs import jobs_of
from audit.life_cycle.row_counts import drop_people, replace_people, rows_about
from audit.life_cycle.subjects import (
    NOBODY,
    Desk,
    Subject,
    bare_subject,
    find_subject,
    forms_of,
    in_vault,
)
from audit.life_cycle.table_rewriting import Lost
from audit.sources import intake_settings
from core.errors import EngineError, UsageError
from core.progress import Reporter
from core.store import RunFolder
from core.tables.canonical import IDENTITIES
from ingest.intake import rules_of
from ingest.keys.left_out import FORGOTTEN, OBJECTED, Kind, LeftOut, is_pending_at
from ingest.parts import Part
from ingest.people.book import Book
from ingest.people.line_removal import lines_about, remove_lines
from ingest.people.review_file import backup_of
from ingest.scrubbing import Gone, scrub

REVIEW = "identity-review.csv"
UNFINISHED = "an erasure that was interrupted"
PSEUDONYM_BYTES = 8
_ANEW = ("canonical", "network", "results", "ledger", "released", "next", "spool")


@dataclass(frozen=True)
class Erased:
    """What a `forget` or an `object` did, or would do: counts only, nobody's name."""

    what: Kind
    rows: Mapping[str, int]
    n_lines: int
    mode: str
    is_dry: bool
    found: Found | None
    root: Path
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the account of it as it is printed."""
        verb = "Would go from" if self.is_dry else "Gone from"
        out = [f"{verb} {name}: {n:,} rows" for name, n in sorted(self.rows.items())]
        if self.n_lines:
            out.append(f"{verb} alias and review files: {self.n_lines:,} lines")
        if not out:
            out.append("No row of any table names the person.")
        if not self.is_dry:
            made = "the exports" if self.mode == EXPORTS else "the tables that were there"
            out.append(f"Private tables and results were made anew from {made}.")
            out.append("Nothing was published: the next run does that.")
        out += [f"Note: {note}" for note in self.notes]
        return out + ([self.found.line(self.root)] if self.found is not None else [])


def forget(desk: Desk, told: str, reporter: Reporter, *, is_dry: bool = False) -> Erased:
    """Erase the person who holds an address, whole or, after a crash, from where it stopped.

    The caller holds the lock of the run folder. First the person's identities go on the list,
    so that whatever happens then no import brings them back; then files beside the tables are
    rewritten; last all private tables are made anew and put in place together. Raises
    `EngineError` where the search finds anything afterwards: then it is to be called again.
    """
    left_out = LeftOut.read(desk.folder.left_out, desk.key)
    subject = _subject(desk, told, left_out)
    rows, notes = _rows(desk, subject), tuple(_notes(desk, subject))
    mode = made_from(desk.config)
    left_out.add(FORGOTTEN, subject.digests)
    n_lines = sum(lines_about(path, left_out, desk.own_domains) for path in _files(desk))
    if is_dry:
        return Erased(FORGOTTEN, rows, n_lines, mode, True, None, desk.folder.root, notes)
    left_out.begin()
    mode = erase_listed(desk, subject, reporter)
    found = search(_places(desk), needles(subject), leave=_outside(desk))
    if not found.is_clean:
        raise EngineError(
            f"Something is left of the person. {found.line(desk.folder.root)}",
            code="E-ERASE-001",
            hint="Nothing was published. Call the command again; what it names must go by hand.",
        )
    LeftOut.read(desk.folder.left_out, desk.key).done()
    facts = {"n_identities": len(subject.digests), "n_rows": sum(rows.values())}
    desk.journal.write(
        "forget", reason=desk.reason, mode=mode, n_files=found.n_files, n_hits=0, **facts
    )
    return Erased(FORGOTTEN, rows, n_lines, mode, False, found, desk.folder.root, notes)


def object_to(desk: Desk, told: str, reporter: Reporter, *, is_dry: bool = False) -> Erased:
    """Leave the person who holds an address out of every analysis from now on.

    The person stays a member, in n and in coverage, without data. The caller holds the lock.
    """
    subject = find_subject(desk, told)
    if subject.kind != "employee":
        raise UsageError(
            "Only members of the organization are analysed; this person is none.",
            code="E-PERSON-004",
            hint="Nothing was changed. `forget` removes anybody.",
        )
    rows, mode = _rows(desk, subject), made_from(desk.config)
    rows = {name: n for name, n in rows.items() if name.startswith(("canonical/mess", "network/"))}
    root = desk.folder.root
    if is_dry:
        return Erased(OBJECTED, rows, 0, mode, True, None, root)
    left_out = LeftOut.read(desk.folder.left_out, desk.key)
    left_out.add(OBJECTED, subject.digests)
    left_out.note_objectors({*left_out.objectors, subject.person_id})
    left_out.write()
    lost = Lost(frozenset(left_out.objectors), subject.forms, are_members_still=True)
    mode = make_anew(desk, lost, reporter)
    desk.journal.write("object", reason=desk.reason, mode=mode, n_identities=len(subject.digests))
    return Erased(OBJECTED, rows, 0, mode, False, None, root)


def finish_erasure(desk: Desk, reporter: Reporter) -> bool:
    """Finish an erasure that was interrupted; return whether there was one."""
    if not LeftOut.read(desk.folder.left_out, desk.key).is_pending:
        return False
    erase_listed(desk, None, reporter)
    LeftOut.read(desk.folder.left_out, desk.key).done()
    desk.journal.write("forget", reason=desk.reason, state="finished")
    return True


def finish_pending(audit_file: Path, root: Path, reporter: Reporter) -> bool:
    """Finish an erasure in a run folder that was interrupted, if there is one, before a run."""
    if not is_pending_at(RunFolder(root).left_out):
        return False
    with opened(audit_file, root, UNFINISHED) as desk:
        return finish_erasure(desk, reporter)


def erase_listed(desk: Desk, subject: Subject | None, reporter: Reporter) -> str:
    """Erase whoever is on the list; every step may be done again. Says what tables came from."""
    left_out = LeftOut.read(desk.folder.left_out, desk.key)
    listed = _listed(desk, left_out)
    people = listed.people | (subject.pseudonyms if subject else frozenset())
    left_out.note_objectors(set(left_out.objectors) - people)
    left_out.write()
    fresh = {person: secrets.token_hex(PSEUDONYM_BYTES) for person in people}
    # Who stood behind a release stays countable, as nobody: without the count the next release
    # could be held against this one, and the difference would be the person.
    replace_people(desk.folder.released, fresh)
    for folder in _kept_sums(desk):
        drop_people(folder, people)
    for path in _files(desk):
        remove_lines(path, left_out, desk.own_domains)
    _remove_copies(desk)
    forms = listed.forms | (subject.forms if subject else frozenset())
    _scrub_parts(desk, left_out, subject.shared if subject else frozenset())
    return make_anew(desk, Lost(people, forms), reporter)


def needles(subject: Subject) -> Needles:
    """Return what may stand nowhere any more: addresses in clear, pseudonyms, keyed hashes."""
    digits = subject.pseudonyms | subject.digests | subject.forms
    return Needles.of(subject.addresses, digits)


def _subject(desk: Desk, told: str, left_out: LeftOut) -> Subject:
    """The person; one who was forgotten already is looked for once more, by the address alone."""
    try:
        return find_subject(desk, told)
    except UsageError as error:
        if error.message != NOBODY:
            raise
        bare = bare_subject(desk, told)
        if not any(map(left_out.is_forgotten, bare.digests)):
            raise
        return bare


def _rows(desk: Desk, subject: Subject) -> dict[str, int]:
    texts = subject.pseudonyms | subject.digests | subject.forms
    return rows_about(desk.folder.root / "private", texts)


def _notes(desk: Desk, subject: Subject) -> Iterator[str]:
    """What lies outside the run folder and is the organization's own to change."""
    n = len(desk.config.source)
    yield f"the {n} exports themselves are yours: they were not changed"
    if needles(subject).are_in(desk.audit_file.read_bytes()):
        yield f"{desk.audit_file.name} names the person: take that out by hand"
    if subject.shared:
        yield "an address that is somebody else's on other days stays with them"
    yield (
        "answers to an anonymous survey and coded interviews carry no link to a person: they "
        "could not be looked for"
    )


def _listed(desk: Desk, left_out: LeftOut) -> Lost:
    """Everybody on the list as forgotten whom the tables or the vault still hold."""
    people: set[str] = set()
    if IDENTITIES.path(desk.folder.canonical).exists():
        known = IDENTITIES.read(desk.folder.canonical, ["identity_hash", "person_id"])
        gone = left_out.forgotten_among(known["identity_hash"].astype(str))
        people |= set(known.loc[known["identity_hash"].isin(gone), "person_id"].astype(str))
    clear: set[str] = set()
    for person, own in in_vault(desk).items():
        if person in people or any(left_out.is_forgotten(desk.key.identity(o)) for o in own):
            people.add(person)
            clear |= own
    return Lost(frozenset(people), forms_of(desk, clear))


def _kept_sums(desk: Desk) -> list[Path]:
    """Folders of tables that no run makes anew, such as sums whose messages are gone."""
    private = desk.folder.root / "private"
    return [path for path in sorted(private.iterdir()) if path.is_dir() and path.name not in _ANEW]


def _scrub_parts(desk: Desk, left_out: LeftOut, shared: Collection[str]) -> None:
    """Rewrite the parts of the ledger; one whose days nobody can tell any more is removed."""
    like = Book(desk.key, rules_of(intake_settings(desk.config, desk.key)))
    for path in sorted(desk.folder.ledger.glob("*")):
        part = Part(path)
        if not part.is_whole():
            continue
        book = part.book(like)
        scrub(part, book, Gone.of(book, left_out))
        if made_from(desk.config) == TABLES and any(e.digest in shared for e in book.entries):
            shutil.rmtree(path)


def _files(desk: Desk) -> list[Path]:
    """Alias files, their copies and reviews: beside the audit file and in jobs of the app."""
    aliases = desk.config.organization.alias_file
    own = [] if aliases is None else [aliases, backup_of(aliases), aliases.with_name(REVIEW)]
    return own + [path for job in jobs_of(desk.folder.root) for path in job.lists()]


def _remove_copies(desk: Desk) -> None:
    """Uploads that the app left in jobs of this run; those the audit file names are exports."""
    named = {part.path.resolve() for part in desk.config.source}
    for job in jobs_of(desk.folder.root):
        for path in job.copies() if not job.is_running else ():
            if path.resolve() not in named:
                path.unlink()


def _outside(desk: Desk) -> list[Path]:
    """Folders of exports inside the run folder, as the sample company has one."""
    root = desk.folder.root.resolve()
    folders = {part.path.resolve().parent for part in desk.config.source}
    return [folder for folder in folders if root in folder.parents]


def _places(desk: Desk) -> list[Path]:
    jobs = (path for job in jobs_of(desk.folder.root) for path in job.lists())
    return [desk.folder.root.resolve(), *jobs, *_files(desk)]
