"""A tiny engagement with a key file of its own: audit file, exports, canonical tables, log."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from audit.config.audit_file import load_config
from audit.run_log import RunLog
from audit.sources import intake_settings, key_of, source_specs
from core.engine import DuckDBEngine
from core.progress import Silent
from core.store import RunFolder
from ingest.intake import take_in
from ingest.keys.pseudonyms import Pseudonymiser

CONFIG = """
[audit]
name = "Acme"
purposes = ["To see where answers fail."]
[organization]
own_domains = ["acme.example"]
[privacy]
key_file = "acme.key"
[[source]]
reader = "roster_csv"
path = "roster.csv"
[[source]]
reader = "messages_csv"
path = "trace.csv"
channel = "email"
time = "iso"
identity = "email"
[source.columns]
message_id = "id"
sender = "from"
recipients = "to"
sent = "sent"
"""
ROSTER = "Employee ID,Work Email,Full Name,Team\n" + "".join(
    f"{number},p{number}@acme.example,Person No{chr(64 + number)},A\n" for number in range(1, 7)
)
TRACE = "id,from,to,sent\n" + "".join(
    f"m{n},p{n % 6 + 1}@acme.example,p{(n + 1) % 6 + 1}@acme.example,{day}T10:00:00Z\n"
    for n, day in enumerate(f"2025-06-{day:02d}" for day in range(2, 11))
)


@dataclass(frozen=True)
class Begun:
    """An engagement after its intake; nothing has been judged or published."""

    config: Path
    root: Path

    @property
    def key_file(self) -> Path:
        """Where its key lies."""
        return self.config.with_name("acme.key")

    @property
    def key(self) -> Pseudonymiser:
        """Its key in its present epoch."""
        return key_of(load_config(self.config), self.root).pseudonyms

    @property
    def folder(self) -> RunFolder:
        """Its run folder."""
        return RunFolder(self.root)

    def take_in(self) -> None:
        """Read the exports, as a run does."""
        config = load_config(self.config)
        key = key_of(config, self.root).pseudonyms
        folder = RunFolder.create(self.root)
        log = RunLog.begin(config, folder, key)
        with DuckDBEngine(spill=folder.spool) as engine, log.watched():
            settings = intake_settings(config, key)
            log.imported(take_in(source_specs(config), settings, folder, engine, Silent()))

    def change(self, old: str, new: str) -> None:
        """Put a text of the audit file in the place of another."""
        self.config.write_text(self.config.read_text().replace(old, new))

    def copied(self, base: Path) -> Begun:
        """Return the same engagement, key and all, below another folder."""
        shutil.copytree(self.config.parent, base, dirs_exist_ok=True)
        return Begun(base / self.config.name, base / self.root.name)


def begin(base: Path) -> Begun:
    """Return a tiny engagement below a folder."""
    (base / "audit.toml").write_text(CONFIG)
    (base / "roster.csv").write_text(ROSTER)
    (base / "trace.csv").write_text(TRACE)
    begun = Begun(base / "audit.toml", base / "run")
    begun.take_in()
    return begun
