"""Reading ahead: same batches, same order, errors raised at their place, no thread left."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pyarrow as pa
import pytest

from ingest.ahead import read_ahead
from ingest.batches import TABLES, Batch


def batch(n: int) -> Batch:
    columns = {"unit": [n], "recipient": [f"email:{n}"], "role": ["to"]}
    return Batch("recipients", pa.RecordBatch.from_pydict(columns, schema=TABLES["recipients"]))


def numbers(batches: Iterator[Batch]) -> list[int]:
    return [b.rows.column("unit")[0].as_py() for b in batches]


def test_batches_come_in_order() -> None:
    assert numbers(read_ahead(batch(n) for n in range(50))) == list(range(50))


def test_what_the_reader_raises_is_raised_behind_its_batches() -> None:
    def broken() -> Iterator[Batch]:
        yield batch(0)
        raise ValueError("cut off")

    found = read_ahead(broken())
    assert next(found).rows.num_rows == 1
    with pytest.raises(ValueError, match="cut off"):
        next(found)


def test_a_reader_nobody_listens_to_is_closed() -> None:
    closed: list[str] = []

    def endless() -> Iterator[Batch]:
        try:
            while True:
                yield batch(1)
        finally:
            closed.append(threading.current_thread().name)

    found = read_ahead(endless())
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert len(closed) == 1
    assert closed[0] not in {thread.name for thread in threading.enumerate()}
