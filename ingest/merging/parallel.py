"""Work on many pieces in a few threads; results come in the order of the pieces."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

WORKERS = 2
_AHEAD = 2

Item = TypeVar("Item")
Made = TypeVar("Made")


def each_in_order(work: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """Return what is made of each item, in order; only few results wait to be taken."""
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[Made]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
