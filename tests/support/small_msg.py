"""Small Outlook messages (MSG) for tests, written byte by byte.

Run as a script it writes the fixtures of the reader `msg` anew:
`python tests/support/small_msg.py tests/fixtures/exports/msg/mails`.
"""

from __future__ import annotations

import datetime as dt
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR, MINI = 512, 64
END, FREE, FAT_SECTOR, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
Tree = dict[str, "bytes | Tree"]
Value = str | int | bytes | dt.datetime
ANA_X500 = "/O=ACME/OU=EX/CN=RECIPIENTS/CN=ANA"
BEN_X500 = "/o=Acme/ou=Ex/cn=Recipients/cn=ben"
EMIL_X500 = "/o=Acme/ou=Ex/cn=Recipients/cn=emil"


def message(
    properties: Mapping[int, Value],
    recipients: Sequence[Mapping[int, Value]] = (),
    code_page: str = "",
) -> bytes:
    """Return the bytes of one message; with a code page its texts are of the old type."""
    tree: Tree = _storage(properties, 32, code_page)
    for number, one in enumerate(recipients):
        tree[f"__recip_version1.0_#{number:08X}"] = _storage(one, 8, code_page)
    return compound(tree)


def compound(tree: Tree) -> bytes:
    """Return a compound file with these streams; all of them small."""
    made = _Compound()
    made.add("Root Entry", 5, tree)
    mini_fat = struct.pack(f"<{len(made.mini_fat)}I", *made.mini_fat)
    parts = [made.directory(), bytes(made.mini), mini_fat]
    fat: list[int] = [FAT_SECTOR]
    starts, blocks = [], []
    for part in parts:
        n = -(-len(part) // SECTOR)
        starts.append(len(fat) if n else END)
        fat += [len(fat) + i + 1 for i in range(n - 1)] + [END] * bool(n)
        blocks.append(part.ljust(n * SECTOR, b"\xff" if part is mini_fat else b"\x00"))
    blocks[0] = made.directory(starts[1]).ljust(len(blocks[0]), b"\x00")
    table = struct.pack("<128I", *fat, *[FREE] * (128 - len(fat)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, starts[0], 0, 4096,
                        starts[2], len(blocks[2]) // SECTOR, END, 0)  # fmt: skip
    head += struct.pack("<109I", 0, *[FREE] * 108)
    return head + table + b"".join(blocks)


@dataclass
class _Compound:
    names: list[str] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    links: list[list[int]] = field(default_factory=list)  # right, child
    places: list[tuple[int, int]] = field(default_factory=list)  # start, size
    mini: bytearray = field(default_factory=bytearray)
    mini_fat: list[int] = field(default_factory=list)

    def add(self, name: str, kind: int, content: bytes | Tree) -> int:
        number = len(self.names)
        self.names.append(name)
        self.kinds.append(kind)
        self.links.append([NONE, NONE])
        self.places.append((0, 0))
        if isinstance(content, bytes):
            self.places[number] = (self._store(content), len(content))
            return number
        before = -1
        for child_name, child in content.items():
            child_number = self.add(child_name, 2 if isinstance(child, bytes) else 1, child)
            if before < 0:
                self.links[number][1] = child_number
            else:
                self.links[before][0] = child_number
            before = child_number
        return number

    def directory(self, mini_start: int = END) -> bytes:
        out = b""
        for number, name in enumerate(self.names):
            start, size = self.places[number] if number else (mini_start, len(self.mini))
            text = name.encode("utf-16-le") + b"\x00\x00"
            right, child = self.links[number]
            out += text.ljust(64, b"\x00")
            out += struct.pack("<HBBIII", len(text), self.kinds[number], 1, NONE, right, child)
            out += bytes(36) + struct.pack("<IQ", start, size)
        return out

    def _store(self, content: bytes) -> int:
        n = -(-len(content) // MINI)
        first = len(self.mini_fat)
        self.mini_fat += [first + i + 1 for i in range(n - 1)] + [END] * bool(n)
        self.mini += content.ljust(n * MINI, b"\x00")
        return first if n else END


def _storage(properties: Mapping[int, Value], head: int, code_page: str) -> Tree:
    tree: Tree = {}
    table = bytes(head)
    for number, value in properties.items():
        kind, raw = _encoded(value, code_page)
        if kind in (0x1E, 0x1F, 0x102):
            tree[f"__substg1.0_{number:04X}{kind:04X}"] = raw
            raw = struct.pack("<II", len(raw), 0)
        table += struct.pack("<HHI", kind, number, 6) + raw.ljust(8, b"\x00")
    return {"__properties_version1.0": table, **tree}


def _encoded(value: Value, code_page: str) -> tuple[int, bytes]:
    if isinstance(value, str):
        return (0x1E, value.encode(code_page)) if code_page else (0x1F, value.encode("utf-16-le"))
    if isinstance(value, dt.datetime):
        ticks = (int(value.timestamp()) + 11_644_473_600) * 10_000_000
        return 0x40, struct.pack("<Q", ticks)
    return (0x102, value) if isinstance(value, bytes) else (0x03, struct.pack("<I", value))


def at(hour: int, minute: int = 0, day: int = 5) -> dt.datetime:
    """Return a time of January 2026 in UTC."""
    return dt.datetime(2026, 1, day, hour, minute, tzinfo=dt.UTC)


def person(role: int, address: str, x500: str = "") -> dict[int, Value]:
    """Return a recipient: an address alone, or with the directory name it goes by."""
    shown: dict[int, Value] = {0x0C15: role, 0x3001: "CANARY shown name"}
    if x500:
        shown |= {0x3002: "EX", 0x3003: x500}
        return shown | ({0x39FE: address} if address else {})
    return shown | {0x3002: "SMTP", 0x3003: address}


CONTENT: dict[int, Value] = {
    0x0037: "CANARY subject",
    0x1000: "CANARY body",
    0x0E04: "CANARY shown names",
    0x0070: "CANARY topic",
    0x007D: "Subject: CANARY header",
    0x0C1A: "CANARY sender name",
}


def fixtures() -> dict[str, bytes]:
    """Return the messages of the fixture folder by name."""
    guid = bytes(range(16))
    mail = {
        **CONTENT,
        0x001A: "IPM.Note",
        0x0039: at(9),
        0x0E06: at(9, 1),
        0x0064: "EX",
        0x0065: ANA_X500,
        0x5D02: "ana@acme.example",
        0x0C1E: "SMTP",
        0x0C1F: "carla@acme.example",
        0x1035: "<m1@acme.example>",
        0x1042: "<m0@customer.example>",
        0x1039: "<root@customer.example> <m0@customer.example>",
    }
    sent = {**CONTENT, 0x001A: "IPM.Note", 0x0C1E: "SMTP", 0x0C1F: "ana@acme.example"}
    meeting = {
        **sent,
        0x001A: "IPM.Schedule.Meeting.Request",
        0x0039: at(9, 30),
        0x0060: at(14, day=12),
        0x0071: bytes(6) + guid,
        0x1035: "<m2@acme.example>",
    }
    old = {0x001A: "IPM.Note", 0x0E06: at(10), 0x0064: "SMTP", 0x0065: "jörg@acme.example",
           0x0071: bytes(6) + guid[::-1] + bytes(5)}  # fmt: skip
    whole = message(mail, [person(1, "ben@acme.example")])
    return {
        "01 CANARY.msg": message(
            mail,
            [
                person(1, "ben@acme.example", BEN_X500),
                person(2, "xenia@customer.example"),
                person(3, "dora@acme.example"),
            ],
        ),
        "02 CANARY.msg": message(
            meeting,
            [
                person(1, "ben@acme.example"),
                person(2, "xenia@customer.example"),
                person(3, "room-canary@acme.example"),
            ],
        ),
        "03 CANARY.msg": message(
            {**CONTENT, **old},
            [person(1, "", EMIL_X500), person(1, "CANARY no address")],
            "cp1252",
        ),
        "04 CANARY.msg": message({**sent, 0x001A: "IPM.Contact", 0x0039: at(11)}),
        "05 CANARY.msg": message(
            {**sent, 0x001A: "IPM.Note.Rules.OofTemplate.Microsoft", 0x0039: at(11)}
        ),
        "06 CANARY.msg": message({**sent, 0x001A: "REPORT.IPM.Note.IPNRN", 0x0039: at(11)}),
        "07 CANARY.msg": message(sent, [person(1, "ben@acme.example")]),
        "08 CANARY.msg": whole[: len(whole) // 2],
        "09 CANARY.msg": message(
            {0x001A: "IPM.Note", 0x0039: at(12)}, [person(1, "b@acme.example")]
        ),
        "10 CANARY.msg": message(
            {**sent, 0x001A: "IPM.Schedule.Meeting.Resp.Pos", 0x0039: at(12)},
            [person(1, "ben@acme.example")],
        ),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in fixtures().items():
        (folder / name).write_bytes(content)
