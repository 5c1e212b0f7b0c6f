"""The catalogue of bad inputs: each one made anew from a seed, none of them ever stored.

`everything(folder)` writes them all into a folder and says of each which reader is asked, how the
command must end, and which words its message must hold. The ids are those of the design.
"""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bad_archives import many_entries, tars, zipped
from bad_workbooks import workbooks

SEED = 20260105
MEGA = 1 << 20
FROM = b"From ana@acme.example Mon Jan  5 10:00:00 2026\n"
MAIL = (
    b"From: ana@acme.example\nTo: ben@acme.example\nDate: Mon, 5 Jan 2026 10:00:00 +0100\n"
    b"Message-ID: <%d@acme.example>\n\nCANARY-BODY-1\n\n"
)
DAY = b'[{"type": "message", "user": "U1", "ts": "1741000001.0001", "text": "CANARY-TEXT-1"}]'
TRACE = "Message ID,Sender,Recipients,Sent\n"


@dataclass(frozen=True)
class Bad:
    """One bad input: its id, where it lies, who reads it, how that ends and what is said."""

    name: str
    path: Path
    reader: str
    code: int
    says: tuple[str, ...]


Made = Iterator[tuple[str, bytes, str, int, tuple[str, ...]]]
Maker = Callable[[random.Random], Made]


def everything(folder: Path) -> list[Bad]:
    """Write every bad input into a folder."""
    found = []
    for maker in (_archives, tars, _json, _tables, _odd_tables, _mail, _texts, workbooks):
        for name, content, reader, code, says in maker(random.Random(SEED)):  # noqa: S311 - seeded on purpose
            path = folder / name
            path.write_bytes(content)
            found.append(Bad(name.partition("_")[0], path, reader, code, says))
    return [*found, *_folders(folder)]


def _archives(rng: random.Random) -> Made:
    users = {"users.json": b"[]", "channels.json": b"[]"}
    bomb = zipped({**users, "general/2025-03-02.json": b" " * (24 * MEGA)})
    yield (
        "A1_bomb.zip",
        bomb,
        "slack",
        3,
        ("entry_ratio = 200", "raise entry_ratio under [limits]"),
    )
    lie = bytearray(zipped({**users, "general/2025-03-02.json": b" " * (12 * MEGA)}))
    at = lie.rindex(b"PK\x01\x02")
    lie[at + 24 : at + 28] = (40).to_bytes(4, "little")
    yield "A1_false_size.zip", bytes(lie), "slack", 3, ("damaged", "E-ZIP-001", "copy it again")
    yield "A2_many.zip", many_entries(200_000), "slack", 3, ("A2_many.zip", "E-")
    twice = bytearray(zipped({"users.json": b"[]" * 9, "channels.json": b"[]"}))
    at = twice.rindex(b"PK\x01\x02")
    twice[at + 42 : at + 46] = (4).to_bytes(4, "little")
    yield "A2_overlap.zip", bytes(twice), "slack", 3, ("entry 2", "overlaps", "byte ", "E-ZIP-002")
    names = ("../up.json", "/abs.json", "C:\\x.json", "a\\b.json", "C:/x.json")
    for number, name in enumerate(names):
        content = zipped({"users.json": b"[]", name: b"[]"})
        says = ("leaves its folder", "E-ZIP-002", "Take the archive as the tool exported it")
        yield f"A3_{number}.zip", content, "slack", 3, says
    for kind in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO):
        content = zipped({"users.json": b"/etc/passwd"}, kind | 0o777)
        yield f"A4_{kind}.zip", content, "slack", 3, ("entry 1", "is no plain file", "E-ZIP-002")
    double = zipped({"users.json": b"[]", "usera.json": b"[]"}).replace(b"usera", b"users")
    yield "A5_twice.zip", double, "slack", 3, ("stands twice", "byte ")
    nul = zipped({"users.json": b"[]"}).replace(b"users.json", b"user\x00.json")
    yield "A5_nul.zip", nul, "slack", 3, ("a name with a NUL",)
    long = zipped({"x" * 300: b"[]"})
    yield "A5_long.zip", long, "slack", 3, ("a name that is too long",)
    sound = zipped({"users.json": bytes(rng.randbytes(4000))})
    yield "A6_cut.zip", sound[: len(sound) // 2], "slack", 3, ("damaged", "copy it again")
    yield "A6_no.zip", b"this is no archive", "slack", 3, ("A6_no.zip", "E-ZIP-001")
    locked = bytearray(sound)
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    yield "A6_locked.zip", bytes(locked), "slack", 3, ("is encrypted", "E-ZIP-002")


def _slack(day: bytes) -> bytes:
    good = DAY.replace(b"1741000001", b"1741100001")
    return zipped(
        {
            "users.json": b'[{"id": "U1"}, {"id": "U2"}]',
            "channels.json": b'[{"id": "C1", "name": "general", "members": ["U1", "U2"]}]',
            "general/2025-03-02.json": day,
            "general/2025-03-03.json": good,
        }
    )


def _json(_: random.Random) -> Made:
    place = "C1/2025-03-02.json"  # the channel by its id, never by its name
    deep = b"[" * 100_000
    closed = b'[{"ts": "1741000001.0001", "x": ' + deep + b"]" * 100_000 + b"}]"
    for name, day, says in (
        ("J1_cut", DAY[:-40], (place, "line 1 column", "E-JSON-001")),
        ("J1_more", DAY + b" x", (place, "line 1 column", "E-JSON-001")),
        ("J2_deep", deep, (place, "E-JSON-005", "json depth = 64")),
        ("J2_closed", closed, (place, "E-JSON-005", "json depth = 64")),
        ("J3_nan", DAY.replace(b'"U1"', b"NaN"), (place, "E-JSON-001")),
        ("J3_surrogate", DAY.replace(b"U1", b"\\ud800"), (place, "E-SLACK-004")),
        ("J3_latin", DAY.replace(b"U1", b"\xff\xfe\xfd"), (place, "E-SLACK-004")),
        ("J3_number", DAY.replace(b'"U1"', b"9" * 5000), (place, "E-SLACK-004")),
        ("J4_page", b"<!doctype html><title>Sign in</title>", (place, "web page", "E-JSON-003")),
        ("J4_error", b'{"ok": false, "error": "x"}', (place, "error answer", "E-JSON-004")),
    ):
        yield f"{name}.zip", _slack(day), "slack", 0, (*says, "1 accepted")
    for name, day in (
        ("J3_bom", b"\xef\xbb\xbf" + DAY),
        ("J3_utf16", DAY.decode().encode("utf-16")),
        ("J3_utf16_bare", DAY.decode().encode("utf-16-le")),
        ("J3_twice", DAY.replace(b'"user"', b'"user": "U2", "user"')),
    ):
        yield f"{name}.zip", _slack(day), "slack", 0, ("2 accepted", "0 rejected")


def _tables(_: random.Random) -> Made:
    head, row = TRACE.encode(), b"%d,ana@acme.example,ben@acme.example,2026-01-05T10:00:00Z\n"
    rows = b"".join(row % n for n in range(40))
    reader = "messages_csv"
    mixed = (
        head + rows + "x,jos\u00e9@a.example,b@a.example,2026-01-05T10:00:00Z\n".encode("cp1252")
    )
    yield "C1_mixed.csv", mixed, reader, 0, ("41 accepted",)
    zero = head + rows + b"1,a\x00@a.example,b@a.example,2026-01-05T10:00:00Z\n"
    yield "C1_zero.csv", zero, reader, 0, ("line 42", "E-CSV-005", "40 accepted")
    wide = (head + rows).decode().encode("utf-16")
    yield "C1_utf16.csv", wide, reader, 0, ("40 accepted",)
    quote = head + row % 1 + b'"2,ana@acme.example,b@a.example,2026-01-05T10:00:00Z\n' + rows
    yield "C2_quote.csv", quote, reader, 0, ("line 3", "E-CSV-006", "41 accepted")
    long = head + rows + b"x" * (5 * MEGA) + b"\n" + row % 7
    yield "C3_long.csv", long, reader, 0, ("line 42", "E-CSV-003", "41 accepted")
    ragged = head + rows + b"1,ana@acme.example\n1,2,3,4,5,6\n"
    yield "C3_ragged.csv", ragged, reader, 0, ("line 43", "E-CSV-004", "40 accepted")
    double = b"Sender,Sender,Recipients,Sent\n" + rows
    yield "C3_twice.csv", double, reader, 3, ("C3_twice.csv", "E-COLUMN-")
    blank = b"Message ID,Sender,Recipients,Sent,,\n" + rows.replace(b"Z\n", b"Z,,\n")
    yield "C3_blank.csv", blank, reader, 0, ("40 accepted",)
    yield (
        "C3_headless.csv",
        rows,
        reader,
        3,
        ("no column looks like", "Columns found", "E-COLUMN-003"),
    )
    yield "C3_empty.csv", head, reader, 0, ("0 seen",)
    yield "C3_nothing.csv", b"\n \n", reader, 3, ("holds no table", "E-CSV-002", "Export again")
    declared = b"sep=;\n" + (head + rows).replace(b",", b";")
    yield "C3_sep.csv", declared, reader, 0, ("40 accepted",)
    for name, dates, code, says in (
        (
            "open",
            ("05/01/2026", "06/02/2026"),
            3,
            ("either way", "E-CSV-009", "pattern that fits"),
        ),
        ("told", ("05/01/2026", "26/02/2026"), 0, ("2 accepted",)),
    ):
        lines = "".join(f"{n},a@b.example,c@b.example,{d} 10:00:00\n" for n, d in enumerate(dates))
        yield f"C4_{name}.csv", (TRACE + lines).encode(), reader, code, says
    serials = "".join(
        f"{n},a@b.example,c@b.example,{s}\n" for n, s in enumerate((45720.5, 60, -1))
    )
    yield "C5_serials.csv", (TRACE + serials).encode(), reader, 0, ("0 accepted", "E-CSV-")


def _odd_tables(_: random.Random) -> Made:
    head, row = TRACE.encode(), b"%d,ana@acme.example,ben@acme.example,2026-01-05T10:00:00Z\n"
    rows, reader = b"".join(row % n for n in range(40)), "messages_csv"
    survey = b"respondent_id;team;q1;q2;q3\n" + b"".join(
        b"r%d;Ops;4,5;%d;3\n" % (n, n % 5 + 1) for n in range(20)
    )
    yield "C4_comma.csv", survey, "survey_csv", 0, ("20 accepted",)
    hostile = head.replace(b"Sender", b"Sender'; DROP TABLE people;--") + rows
    yield "S1_'; DROP TABLE messages;--.csv", hostile, reader, 3, ("no column looks like sender",)
    yield "S1_[a].csv", head + rows, reader, 0, ("40 accepted",)
    formula = head + rows + b'1,"=cmd|calc@a.example",b@a.example,2026-01-05T10:00:00Z\n'
    yield "S1_formula.csv", formula, reader, 0, ("41 seen",)


def _mail(rng: random.Random) -> Made:
    good = FROM + MAIL % 1
    for name, date, says in (
        ("1970", "Thu, 1 Jan 1970 00:00:00 +0000", "E-MAIL-005"),
        ("2099", "Thu, 1 Jan 2099 00:00:00 +0000", "E-MAIL-005"),
        ("10000", "Sat, 1 Jan 10000 00:00:00 +0000", "E-MAIL-00"),
        ("offset", "Mon, 5 Jan 2026 10:00:00 +9999", "1 accepted"),
    ):
        bad = MAIL.replace(b"Mon, 5 Jan 2026 10:00:00 +0100", date.encode()) % 2
        yield f"D1_{name}.mbox", bad, "mbox", 0, (says if says[0] == "E" else "1 seen",)
    for name, date in (("leap", "23:59:60"), ("gap", "02:30:00"), ("zone", "10:00:00")):
        text = f"Sun, 29 Mar 2026 {date}".encode() + (b" +0000" if name == "leap" else b"")
        fine = MAIL.replace(b"Mon, 5 Jan 2026 10:00:00 +0100", text) % 3
        yield f"D1_{name}.eml", fine, "mbox", 0, ("1 accepted",)
    same = good + good.replace(b"ana@", b"eva@")
    yield "I1_same.mbox", same, "mbox", 0, ("2 seen", "distinct messages: 1")
    self_mail = MAIL.replace(b"To: ben", b"To: ana") % 4
    yield "I2_self.eml", self_mail, "mbox", 0, ("1 seen",)
    for n, code in ((10_000, ("1 accepted",)), (10_001, ("E-MAIL-002", "byte 0"))):
        many = b", ".join(b"p%d@a.example" % k for k in range(n))
        yield f"I3_{n}.eml", MAIL.replace(b"ben@acme.example", many) % 5, "mbox", 0, code
    parts = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1)
                     for n in range(3000))  # fmt: skip
    nested = MAIL.replace(b"\n\nCANARY", b"\nContent-Type: multipart/mixed; boundary=b0\n\n") % 6
    yield "M1_nested.eml", nested + parts, "mbox", 0, ("1 accepted",)
    flood = FROM + b"X: 1\n" * 1_000_000 + b"\n" + good
    yield (
        "M1_flood.mbox",
        flood,
        "mbox",
        0,
        ("header too big", "byte 0", "E-MAIL-001", "1 accepted"),
    )
    line = FROM + b"Subject: " + b"x" * (50 * MEGA) + b"\n\n" + good
    yield "M1_line.mbox", line, "mbox", 0, ("header too big", "E-MAIL-001", "1 accepted")
    quotes = MAIL.replace(b"ben@acme.example", b'"' * 20_000 + b" ben@acme.example") % 7
    yield "M1_quotes.eml", quotes, "mbox", 0, ("1 seen",)
    names = MAIL.replace(b"To: ben", b'To: "x\r\n =0d=0aBcc: eva@a.example\r\n " <ben') % 8
    yield (
        "M2_names.eml",
        names.replace(b"ben@acme.example", b"ben@acme.example>"),
        "mbox",
        0,
        ("1 seen",),
    )
    yield "M2_noise.mbox", good + FROM + rng.randbytes(20_000), "mbox", 0, ("2 seen",)


def _texts(_: random.Random) -> Made:
    """Lines that make a careless pattern try every way to cut them."""
    for number, piece in enumerate((b" ", b"a ", b"1:", b"(", b"<", b"a@", b"=?", b"\\", b"-1-")):
        text = piece * (100_000 // len(piece))
        bad = MAIL.replace(b"Mon, 5 Jan 2026 10:00:00 +0100", text) % number
        yield f"R1_date_{number}.eml", bad, "mbox", 0, ("1 seen",)
        bad = MAIL.replace(b"ben@acme.example", text) % number
        yield f"R1_to_{number}.eml", bad, "mbox", 0, ("1 seen",)


def _folders(folder: Path) -> Iterator[Bad]:
    place = folder / "A4_linked"
    (place / "general").mkdir(parents=True)
    (place / "users.json").write_bytes(b"[]")
    (place / "channels.json").symlink_to("/etc/passwd")
    yield Bad("A4", place, "slack", 3, ("link or a device", "E-FOLDER-001", "not links to it"))
    pipe = folder / "A4_pipe"
    pipe.mkdir()
    (pipe / "users.json").write_bytes(b"[]")
    os.mkfifo(pipe / "general.json")
    yield Bad("A4", pipe, "slack", 3, ("link or a device", "E-FOLDER-001"))
