"""Opening the run folder of an engagement for a data protection command, with key and log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.config.audit_file import load_config
from audit.life_cycle.subjects import Desk
from audit.logbook import checked_reason, logbook
from audit.sources import key_of
from core.errors import UsageError
from core.store import RunFolder, locked, settle
from core.tables.canonical import PEOPLE
from core.text import slug

RUNS = Path("runs")


@contextmanager
def opened(
    audit_file: Path, out: Path | None, reason: str, *, needs_tables: bool = True
) -> Iterator[Desk]:
    """Yield the desk of an engagement, locked against runs; what was half written is settled.

    Exports may be gone; so may the tables where a command can do without them. Raises
    `UsageError` without a reason or a run, and `ConfigError` for another key than the
    engagement's or none: no new one is made here.
    """
    given = checked_reason(reason)
    config = load_config(audit_file, may_be_gone=True)
    root = out or RUNS / slug(config.audit.name)
    folder = RunFolder.open(root)
    with locked(root):
        settle(root)
        if needs_tables and not PEOPLE.path(folder.canonical).exists():
            raise UsageError(
                f"{root.name} holds no private tables.",
                code="E-RUN-004",
                hint="Nothing was changed. Name the folder of the run with --out.",
            )
        key = key_of(config, root).pseudonyms
        journal = logbook(folder, key, config.audit.log_copy)
        yield Desk(audit_file, config, folder, key, journal, given)
