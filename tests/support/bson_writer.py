"""Writes BSON, and with it the small Rocket.Chat dump among the fixtures.

`python tests/support/bson_writer.py tests/fixtures/exports/rocketchat/dump` writes the dump again;
a test states that the files beside the case are these.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any


class Millis(int):
    """A date: milliseconds since 1970."""


class ObjectId(bytes):
    """Twelve bytes."""


class Raw(bytes):
    """The type byte of an element, then its bytes as they stand."""


def bson_of(document: dict[str, Any]) -> bytes:
    """Return a document as BSON."""
    body = b"".join(_element(name, value) for name, value in document.items())
    return struct.pack("<i", len(body) + 5) + body + b"\x00"


def _element(name: str, value: object) -> bytes:
    kind, content = _typed(value)
    return bytes([kind]) + name.encode() + b"\x00" + content


def _typed(value: object) -> tuple[int, bytes]:  # noqa: C901, PLR0911 - one line for each type
    if isinstance(value, Raw):
        return value[0], bytes(value[1:])
    if isinstance(value, ObjectId):
        return 0x07, bytes(value)
    if isinstance(value, bytes):
        return 0x05, struct.pack("<i", len(value)) + b"\x00" + value
    if isinstance(value, str):
        text = value.encode() + b"\x00"
        return 0x02, struct.pack("<i", len(text)) + text
    if isinstance(value, bool):
        return 0x08, bytes([value])
    if isinstance(value, Millis):
        return 0x09, struct.pack("<q", value)
    if isinstance(value, int):
        return (
            (0x10, struct.pack("<i", value)) if value < 2**31 else (0x12, struct.pack("<q", value))
        )
    if isinstance(value, float):
        return 0x01, struct.pack("<d", value)
    if isinstance(value, dict):
        return 0x03, bson_of(value)
    if isinstance(value, list):
        return 0x04, bson_of({str(n): item for n, item in enumerate(value)})
    return 0x0A, b""


AT = 1_767_603_600_000  # 2026-01-05 09:00 UTC
ANA, BEN, CARL, BOT = (
    {"_id": name, "username": name.lower(), "name": "CANARY"}
    for name in ("Uana", "Uben", "Ucarl", "Ubot")
)
MENTION = {**CARL, "type": "user"}
HERE = {"_id": "here", "username": "here", "type": "user"}


def _message(
    key: str, room: str, user: dict[str, Any], minute: int, **more: object
) -> dict[str, Any]:
    return {
        "_id": key,
        "rid": room,
        "msg": "CANARY-TEXT",
        "md": [{"type": "PARAGRAPH", "value": [{"value": "CANARY-MARKED"}]}],
        "ts": Millis(AT + minute * 60_000),
        "u": user,
        "attachments": [{"title": "CANARY.pdf"}],
        **more,
    }


def rocketchat_dump() -> dict[str, list[dict[str, Any]]]:
    """Return the documents of the fixture by file."""
    return {
        "users.bson": [
            _user("Uana", emails=[{"address": "ana@acme.example", "verified": True}]),
            _user("Uben", emails=[{"address": "ben@acme.example"}], roles=["user"]),
            _user("Ucarl", emails=[{"address": "carl@partner.example"}], roles=["guest"]),
            _user("Ubot", type="bot", __rooms=["R1"]),
        ],
        "rocketchat_room.bson": [
            {"_id": "R1", "t": "c", "name": "canary-room", "topic": "CANARY-TOPIC"},
            {"_id": "R2", "t": "p", "fname": "CANARY-PRIVATE", "encrypted": True},
            {"_id": "UanaUben", "t": "d", "uids": ["Uana", "Uben"], "usernames": ["canary"]},
            {"_id": "R3", "t": "l", "fname": "CANARY-VISITOR"},
        ],
        "rocketchat_subscription.bson": [
            {
                "_id": ObjectId(bytes(12)),
                "rid": room,
                "u": user,
                "name": "CANARY-ROOM",
                "ls": Millis(AT),
            }
            for room, user in (("R1", ANA), ("R1", BEN), ("R1", CARL), ("R2", ANA), ("R2", BEN))
        ],
        "rocketchat_message.bson": [
            _message("m2", "R1", BEN, 5, tmid="m1"),
            _message(
                "m1",
                "R1",
                ANA,
                0,
                tcount=2,
                mentions=[MENTION, HERE],
                reactions={
                    ":canary:": {"usernames": ["uben", "uana"]},
                    ":heart:": {"usernames": ["uben", "long.gone"]},
                },
            ),
            _message("m3", "R1", BEN, 6, t="uj"),
            _message("m4", "R2", ANA, 7, t="e2e", content=b"CANARY"),
            _message("m5", "UanaUben", BEN, 8),
            _message("m6", "UanaUben", BEN, 9, t="videoconf"),
            _message("m7", "R1", BOT, 10, bot={"i": "x"}),
            _message("m8", "R1", BEN, 11, bot={"i": "CANARY-HOOK"}),
            _message("m9", "R3", {"_id": "visitor", "username": "CANARY"}, 12),
            {**_message("m10", "R1", BEN, 13), "ts": "yesterday"},
            _message("m11", "R1", BEN, 14, t="rm"),
            {"_id": "m12", "rid": "R1", "msg": "CANARY-NOBODY", "ts": Millis(AT)},
        ],
    }


def _user(key: str, **more: object) -> dict[str, Any]:
    user = {"_id": key, "username": key.lower(), "name": "CANARY", "type": "user"}
    return {
        **user,
        "services": {"password": {"bcrypt": "CANARY-SECRET"}},
        "bio": "CANARY-BIO",
        **more,
    }


if __name__ == "__main__":
    for file, found in rocketchat_dump().items():
        Path(sys.argv[1], file).write_bytes(b"".join(map(bson_of, found)))
