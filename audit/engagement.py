"""The engagement: what a run folder was begun with and must be gone on with: key, purposes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from audit.config.audit_file import AuditConfig
from core.errors import ConfigError, PrivacyError
from core.files import write_whole
from core.journal import Journal
from core.store import RunFolder
from ingest.keys.pseudonyms import Pseudonymiser

_FILE = "engagement.json"
_SHOWN = 4
ROLES_NEEDED = 2


@dataclass(frozen=True)
class Approval:
    """A role's consent to a set of purposes."""

    role: str
    purposes: str
    on: str


@dataclass(frozen=True)
class Engagement:
    """What is kept of an engagement beside its tables; no key, no name.

    `key_check` tells the key; `epoch` counts the rotations from 1; `purposes` and `settings` are
    hashes of those of the last run; `destroyed_on` is the day the key was destroyed, if it was.
    """

    key_check: str
    begun_on: str
    epoch: int = 1
    epoch_on: str = ""
    purposes: str = ""
    settings: str = ""
    approvals: tuple[Approval, ...] = ()
    destroyed_on: str = ""

    @classmethod
    def read(cls, root: Path) -> Engagement | None:
        """Return the engagement of a run folder; None where none was begun."""
        path = root / "private" / _FILE
        if not path.exists():
            return None
        try:
            fields = json.loads(path.read_bytes())
            approvals = tuple(Approval(**given) for given in fields.pop("approvals"))
            return cls(**fields, approvals=approvals)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ConfigError(
                f"private/{_FILE} cannot be read: it does not say which key this audit has.",
                code="E-KEY-007",
                hint="Nothing was read. Put the file back from a copy.",
            ) from error

    def write(self, root: Path) -> None:
        """Write the engagement, whole or not at all, for its owner alone."""
        path = root / "private" / _FILE
        write_whole(path, json.dumps(asdict(self), indent=1, sort_keys=True).encode())
        path.chmod(0o600)

    def check_key(self, key: Pseudonymiser) -> None:
        """Raise `ConfigError` for another key than the one the engagement was begun with."""
        if self.key_check != key.long_check_value:
            raise _other_key(self.key_check[:_SHOWN], key.check_value)

    def check_is_open(self) -> None:
        """Raise `ConfigError` where the key was destroyed: the engagement is over."""
        if self.destroyed_on:
            raise ConfigError(
                f"The key of this engagement was destroyed on {self.destroyed_on}: it is over.",
                code="E-KEY-008",
                hint="Nothing was read. What it published and its audit log stay as they are; "
                "choose another --out to begin a new engagement.",
            )


def today() -> str:
    """Return the day in UTC."""
    return dt.datetime.now(dt.UTC).date().isoformat()


def check_before_key(root: Path) -> Engagement | None:
    """Return the engagement of a folder if it may go on; before any key is asked for."""
    engagement = Engagement.read(root)
    if engagement is not None:
        engagement.check_is_open()
    return engagement


def take_up(config: AuditConfig, folder: RunFolder, key: Pseudonymiser, log: Journal) -> None:
    """Begin the engagement of a folder, or go on with it; changes of settings are recorded.

    Raises `ConfigError` for another key and `PrivacyError` for other purposes than those of the
    first release, unless two roles have approved them.
    """
    known = Engagement.read(folder.root)
    fresh = known or Engagement(key.long_check_value, today(), epoch_on=today())
    fresh.check_key(key)
    purposes = purposes_hash(config.audit.purposes)
    if known is not None and known.purposes not in ("", purposes) and _has_release(folder):
        _check_approved(known, purposes)
        log.write("purposes", change="taken up", purposes=purposes)
    elif known is None:
        log.write("key", action="begun", check=key.check_value, epoch=key.version)
        log.write("purposes", change="fixed by the first run", purposes=purposes)
    if fresh.settings != config.digest():
        log.write(
            "settings",
            settings=config.digest(),
            before=fresh.settings or "none",
            min_people=config.privacy.min_people,
            policy=config.privacy.policy,
        )
    replace(fresh, purposes=purposes, settings=config.digest()).write(folder.root)


def purposes_hash(purposes: Sequence[str]) -> str:
    """Return a hash of a set of purposes; neither their order nor their spacing matters."""
    plain = sorted(" ".join(text.split()) for text in purposes)
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()[:16]


def approvers(engagement: Engagement, purposes: str) -> list[str]:
    """Return the roles that have approved a set of purposes."""
    return sorted({given.role for given in engagement.approvals if given.purposes == purposes})


def change(root: Path, made: Callable[[Engagement], Engagement]) -> Engagement:
    """Write a changed engagement and return it; raises `ConfigError` where none was begun."""
    known = Engagement.read(root)
    if known is None:
        raise ConfigError(
            f"No engagement has been begun in {root.name}.", hint="`audit run` begins it."
        )
    known.check_is_open()
    fresh = made(known)
    fresh.write(root)
    return fresh


def _has_release(folder: RunFolder) -> bool:
    return (folder.published / "about.parquet").exists()


def _check_approved(known: Engagement, purposes: str) -> None:
    roles = approvers(known, purposes)
    if len(roles) < ROLES_NEEDED:
        so_far = f"so far: {', '.join(roles)}" if roles else "so far none has"
        raise PrivacyError(
            "The purposes are not those of the first release, and two roles must approve that; "
            f"{so_far}.",
            code="E-PURPOSE-001",
            hint="Nothing was read. Take the change back, or: python -m audit purposes approve "
            "CONFIG --role dpo, and the same with --role works_council.",
        )


def _other_key(known: str, given: str) -> ConfigError:
    return ConfigError(
        f"This engagement was started with key {known}; you gave {given}.",
        code="E-KEY-004",
        hint="Nothing was read. Name the key file that it was started with under "
        "[privacy] key_file, or choose another --out for a new engagement.",
    )
