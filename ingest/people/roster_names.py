"""Names of people on a roster: held in memory to find managers and to free unit names of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.tables.columns import Picked

_IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_SHARED = ""


def readable_name(text: str) -> str:
    """Return a name as it is spoken: "Rossi, Bob (On Leave)" becomes "Bob Rossi"."""
    bare = _IN_BRACKETS.sub("", text)
    last, comma, first = bare.partition(",")
    words = f"{first.replace(',', ' ')} {last}" if comma else bare
    return " ".join(words.split())


def name_key(name: str) -> str:
    """Return a name without order, case, accents and punctuation.

    "Rossi, Bob" and "Bob Rossi" have one key.
    """
    plain_text = unicodedata.normalize("NFKD", name).casefold()
    words = re.findall(r"\w+", "".join(c for c in plain_text if not unicodedata.combining(c)))
    return " ".join(sorted(words))


def is_spelled_out(text: str) -> bool:
    """Return whether a manager is given by name, not by an id or an address."""
    return "@" not in text and len(re.findall(r"[^\W\d_]{2,}", text)) > 1


@dataclass
class Names:
    """The people of one file by name."""

    picked: Picked
    by_key: dict[str, str] = field(default_factory=dict)

    def learn(self, row: Sequence[str], person: str) -> None:
        """Remember the name of a person; one that two people share is nobody's."""
        key = name_key(self.of(row))
        if key and person:
            self.by_key[key] = person if self.by_key.get(key, person) == person else _SHARED

    def of(self, row: Sequence[str]) -> str:
        """Return the name that a row gives its person, first name first."""
        cell = self.picked.cell
        both = f"{cell(row, 'first_name')} {cell(row, 'last_name')}"
        return readable_name(cell(row, "name") or both)

    def find(self, text: str) -> str | None:
        """Return who has a name; "" where several have it, None where nobody has."""
        return self.by_key.get(name_key(_IN_BRACKETS.sub("", text)))

    def freed(self, unit: str, *, always: bool) -> str:
        """Return a unit's name without the name of a person in brackets behind it."""
        found = _IN_BRACKETS.search(unit)
        if found is None or not (always or name_key(found.group(1)) in self.by_key):
            return unit
        return _IN_BRACKETS.sub("", unit)
