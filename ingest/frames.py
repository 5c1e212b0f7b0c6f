"""What a reader's own process is told and what it sends back: frames of plain bytes."""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import fields
from typing import IO

import msgspec
import pyarrow as pa

from ingest.batches import TABLES, Batch
from ingest.limits import Limits
from ingest.settings import SurveySettings
from ingest.tally import Reject, Tally

BATCH, TALLY, FAULT = b"B", b"T", b"F"
MOST_BYTES = 1 << 30
_HEAD = struct.Struct(">cQ")
_NAME = struct.Struct(">H")


class Job(msgspec.Struct, frozen=True):
    """One reading: the reader's name, the export, and everything a `Source` holds beside it."""

    reader: str
    path: str
    number: int
    options: dict[str, msgspec.Raw]
    time_zone: str
    earliest_s: int
    latest_s: int
    survey: SurveySettings
    codebook: dict[str, str]
    limits: Limits


class Fault(msgspec.Struct, frozen=True):
    """An error of the reader in its parts; `kind` is the name of its class."""

    kind: str
    message: str
    code: str = ""
    hint: str = ""
    file: str = ""
    place: str = ""


class Counts(msgspec.Struct, frozen=True):
    """The tally of a reading at its end."""

    n_seen: int
    accepted: int
    duplicate: int
    answer_slots: int
    answers: int
    filtered: dict[str, int]
    rejected: dict[str, int]
    slots: dict[str, int]
    notes: dict[str, int]
    rejects: list[Reject]
    warnings: list[str]
    remarks: list[str]
    is_complete: bool


def send(stream: IO[bytes], kind: bytes, content: bytes) -> None:
    """Write one frame: its kind, its length, its content."""
    stream.write(_HEAD.pack(kind, len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Return the kind and content of the next frame; None where the other side has gone."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, size = _HEAD.unpack(head)
    if kind not in (BATCH, TALLY, FAULT) or size > MOST_BYTES:
        return None
    content = stream.read(size)
    return (kind, content) if len(content) == size else None


def packed_batch(batch: Batch) -> bytes:
    """Return a batch as the name of its table and an Arrow record batch."""
    name = batch.table.encode("ascii")
    rows: bytes = batch.rows.serialize().to_pybytes()
    return _NAME.pack(len(name)) + name + rows


def unpacked_batch(content: bytes) -> Batch:
    """Return the batch of a frame, every offset and length in it checked.

    Raises `ValueError` where it is no batch of a known table.
    """
    try:
        (size,) = _NAME.unpack_from(content)
        name = content[_NAME.size : _NAME.size + size].decode("ascii")
        body = pa.py_buffer(memoryview(content)[_NAME.size + size :])
        rows = pa.ipc.read_record_batch(body, TABLES[name])
        rows.validate(full=True)
    except (struct.error, KeyError, OSError, EOFError, pa.ArrowException) as error:
        raise ValueError("no batch of a known table") from error
    return Batch(name, rows)


def packed_tally(tally: Tally) -> bytes:
    """Return the counts of a tally as JSON."""
    told = {name: getattr(tally, name) for name in Counts.__struct_fields__}
    return msgspec.json.encode(told)


def take_counts(tally: Tally, content: bytes) -> None:
    """Put the counts of a frame into the tally of the source."""
    counts = msgspec.json.decode(content, type=Counts)
    for field in fields(Tally):
        if field.name not in Counts.__struct_fields__:
            continue
        value = getattr(counts, field.name)
        setattr(tally, field.name, Counter(value) if isinstance(value, dict) else value)
