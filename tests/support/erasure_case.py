"""A company with somebody to forget: exports, a run of them, and what may not be found."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from erased_company import ALIASES, REASON, Person

from audit.life_cycle.byte_search import Needles, search
from audit.life_cycle.desk import opened
from audit.life_cycle.erasure import Erased, forget
from core.progress import Silent
from core.store import RunFolder


@dataclass(frozen=True)
class Case:
    """Exports, a run of them, the person, and what may not be found any more."""

    exports: Path
    run: RunFolder
    person: Person
    needles: Needles

    def copy(self, target: Path) -> Case:
        """Return a copy of everything, to work on."""
        shutil.copytree(self.run.root, target / "run")
        shutil.copytree(self.exports, target / "exports")
        folder = RunFolder.open(target / "run")
        return Case(target / "exports", folder, self.person, self.needles)

    @property
    def audit_file(self) -> Path:
        return self.exports / "audit.toml"

    def forget(self) -> Erased:
        with opened(self.audit_file, self.run.root, REASON) as desk:
            return forget(desk, self.person.address, Silent())

    def hits(self) -> list[str]:
        places = [self.run.root, *self.exports.glob(f"{ALIASES}*")]
        return [path.name for path in search(places, self.needles).hits]
