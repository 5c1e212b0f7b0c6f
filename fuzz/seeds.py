"""Inputs to begin with, for the targets that are no whole readers."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator


def _archive_seeds(pack: str) -> Iterator[bytes]:
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


def _document(body: bytes) -> bytes:
    return (len(body) + 5).to_bytes(4, "little") + body + b"\x00"


SEEDS: dict[str, tuple[bytes, ...]] = {
    "bson": (
        _document(
            b"\x02_id\x00\x02\x00\x00\x00m\x00"
            b"\x03u\x00"
            + _document(b"\x02_id\x00\x02\x00\x00\x00a\x00")
            + b"\x09ts\x00"
            + bytes(8)
            + b"\x08x\x00\x01\x10n\x00"
            + bytes(4)
        )
        * 2,
    ),
    "google_dates": (
        "Monday, January 5, 2026 at 9:00:02\u202fAM UTC".encode(),
        "luned\u00ec 5 gennaio 2026 alle ore 09:00:05 UTC+1".encode(),
    ),
    "ics": (
        b"BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
        b'UID:1\r\nDTSTART;TZID="x":20260105T100000\r\nRRULE:FREQ=DAILY;COUNT=3\r\n'
        b'ATTENDEE;CUTYPE=ROOM;X="a,b":MAILTO:a@b\r\n c\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
    ),
    "mail_headers": (
        b"From: =?utf-8?q?Ana_=3Ca=40b=3E?= <a@b>\r\nTo: c@d,\r\n e@f\r\nMessage-ID: <1@b>\r\n"
        b"Subject: no\r\nReceived: x; Mon, 5 Jan 2026 10:00:00 +0100\r\nList-Id: <a.b>",
    ),
    "tracking_log": (
        b"#Software: x\r\n#Fields: date-time,source,event-id,message-id,recipient-address,"
        b"sender-address\r\n2026-01-05T10:00:00.000Z,STOREDRIVER,DELIVER,<1@a>,b@c;d@e,a@a\r\n",
    ),
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
