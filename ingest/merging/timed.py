"""Rows with clocks as merging leaves them: files in the order of message ids, read column-wise."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ingest.merging.parallel import Made, each_in_order

SUFFIX = ".arrow"  # as it lies in memory: it is read many times, and goes with the run


@dataclass(frozen=True)
class Timed:
    """A folder of such files; all rows of a message stand in one of them."""

    folder: Path

    @property
    def files(self) -> list[Path]:
        """Return its files, in order."""
        return sorted(self.folder.glob(f"*{SUFFIX}"))

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

    def as_parquet(self, columns: Sequence[str], sources: NDArray[np.int32], folder: Path) -> None:
        """Write some columns of the rows of some sources as Parquet files, for the engine."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in self.files:
            rows = read_rows(path, [*columns, "source_no"])
            wanted = rows.filter(pc.is_in(rows.column("source_no"), pa.array(sources)))
            pq.write_table(wanted, folder / f"{path.stem}.parquet", compression="none")


def read_rows(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of one file; words are dictionaries."""
    with pa.memory_map(str(path)) as stream:
        rows = pa.ipc.open_file(stream).read_all()
    return rows if columns is None else rows.select(list(columns))


def write_rows(rows: pa.Table, path: Path) -> None:
    """Write one file of rows."""
    nothing = pa.RecordBatch.from_pylist([], rows.schema)
    whole = rows.unify_dictionaries().combine_chunks()
    with pa.OSFile(str(path), "wb") as stream, pa.ipc.new_file(stream, rows.schema) as file:
        file.write_batch(next(iter(whole.to_batches()), nothing))


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
