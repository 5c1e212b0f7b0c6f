"""Private tables made anew once somebody left: from the exports, else from the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.config.audit_file import AuditConfig
from audit.life_cycle.subjects import Desk
from audit.life_cycle.table_rewriting import Lost, rewrite_tables
from audit.pipeline import measure_again
from audit.sources import intake_settings, source_specs
from audit.week_store import rewrite_weeks
from core.engine import DuckDBEngine
from core.errors import SourceError
from core.progress import Reporter
from core.store import RunFolder
from ingest.balance import IntakeReport
from ingest.intake import take_in
from ingest.vault import vault_at

EXPORTS, TABLES = "exports", "tables"
Taking = Callable[[RunFolder, DuckDBEngine], IntakeReport | None]


def made_from(config: AuditConfig) -> str:
    """Return what private tables can be made from: the exports while all are there."""
    named = [part.path for part in config.source]
    named += [path for path in (config.organization.alias_file,) if path is not None]
    return EXPORTS if all(path.exists() for path in named) else TABLES


def make_anew(desk: Desk, lost: Lost, reporter: Reporter) -> str:
    """Make all private tables anew, put them in place together, and say from what.

    Nothing is published: a release now would differ from the last one by one person. An export
    that can no longer be read keeps nobody in: then the tables are rewritten.
    """
    if made_from(desk.config) == EXPORTS:
        try:
            _measure(desk, _from_exports(desk, reporter), lost, reporter)
            return EXPORTS
        except SourceError:
            pass
    _measure(desk, _from_tables(desk, lost), lost, reporter)
    return TABLES


def _from_exports(desk: Desk, reporter: Reporter) -> Taking:
    def take(folder: RunFolder, engine: DuckDBEngine) -> IntakeReport | None:
        settings = intake_settings(desk.config, desk.key)
        return take_in(source_specs(desk.config), settings, folder, engine, reporter)

    return take


def _from_tables(desk: Desk, lost: Lost) -> Taking:
    def take(folder: RunFolder, engine: DuckDBEngine) -> IntakeReport | None:
        rewrite_tables(desk.folder, folder, lost, engine)
        vault = vault_at(desk.folder.vault, desk.key)
        if vault.is_there and not lost.are_members_still:
            held = vault.read(desk.reason, desk.journal)
            kept = {person: own for person, own in held.items() if person not in lost.people}
            vault_at(folder.fresh_vault, desk.key).write(kept)
        return None

    return take


def _measure(desk: Desk, take: Taking, lost: Lost, reporter: Reporter) -> None:
    with _staged(desk.folder.root) as folder:
        rewrite_weeks(desk.folder.weeks, folder.weeks, lost.people)
        measure_again(desk.config, folder, take, reporter)


@contextmanager
def _staged(root: Path) -> Iterator[RunFolder]:
    folder = RunFolder.create(root, is_staged=True)
    try:
        yield folder
    finally:
        folder.clear()
