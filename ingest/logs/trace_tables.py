"""Message traces of Exchange Online as tables: which report it is, and what each row says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ingest.logs.trace_rows import LoggedMail, TraceRows, clean
from ingest.logs.tracking_deliveries import FirstLook, take_event
from ingest.logs.tracking_log import event_of
from ingest.tables.columns import Picked, aliased_columns, plain
from ingest.tables.csv_table import CsvTable
from ingest.tables.parsing import TimeParser
from ingest.tally import Tally

TIMES = (
    "received",
    "receivedutc",
    "datetime",
    "datetimeutc",
    "origintimestamp",
    "origintimestamputc",
)
ALIASES = {
    "datetime": TIMES,
    "senderaddress": ("senderaddress",),
    "recipientaddress": ("recipientaddress",),
    "recipientstatus": ("recipientstatus",),
    "status": ("status",),
    "eventid": ("eventid",),
    "messageid": ("messageid",),
    "networkmessageid": ("messagetraceid", "networkmessageid"),
    "relatedrecipientaddress": ("relatedrecipientaddress",),
    "returnpath": ("returnpath",),
}
TRACE, SUMMARY, EXTENDED = "trace", "summary", "extended"
ROWS_AT_MOST = {TRACE: (5_000,), SUMMARY: (99_999, 100_000), EXTENDED: (99_999, 100_000)}
_HEAD_LINES = 5
_SPLIT = re.compile(r'[,;\t|](?=(?:[^"]*"[^"]*")*[^"]*$)')
_DELIVERED = ("deliver", "send")
_FAILED = ("fail", "filteredasspam", "quarantine", "reject")


def header_in(start: bytes) -> frozenset[str]:
    """Return the plain names of the columns of a table from its first bytes; for sniffing."""
    if b"\x00" in start[:4096]:
        return frozenset()
    for line in islice(start[:16_384].decode("utf-8", "replace").splitlines(), _HEAD_LINES):
        bare = line.strip().lstrip("\ufeff")
        if bare and not bare.startswith("#TYPE") and not bare.lower().startswith("sep="):
            return frozenset(plain(cell) for cell in _SPLIT.split(bare[:8192]))
    return frozenset()


def report_of(header: frozenset[str]) -> str:
    """Return which report has these columns; "" where it is no message trace."""
    if "senderaddress" not in header or not header.intersection(TIMES):
        return ""
    if "recipientstatus" in header and "eventid" not in header:
        return SUMMARY
    if "recipientaddress" not in header:
        return ""
    if "eventid" in header and "messageid" in header:
        return EXTENDED
    return TRACE if header & {"messagetraceid", "status"} else ""


@dataclass(frozen=True)
class TraceTable:
    """One table of a trace with the report it is."""

    table: CsvTable
    report: str
    picked: Picked

    def cells(self, tally: Tally) -> Iterator[tuple[int, dict[str, str]]]:
        """Return the line and the wanted cells of each row by meaning."""
        for line, row in self.table.rows(tally):
            yield line, {name: row[at[0]].strip() for name, at in self.picked.places.items()}


def trace_table(table: CsvTable) -> TraceTable | None:
    """Return a table as a trace; None where its columns are those of no trace."""
    report = report_of(frozenset(plain(name) for name in table.header))
    return TraceTable(table, report, Picked(aliased_columns(table, ALIASES))) if report else None


@dataclass(frozen=True)
class TraceTaker:
    """Turns rows of traces into mails; what was not delivered is counted."""

    rows: TraceRows
    look: FirstLook
    parse: TimeParser

    def take(self, report: str, place: str, cells: Mapping[str, str]) -> None:
        """Take one row of a report."""
        if report == EXTENDED:
            event = event_of(cells)
            take_event(event, self.look, self.rows, place, self.parse(event.time))
        elif report == SUMMARY:
            self._take_summary(place, cells)
        else:
            self._take_trace(place, cells)

    def _take_trace(self, place: str, cells: Mapping[str, str]) -> None:
        tally = self.rows.source.tally
        status = plain(cells.get("status", ""))
        if status == "expanded":
            self.rows.note_list(cells["recipientaddress"])
            tally.leave_out("list_expanded")
            return
        if status not in {"delivered", ""}:
            tally.leave_out("not_delivered")
            return
        if not status:
            tally.note("status_not_given")
        self.rows.add(self._mail(place, cells, ((cells["recipientaddress"], "to"),)))

    def _take_summary(self, place: str, cells: Mapping[str, str]) -> None:
        named: list[tuple[str, str]] = []
        lost = {"not_delivered": 0, "list_expanded": 0}
        for address, outcome in outcomes(cells["recipientstatus"]):
            if outcome == "delivered":
                named.append((address, "to"))
                continue
            lost[outcome] += 1
            if outcome == "list_expanded":
                self.rows.note_list(address)
        tally = self.rows.source.tally
        if not named:
            tally.leave_out(next((why for why, n in lost.items() if n), "no_usable_recipient"))
            return
        before = self.rows.n_units
        self.rows.add(self._mail(place, cells, tuple(named)))
        if self.rows.n_units > before:
            for why, n in lost.items():
                tally.drop_slot(why, n)

    def _mail(
        self, place: str, cells: Mapping[str, str], recipients: tuple[tuple[str, str], ...]
    ) -> LoggedMail:
        return LoggedMail(
            place,
            cells.get("messageid", ""),
            cells.get("networkmessageid", ""),
            cells["senderaddress"],
            recipients,
            self.parse(cells["datetime"]),
        )


def outcomes(cell: str) -> Iterator[tuple[str, str]]:
    """Return each recipient of a summary's cell and what became of the mail to them."""
    for part in cell.split(";"):
        address, _, steps = part.partition("##")
        if not clean(address):
            if address.strip():
                yield address, "delivered"  # counted as an unresolved address further on
            continue
        words = [plain(step) for step in steps.split(",")]
        if any(word.startswith(_FAILED) for word in words):
            yield address, "not_delivered"
        elif any(word.startswith(_DELIVERED) for word in words):
            yield address, "delivered"
        else:
            is_list = any(word.startswith("expand") for word in words)
            yield address, "list_expanded" if is_list else "not_delivered"


def is_trace_file(path: Path) -> bool:
    """Return whether a file begins like a trace table."""
    with path.open("rb") as stream:
        start = stream.read(16_384)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "replace").encode("utf-8", "replace")
    return bool(report_of(header_in(start)))
