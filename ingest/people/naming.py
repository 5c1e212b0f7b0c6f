"""Full names in one spelling, so that two spellings of one name are seen to be one."""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations

from ingest.people.words import ASIDE, GENERATIONS, NO_PERSON, OUTSIDE, TITLES

LONGEST_NAME = 200
_LEAST_WORDS = 2
_MOST_SHORTENED = 6  # a name of more words has too many short forms; its full form must do
_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ø": "oe",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
        # Apostrophes, as people and keyboards write them, leave no gap: "O'Brien" is one word.
        **dict.fromkeys("'`\u2019\u2018\u02bc\u00b4", ""),
    }
)
_WORD = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}|<([^<>]*)>")
_TAIL = re.compile("\\s[-\u2013\u2014|/\u2022\u00b7~]+\\s")
_SILENT = TITLES | GENERATIONS
_SILENT_ASIDE = _SILENT | ASIDE | OUTSIDE
_ANY_ALPHABET = 0x0530  # Latin, Greek and Cyrillic lie below


def name_key(name: str) -> str:
    """Return a full name without order, case, accents, titles; "" where it is no full name.

    "Rossi, Bob" equals "Bob Rossi" and "Dr. Bob J. Rossi (External)". A single word, initials, a
    handle with digits, an address, and the name of a team, a room or a machine are no full names.
    """
    return " ".join(sorted(_words_of(name)))


def name_forms(name: str) -> tuple[str, ...]:
    """Return every key under which a person of this name may show up, the full one first.

    Anna Maria Rossi may call herself Anna Rossi: where somebody else bears that name in full, it
    tells neither of the two.
    """
    words = sorted(_words_of(name))
    if not words:
        return ()
    keys = [" ".join(words)]
    if len(words) <= _MOST_SHORTENED:
        for n in range(len(words) - 1, _LEAST_WORDS - 1, -1):
            keys += [" ".join(some) for some in combinations(words, n)]
    return tuple(dict.fromkeys(keys))


def loose_key(text: str, *, is_ordered: bool = False) -> str:
    """Return the words of any text as names are compared, to order a review; never to merge."""
    core, _ = _split(_folded(text[:LONGEST_NAME]))
    found = [word for word in _WORD.findall(core) if word not in _SILENT]
    return " ".join(found if is_ordered else sorted(found))


def is_outside_name(name: str) -> bool:
    """Return whether a name says of itself that its bearer works elsewhere: "Kim Poe (ext.)"."""
    _, asides = _split(_folded(name[:LONGEST_NAME]))
    return any(word in OUTSIDE for aside in asides for word in _WORD.findall(aside))


def _words_of(name: str) -> list[str]:
    if len(name) > LONGEST_NAME or "@" in name:
        return []
    core, asides = _split(_folded(name))
    words = [word for word in _WORD.findall(core) if word not in _SILENT]
    for aside in asides:
        # "Bob Rossi (Legal)" is told from another Bob Rossi by these words: they stay.
        words += [w for w in _WORD.findall(aside) if w not in _SILENT_ASIDE]
    words = [word for word in words if not _is_initial(word)]
    if any(not word.isalpha() for word in words) or not NO_PERSON.isdisjoint(words):
        return []
    return words if len(words) >= _LEAST_WORDS else []


def _split(folded: str) -> tuple[str, list[str]]:
    """The name itself, and what stands in brackets or behind a dash."""
    asides = ["".join(groups) for groups in _BRACKETS.findall(folded)]
    core, *tails = _TAIL.split(_BRACKETS.sub(" ", folded))
    return core, asides + tails


def _folded(text: str) -> str:
    lower = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    bare = unicodedata.normalize("NFKD", lower)
    return "".join(c for c in bare if not unicodedata.combining(c)).translate(_LETTERS)


def _is_initial(word: str) -> bool:
    # One letter of an alphabet is an initial; one character of other scripts is a name.
    return len(word) == 1 and ord(word) < _ANY_ALPHABET
