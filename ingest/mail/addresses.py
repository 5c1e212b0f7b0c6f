"""Addresses of mail headers, with the names they show; broken headers included."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.mail.headers import decoded_words

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"?|[<>(),;:]|\\.|[^"<>(),;:\\]+|\\', re.DOTALL)
_PLAIN = re.compile(
    r"(?:(\s*\"[^\"\\@]*\"\s*|[^\"<>@,;:()\\]*)<([^\s@<>\"(),;:\\]+@[^\s@<>\"(),;:\\]+)>"
    r"|\s*([^\s@<>\"'(),;:\\]+@[^\s@<>\"'(),;:\\]+))[ \t]*(?:,|\Z)"
)
_WORDS = re.compile(r"[\s<>\"]+")
_SCRAMBLED = re.compile(r"([\w.+-]{1,64})\s+at\s+([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
_X500, _WRAPPED = "/o=", "imceaex-"
_ESCAPED = re.compile(r"\+([0-9a-f]{2})")


@dataclass(slots=True)
class Addresses:
    """Addresses in order with the names beside them, and what was odd about the header.

    An address of Exchange (X.500) stands as "/o=...", in one spelling for all of its spellings.
    """

    found: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    n_ambiguous: int = 0
    n_unresolved: int = 0
    n_x500: int = 0


def addresses(text: str, unscramble: bool = False) -> Addresses:
    """Return the addresses of one address header.

    Commas and semicolons part them outside quotes, comments and brackets; group names go. Where
    a part holds several, the last in angle brackets wins and the part counts as ambiguous.
    """
    if not text:
        return Addresses()
    if (plain := _plain_list(text)) is not None:
        return plain
    result = Addresses()
    for part in _parts(text):
        _add(result, part)
    if not result.found and unscramble:
        result.found = [f"{local}@{domain}" for local, domain in _SCRAMBLED.findall(text)]
        result.names = [""] * len(result.found)
    if not result.found and "=?" in text:
        decoded = decoded_words(text)
        if decoded and decoded != text and "=?" not in decoded:
            return addresses(decoded)
        result.n_unresolved += not result.n_unresolved
    return result


def identity(address: str) -> str:
    """Return the typed identity of an address as `addresses` gives it."""
    return f"email:{address}" if "@" in address else f"x500:{address}"


def plain_address(piece: str) -> tuple[str, str] | None:
    """Return address and name of one part of a header; None where anything about it is odd."""
    match = _PLAIN.fullmatch(piece)
    if match is None or _WRAPPED in piece.lower():
        return None
    name, inside, bare = match.groups()
    return inside or bare, name or ""


def _plain_list(text: str) -> Addresses | None:
    """Addresses of a header with nothing odd in it, which most are; None for the others."""
    found, names, position, end = [], [], 0, len(text)
    if _WRAPPED in text.lower():
        return None
    while position < end:
        match = _PLAIN.match(text, position)
        if match is None:
            return None
        name, inside, bare = match.groups()
        found.append(inside or bare)
        names.append(name or "")
        position = match.end()
    return Addresses(found, names)


def _parts(text: str) -> list[_Part]:
    """Parts of the header, cut at commas and semicolons outside quotes, comments, brackets."""
    parts = [_Part()]
    depth = 0
    for match in _TOKENS.finditer(text):
        piece = match.group()
        if piece in "()" and not parts[-1].is_exchange:
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
    quoted: str = ""
    angles: list[str] = field(default_factory=list)
    is_open: bool = False

    @property
    def can_end(self) -> bool:
        """A bracket that nobody closed ends with its address; a route such as <@a,@b:c@d> not."""
        inside = self.angles[-1] if self.angles else ""
        return not self.is_open or ("@" in inside and not inside.startswith("@"))

    @property
    def is_exchange(self) -> bool:
        """Within an address of Exchange brackets are part of the name."""
        return self.is_open and self.angles[-1].startswith("/")

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
            self.bare = self.quoted = ""
        elif not piece.startswith('"') or "@" in piece:
            self.bare += piece
        else:
            self.quoted += piece


def _add(result: Addresses, part: _Part) -> None:
    # Of a route such as <@a,@b:c@d> only the last address is one.
    inside = [angle.rpartition(":")[2].strip() for angle in part.angles]
    given = [text for text in inside if text] or [part.bare.strip()]
    last = given[-1]
    if exchange := _exchange_name(last):
        result.n_x500 += 1
        result.found.append(exchange)
        result.names.append(part.quoted)
        return
    hits = _addresses_in(last)
    if not hits:
        result.n_unresolved += bool(last) and last.lower() not in _NOBODY and bool(inside)
        return
    others = len(_addresses_in(part.bare)) if inside and "@" in part.bare else 0
    same = part.bare.strip().strip("\"'").lower() == hits[-1].lower()
    if len(hits) > 1 or len(given) > 1 or (others and not same):
        result.n_ambiguous += 1
    result.found.append(hits[-1].strip("'.,"))
    # A name with an address in it is none.
    is_name = bool(part.angles) and "@" not in part.bare
    result.names.append(part.quoted or part.bare if is_name else "")


_NOBODY = {"", "undisclosed-recipients", "undisclosed recipients", "unlisted-recipients"}


def _exchange_name(text: str) -> str:
    """An X.500 address in lower case, unwrapped from the form that leaves Exchange; else ""."""
    lowered = text.strip("'\" ").lower()
    if lowered.startswith(_WRAPPED):
        inner = lowered[len(_WRAPPED) :].rpartition("@")[0] or lowered[len(_WRAPPED) :]
        spelled = inner.replace("_", "/")
        lowered = _ESCAPED.sub(lambda match: chr(int(match[1], 16)).lower(), spelled)
    return " ".join(lowered.split()) if lowered.startswith(_X500) else ""


def _addresses_in(text: str) -> list[str]:
    # By words, not by a search for the pattern: that is quadratic in a long text without an @.
    pairs = [(word, word.partition("@")) for word in _WORDS.split(text) if word.count("@") == 1]
    return [word for word, (local, _, domain) in pairs if local and domain]
