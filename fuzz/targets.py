"""What is fuzzed: every hand-written parser, and every reader over whole exports.

A target takes bytes and returns; an exception that is no error for the user is a finding.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from core.errors import AuditError
from fuzz.exports import LIMITS, read_bytes, seeds_of
from ingest import json_files
from ingest.csv_table import CsvShape, open_table
from ingest.identity import canonical
from ingest.mail_addresses import addresses, header_text
from ingest.mail_dates import parse_mail_date
from ingest.mail_split import looks_like_mail, split
from ingest.members import open_members
from ingest.parsing import day_pattern, explained_dates, number, parse_day, time_parser
from ingest.readers.mbox import wanted_headers
from ingest.registry import readers
from ingest.tally import Tally

Target = Callable[[bytes], None]
_PLACE = ZoneInfo("Europe/Rome")


class _Record(msgspec.Struct):
    id: str
    n: int = 0
    inner: list[msgspec.Raw] = []


def targets() -> dict[str, Target]:
    """Return every target by name: the parsers, then one for each reader."""
    return PARSERS | {f"read_{name}": partial(read_bytes, name) for name in readers.names()}


def seeds(name: str) -> Iterator[bytes]:
    """Return inputs to begin with."""
    if name.startswith("read_"):
        yield from seeds_of(name.removeprefix("read_"))
    else:
        yield from SEEDS[name]


def _mail_split(data: bytes) -> None:
    looks_like_mail(data)
    ends = 0
    for raw in split(data, 1024):
        if raw.offset < ends:
            raise AssertionError("two mails overlap")
        ends = raw.offset + raw.size
        if raw.headers is not None:
            wanted_headers(raw.headers)


def _mail_addresses(data: bytes) -> None:
    text = header_text(data)
    for address in (*addresses(text).found, *addresses(text, unscramble=True).found):
        address.encode("utf-8", "surrogatepass")
        canonical(f"email:{address}")


def _mail_dates(data: bytes) -> None:
    parse_mail_date(header_text(data), _PLACE)


def _dates(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    cells = text.split("\n")
    day_pattern(cells)
    explained_dates(cells)
    for kind in ("iso", "epoch_s", "epoch_us", "%d/%m/%Y %H:%M:%S"):
        parse = time_parser(kind, _PLACE, lambda: None)
        for cell in cells:
            parse(cell)
    for cell in cells:
        parse_day(cell)
        parse_day(cell, "%d/%m/%Y")
        number(cell)


def _csv_table(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv", dir=_memory()) as file:
        file.write(data)
        file.flush()
        tally = Tally("table.csv", LIMITS)
        try:
            table = open_table(Path(file.name), CsvShape(), LIMITS)
            given = sum(len(cells) == table.width for _, cells in table.rows(tally))
        except AuditError:
            return
    if given + tally.n_rejected != tally.n_seen:
        raise AssertionError("rows were lost")


def _json_files(data: bytes) -> None:
    for read in (_records, _document):
        try:
            read(data)
        except json_files.JsonError:
            continue
    for _ in json_files.line_records(io.BytesIO(data), _Record, LIMITS):
        pass


def _records(data: bytes) -> None:
    for _ in json_files.records(data, _Record):
        pass


def _document(data: bytes) -> None:
    found = json_files.document(data, _Record)
    for _ in json_files.records_of(found.inner, _Record):
        pass


def _archive(data: bytes, suffix: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=suffix, dir=_memory()) as file:
        file.write(data)
        file.flush()
        try:
            with open_members(Path(file.name), LIMITS) as members:
                for name in members.names:
                    members.size(name)
                    members.read(name)
        except AuditError:
            return


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - in memory, if there is


def _archive_seeds(pack: str) -> Iterator[bytes]:
    import tarfile
    import zipfile

    target = io.BytesIO()
    if pack == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("users.json", '[{"id": "U1"}]' * 20)
            archive.writestr("general/2025-03-01.json", "[]")
    else:
        with tarfile.open(fileobj=target, mode="w:gz" if pack == "gz" else "w") as tar:
            for name in ("realm.json", "a/messages-000001.json"):
                info = tarfile.TarInfo(name)
                info.size = 2
                tar.addfile(info, io.BytesIO(b"{}"))
    yield target.getvalue()


PARSERS: dict[str, Target] = {
    "mail_split": _mail_split,
    "mail_addresses": _mail_addresses,
    "mail_dates": _mail_dates,
    "dates": _dates,
    "csv_table": _csv_table,
    "json_files": _json_files,
    "zip_door": partial(_archive, suffix=".zip"),
    "tar_door": partial(_archive, suffix=".tar"),
}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "mail_split": (
        b"From a@b Mon Jan  5 10:00:00 2026\nFrom: a@b\nTo: c@d\nDate: x\n\nbody\n\n"
        b"From a@b Mon Jan  5 10:00:00 2026\nTo: c@d,\n e@f\n\nFrom here\n",
        b"\xef\xbb\xbfFrom: a@b\r\nSubject: x\r\n\r\nbody",
    ),
    "mail_addresses": (
        b'"Rossi, Ana" <ana@acme.example>, ben@acme.example; Team: c@d, e@f;',
        b"=?utf-8?q?Ana_=3Ca=40b=3E?=, a@x<b@x>, /O=CORP/OU=X/CN=JDOE, <@a,@b:c@d> (x (y))",
        b"ana at corp.example, a\\@b@c, 'x@y', \xe4@b",
    ),
    "mail_dates": (
        b"Mon, 5 Jan 2026 10:00:00 +0100 (CET)",
        b"Mon Jan  5 10:00:00 2026",
        b"2026-01-05T10:00:00Z",
        "luned\u00ec 5 gennaio 2026 10:00:60 GMT+0100".encode(),
        b"5. M\xc3\xa4rz 26 24:00 -0000",
    ),
    "dates": (b"05/01/2026 10:00:00\n13/01/2026", b"1767600000\n-1\n4,5\n1.14E+11\n2026-01-05"),
    "csv_table": (
        b'a,b,c\r\n1,"x, y",3\r\n1,"two\nlines",3\r\n1,"open,3\r\n',
        b"sep=;\na;b\n1;2\n",
        b"\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00",
        b"#TYPE x\n\xef\xbb\xbfa\tb\n\x00\t2\n",
    ),
    "json_files": (
        b'[{"id": "a", "n": 1, "inner": [{"id": "b"}, 3]}, {"id": 4}]',
        b'{"id": "a", "x": {"y": [1e9, null, "\\ud800"]}, "inner": [{"id": "b"}]}\n{"id": "c"}',
        b"\xff\xfe[\x00]\x00",
    ),
    "zip_door": tuple(_archive_seeds("zip")),
    "tar_door": (*_archive_seeds("tar"), *_archive_seeds("gz")),
}
