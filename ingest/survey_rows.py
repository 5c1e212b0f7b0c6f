"""Survey, interview and outcome batches of one source, held until the tree is known."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from ingest.batches import SEPARATOR, TABLES, Batch


@dataclass
class SurveyRows:
    """Forms, answers, invitation counts, codings and outcomes of one source."""

    n_forms: int = 0
    n_codings: int = 0
    n_outcomes: int = 0
    _batches: dict[str, list[pa.RecordBatch]] = field(default_factory=dict)

    @property
    def n_units(self) -> int:
        """Return how many units of the export were given: forms, codings and outcomes."""
        return self.n_forms + self.n_codings + self.n_outcomes

    def add(self, batch: Batch) -> None:
        """Keep one batch."""
        self._batches.setdefault(batch.table, []).append(batch.rows)
        if batch.table == "forms":
            self.n_forms += batch.rows.num_rows
        elif batch.table == "codings":
            self.n_codings += batch.rows.num_rows
        elif batch.table == "outcomes":
            self.n_outcomes += batch.rows.num_rows

    def unit_paths(self) -> set[tuple[str, ...]]:
        """Return the units that forms name, each from the top down."""
        if not self.n_forms:
            return set()
        named = self.frame("forms")["team"].dropna().unique()
        return {tuple(str(team).split(SEPARATOR)) for team in named}

    def frame(self, table: str) -> pd.DataFrame:
        """Return all rows of one table."""
        rows = self._batches.get(table, [])
        frame: pd.DataFrame = pa.Table.from_batches(rows, schema=TABLES[table]).to_pandas()
        return frame
