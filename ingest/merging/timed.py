"""Rows with clocks as merging leaves them: files in the order of message ids, read column-wise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ingest.merging.known import WORDS
from ingest.merging.parallel import Made, each_in_order

IN_WORDS = [*WORDS, "role"]


@dataclass(frozen=True)
class Timed:
    """A folder of such files; all rows of a message stand in one of them."""

    folder: Path

    @property
    def files(self) -> list[Path]:
        """Return its files, in order."""
        return sorted(self.folder.glob("*.parquet"))

    def each(self, columns: Sequence[str], work: Callable[[pa.Table], Made]) -> Iterator[Made]:
        """Return what is made of some columns of each file, file by file."""
        return each_in_order(lambda path: work(read_rows(path, columns)), self.files)

    def of_days(self, first_day: int, end_day: int, folder: Path) -> Timed:
        """Write the rows that were sent in some days into another folder, and return it."""
        folder.mkdir(parents=True, exist_ok=True)
        found = Timed(folder)
        for path in found.files:
            path.unlink()
        for path in self.files:
            rows = read_rows(path)
            days = rows.column("sent_day")
            inside = pc.and_(pc.greater_equal(days, first_day), pc.less(days, end_day))
            write_rows(rows.filter(inside), folder / path.name)
        return found


def read_rows(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of one file; words are dictionaries."""
    return pq.read_table(
        path,
        columns=None if columns is None else list(columns),
        use_threads=False,
        memory_map=True,
        read_dictionary=IN_WORDS,
    )


def write_rows(rows: pa.Table, path: Path) -> None:
    """Write one file of rows."""
    pq.write_table(
        rows, path, compression="none", use_dictionary=IN_WORDS, write_statistics=False
    )


def is_word(rows: pa.Table, column: str, word: str) -> NDArray[np.bool_]:
    """Return which rows hold a word."""
    coded = rows.column(column).unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        return np.zeros(0, np.bool_)
    place = coded.dictionary.to_pylist()
    found: NDArray[np.bool_] = coded.indices.to_numpy() == (
        place.index(word) if word in place else -1
    )
    return found
