"""Suggestions for the review: which person on the roster an unresolved identity may be.

Names that look alike only order the queue; nothing is ever merged by likeness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from ingest.people.identity import local_part
from ingest.people.naming import loose_key
from ingest.people.roster import Roster

LEAST_SCORE = 70.0
"""Below this likeness a suggestion is a guess; it is not worth anybody's time."""
PER_IDENTITY = 3
ELSEWHERE = 10.0
"""Points taken off where the person has an account or address in that place already."""
DOUBT = 20.0
"""Points taken off where several people, or several accounts, are as alike: no name tells them."""
AS_ALIKE = 6.0
_ROWS = 2_000
_CONSIDERED = 10

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Unresolved:
    """An identity in clear that nobody owns: how it shows itself, and where it was given out."""

    identity: str
    name: str = ""
    space: str = ""


@dataclass(frozen=True)
class Suggestion:
    """One person whom an identity may be, why, and how alike the two are (0 to 100)."""

    identity: str
    person_id: str
    why: str
    score: float


@dataclass(frozen=True)
class Candidates:
    """The people of a roster by the words that they may show up under."""

    people: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    mailboxes: list[str] = field(default_factory=list)
    initials: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


def candidates_of(roster: Roster) -> Candidates:
    """Return everybody on the roster, with the latest name and address of each."""
    latest = {stay.row.employee_id: stay.row for stay in roster.stays}
    rows = [latest[person] for person in sorted(latest)]
    names = [loose_key(row.name or "") for row in rows]
    return Candidates(
        [row.employee_id for row in rows],
        names,
        [loose_key((row.email or "").partition("@")[0]) for row in rows],
        [_initials(row.name or "") for row in rows],
        [row.name or "" for row in rows],
    )


def suggestions(
    unresolved: Sequence[Unresolved],
    candidates: Candidates,
    taken: Mapping[str, frozenset[str]] | None = None,
) -> list[Suggestion]:
    """Return likely people for each unresolved identity, the likeliest of all first.

    `taken` gives, for each person, the tools and mail domains in which somebody was found to be
    that person already: another account there is less likely to be theirs.
    """
    if not candidates.people:
        return []
    out: list[Suggestion] = []
    shown = Counter((one.space, loose_key(one.name)) for one in unresolved if one.name)
    for first in range(0, len(unresolved), _ROWS):
        some = unresolved[first : first + _ROWS]
        likeness = _likeness(some, candidates)
        for one, row in zip(some, likeness, strict=True):
            seen = _Seen(one, row, shown[(one.space, loose_key(one.name))])
            out += _best(seen, candidates, taken or {})
    return sorted(out, key=lambda s: (-s.score, s.identity, s.person_id))


def _likeness(some: Sequence[Unresolved], candidates: Candidates) -> Scores:
    shown = [loose_key(one.name) for one in some]
    mailboxes = [loose_key(local_part(one.identity)) for one in some]
    best: Scores = np.zeros((len(some), len(candidates.people)), np.float32)
    for texts in (shown, mailboxes):
        for against, scorer, weight in (
            (candidates.names, fuzz.WRatio, 1.0),
            (candidates.mailboxes, fuzz.ratio, 0.97),
            (candidates.initials, fuzz.ratio, 0.93),
        ):
            found = process.cdist(texts, against, scorer=scorer, dtype=np.float32)
            known = np.outer([bool(t) for t in texts], [bool(a) for a in against])
            best = np.maximum(best, found * known * np.float32(weight))
    return best


@dataclass(frozen=True)
class _Seen:
    """An identity, how alike everybody is to it, and how many there show the same name."""

    one: Unresolved
    row: Scores
    n_shown: int

    @property
    def n_alike(self) -> int:
        return int((self.row >= self.row.max() - np.float32(AS_ALIKE)).sum())


def _best(
    seen: _Seen, candidates: Candidates, taken: Mapping[str, frozenset[str]]
) -> list[Suggestion]:
    row, space = seen.row, seen.one.space
    is_likely = np.flatnonzero(row >= LEAST_SCORE)
    best = is_likely[np.argsort(-row[is_likely], kind="stable")][:_CONSIDERED]
    found = []
    for place in best:
        person = candidates.people[place]
        is_there = space in taken.get(person, ())
        is_doubted = seen.n_alike > 1 or seen.n_shown > 1
        score = float(row[place]) - ELSEWHERE * is_there - DOUBT * is_doubted
        why = _why(seen, candidates.shown[place], is_there=is_there)
        found.append(Suggestion(seen.one.identity, person, why, round(score, 1)))
    return sorted(found, key=lambda s: (-s.score, s.person_id))[:PER_IDENTITY]


def _why(seen: _Seen, shown: str, *, is_there: bool) -> str:
    name = seen.one.name
    parts = [f'shows itself as "{name}"' if name else "its mailbox is like the name"]
    parts.append(f'the roster has "{shown}"' if shown else "the roster has no name")
    if seen.n_alike > 1:
        parts.append(f"{seen.n_alike} people are as alike")
    if seen.n_shown > 1:
        parts.append(f"{seen.n_shown} accounts there show this name")
    if is_there:
        parts.append("this person has an account or address there already")
    return "; ".join(parts)


def _initials(name: str) -> str:
    """How logins shorten a name: "arossi" for Anna Rossi."""
    last, comma, first = name.partition(",")
    words = loose_key(first, is_ordered=True).split() if comma else []
    words += loose_key(last, is_ordered=True).split()
    return f"{words[0][0]}{words[-1]}" if len(words) > 1 else ""
