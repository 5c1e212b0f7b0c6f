"""Lines of the audit log: what an entry is, how it is written, and the seal that chains it."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import JournalError

Fact = str | int | bool
EVENTS = frozenset(
    {
        *("run", "import", "publish", "export", "view", "login", "denied", "logout", "vault"),
        *("identity", "forget", "access_request", "object", "purge", "key", "settings"),
        *("purposes", "stop", "resume", "verify", "attack", "recover"),
    }
)
MAX_FACTS = 24
MAX_TEXT = 120  # characters of a text as written, escapes counted
MAX_NUMBER = 2**63
MAX_LINE = 8192  # bytes; more than an entry can have
SHORT = 16  # digits of a seal in a footer
_ORIGIN = "0" * 64
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HASH = re.compile(r"[0-9a-f]{64}")
_LINE = re.compile(
    rb'(\{"event":"[a-z_]+","facts":\{.*\},)"hash":"([0-9a-f]{64})",'
    rb'("seq":([0-9]{1,18}),"time":"([0-9TZ:-]{20})"\})'
)


@dataclass(frozen=True)
class Head:
    """How far the log goes and the seal on it; seq 0 is a log without entries."""

    seq: int
    hash: str
    time: str

    @property
    def short(self) -> str:
        """The head as footers print it: number and the first digits of the seal."""
        return f"{self.seq} · {self.hash[:SHORT]}"


NO_HEAD = Head(0, _ORIGIN, "")


@dataclass(frozen=True)
class Entry:
    """One line of the audit log; `hash` seals it and all lines before it."""

    seq: int
    time: str
    event: str
    facts: Mapping[str, Fact]
    hash: str

    @property
    def head(self) -> Head:
        """The head of the log as this entry left it."""
        return Head(self.seq, self.hash, self.time)

    @property
    def line(self) -> bytes:
        """The entry as it stands in the file, without the line end."""
        return _json({**_body(self), "hash": self.hash})


def sealed(key: bytes, last: Head, time: str, event: str, facts: Mapping[str, Fact]) -> Entry:
    """Return the entry that follows `last`, sealed: h_i = HMAC(key, h_(i-1) || JSON of it)."""
    open_entry = Entry(last.seq + 1, time, event, facts, "")
    return Entry(last.seq + 1, time, event, facts, _seal(key, last, _json(_body(open_entry))))


def parsed(line: bytes) -> Entry | None:
    """Return the entry of a line without its end; none where the line is not as written."""
    fields = _fields(line)
    seq, time, event = fields.get("seq"), fields.get("time"), fields.get("event")
    facts, seal = fields.get("facts"), fields.get("hash")
    if not isinstance(seq, int) or not isinstance(facts, dict):
        return None
    if not (isinstance(time, str) and isinstance(event, str) and isinstance(seal, str)):
        return None
    entry = Entry(seq, time, event, facts, seal)
    return entry if _HASH.fullmatch(seal) and entry.line == line else None


def follow(line: bytes, last: Head, key: bytes) -> tuple[Head | None, str]:
    """Return the head after the line that should follow `last`, or none and what is wrong.

    The bytes are sealed as they stand, so that not one of them can be another.
    """
    n, found = last.seq + 1, _LINE.fullmatch(line)
    if found is None:
        return None, f"entry {n} is not as it was written"
    start, digits, end, seq, time = found.groups()
    if int(seq) != n:
        return None, f"entry {n} is missing; entry {int(seq)} stands in its place"
    seal = _seal(key, last, start + end)
    if not hmac.compare_digest(digits, seal.encode()):
        return None, f"entry {n} was changed, or what stands in its place was not written here"
    return Head(n, seal, time.decode()), ""


def head_line(head: Head) -> bytes:
    """Return the line that a copy of a head is."""
    return _json({"hash": head.hash, "seq": head.seq, "time": head.time}) + b"\n"


def read_heads(path: Path) -> list[Head]:
    """Return the heads that were copied to a second place; lines that are none are left out."""
    heads = []
    for line in lines(path):
        fields = _fields(line)
        seq, seal, time = fields.get("seq"), fields.get("hash"), fields.get("time")
        if isinstance(seq, int) and isinstance(seal, str) and isinstance(time, str):
            heads.append(Head(seq, seal, time))
    return heads


def lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file with their ends, none for a file that is not there."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        while line := stream.readline(MAX_LINE):
            yield line


def check_fact(name: str, value: object) -> None:
    """Raise `JournalError` for a fact that is no plain value, too long or may be an address."""
    if not _NAME.fullmatch(name):
        raise _refused("a fact has a name that is no plain word")
    if not isinstance(value, str | int):
        raise _refused(f"the fact {name} is neither text, whole number nor yes or no")
    if isinstance(value, str) and "@" in value:
        raise _refused(f"the fact {name} may hold an address")
    if isinstance(value, str) and len(json.dumps(value)) - 2 > MAX_TEXT:
        raise _refused(f"the fact {name} has more than {MAX_TEXT} characters")
    if isinstance(value, int) and abs(value) >= MAX_NUMBER:
        raise _refused(f"the fact {name} is too large a number")


def check_entry(event: str, facts: Mapping[str, object]) -> None:
    """Raise `JournalError` for an event or facts that the log does not take."""
    if event not in EVENTS:
        raise _refused("the event is not on the list of events")
    if len(facts) > MAX_FACTS:
        raise _refused(f"more than {MAX_FACTS} facts")
    for name, value in facts.items():
        check_fact(name, value)


def _refused(why: str) -> JournalError:
    return JournalError(f"An entry of the audit log was refused: {why}.", code="E-LOG-001")


def _fields(line: bytes) -> dict[str, object]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _body(entry: Entry) -> dict[str, object]:
    return {
        "event": entry.event,
        "facts": dict(entry.facts),
        "seq": entry.seq,
        "time": entry.time,
    }


def _seal(key: bytes, last: Head, body: bytes) -> str:
    return hmac.new(key, bytes.fromhex(last.hash) + body, hashlib.sha256).hexdigest()


def _json(fields: Mapping[str, object]) -> bytes:
    """Return the one way to write fields: ASCII, names in order, no spaces."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")
