"""Addresses of mail headers: the addresses alone, no names; broken headers included."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"?|[<>(),;:]|\\.|[^"<>(),;:\\]+|\\', re.DOTALL)
_PLAIN = re.compile(
    r"(?:(?:\s*\"[^\"\\@]*\"\s*|[^\"<>@,;:()\\]*)<([^\s@<>\"(),;:\\]+@[^\s@<>\"(),;:\\]+)>"
    r"|\s*([^\s@<>\"'(),;:\\]+@[^\s@<>\"'(),;:\\]+))[ \t]*(?:,|\Z)"
)
_WORDS = re.compile(r"[\s<>\"]+")
_SCRAMBLED = re.compile(r"([\w.+-]{1,64})\s+at\s+([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
_ENCODED = re.compile(r"=\?([^?]{1,40})\?[bqBQ]\?[^?]*\?=")
_LONGEST_ENCODED = 10_000
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_X500 = ("/o=", "imceaex-")
_CHARSETS = {"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "cp1252"}


@dataclass
class Addresses:
    """Addresses in order, and what was odd about the header they stood in."""

    found: list[str] = field(default_factory=list)
    n_ambiguous: int = 0
    n_unresolved: int = 0


def header_text(value: bytes) -> str:
    """Return a header value as text: UTF-8, else cp1252, composed, unfolded."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("cp1252", "replace")
    if "\n" in text:
        text = _FOLD.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def addresses(text: str, unscramble: bool = False) -> Addresses:
    """Return the addresses of one address header.

    Commas and semicolons part them outside quotes, comments and brackets; group names go. Where
    a part holds several, the last in angle brackets wins and the part counts as ambiguous.
    """
    if not text:
        return Addresses()
    if (plain := _plain_list(text)) is not None:
        return Addresses(plain)
    result = Addresses()
    for part in _parts(text):
        _add(result, part.bare, part.angles)
    if not result.found and unscramble:
        result.found = [f"{local}@{domain}" for local, domain in _SCRAMBLED.findall(text)]
    if not result.found and "=?" in text and len(text) <= _LONGEST_ENCODED:
        decoded = _decoded(text)
        if decoded and decoded != text and "=?" not in decoded:
            return addresses(decoded)
    return result


def _plain_list(text: str) -> list[str] | None:
    """Addresses of a header with nothing odd in it, which most are; None for the others."""
    found, position = [], 0
    while position < len(text):
        match = _PLAIN.match(text, position)
        if match is None:
            return None
        found.append(match.group(1) or match.group(2))
        position = match.end()
    return found


def _parts(text: str) -> list[_Part]:
    """Parts of the header, cut at commas and semicolons outside quotes, comments, brackets."""
    parts = [_Part()]
    depth = 0
    for match in _TOKENS.finditer(text):
        piece = match.group()
        if piece in "()":
            depth = max(0, depth + (1 if piece == "(" else -1))
        elif depth == 0 and piece in ",;" and parts[-1].can_end:
            parts.append(_Part())
        elif depth == 0:
            parts[-1].take(piece)
    return parts


@dataclass
class _Part:
    """What stands in the open, and what stands in angle brackets."""

    bare: str = ""
    angles: list[str] = field(default_factory=list)
    is_open: bool = False

    @property
    def can_end(self) -> bool:
        """A bracket that nobody closed ends with its address; a route such as <@a,@b:c@d> not."""
        inside = self.angles[-1] if self.angles else ""
        return not self.is_open or ("@" in inside and not inside.startswith("@"))

    def take(self, piece: str) -> None:
        if piece == "<":
            self.is_open = True
            self.angles.append("")
        elif piece == ">":
            self.is_open = False
        elif self.is_open:
            self.angles[-1] += piece
        elif piece == ":":
            # What stood before it was the name of a group.
            self.bare = ""
        elif not piece.startswith('"') or "@" in piece:
            self.bare += piece


def _add(result: Addresses, bare: str, angles: list[str]) -> None:
    # Of a route such as <@a,@b:c@d> only the last address is one.
    inside = [angle.rpartition(":")[2].strip() for angle in angles]
    given = [text for text in inside if text] or [bare.strip()]
    last = given[-1]
    if last.lower().startswith(_X500):
        result.n_unresolved += 1
        return
    hits = _addresses_in(last)
    if not hits:
        result.n_unresolved += bool(last) and last.lower() not in _NOBODY and bool(inside)
        return
    others = len(_addresses_in(bare)) if inside and "@" in bare else 0
    same = bare.strip().strip("\"'").lower() == hits[-1].lower()
    if len(hits) > 1 or len(given) > 1 or (others and not same):
        result.n_ambiguous += 1
    result.found.append(hits[-1].strip("'.,"))


_NOBODY = {"", "undisclosed-recipients", "undisclosed recipients", "unlisted-recipients"}


def _addresses_in(text: str) -> list[str]:
    # By words, not by a search for the pattern: that is quadratic in a long text without an @.
    pairs = [(word, word.partition("@")) for word in _WORDS.split(text) if word.count("@") == 1]
    return [word for word, (local, _, domain) in pairs if local and domain]


def _decoded(text: str) -> str:
    """Encoded words decoded, of common character sets only: others can hide other characters."""
    if any(name.lower() not in _CHARSETS for name in _ENCODED.findall(text)):
        return ""
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return ""
    return "".join(
        part if isinstance(part, str) else part.decode(charset or "ascii", "replace")
        for part, charset in parts
    )
