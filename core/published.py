"""The read-only door to published results: all that the app and the reports may open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.errors import UsageError
from core.tables.published import PUBLISHED


@dataclass(frozen=True)
class Published:
    """The published tables of one run; knows no other folder."""

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Published:
        """Open a `published/` folder, or raise `UsageError` that says how to make one."""
        if not (folder / "about.parquet").exists():
            raise UsageError(
                "There are no published results here yet.",
                code="E-PUB-001",
                hint="Run `python -m audit demo`, or `python -m audit run CONFIG`.",
            )
        return cls(folder)

    def table(self, name: str) -> pd.DataFrame:
        """Return one published table by its contract's name, columns in the contract's order."""
        return PUBLISHED[name].read(self.folder)

    @property
    def release(self) -> str:
        """Return the id of this release, a fit key for caches."""
        return str(self.table("about")["run_id"].iloc[0])
