"""Words that people choose from, in seven languages: the place of a word in its ladder."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("likert.toml")
_QUOTES = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'", "`": "'"}
)
_SPACES = re.compile(r"\s+")
_NUMBERED = re.compile(r"(\d{1,2})\s*[-=:.()\N{EN DASH}\N{EM DASH}]\s*\D{1,200}")
_ENDS_IN_NUMBER = re.compile(r"\D{1,200}\((\d{1,2})\)")


@dataclass(frozen=True)
class Ladders:
    """Places from 1 by number of points and word, and the words that are no answer."""

    places: dict[int, dict[str, int]]
    absent: frozenset[str]

    def place(self, text: str, points: int) -> int | None:
        """Return the place of a word in a ladder of so many points, 1 the lowest."""
        return self.places.get(points, {}).get(text)

    def points_of(self, text: str) -> list[int]:
        """Return how many points the ladders have that know a word."""
        return [points for points, words in sorted(self.places.items()) if text in words]


def worded(cell: str) -> str:
    """Return an answer as ladders spell it: lower case, plain quotes, no full stop at the end."""
    text = _SPACES.sub(" ", cell.translate(_QUOTES)).strip().casefold()
    return text.rstrip(".; ") if len(text) > 1 and not text.endswith((".a.", ".t.")) else text


def numbered(cell: str) -> float | None:
    """Return the number of an answer such as "4 - Agree" or "Agree (4)"; None for any other."""
    found = _NUMBERED.fullmatch(cell) or _ENDS_IN_NUMBER.fullmatch(cell)
    return float(found.group(1)) if found else None


@cache
def ladders() -> Ladders:
    """Return the shipped ladders.

    Raises `ValueError` where two ladders of one length give a word two places.
    """
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    absent = frozenset(word.casefold() for word in told.pop("absent")["words"])
    places: dict[int, dict[str, int]] = {}
    for languages in told.values():
        for steps in languages.values():
            known = places.setdefault(len(steps), {})
            for place, words in enumerate(steps, start=1):
                for word in words:
                    if known.setdefault(word.casefold(), place) != place:
                        raise ValueError(f"{word!r} has two places among {len(steps)}")
    return Ladders(places, absent)
