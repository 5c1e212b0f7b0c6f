"""The person behind an address: everything under which an engagement may hold them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from audit.config.audit_file import AuditConfig
from core.errors import UsageError
from core.journal import Journal
from core.store import RunFolder
from core.tables.canonical import IDENTITIES, PEOPLE
from core.tables.survey import WAVES
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.parts import Part
from ingest.people.identity import canonical, typed_identity
from ingest.vault import vault_at

NAME = "name"
NOBODY = (
    "This engagement holds nobody under this address: it was in no export, stands with nobody, "
    "or was forgotten already."
)


@dataclass(frozen=True)
class Desk:
    """What a data protection command works with: the audit file, its run folder, key and log."""

    audit_file: Path
    config: AuditConfig
    folder: RunFolder
    key: Pseudonymiser
    journal: Journal
    reason: str

    @property
    def own_domains(self) -> tuple[str, ...]:
        """The domains whose tenants' spellings are one."""
        return self.config.organization.own_domains


@dataclass(frozen=True)
class Subject:
    """One person: pseudonym, identities in clear and as keyed hashes, forms of surveys.

    `shared` are hashes of addresses that were somebody else's on other days. Never printed.
    """

    person_id: str
    kind: str
    clear: frozenset[str]
    digests: frozenset[str]
    shared: frozenset[str]
    forms: frozenset[str]
    pseudonyms: frozenset[str]

    def __repr__(self) -> str:
        """Return a text that names nobody."""
        return "Subject()"

    @property
    def addresses(self) -> frozenset[str]:
        """Mail addresses in clear, those that others held too left out of account."""
        return frozenset(one.partition(":")[2] for one in self.clear if one.startswith("email:"))


def find_subject(desk: Desk, told: str) -> Subject:
    """Return the person who holds an address or, as `id:1234`, an id of the roster.

    Looks into the table of identities and into the vault, which is logged. Raises `UsageError`
    where nobody is found, in the same words whatever the reason, and where several people held
    the address one after the other.
    """
    clear = canonical(typed_identity(told), desk.own_domains)
    if not clear:
        raise UsageError(
            "This is no address.", code="E-PERSON-001", hint="Give one: a@example.com"
        )
    vault = in_vault(desk)
    known = IDENTITIES.read(desk.folder.canonical)
    people = PEOPLE.read(desk.folder.canonical, ["person_id", "kind"])
    found = {person for person, own in vault.items() if clear in own}
    if not found:
        is_this = known["identity_hash"] == desk.key.identity(clear)
        found = set(known.loc[is_this, "person_id"].astype(str))
    person = _only(found or {desk.key.person(clear)} & set(people["person_id"]))
    own = {clear} | {one for one in vault.get(person, ()) if not one.startswith(f"{NAME}:")}
    hashed = set(known.loc[known["person_id"] == person, "identity_hash"].astype(str))
    mine = {one: desk.key.identity(one) for one in own}
    others = {
        desk.key.identity(one) for other, ids in vault.items() if other != person for one in ids
    }
    shared = frozenset(set(mine.values()) & others)
    digests = frozenset((hashed | set(mine.values())) - shared)
    kinds = people.loc[people["person_id"] == person, "kind"].astype(str)
    return Subject(
        person,
        kinds.iloc[0] if len(kinds) else "external",
        frozenset(own),
        digests,
        shared,
        forms_of(desk, own),
        frozenset({person} | {desk.key.person(one) for one in own if mine[one] not in shared})
        | _in_parts(desk.folder, digests),
    )


def _only(found: set[str]) -> str:
    """Return the one person found; raise `UsageError` for none and for several."""
    if len(found) > 1:
        raise UsageError(
            "Several people held this address, one after the other.",
            code="E-PERSON-002",
            hint='Name the person by the id of the roster: "id:1234".',
        )
    if not found:
        raise UsageError(NOBODY, code="E-PERSON-003", hint="Nothing was changed.")
    return found.pop()


def bare_subject(desk: Desk, told: str) -> Subject:
    """Return what an address alone tells of a person, whether anybody holds it or not."""
    clear = canonical(typed_identity(told), desk.own_domains)
    digests = frozenset({desk.key.identity(clear)})
    pseudonym = desk.key.person(clear)
    return Subject(
        pseudonym,
        "external",
        frozenset({clear}),
        digests,
        frozenset(),
        forms_of(desk, {clear}),
        frozenset({pseudonym}),
    )


def in_vault(desk: Desk) -> dict[str, set[str]]:
    """Return the identities in clear of everybody in the vault; logged. Empty without a vault."""
    vault = vault_at(desk.folder.vault, desk.key)
    if not vault.is_there:
        return {}
    found = vault.read(desk.reason, desk.journal)
    return {person: {_canonical(one, desk) for one in own} for person, own in found.items()}


def _canonical(identity: str, desk: Desk) -> str:
    is_name = identity.startswith(f"{NAME}:")
    return identity if is_name else canonical(identity, desk.own_domains)


def forms_of(desk: Desk, own: Collection[str]) -> frozenset[str]:
    """Return the ids that survey forms of these identities have: keyed anew for each wave."""
    path = WAVES.path(desk.folder.canonical)
    waves = WAVES.read(desk.folder.canonical, ["wave_id"])["wave_id"] if path.exists() else ()
    return frozenset(desk.key.form(str(wave), one) for wave in waves for one in own)


def _in_parts(folder: RunFolder, digests: frozenset[str]) -> frozenset[str]:
    """Pseudonyms under which single identities of a person stand in the ledger."""
    found: set[str] = set()
    for path in _parts(folder.ledger):
        found |= {pseudonym for digest, pseudonym in Part(path).pseudonyms() if digest in digests}
    return frozenset(found)


def _parts(ledger: Path) -> list[Path]:
    return [path for path in sorted(ledger.glob("*")) if Part(path).is_whole()]
