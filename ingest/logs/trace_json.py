"""Message traces of Exchange Online as the Graph interface answers them: typed, no subject."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from ingest.files.json_files import JsonError, document, line_records, records, records_of
from ingest.limits import Limits, check_limit

_LOOKED_AT = 4096


class GraphTrace(msgspec.Struct, rename="camel"):
    """One mail to one recipient; the subject and the network addresses are not declared."""

    id: str | None = None
    message_id: str | None = None
    received_date_time: str | None = None
    sender_address: str | None = None
    recipient_address: str | None = None
    status: str | None = None

    def cells(self) -> dict[str, str]:
        """Return the fields by the meanings of the tables."""
        return {
            "datetime": self.received_date_time or "",
            "senderaddress": self.sender_address or "",
            "recipientaddress": self.recipient_address or "",
            "status": self.status or "",
            "messageid": self.message_id or "",
            "networkmessageid": self.id or "",
        }


class Page(msgspec.Struct):
    """One answer of the interface; `next_link` where more pages follow."""

    value: list[msgspec.Raw]
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)


def is_graph_trace(start: bytes) -> bool:
    """Return whether bytes begin like an answer of the interface."""
    return (
        start.lstrip()[:1] in (b"{", b"[")
        and b'"senderAddress"' in start
        and b'"recipientAddress"' in start
    )


def graph_records(
    path: Path, limits: Limits, cut: list[str]
) -> Iterator[tuple[str, GraphTrace | JsonError]]:
    """Return the place and the record of each mail of a page, a list or lines of JSON.

    Adds a word to `cut` where the file is one page of several. Raises `JsonError` where the
    whole text is none of these.
    """
    with path.open("rb") as stream:
        start = stream.read(_LOOKED_AT).removeprefix(b"\xef\xbb\xbf").lstrip()
        if start[:1] == b"{" and b'"value"' not in start:
            stream.seek(0)
            for number, found in line_records(stream, GraphTrace, limits):
                yield f"line {number}", found
            return
    check_limit(path.stat().st_size, limits.json_bytes, "json_bytes", path.name)
    content = path.read_bytes()
    if start[:1] == b"{":
        page = document(content, Page)
        if page.next_link:
            cut.append("page")
        found_all = records_of(page.value, GraphTrace, "$.value")
    else:
        found_all = records(content, GraphTrace)
    for number, found in enumerate(found_all):
        yield f"record {number + 1}", found
