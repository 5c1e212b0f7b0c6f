"""Reading ahead and writing behind: three steps of one import at a time, each in its thread."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from ingest.batches import Batch

_HELD = 2
_WAIT_S = 0.1


class WriteBehind:
    """Runs what is given to it in a thread of its own, one after the other, some steps behind."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._waiting: deque[Future[None]] = deque()

    def give(self, work: Callable[[], None]) -> None:
        """Take over one piece of work; raises here what an earlier piece raised."""
        self._waiting.append(self._pool.submit(work))
        while len(self._waiting) > _HELD:
            self._waiting.popleft().result()

    def finish(self) -> None:
        """Return once everything is done."""
        while self._waiting:
            self._waiting.popleft().result()

    def close(self) -> None:
        """End the thread, once the piece under way is done."""
        self._pool.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True)
class _End:
    """The reader has come to its end, or stopped at an error."""

    error: BaseException | None = None


def read_ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Return the same batches in the same order; a thread of its own reads them.

    What the reader raises is raised here. A reader whose batches nobody wants any more is closed.
    """
    given: queue.Queue[Batch | _End] = queue.Queue(_HELD)
    is_over = threading.Event()
    thread = threading.Thread(target=_read, args=(batches, given, is_over), daemon=True)
    thread.start()
    try:
        while isinstance(got := given.get(), Batch):
            yield got
        if got.error is not None:
            raise got.error
    finally:
        is_over.set()
        thread.join()


def _read(
    batches: Iterator[Batch], given: queue.Queue[Batch | _End], is_over: threading.Event
) -> None:
    end = _End()
    try:
        for batch in batches:
            if not _put(batch, given, is_over):
                break
    except BaseException as error:  # it is raised where the batches are used
        end = _End(error)
    finally:
        close = getattr(batches, "close", None)
        if close is not None:
            close()
    _put(end, given, is_over)


def _put(item: Batch | _End, given: queue.Queue[Batch | _End], is_over: threading.Event) -> bool:
    while not is_over.is_set():
        try:
            given.put(item, timeout=_WAIT_S)
        except queue.Full:
            continue
        return True
    return False
