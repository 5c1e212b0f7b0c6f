"""Numbers of whole columns of identities: a spelling is looked up in the book when it is new."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.cells import Typed
from ingest.people.book import Book

# A table of spellings is built anew for every column: beyond so many it costs more than it saves.
_MOST = 1 << 16


@dataclass
class NumberedColumns:
    """The numbers that a book gives to columns of identities in clear."""

    book: Book
    _known: dict[str, _Known] = field(default_factory=dict)

    def column(self, texts: Typed) -> pa.Int64Array:
        """Return the number of each identity; -1 where the text is none."""
        known = self._known.get(texts.start) or _Known.empty()
        places = pc.index_in(texts.cells, value_set=known.spellings)
        if not places.null_count:
            return pa.array(known.numbers[places.to_numpy()])
        new = np.flatnonzero(places.is_null())
        coded = texts.cells.take(pa.array(new)).dictionary_encode()
        found = [self.book.number(texts.start + rest) for rest in coded.dictionary.to_pylist()]
        fresh = _Known(coded.dictionary, np.array(found, np.int64))
        numbers = np.append(known.numbers, 0)[places.fill_null(len(known.numbers)).to_numpy()]
        numbers[new] = fresh.numbers[coded.indices.to_numpy()]
        if len(known.numbers) < _MOST:
            self._known[texts.start] = known.with_all_of(fresh)
        return pa.array(numbers)


@dataclass(frozen=True)
class _Known:
    """Spellings that were looked up, without what stands before all of them."""

    spellings: pa.StringArray
    numbers: NDArray[np.int64]

    @classmethod
    def empty(cls) -> _Known:
        """Return no spelling."""
        return cls(pa.array([], pa.string()), np.zeros(0, np.int64))

    def with_all_of(self, other: _Known) -> _Known:
        """Return the spellings of both."""
        return _Known(
            pa.concat_arrays([self.spellings, other.spellings]),
            np.concatenate([self.numbers, other.numbers]),
        )
