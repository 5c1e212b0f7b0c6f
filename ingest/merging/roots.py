"""Conversations of messages that only name what they answer: a thread is called by its root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.merging.message_ids import Ids, joined_ids


@dataclass(frozen=True)
class Links:
    """Messages that name their parent and no thread; `days` are those of their senders."""

    ids: Ids
    parents: Ids
    days: NDArray[np.int32]

    @classmethod
    def joined(cls, parts: Sequence[Links]) -> Links:
        """Return the links of several parts as one."""
        return cls(
            joined_ids([part.ids for part in parts]),
            joined_ids([part.parents for part in parts]),
            np.concatenate([part.days for part in parts]),
        )

    def of_days(self, first_day: int, end_day: int) -> Links:
        """Return those that were sent in some days."""
        here = np.flatnonzero((self.days >= first_day) & (self.days < end_day))
        return Links(self.ids.take(here), self.parents.take(here), self.days[here])


def root_threads(links: Links) -> Ids:
    """Return the thread of each message that names its parent: the root of its chain.

    A message whose chain runs in a circle is its own thread.
    """
    both = joined_ids([links.ids, links.parents])
    order, is_new = both.order()
    number = np.empty(len(both), np.int64)
    number[order] = np.cumsum(is_new) - 1
    child, parent = number[: len(links.ids)], number[len(links.ids) :]
    above = np.arange(np.count_nonzero(is_new))
    above[child] = parent
    root = above.copy()
    for _ in range(len(root).bit_length() + 1):
        root, before = root[root], root
        if (root == before).all():
            break
    is_circle = above[root] != root
    root[is_circle] = np.flatnonzero(is_circle)
    return both.take(order[is_new][root[child]])
