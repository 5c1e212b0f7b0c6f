"""Tables by day: what a clock does at an instant, looked up and not searched for.

A day on which a clock does more than one thing has no entry; its instants are searched for.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
HOUR_S = 3_600
DAY_HOURS = 24
BLOCK = 8_192  # instants at a time: what is computed of them stays near the processor
_DAY_S = DAY_HOURS * HOUR_S
_SEARCHED = np.iinfo(np.int64).min  # stands for an entry where there is none


class OffsetTable:
    """By how much a local clock is ahead of UTC.

    `at` gives the instants of its changes, the first of all times; `offset` the seconds ahead
    from each one on.
    """

    def __init__(self, at: Seconds, offset: Seconds) -> None:
        self.at, self.offset = at, offset
        # Days are those of UTC: from the one before the first change to the one after the last.
        changed = at[1:] // _DAY_S
        first, last = (changed[0] - 1, changed[-1] + 1) if changed.size else (0, 0)
        self._first = int(first)
        self._by_day = self._found(np.arange(first, last + 1) * _DAY_S)
        self._by_day[changed - first] = _SEARCHED

    def of(self, instants: Seconds) -> Seconds:
        """Return the offset at each instant."""
        offsets = np.empty(instants.size, dtype=np.int64)
        for here in blocks(instants.size):
            offsets[here] = self._of_block(instants[here])
        return offsets

    def local(self, instants: Seconds) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """Return the local day, counted from 1970, and the local hour of each instant."""
        days = np.empty(instants.size, dtype=np.int32)
        hours = np.empty(instants.size, dtype=np.int8)
        for here in blocks(instants.size):
            block = instants[here]
            hour = (block + self._of_block(block)) // HOUR_S
            day = hour // DAY_HOURS
            days[here] = day
            hours[here] = hour - day * DAY_HOURS
        return days, hours

    def _of_block(self, instants: Seconds) -> Seconds:
        if self.offset.size == 1:
            return self.offset
        offsets = self._by_day.take(instants // _DAY_S - self._first, mode="clip")
        searched = np.flatnonzero(offsets == _SEARCHED)
        if searched.size:
            offsets[searched] = self._found(instants[searched])
        return offsets

    def _found(self, instants: Seconds) -> Seconds:
        found: Seconds = self.offset[np.searchsorted(self.at, instants, side="right") - 1]
        return found


class ShiftTable:
    """Scheduled seconds so far, and whether an instant lies off hours, from the shifts in order.

    The clock runs from each of `starts` to its end or to the next start, and knows what has
    passed by then from `so_far`.
    """

    def __init__(self, starts: Seconds, ends: Seconds, so_far: Seconds) -> None:
        self.starts, self.ends, self.so_far = starts, ends, so_far
        # Days begin half a day from the middle of a shift, so that none is cut where it can be.
        middle = starts.size // 2
        self._begin = int(starts[middle] + ends[middle]) // 2 - _DAY_S // 2
        first = (int(starts[0]) - self._begin) // _DAY_S - 1
        last = (int(max(starts[-1], ends[-1])) - self._begin) // _DAY_S + 1
        self._begin += first * _DAY_S
        self._fill(self._begin + np.arange(last - first + 1) * _DAY_S)

    def work(self, instants: Seconds) -> tuple[Seconds, NDArray[np.bool_]]:
        """Return the scheduled seconds so far, and whether each instant lies off hours."""
        passed = np.empty(instants.size, dtype=np.int64)
        is_off = np.empty(instants.size, dtype=np.bool_)
        for here in blocks(instants.size):
            block = instants[here]
            day = (block - self._begin) // _DAY_S
            since = block - self._from.take(day, mode="clip")
            length = self._length.take(day, mode="clip")
            passed[here] = self._before.take(day, mode="clip") + np.clip(since, 0, length)
            is_off[here] = (since < 0) | (since >= length)
            searched = np.flatnonzero(length == _SEARCHED)
            if searched.size:
                rest = searched + here.start
                passed[rest], is_off[rest] = self._found(instants[rest])
        return passed, is_off

    def _fill(self, days: Seconds) -> None:
        begins, until, jumps = self._runs()
        first = np.searchsorted(until, days, side="right")
        n = np.searchsorted(begins, days + _DAY_S, side="left") - first
        one = np.flatnonzero(n == 1)
        run = first[one]
        self._before, _ = self._found(days)
        self._from, self._length = days.copy(), np.zeros_like(days)
        self._from[one] = np.maximum(begins[run], days[one])
        self._length[one] = np.minimum(until[run], days[one] + _DAY_S) - self._from[one]
        self._length[n > 1] = _SEARCHED
        self._length[(jumps - self._begin) // _DAY_S] = _SEARCHED

    def _runs(self) -> tuple[Seconds, Seconds, Seconds]:
        """From when to when the clock runs without a stop, and when it jumps.

        It jumps where a clock that was set forth by hours ends a shift before its start, or
        starts one before the last has ended.
        """
        starts, ends = self.starts, self.ends
        following = np.append(starts[1:], max(starts[-1], ends[-1]))
        jumps = np.concatenate([starts[ends < starts], following[ends > following]])
        until = np.clip(ends, starts, following)
        runs = until > starts
        begins, until = starts[runs], until[runs]
        is_stop = begins[1:] > until[:-1]
        return (
            np.concatenate([begins[:1], begins[1:][is_stop]]),
            np.concatenate([until[:-1][is_stop], until[-1:]]),
            jumps,
        )

    def _found(self, instants: Seconds) -> tuple[Seconds, NDArray[np.bool_]]:
        starts, ends = self.starts, self.ends
        shift = np.clip(np.searchsorted(starts, instants, side="right") - 1, 0, None)
        inside = np.clip(instants - starts[shift], 0, ends[shift] - starts[shift])
        is_off = (instants < starts[shift]) | (instants >= ends[shift])
        return self.so_far[shift] + inside, is_off


def blocks(n: int) -> Iterator[slice]:
    """Return stretches that cover `n` places."""
    return (slice(first, min(first + BLOCK, n)) for first in range(0, n, BLOCK))
