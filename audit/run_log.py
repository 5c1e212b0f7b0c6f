"""What a run writes into the audit log: that it began, what it read, what it published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from audit.config.audit_file import AuditConfig
from audit.engagement import purposes_hash, take_up
from audit.logbook import logbook
from audit.version import VERSION
from core.errors import JournalError
from core.journal import Fact, Journal
from core.stop import refuse_if_stopped
from core.store import RunFolder
from ingest.balance import IntakeReport
from ingest.keys.pseudonyms import Pseudonymiser


@dataclass(frozen=True)
class RunLog:
    """The audit log of a run under way; what cannot be recorded is not done."""

    journal: Journal
    config: AuditConfig
    folder: RunFolder

    @classmethod
    def begin(cls, config: AuditConfig, folder: RunFolder, key: Pseudonymiser) -> RunLog:
        """Return the log of a run that may begin: same key, same purposes, and not stopped."""
        refuse_if_stopped(folder.root)
        journal = logbook(folder, key, config.audit.log_copy)
        take_up(config, folder, key, journal)
        journal.write(
            "run",
            state="begun",
            version=VERSION,
            settings=config.digest(),
            purposes=purposes_hash(config.audit.purposes),
            key=key.check_value,
            epoch=key.version,
            is_sample=config.audit.is_sample,
        )
        return cls(journal, config, folder)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Record a run that ends before it has published, by the name of its error alone."""
        try:
            yield
        except BaseException as error:
            with suppress(JournalError):  # the first error is the one to tell
                self.journal.write("run", state="failed", error=type(error).__name__)
            raise

    def imported(self, intake: IntakeReport) -> None:
        """Record each source by the hash of its bytes and the counts of its balance sheet."""
        for source in intake.sources:
            self.journal.write(
                "import",
                source=source.name,
                sha256=source.file_sha256,
                n_seen=source.n_seen,
                n_accepted=source.n_accepted,
                n_duplicate=source.n_duplicate,
                n_filtered=sum(source.filtered.values()),
                n_rejected=sum(source.rejected.values()),
                is_complete=source.is_complete,
            )

    @contextmanager
    def publishing(self, release: str) -> Iterator[None]:
        """Record a release before it is put in its place, and once it is there."""
        refuse_if_stopped(self.folder.root)
        privacy = self.config.privacy
        about: dict[str, Fact] = {
            "release": release,
            "min_people": privacy.min_people,
            "policy": privacy.policy,
        }
        self.journal.write("publish", state="begun", **about)
        yield
        self.journal.write("publish", state="done", **about)
        self.journal.anchor()
