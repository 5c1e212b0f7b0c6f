"""Who stands in the address headers of many mails; nobody is parsed twice."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.mail.addresses import Addresses, addresses, identity, plain_address
from ingest.mail.headers import header_text
from ingest.mail.names import ShownNames

_REMEMBERED = 50_000
_LONGEST_REMEMBERED = 300
_QUOTE = b'"'


@dataclass(slots=True)
class Parties:
    """The typed identities of one address header, and what was odd about it."""

    identities: list[str] = field(default_factory=list)
    n_ambiguous: int = 0
    n_unresolved: int = 0
    n_x500: int = 0


NOBODY = Parties()


@dataclass
class PartyReader:
    """Reads address headers, and notes the names that addresses show.

    The parts of a header come again and again: each is parsed once. Where anything about a part
    is odd, the header is parsed as a whole.
    """

    unscramble: bool
    names: ShownNames = field(default_factory=ShownNames)
    _own: dict[bytes, str] = field(default_factory=dict)
    _given: dict[bytes, str] = field(default_factory=dict)

    def read(self, value: bytes | None, is_own: bool = False) -> Parties:
        """Return the parties of a header; `is_own` where authors name themselves."""
        if value is None:
            return NOBODY
        known = self._own if is_own else self._given
        found = []
        for part in _parts(value) if _QUOTE in value else value.split(b","):
            who = known.get(part) or self._learn(part, known, is_own)
            if not who:
                return self._whole(value, is_own)
            found.append(who)
        return Parties(found)

    def _learn(self, part: bytes, known: dict[bytes, str], is_own: bool) -> str:
        plain = plain_address(header_text(part))
        if plain is None:
            return ""
        address, name = plain
        self.names.see([address], [name], is_own)
        if len(known) >= _REMEMBERED:
            known.clear()
        who = identity(address)
        if len(part) <= _LONGEST_REMEMBERED:
            known[part] = who
        return who

    def _whole(self, value: bytes, is_own: bool) -> Parties:
        all_of = addresses(header_text(value), self.unscramble)
        self.names.see(all_of.found, all_of.names, is_own)
        return _parties(all_of)


def _parts(value: bytes) -> list[bytes]:
    """Parts between commas outside quotes."""
    parts: list[bytes] = []
    held = b""
    for piece in value.split(b","):
        text = held + b"," + piece if held else piece
        if text.count(_QUOTE) % 2:
            held = text
        else:
            parts.append(text)
            held = b""
    return [*parts, held] if held else parts


def _parties(all_of: Addresses) -> Parties:
    return Parties(
        [identity(address) for address in all_of.found],
        all_of.n_ambiguous,
        all_of.n_unresolved,
        all_of.n_x500,
    )
