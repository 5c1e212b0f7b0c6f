"""Outlook data files (PST): properties by number, never a body, a subject or an attachment."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from core.errors import SourceError
from ingest.batches import Batch
from ingest.mail import mapi
from ingest.mail.mapi import Properties
from ingest.mail.outlook_rows import Item, OutlookRows, missing_package
from ingest.registry import ReaderInfo, readers
from ingest.source import Source

CODE = "E-PST"
MAGIC = b"!BDN"
HEADER_BYTES = 564
_CLIENT, _VERSION = slice(8, 10), 10
_OST, _UNICODE = b"SO", 23
_SIZE_AT = {True: (0xB8, "<Q"), False: (0xA8, "<I")}
_CRYPT_AT = {True: 0x201, False: 0x1CD}
_PROTECTED = 0x10
_DEEPEST = 60
_AGAIN = (
    "Export from Outlook again (File > Open & Export > Import/Export > Outlook data file .pst)"
)
_ITEM_COUNT = 0x3602
_FAULTS = (OSError, ValueError, OverflowError, MemoryError, RecursionError, SystemError)


@readers.add(
    "pst",
    ReaderInfo(
        title="Outlook data file (PST)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".pst",),
        options=(),
        sniff=lambda _path, start: start.startswith(MAGIC),
        package="pypff",
        is_hostile=True,
        traps=(
            "a file cut off opens without any error: its size is compared with its header",
            "people of the same organization stand as directory paths: taken with their address",
            "sent items have no mail headers: properties alone are used",
            "times name no zone: they are UTC",
            "hidden copies are a kind of recipient: counted, never kept",
            "reports, out-of-office, contacts, tasks, notes: left out and counted",
            "an .ost, a protected or a damaged file is refused with what to do",
        ),
    ),
)
def read_pst(source: Source) -> Iterator[Batch]:
    """Mails and invitations of all folders; no getter of content is ever called."""
    share = _check_header(source)
    file = _opened(source)
    walk = _Walk(source, OutlookRows(source, CODE))
    yield from walk.batches(_root(source, file))
    yield from walk.rows.rest()
    file.close()
    if share < 1:
        source.tally.cut_off(
            f"{source.file}: {int(100 * share)} % of the size its header states (W-PST-002). "
            f"{walk.rows.n_units:,} messages were read; the import is marked incomplete. "
            "Copy the file again."
        )
    elif walk.n_unreadable or walk.n_missing:
        source.tally.cut_off(
            f"{source.file}: {walk.n_unreadable:,} folders cannot be read and {walk.n_missing:,} "
            "items that folders count are not there (W-PST-003). The others were read; the import "
            f"is marked incomplete. {_AGAIN}."
        )


class _Entry(Protocol):
    entry_type: int | None
    value_type: int | None
    data: bytes | None


class _RecordSet(Protocol):
    number_of_entries: int

    def get_entry(self, index: int) -> _Entry: ...


class _Node(Protocol):
    number_of_record_sets: int

    def get_record_set(self, index: int) -> _RecordSet: ...


class _Message(_Node, Protocol):
    recipients: _Node | None


class _Folder(_Node, Protocol):
    identifier: int
    number_of_sub_messages: int
    number_of_sub_folders: int

    def get_sub_message(self, index: int) -> _Message: ...

    def get_sub_folder(self, index: int) -> _Folder: ...


class _File(Protocol):
    def open(self, path: str) -> None: ...

    def close(self) -> None: ...

    def get_root_folder(self) -> _Folder | None: ...


@dataclass
class _Walk:
    """A walk over folders that goes on behind whatever is damaged."""

    source: Source
    rows: OutlookRows
    n_unreadable: int = 0
    n_missing: int = 0
    seen: set[int] = field(default_factory=set)

    def batches(self, root: _Folder) -> Iterator[Batch]:
        """Return the batches of all folders, the first folder first."""
        waiting = [(root, 0)]
        while waiting:
            folder, depth = waiting.pop()
            try:
                number, n_items = folder.identifier, folder.number_of_sub_messages
            except _FAULTS:
                self.n_unreadable += 1
                continue
            if number in self.seen:
                continue
            self.seen.add(number)
            self._compare(folder, n_items)
            for index in range(n_items):
                self._item(folder, index, f"folder {number} item {index + 1}")
                yield from self.rows.full()
            if depth < _DEEPEST:
                waiting += [(child, depth + 1) for child in self._children(folder)]

    def _children(self, folder: _Folder) -> list[_Folder]:
        found: list[_Folder] = []
        try:
            for index in range(folder.number_of_sub_folders):
                found += [folder.get_sub_folder(index)]  # those before a fault are kept
        except _FAULTS:
            self.n_unreadable += 1
        return found[::-1]

    def _item(self, folder: _Folder, index: int, place: str) -> None:
        self.source.tally.see()
        try:
            message = folder.get_sub_message(index)
            properties = Properties(_first_set(message, mapi.OF_ITEM))
            people = _sets(message.recipients, mapi.OF_RECIPIENT)
            recipients = tuple(Properties(found) for found in people)
        except _FAULTS:
            self.source.tally.reject(place, f"{CODE}-009", "item_damaged")
            return
        self.rows.add(Item(place, properties, recipients))

    def _compare(self, folder: _Folder, n_items: int) -> None:
        try:
            stated = Properties(_first_set(folder, frozenset((_ITEM_COUNT,)))).integer(_ITEM_COUNT)
        except _FAULTS:
            return
        self.n_missing += max((stated or 0) - n_items, 0)


def _first_set(node: _Node, wanted: frozenset[int]) -> dict[int, tuple[int, bytes]]:
    return next(iter(_sets(node, wanted)), {})


def _sets(node: _Node | None, wanted: frozenset[int]) -> list[dict[int, tuple[int, bytes]]]:
    """The wanted properties of each record set; the data of no other is asked for."""
    if node is None:
        return []
    found = []
    for at in range(node.number_of_record_sets):
        records = node.get_record_set(at)
        values: dict[int, tuple[int, bytes]] = {}
        for index in range(records.number_of_entries):
            entry = records.get_entry(index)
            if entry.entry_type in wanted and entry.entry_type not in values:
                values[entry.entry_type] = (entry.value_type or 0, entry.data or b"")
        found.append(values)
    return found


def _check_header(source: Source) -> float:
    """How much of the size that the header states is there; refuses what is no readable PST."""
    with source.path.open("rb") as stream:
        start = stream.read(HEADER_BYTES)
    if not start.startswith(MAGIC) or len(start) < HEADER_BYTES:
        raise source.error(
            "the file is no Outlook data file, or its header is cut off",
            f"{CODE}-001",
            f"Nothing was read. {_AGAIN}.",
        )
    if start[_CLIENT] == _OST:
        raise source.error(
            "this is the local copy of a mailbox (.ost), not an export",
            f"{CODE}-002",
            f"Nothing was read. {_AGAIN}, not the .ost.",
        )
    is_unicode = struct.unpack_from("<H", start, _VERSION)[0] >= _UNICODE
    if start[_CRYPT_AT[is_unicode]] == _PROTECTED:
        raise source.error(
            "the file is encrypted for one device",
            f"{CODE}-003",
            f"Nothing was read. {_AGAIN} to a place without protection.",
        )
    at, form = _SIZE_AT[is_unicode]
    stated: int = struct.unpack_from(form, start, at)[0]
    return min(source.path.stat().st_size / stated, 1.0) if stated else 1.0


def _opened(source: Source) -> _File:
    try:
        import pypff  # noqa: PLC0415 - an optional package of this reader alone
    except ImportError as error:
        raise missing_package(source, "libpff-python") from error
    file: _File = pypff.file()
    try:
        file.open(str(source.path))
    except _FAULTS as error:
        raise _damaged(source) from error
    return file


def _root(source: Source, file: _File) -> _Folder:
    try:
        root = file.get_root_folder()
    except _FAULTS as error:
        raise _damaged(source) from error
    if root is None:
        raise _damaged(source)
    return root


def _damaged(source: Source) -> SourceError:
    return source.error(
        "the file is damaged",
        f"{CODE}-004",
        f"Nothing was read. Copy it again; if that does not help: {_AGAIN}.",
    )
