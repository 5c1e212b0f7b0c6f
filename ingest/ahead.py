"""Reading ahead: the next batch is read while the last one is hashed and written."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.batches import Batch

_HELD = 2
_WAIT_S = 0.1


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
