"""The names that addresses show, so that a person of the roster is found by a full name.

They stay in memory: intake keeps a keyed hash of them alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from core.text import clean_name
from ingest.mail.headers import decoded_words

_ASIDE = re.compile(r"\([^()]*\)|\[[^\][]*\]")
_SIMPLE = re.compile(r"[A-Z][a-z]+,?(?: [A-Z][a-z]+)+")
_VIA = re.compile(r"\bvia\b", re.IGNORECASE)  # "Ana via Dev": a list that writes in her name
_WORD = re.compile(r"[^\W\d_]+")
_ESCAPE = re.compile(r"\\(.)")
_MOST_SPELLINGS = 8
_LONGEST = 200
_FULL = 2  # words of a name that can tell a person


@dataclass
class ShownNames:
    """Names by address: those that an address gives itself count before those others give it."""

    _own: dict[str, set[str]] = field(default_factory=dict)
    _given: dict[str, set[str]] = field(default_factory=dict)

    def see(self, addresses: Sequence[str], shown: Sequence[str], is_own: bool) -> None:
        """Note the names beside addresses: in a From header their own, else given by others."""
        names = self._own if is_own else self._given
        for address, name in zip(addresses, shown, strict=True):
            if name:
                spellings = names.setdefault(address.lower(), set())
                if len(spellings) < _MOST_SPELLINGS:
                    spellings.add(name)

    def told(self) -> Iterator[tuple[str, str]]:
        """Return addresses with their full names; none where the spellings contradict."""
        for address in sorted(self._own.keys() | self._given.keys()):
            name = _agreed(self._own.get(address, ())) or _agreed(self._given.get(address, ()))
            if name:
                yield address, name


def plain_name(shown: str) -> str:
    """Return a display name without quotes, encoded words and asides; "" where it is none."""
    text = decoded_words(shown[:_LONGEST].strip()).strip("\"' ")
    if _SIMPLE.fullmatch(text):
        return text
    name = " ".join(_ASIDE.sub(" ", _ESCAPE.sub(r"\1", text)).split()).strip("\"' ,")
    if "@" in name or _VIA.search(name) or not _WORD.search(name):
        return ""
    return name if name.isprintable() else clean_name(name)


def _agreed(spellings: Iterable[str]) -> str:
    """The shortest full name, where all others hold its words too."""
    names = {name for shown in spellings if (name := plain_name(shown))}
    words = {name: {w.casefold() for w in _WORD.findall(name)} for name in names}
    full = sorted((len(found), name) for name, found in words.items() if len(found) >= _FULL)
    if not full:
        return ""
    name = full[0][1]
    agrees = all(words[name] <= words[other] for _, other in full)
    return name if agrees else ""
