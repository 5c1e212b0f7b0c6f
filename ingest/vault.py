"""The vault: one encrypted file that alone leads from pseudonyms back to people."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import ConfigError, UsageError
from core.files import write_whole
from core.journal import Journal
from ingest.batches import SEPARATOR
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.people.parties import Parties
from ingest.people.roster import Roster, RosterRow

VERSION = 1
_MARK = b"ISOVLT"
_NONCE_BYTES = 12


class Vault:
    """AES-256-GCM under a key of its own, a fresh nonce for every write.

    The engagement and the version are authenticated with it: a vault of another engagement, one
    that was changed and one under another key are refused alike.
    """

    def __init__(self, path: Path, key: bytes, engagement: str) -> None:
        self._path = path
        self._key = key
        self._bound_to = f"isotherm vault {VERSION} {engagement}".encode()

    def __repr__(self) -> str:
        """Return a text without the key."""
        return f"Vault({self._path.name})"

    @property
    def is_there(self) -> bool:
        """Whether a vault has been written."""
        return self._path.exists()

    def write(self, mapping: Mapping[str, Sequence[str]]) -> None:
        """Write whose identities are whose, whole or not at all, for its owner alone."""
        plain = json.dumps({k: list(v) for k, v in mapping.items()}, sort_keys=True).encode()
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._key).encrypt(nonce, plain, self._bound_to)
        write_whole(self._path, _MARK + bytes([VERSION]) + nonce + sealed)
        self._path.chmod(0o600)

    def read(self, reason: str, journal: Journal) -> dict[str, list[str]]:
        """Return the identities of each pseudonym; the log has it, with the reason, before.

        Raises `UsageError` without a reason or without a vault, `ConfigError` where the vault
        cannot be opened with this key, `JournalError` where the log takes no entry.
        """
        if not reason.strip():
            raise UsageError(
                "The vault is opened for a reason only.", hint='Say why: --reason "..."'
            )
        if not self.is_there:
            raise UsageError(
                "There is no vault here.", hint="A run with a roster writes one; run first."
            )
        journal.write("vault", action="open", reason=reason)
        opened: dict[str, list[str]] = json.loads(self._opened())
        return opened

    def _opened(self) -> bytes:
        content = self._path.read_bytes()
        head = len(_MARK) + 1
        nonce, sealed = content[head : head + _NONCE_BYTES], content[head + _NONCE_BYTES :]
        try:
            if content[:head] != _MARK + bytes([VERSION]):
                raise InvalidTag
            return AESGCM(self._key).decrypt(nonce, sealed, self._bound_to)
        except (InvalidTag, ValueError):
            raise ConfigError(
                "The vault cannot be opened: it was written with another key, or changed since.",
                code="E-VAULT-001",
                hint="Name the key file that this engagement was started with.",
            ) from None


def vault_at(path: Path, key: Pseudonymiser) -> Vault:
    """Return the vault at a path under the key of an engagement."""
    return Vault(path, key.subkey("vault"), key.engagement)


def roster_identities(roster: Roster, parties: Parties) -> dict[str, list[str]]:
    """Return the identities of everybody on the roster in clear, by pseudonym.

    Identities as the roster has them: `id:`, `email:` and, where it gives names, `name:`. Members
    of groups that are never read stay out.
    """
    ids = {p.identity: p.person_id for p in parties.parties if p.identity and not p.is_excluded}
    found: dict[str, set[str]] = {person_id: set() for person_id in ids.values()}
    for stay in roster.stays:
        if stay.row.identity in ids:
            found[ids[stay.row.identity]].update(_in_clear(stay.row))
    for identity, (person, _) in roster.owners.items():  # aliases of the alias file among them
        if person in ids:
            found[ids[person]].add(identity)
    return {person_id: sorted(identities) for person_id, identities in found.items()}


def _in_clear(row: RosterRow) -> list[str]:
    aliases = row.aliases.split(SEPARATOR) if row.aliases else []
    addresses = [address.lower() for address in (row.email, *aliases) if address]
    names = [f"name:{row.name}"] if row.name else []
    return [row.identity, *(f"email:{address}" for address in addresses), *names]
