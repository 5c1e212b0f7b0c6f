"""Message tracking logs of Exchange on premises: what was delivered to whom, once for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.batches import Batch
from ingest.files.export_files import ExportFile, files_of, named_places
from ingest.files.members import names_in
from ingest.logs.trace_rows import TraceRows
from ingest.logs.tracking_deliveries import COUNTED, FirstLook, names_a_copy_or_list, take_event
from ingest.logs.tracking_log import event_of, log_lines, utc_seconds
from ingest.registry import ReaderInfo, readers
from ingest.source import Source

CODE = "E-EXCHANGE"
_NAME = re.compile(r"(?:^|/)MSGTRK[A-Z_]{0,10}\d{0,12}[^/]*\.LOG$", re.IGNORECASE)
_KIND = re.compile(rb"^#log-type:\s*message tracking log", re.IGNORECASE | re.MULTILINE)
_TOLD = (b"event-id", b"recipient-address", b"sender-address")


def _is_tracking_log(path: Path, start: bytes) -> bool:
    if any(_NAME.search(name) for name in names_in(path, start)):
        return True
    head = start[:8192].lower()
    fields = head.partition(b"#fields:")[2].partition(b"\n")[0]
    return bool(_KIND.search(head)) or all(name in fields for name in _TOLD)


@readers.add(
    "exchange_tracking",
    ReaderInfo(
        title="Exchange message tracking log (MSGTRK)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".log", ".zip", ""),
        options=(),
        sniff=_is_tracking_log,
        traps=(
            "one mail makes about eight lines: counted once for each recipient",
            "columns differ by version and may change inside a file: mapped by #Fields alone",
            "subjects stand in the log, with commas and quotes: never taken",
            "hidden copies are named on another line than the delivery: found first, then counted",
            "a list is expanded: the list is a service, its members are the recipients",
            "the sender is the account that sent, also where it wrote for somebody else",
            "UTF-8 with a mark or UTF-16: both are read; times are UTC",
        ),
    ),
)
def read_exchange_tracking(source: Source) -> Iterator[Batch]:
    """Deliveries of a tracking log, or of a folder or archive of logs; read twice, held never."""
    limits = source.tally.limits
    with files_of(source.path, limits, lambda name: bool(_NAME.search(name))) as files:
        if not files:
            raise source.error(
                "there is no tracking log in it",
                f"{CODE}-009",
                "Nothing was read. Copy the files MSGTRK*.LOG as the server wrote them.",
            )
        look = _first_look(source, files)
        rows = TraceRows(source, CODE)
        for file in files:
            with named_places(source.tally, file.name):
                yield from _events(source, file, look, rows)
        yield from rows.rest()


def _first_look(source: Source, files: Sequence[ExportFile]) -> FirstLook:
    look = FirstLook()
    n_lines = n_known = 0
    for file in files:
        with file.open() as stream:
            for line in log_lines(stream, source.tally.limits, names_a_copy_or_list):
                n_lines += 1
                n_known += line.fault is None
                if line.cells:
                    look.note(event_of(line.cells))
    if n_lines and not n_known:
        raise source.error(
            "no line fits a #Fields line with date-time, event-id, message-id, "
            "recipient-address, sender-address",
            f"{CODE}-001",
            "Nothing was read. Take the files as the server wrote them, with their first lines.",
        )
    look.close()
    return look


def _events(source: Source, file: ExportFile, look: FirstLook, rows: TraceRows) -> Iterator[Batch]:
    with file.open() as stream:
        for line in log_lines(stream, source.tally.limits):
            source.tally.see()
            place = f"line {line.number}"
            if line.fault is not None:
                source.tally.reject(place, f"{CODE}-{line.fault[0]}", line.fault[1])
                if line.is_last_cut:
                    _say_cut(source, file, line.number)
                continue
            if line.cells["eventid"].strip().upper() not in COUNTED:
                source.tally.leave_out("transport_step")
                continue
            event = event_of(line.cells)
            take_event(event, look, rows, place, utc_seconds(event.time))
            yield from rows.full()


def _say_cut(source: Source, file: ExportFile, number: int) -> None:
    source.tally.cut_off(
        f"{file.name or source.file}:{number}: the last line is cut off (W-EXCHANGE-001). "
        "All lines above it were read. Copy the log again once the server has closed it."
    )
