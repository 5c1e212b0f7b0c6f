"""The life of a key: a new epoch, and its destruction with a certificate."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from audit.engagement import Engagement, change, today
from audit.life_cycle.row_counts import replace_people
from audit.life_cycle.subjects import Desk, in_vault
from audit.sources import key_path
from audit.version import VERSION
from core.errors import UsageError
from core.files import sync_file, write_whole
from core.store import RunFolder
from ingest.keys.pseudonyms import Pseudonymiser

CERTIFICATE = "key-destroyed"
_OF_THE_EPOCH = ("canonical", "network", "results", "ledger")


@dataclass(frozen=True)
class Rotated:
    """What a rotation did."""

    epoch: int
    n_people: int
    removed: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return what is to be said of it."""
        return [
            f"Epoch {self.epoch} has begun: every pseudonym of a person is another from now on.",
            f"Removed from private/: {', '.join(self.removed)}. The next run reads all exports "
            "anew.",
            f"Published history stays. {self.n_people:,} people of the roster were carried over: "
            "the next release is held against the earlier ones as before.",
        ]


@dataclass(frozen=True)
class Certificate:
    """What was destroyed, when, and how far the audit log went then; names no person."""

    destroyed_at: str
    engagement: str
    key_check: str
    epoch: int
    key_file: str
    is_key_file_destroyed: bool
    run_folder: str
    vault: str
    tables_left: tuple[str, ...]
    log_seq: int
    log_hash: str
    reason: str
    version: str

    def markdown(self) -> str:
        """Return the certificate for people."""
        key = (
            f"overwritten and removed ({self.key_file})"
            if self.is_key_file_destroyed
            else "**not** destroyed by this, it came through a pipe: destroy it at its source"
        )
        tables = ", ".join(self.tables_left) or "none"
        return "\n".join(
            [
                "# Certificate: the key of an engagement was destroyed",
                "",
                f"- When: {self.destroyed_at}",
                f"- Key: {self.key_check}, epoch {self.epoch}; {key}",
                f"- Run folder: {self.run_folder}; engagement {self.engagement}",
                f"- Vault: {self.vault}",
                f"- Reason: {self.reason}",
                f"- Audit log: {self.log_seq} entries, seal {self.log_hash}",
                f"- Isotherm {self.version}",
                "",
                "What this means: nobody can link a pseudonym of this engagement to a person or "
                "to another engagement any more, and nothing can be added to it. Published "
                "results and the audit log stay; the log can still be checked with its own key.",
                "",
                f"Tables with pseudonyms that are still in the folder: {tables}. Without the key "
                "they lead to nobody by name; delete the folder `private` to end that too.",
                "",
                "What this cannot cover: copies of the key file, and older states of a disk that "
                "keeps them (snapshots, flash memory, backups). Their owner must destroy those.",
                "",
            ]
        )


def rotate(desk: Desk) -> Rotated:
    """Begin the next epoch of an engagement: person-level linkage ends, history stays.

    Everything under the old pseudonyms is removed and read anew by the next run. Those who stood
    behind earlier releases are carried over once, through the vault: without that nothing could
    keep the next release from being subtracted from the last one.
    """
    known = _known(desk)
    fresh_key = desk.key.in_epoch(known.epoch + 1)
    missing = [part.reader for part in desk.config.source if not part.path.exists()]
    if missing:
        raise UsageError(
            f"{len(missing)} of {len(desk.config.source)} exports are gone, and the next epoch "
            "has to read them anew.",
            code="E-KEY-009",
            hint="Nothing was changed. Put them back first.",
        )
    if desk.folder.weeks.is_dir() and any(desk.folder.weeks.iterdir()):
        raise UsageError(
            "This audit keeps weekly sums whose messages are gone; under another key they would "
            "belong to nobody.",
            code="E-KEY-010",
            hint="Nothing was changed. Finish the engagement with this key, or begin a new one.",
        )
    fresh = _carried_over(desk, fresh_key)
    desk.journal.write("key", action="rotated", epoch=known.epoch + 1, reason=desk.reason)
    replace_people(desk.folder.released, fresh)
    change(desk.folder.root, lambda now: replace(now, epoch=known.epoch + 1, epoch_on=today()))
    removed = _remove_old_epoch(desk.folder)
    desk.journal.anchor()
    return Rotated(known.epoch + 1, len(fresh), removed)


def destroy(desk: Desk) -> Certificate:
    """Destroy the key and the vault of an engagement and return the certificate.

    The key of the audit log stays: the log can be checked for good. From now on every run of this
    engagement is refused.
    """
    known = _known(desk)
    if desk.config.audit.is_sample:
        raise UsageError(
            "The key of the sample follows from its seed and is no secret.",
            hint="There is nothing to destroy: delete the folder of the sample.",
        )
    desk.journal.write("key", action="to be destroyed", reason=desk.reason)
    path = key_path(desk.config).resolve()
    is_gone = _shred(path)
    had_vault = _shred(desk.folder.vault)
    change(desk.folder.root, lambda now: replace(now, destroyed_on=today()))
    desk.journal.write("key", action="destroyed", check=desk.key.check_value, is_key_file=is_gone)
    head = desk.journal.anchor()
    private = desk.folder.root / "private"
    certificate = Certificate(
        destroyed_at=dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        engagement=desk.key.engagement,
        key_check=desk.key.check_value,
        epoch=known.epoch,
        key_file=path.name,
        is_key_file_destroyed=is_gone,
        run_folder=desk.folder.root.name,
        vault="overwritten and removed" if had_vault else "there was none",
        tables_left=tuple(
            name for name in (*_OF_THE_EPOCH, "released") if any(private.glob(f"{name}/*"))
        ),
        log_seq=head.seq,
        log_hash=head.hash,
        reason=desk.reason,
        version=VERSION,
    )
    _write(certificate, desk.folder.root)
    return certificate


def _known(desk: Desk) -> Engagement:
    known = Engagement.read(desk.folder.root)
    if known is None:
        raise UsageError(
            f"No engagement has been begun in {desk.folder.root.name}.",
            hint="Its run was written before there were epochs: run it again.",
        )
    return known


def _carried_over(desk: Desk, fresh_key: Pseudonymiser) -> dict[str, str]:
    """The new pseudonym of everybody on the roster, by the old one."""
    if not desk.folder.vault.exists() and desk.folder.released.is_dir():
        raise UsageError(
            "There is no vault to carry people behind earlier releases over.",
            hint="Nothing was changed. Run the audit once more, then rotate.",
        )
    fresh = {}
    for person_id, identities in in_vault(desk).items():
        for identity in identities:
            if desk.key.person(identity) == person_id:
                fresh[person_id] = fresh_key.person(identity)
    return fresh


def _remove_old_epoch(folder: RunFolder) -> tuple[str, ...]:
    private = folder.root / "private"
    found = [name for name in _OF_THE_EPOCH if (private / name).is_dir()]
    for name in found:
        shutil.rmtree(private / name)
    if folder.vault.exists():
        _shred(folder.vault)
        found.append("vault")
    return tuple(found)


def _shred(path: Path) -> bool:
    """Overwrite a file with random bytes and remove it; False where it is no file."""
    if not path.is_file():
        return False
    size = path.stat().st_size
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, secrets.token_bytes(size))
        os.fsync(handle)
    finally:
        os.close(handle)
    path.unlink()
    sync_file(path.parent)
    return True


def _write(certificate: Certificate, root: Path) -> None:
    write_whole(root / f"{CERTIFICATE}.md", certificate.markdown().encode())
    told = json.dumps(asdict(certificate), indent=1, sort_keys=True, ensure_ascii=False)
    write_whole(root / f"{CERTIFICATE}.json", told.encode() + b"\n")
