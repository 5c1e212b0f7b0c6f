"""Keyed ids of many messages as numbers: compared, ordered and taken a column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.keys.keyed_columns import CODE, hex_digits
from ingest.merging.ordering import Places, ordered

Flags = NDArray[np.bool_]
Halves = NDArray[np.uint64]

HEAD_BITS = 64


@dataclass(frozen=True)
class Ids:
    """Ids of 16 bytes; `halves` has a row for each, `is_there` says which are ids at all."""

    halves: Halves
    is_there: Flags

    def __len__(self) -> int:
        return len(self.halves)

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array) -> Ids:
        """Return the ids of a column of codes, as parts hold them or as a query gave them."""
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if isinstance(array, pa.ChunkedArray):  # of no chunk, or of more than memory joins
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], CODE)
        if not pa.types.is_fixed_size_binary(array.type):
            array = array.cast(pa.binary()).cast(CODE)
        n, held = len(array), array.buffers()[1]
        numbers = np.frombuffer(held or b"", np.uint64)[: 2 * (array.offset + n)]
        is_there = np.ones(n, np.bool_)
        if array.null_count:
            is_there = array.is_valid().to_numpy(zero_copy_only=False)
        return cls(numbers.reshape(-1, 2)[array.offset :], is_there)

    def heads(self) -> Halves:
        """Return the first eight bytes of each as a number: they order as the ids do."""
        return self.halves[:, 0].byteswap()

    def tails(self) -> Halves:
        """Return the last eight bytes of each as a number."""
        return self.halves[:, 1].byteswap()

    def order(self) -> tuple[Places, Flags]:
        """Return the places of the ids in ascending order, and which of these begin a new id."""
        heads = self.heads()
        order = ordered(heads)
        is_new = _differ(heads[order])
        if not self._same_where(order, ~is_new):
            order = np.lexsort((self.tails(), heads))
            is_new = _differ(heads[order]) | _differ(self.tails()[order])
        return order, is_new

    def take(self, places: Places | slice) -> Ids:
        """Return the ids at some places."""
        if isinstance(places, slice):
            return Ids(self.halves[places], self.is_there[places])
        return Ids(self.halves.take(places, axis=0), self.is_there[places])

    def where(self, chosen: Flags, other: Ids) -> Ids:
        """Return these ids where `chosen`, the others elsewhere."""
        return Ids(
            np.where(chosen[:, None], self.halves, other.halves),
            np.where(chosen, self.is_there, other.is_there),
        )

    def codes(self) -> pa.FixedSizeBinaryArray:
        """Return the ids as a column of codes; no value where there is no id."""
        n = len(self)
        mask = None
        if not self.is_there.all():
            mask = pa.py_buffer(np.packbits(self.is_there, bitorder="little"))
        content = pa.py_buffer(np.ascontiguousarray(self.halves).reshape(-1))
        return pa.FixedSizeBinaryArray.from_buffers(CODE, n, [mask, content])

    def digits(self) -> pa.StringArray:
        """Return the ids as 32 hex digits each; no value where there is no id."""
        return hex_digits(self.codes())

    def _same_where(self, order: Places, is_pair: Flags) -> bool:
        """Whether all neighbours with one head have one tail as well."""
        at = np.flatnonzero(is_pair)
        tails = self.halves[:, 1]
        return bool((tails[order[at]] == tails[order[at - 1]]).all())


def joined_ids(parts: Sequence[Ids]) -> Ids:
    """Return the ids of several columns one after the other."""
    return Ids(
        np.concatenate([part.halves for part in parts]),
        np.concatenate([part.is_there for part in parts]),
    )


def no_ids(n: int) -> Ids:
    """Return n times no id."""
    return Ids(np.zeros((n, 2), np.uint64), np.zeros(n, np.bool_))


def between(ids: Ids, messages: Ids) -> Places:
    """Return the places among ids in order that may name one of some messages, also in order."""
    if not len(messages):
        return np.zeros(0, np.int64)
    heads, own = messages.heads(), ids.heads()
    first = np.searchsorted(own, heads[0], side="left")
    return np.arange(first, np.searchsorted(own, heads[-1], side="right"))


def found_in(wanted: Ids, known: Ids) -> Places:
    """Return where each wanted id stands among known ones, each of which occurs once; -1: not."""
    if not len(known):
        return np.full(len(wanted), -1, np.int64)
    order, _ = known.order()
    heads, wanted_heads = known.heads()[order], wanted.heads()
    low = np.searchsorted(heads, wanted_heads, side="left")
    high = np.searchsorted(heads, wanted_heads, side="right")
    found = np.full(len(wanted), -1, np.int64)
    for step in range(int((high - low).max(initial=0))):
        at = np.flatnonzero((low + step < high) & (found < 0))
        here = order[low[at] + step]
        same = known.halves[here, 1] == wanted.halves[at, 1]
        found[at[same]] = here[same]
    found[~wanted.is_there] = -1
    return found


def _differ(numbers: Halves) -> Flags:
    """Which of some numbers differ from the one before; the first does."""
    found = np.ones(len(numbers), np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=found[1:])
    return found
