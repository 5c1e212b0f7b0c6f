"""Rows with clocks as rows of the `messages` table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.tables.canonical import MESSAGES
from ingest.merging.known import ACTS, AUTO_ORDER, NOT_AUTOMATED
from ingest.merging.message_ids import Flags, Ids, between, found_in, no_ids
from ingest.merging.ordering import Places
from ingest.merging.roots import Links, root_threads
from ingest.merging.timed import is_word, read_rows

_PERSON_BITS = np.int64(32)
QUALITIES = ("none", "explicit", "pseudo")
_NONE, _EXPLICIT, _PSEUDO = np.int8(0), np.int8(1), np.int8(2)


@dataclass(frozen=True)
class Words:
    """Texts for numbers: pseudonyms of parties, readers of sources."""

    people: pa.StringArray
    readers: pa.StringArray
    reader_of: NDArray[np.int32]

    @classmethod
    def of(cls, people: pa.StringArray, readers: Mapping[int, str]) -> Words:
        """Return the texts for all parties and sources."""
        names = sorted(set(readers.values()))
        reader_of = np.zeros(max(readers, default=0) + 1, np.int32)
        for source, name in readers.items():
            reader_of[source] = names.index(name)
        return cls(people, pa.array(names, pa.string()), reader_of)


@dataclass(frozen=True)
class Inferred:
    """Answers that nobody linked: the answer, to whom, and what it answers; in order of ids."""

    ids: Ids
    persons: NDArray[np.int32]
    parents: Ids

    @classmethod
    def of(cls, ids: Ids, persons: NDArray[np.int32], parents: Ids) -> Inferred:
        """Return answers in the order of their ids."""
        order, _ = ids.order()
        return cls(ids.take(order), persons[order], parents.take(order))

    @classmethod
    def none(cls) -> Inferred:
        """Return no answer."""
        return cls(no_ids(0), np.zeros(0, np.int32), no_ids(0))

    def among(self, messages: Ids) -> Inferred:
        """Return the answers among some messages, which are in order; perhaps a few more."""
        here = between(self.ids, messages)
        return Inferred(self.ids.take(here), self.persons[here], self.parents.take(here))


@dataclass(frozen=True)
class Roots:
    """The thread of messages that name their parent and no thread; in order of ids."""

    ids: Ids
    threads: Ids

    @classmethod
    def of(cls, links: Links) -> Roots:
        """Return the threads in the order of their messages' ids."""
        order, _ = links.ids.order()
        return cls(links.ids.take(order), root_threads(links).take(order))


@dataclass(frozen=True)
class Finished:
    """Rows of `messages`, and counts of their messages."""

    rows: pa.Table
    n_messages: int
    automated: Mapping[str, int]


@dataclass(frozen=True)
class Finishing:
    """Finishes file after file; `set_aside` says it of each party."""

    words: Words
    inferred: Inferred
    roots: Roots
    set_aside: Flags

    def finish(self, path: Path) -> Finished:
        """Return the rows of one file as rows of `messages`."""
        rows = read_rows(path)
        ids = Ids.of(rows.column("message_id"))
        senders, persons = (rows.column(n).to_numpy() for n in ("sender_no", "person_no"))
        links = self._links(rows, ids, self.set_aside[senders] | self.set_aside[persons])
        ranks = rows.column("auto_rank").to_numpy()
        by_itself = (ranks == NOT_AUTOMATED) & self.set_aside[senders]
        ranks = np.where(by_itself, np.int8(AUTO_ORDER.index("behaviour")), ranks)
        is_automated = ranks != NOT_AUTOMATED
        sources = self.words.reader_of[rows.column("source_no").to_numpy()]
        new = {
            "message_id": ids.digits(),
            "thread_id": self._threads(rows, ids).digits(),
            "reply_to_id": links.answered.digits(),
            "sender_id": pa.DictionaryArray.from_arrays(senders, self.words.people),
            "recipient_id": pa.DictionaryArray.from_arrays(persons, self.words.people),
            "act": links.acts,
            "is_automated": is_automated,
            "auto_reason": pa.DictionaryArray.from_arrays(
                pa.array(ranks, mask=~is_automated), pa.array(AUTO_ORDER)
            ),
            "reply_quality": pa.DictionaryArray.from_arrays(links.quality, pa.array(QUALITIES)),
            "source": pa.DictionaryArray.from_arrays(sources, self.words.readers),
        }
        columns = {n: new.get(n, rows.column(n) if n not in new else None) for n in MESSAGES.names}
        is_first = rows.column("is_first").to_numpy()
        n_by_reason = np.bincount(ranks[is_first & is_automated], minlength=len(AUTO_ORDER))
        automated = dict(zip(AUTO_ORDER, n_by_reason.tolist(), strict=True))
        return Finished(
            pa.table(columns),
            int(np.count_nonzero(is_first)),
            {reason: n for reason, n in automated.items() if n},
        )

    def _links(self, rows: pa.Table, ids: Ids, is_aside: Flags) -> _Linked:
        parents = Ids.of(rows.column("parent_id"))
        is_reaction = is_word(rows, "act", "reaction")
        quality = np.where(parents.is_there & ~is_reaction, _EXPLICIT, _NONE)
        answered = Ids(parents.halves, quality == _EXPLICIT)
        at, pairs = self._paired(rows, ids)
        wanted = (quality[at] == _NONE) & ~is_reaction[at] & ~is_aside[at]
        at = at[wanted]
        quality[at] = _PSEUDO
        if len(at):
            halves, is_there = answered.halves.copy(), answered.is_there.copy()
            halves[at] = pairs.halves[wanted]
            is_there[at] = True
            answered = Ids(halves, is_there)
        coded = rows.column("act").unify_dictionaries().combine_chunks()
        places = np.array([ACTS.index(word) for word in coded.dictionary.to_pylist()], np.int8)
        acts = places[coded.indices.to_numpy()]
        acts[at] = ACTS.index("reply")
        return _Linked(quality, answered, pa.DictionaryArray.from_arrays(acts, pa.array(ACTS)))

    def _paired(self, rows: pa.Table, ids: Ids) -> tuple[Places, Ids]:
        """The rows that are inferred answers, and what each answers."""
        if not len(self.inferred.ids):
            return np.zeros(0, np.int64), no_ids(0)
        firsts = np.flatnonzero(rows.column("is_first").to_numpy())
        messages = ids.take(firsts)
        inferred = self.inferred.among(messages)
        message = found_in(inferred.ids, messages)
        of_row = np.cumsum(rows.column("is_first").to_numpy(), dtype=np.int64) - 1
        keys = (of_row << _PERSON_BITS) | rows.column("person_no").to_numpy()
        wanted = (message << _PERSON_BITS) | inferred.persons
        at = np.searchsorted(keys, wanted)
        is_here = (message >= 0) & (at < len(keys))
        is_here[is_here] = keys[at[is_here]] == wanted[is_here]
        return at[is_here], inferred.parents.take(np.flatnonzero(is_here))

    def _threads(self, rows: pa.Table, ids: Ids) -> Ids:
        """The thread of each row: as the export says, else the root of its chain, else itself."""
        threads = Ids.of(rows.column("thread_id"))
        if threads.is_there.all():
            return threads
        found = threads.where(threads.is_there, ids)
        open_rows = np.flatnonzero(~threads.is_there)
        here = between(self.roots.ids, ids)
        place = found_in(ids.take(open_rows), self.roots.ids.take(here))
        at, place = open_rows[place >= 0], here[place[place >= 0]]
        found.halves[at] = self.roots.threads.halves[place]
        return found


@dataclass(frozen=True)
class _Linked:
    """How each row is linked, to what, and what was done in it."""

    quality: NDArray[np.int8]
    answered: Ids
    acts: pa.DictionaryArray
