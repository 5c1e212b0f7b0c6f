"""The wanted headers of a mail as bytes by name; no other header is ever decoded."""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Mapping, Sequence, Set

WANTED = (
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "auto-submitted",
    "precedence",
    "list-id",
    "list-unsubscribe",
    "return-path",
    "x-failed-recipients",
    "x-auto-response-suppress",
    "content-type",
    "feedback-id",
    "x-gmail-labels",
)
MANY = {"to", "cc", "bcc"}  # may stand several times; of the others the first counts
Headers = Mapping[str, bytes]

_NAMES = {name.encode(): name for name in WANTED}
_NAMES |= {name.title().encode(): name for name in WANTED}
_NAMES[b"Message-ID"] = "message-id"


def _spellings(names: Sequence[str]) -> str:
    """A pattern of names in either case; first letters stand plain, which is searched fastest."""
    either = [re.sub("[a-z]", lambda m: f"[{m[0]}{m[0].upper()}]", name[1:]) for name in names]
    firsts = [name[0] for name in names]
    rests = {
        first: "|".join(rest for one, rest in zip(firsts, either, strict=True) if one == first)
        for first in firsts
    }
    upper = "|".join(f"{first.upper()}(?:{rest})" for first, rest in rests.items())
    lower = "|".join(f"{first}(?:{rest})" for first, rest in rests.items())
    return f"{upper}|(?=[a-z])(?:{lower})"


_HEADER = re.compile(
    rb"\n(" + _spellings(WANTED).encode() + rb")[ \t]*:(.*+(?:\n[ \t].*+)*+)",
)
_RECEIVED = re.compile(rb"\nReceived[ \t]*:(.*+(?:\n[ \t].*+)*+)", re.IGNORECASE)
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_ID = re.compile(rb"<\s*([^<>\s]{1,998})\s*>")
_ENCODED = re.compile(r"=\?([^?*]{1,40})(?:\*[^?]{0,20})?\?([bqBQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"\?=[ \t]+=\?")
_LONGEST_ENCODED = 10_000
# Of others, such as UTF-7, a word can hide characters that no reader of it would see.
_CHARSETS = {"utf-8", "us-ascii", "big5", "gb2312", "gbk", "gb18030", "shift_jis", "euc-jp",
             "euc-kr", "koi8-r", "koi8-u", "cp1252", "cp1250", "macintosh", "tis-620",
             *(f"iso-8859-{n}" for n in range(1, 17)),
             *(f"windows-125{n}" for n in range(9))}  # fmt: skip


def wanted_headers(block: bytes) -> dict[str, bytes]:
    """Return the wanted headers of a block by lower-case name, as they stand."""
    found: dict[str, bytes] = {}
    for spelling, value in _HEADER.findall(b"\n" + block):
        name = _NAMES.get(spelling) or _NAMES[spelling.lower()]
        if name not in found:
            found[name] = value
        elif name in MANY:
            found[name] += b", " + value
    return found


def first_received(block: bytes) -> str:
    """Return the first Received header, which the last server wrote; "" without one."""
    found = _RECEIVED.search(b"\n" + block)
    return header_text(found[1]) if found else ""


def header_text(value: bytes) -> str:
    """Return a header value as text: UTF-8, else cp1252, composed, unfolded."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("cp1252", "replace")
    if "\n" in text:
        text = _FOLD.sub("", text)
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def texts(headers: Headers, names: Set[str]) -> dict[str, str]:
    """Return those of some headers that a mail has, as text."""
    return {name: header_text(headers[name]) for name in names if name in headers}


def decoded_words(text: str) -> str:
    """Return text with its encoded words decoded; "" where they are of a refused character set."""
    if "=?" not in text:
        return text
    if len(text) > _LONGEST_ENCODED:
        return ""
    try:
        # White space between two encoded words is none of the text.
        words = _ENCODED.sub(_word, _BETWEEN.sub("?==?", text))
    except (ValueError, LookupError):
        return ""
    return unicodedata.normalize("NFC", words)


def _word(match: re.Match[str]) -> str:
    charset, how, coded = match.groups()
    if charset.lower() not in _CHARSETS:
        raise ValueError("a character set that is refused")
    if how in "bB":
        given = binascii.a2b_base64(coded + "=" * (-len(coded) % 4))
    else:
        given = binascii.a2b_qp(coded, header=True)
    return given.decode(charset, "replace")


def own_id(headers: Headers) -> str | None:
    """Return the Message-ID without its brackets; None where there is none."""
    found = _ID.search(headers.get("message-id", b""))
    return _id_text(found[1]) if found else None


def links(headers: Headers, key: str) -> tuple[str | None, str]:
    """Return the key of the mail answered, and of the mail that began the thread."""
    replied = _ID.search(headers.get("in-reply-to", b""))
    chain = _ID.findall(headers.get("references", b""))
    parent = replied[1] if replied else chain[-1] if chain else None
    if parent is None:
        return None, key
    answered = f"mid:{_id_text(parent)}"
    if answered == key:
        return None, key
    return answered, f"mid:{_id_text(chain[0])}" if chain else answered


def _id_text(value: bytes) -> str:
    return value.decode("ascii") if value.isascii() else header_text(value)
