"""Outlook messages (MSG), one or a folder or archive of them: properties by number alone."""

from __future__ import annotations

import io
import mmap
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Protocol

from ingest.batches import Batch
from ingest.files.archives import is_zip
from ingest.files.export_files import ExportFile, files_of
from ingest.files.members import names_in
from ingest.limits import Limits, check_limit
from ingest.mail import mapi
from ingest.mail.mapi import Properties
from ingest.mail.outlook_rows import Item, OutlookRows, missing_package
from ingest.registry import ReaderInfo, readers
from ingest.source import Source

CODE = "E-MSG"
MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TABLE = "__properties_version1.0"
_TABLE_NAME = _TABLE.encode("utf-16-le")
_RECIPIENT = "__recip_version1.0_"
_HEAD_OF_ITEM, _HEAD_OF_RECIPIENT, _ENTRY = 32, 8, 16
_VALUE_BYTES = 8
_LARGEST_TEXT = 1 << 20
_OTHERS = (".eml", ".mbox", ".emlx")
_FAULTS = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    RecursionError,
    struct.error,
)


def _is_msg_export(path: Path, start: bytes) -> bool:
    if path.is_dir() or is_zip(start):
        names = [name.lower() for name in names_in(path, start)]
        return any(map(is_msg_name, names)) and not any(n.endswith(_OTHERS) for n in names)
    return start.startswith(MAGIC) and _names_properties(path)


def is_msg_name(name: str) -> bool:
    """Return whether a member is an Outlook message by its name."""
    base = name.rpartition("/")[2]
    return base.lower().endswith(".msg") and not base.startswith("._")


def _names_properties(path: Path) -> bool:
    """Old Office documents begin the same; only messages hold a table of properties."""
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return content.find(_TABLE_NAME) >= 0


@readers.add(
    "msg",
    ReaderInfo(
        title="Outlook messages (MSG; one, or a folder or ZIP of them)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".msg", ".zip", ""),
        options=(),
        sniff=_is_msg_export,
        package="olefile",
        is_hostile=True,
        traps=(
            "old Office documents begin with the same bytes: told apart by their table",
            "people of the same organization stand as directory paths: taken with their address",
            "text in UTF-16 or in an old code page, by the type of each property",
            "a mail attached to a mail is content: not read",
            "hidden copies are a kind of recipient: counted, never kept",
            "appointments, contacts, tasks, notes, posts: left out and counted",
            "times name no zone: they are UTC",
        ),
    ),
)
def read_msg(source: Source) -> Iterator[Batch]:
    """Mails and invitations, one a file; a damaged file is one reject."""
    rows = OutlookRows(source, CODE)
    with files_of(source.path, source.tally.limits, is_msg_name) as files:
        if not files:
            raise source.error(
                "there is no .msg file in it",
                f"{CODE}-001",
                "Nothing was read. Save the messages from Outlook as .msg into one folder.",
            )
        for file in files:
            yield from _read(source, file, rows)
    yield from rows.rest()


def _read(source: Source, file: ExportFile, rows: OutlookRows) -> Iterator[Batch]:
    source.tally.see()
    # File names of messages are their subjects: places are numbers.
    place = f"file {source.tally.n_seen}"
    try:
        item = _item(source, file, place)
    except _FAULTS:
        source.tally.reject(place, f"{CODE}-009", "message_damaged")
        return
    rows.add(item)
    yield from rows.full()


class _Ole(Protocol):
    def listdir(self, streams: bool, storages: bool) -> list[list[str]]: ...

    def exists(self, name: list[str]) -> bool: ...

    def get_size(self, name: list[str]) -> int: ...

    def openstream(self, name: list[str]) -> IO[bytes]: ...

    def close(self) -> None: ...


def _item(source: Source, file: ExportFile, place: str) -> Item:
    try:
        import olefile  # noqa: PLC0415 - an optional package of this reader alone
    except ImportError as error:
        raise missing_package(source, "olefile") from error
    content = io.BytesIO(_bytes_of(file, source.tally.limits, source.file))
    ole: _Ole = olefile.OleFileIO(content)
    with closing(ole):
        people = sorted(
            name[0]
            for name in ole.listdir(streams=False, storages=True)
            if len(name) == 1 and name[0].startswith(_RECIPIENT)
        )
        check_limit(
            len(people), source.tally.limits.mail_recipients, "mail_recipients", source.file
        )
        return Item(
            place,
            _properties(ole, [], _HEAD_OF_ITEM, mapi.OF_ITEM),
            tuple(
                _properties(ole, [name], _HEAD_OF_RECIPIENT, mapi.OF_RECIPIENT) for name in people
            ),
        )


def _bytes_of(file: ExportFile, limits: Limits, name: str) -> bytes:
    limit = min(limits.entry_bytes, limits.json_bytes)
    check_limit(file.size, limit, "entry_bytes", name)
    with file.open() as stream:
        content = stream.read(limit + 1)
    check_limit(len(content), limit, "entry_bytes", name)
    return content


def _properties(ole: _Ole, folder: list[str], head: int, wanted: frozenset[int]) -> Properties:
    """The wanted properties of one storage; no other stream is opened."""
    with ole.openstream([*folder, _TABLE]) as stream:
        table = stream.read()
    values: dict[int, tuple[int, bytes]] = {}
    for at in range(head, len(table) - _ENTRY + 1, _ENTRY):
        kind, number = struct.unpack_from("<HH", table, at)
        if number not in wanted:
            continue
        raw = table[at + _VALUE_BYTES : at + _ENTRY]
        if kind in mapi.HELD_APART:
            raw = _held_apart(ole, [*folder, f"__substg1.0_{number:04X}{kind:04X}"])
        values.setdefault(number, (kind, raw))
    return Properties(values)


def _held_apart(ole: _Ole, name: list[str]) -> bytes:
    if not ole.exists(name) or ole.get_size(name) > _LARGEST_TEXT:
        return b""
    with ole.openstream(name) as stream:
        return stream.read()
