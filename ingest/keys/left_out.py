"""Who is left out: people who are never imported again, and members who are not analysed.

The list holds no address and no pseudonym of a forgotten person: of each identity one keyed hash,
under a key that serves this list alone. It tells an identity again and leads to nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import msgspec

from core.errors import ConfigError
from core.files import write_whole
from ingest.keys.pseudonyms import Pseudonymiser

Kind = Literal["forgotten", "objected"]
# Reasons in the balance sheet.
FORGOTTEN: Final = "forgotten"
OBJECTED: Final = "objected"
PURGED: Final = "purged"


class Mark(msgspec.Struct, frozen=True):
    """One identity that is left out: always, or between two days; half open."""

    mark: str
    kind: Kind
    first_day: int | None = None
    end_day: int | None = None


class _State(msgspec.Struct, forbid_unknown_fields=True):
    key_check: str = ""
    marks: list[Mark] = []
    objectors: list[str] = []
    is_pending: bool = False
    messages_from_day: int | None = None
    forms_from_day: int | None = None


@dataclass
class LeftOut:
    """The list of one engagement; `path` is its file, `key` the one the engagement began with."""

    path: Path
    key: Pseudonymiser
    _state: _State = field(default_factory=_State)
    _marks: dict[str, list[Mark]] = field(default_factory=dict)
    _secret: bytes = b""

    def __post_init__(self) -> None:
        """Make ready to recognise identities."""
        self._secret = self.key.subkey("left out")
        self._sort(self._state.marks)

    @classmethod
    def read(cls, path: Path, key: Pseudonymiser) -> LeftOut:
        """Return the list, empty where there is none.

        Raises `ConfigError` for another key: under it nobody would be recognised, and everybody
        who was forgotten would come back.
        """
        state = _state_of(path)
        if state.key_check not in ("", key.check_value):
            raise ConfigError(
                f"This engagement was started with key {state.key_check}; you gave "
                f"{key.check_value}.",
                code="E-KEY-005",
                hint="Nothing was read or changed: people who were forgotten would come back. "
                "Name the first key under [privacy] key_file.",
            )
        return cls(path, key, state)

    def is_forgotten(self, digest: str, day: int | None = None) -> bool:
        """Return whether the identity of a keyed hash is forgotten, at all times or on a day."""
        return self._is(FORGOTTEN, digest, day)

    def is_objecting(self, digest: str) -> bool:
        """Return whether the identity of a keyed hash is that of somebody who objected."""
        return self._is(OBJECTED, digest, None)

    def spells(self, digest: str) -> list[tuple[int, int | None]]:
        """Return the days, half open, on which an identity that changed hands is forgotten."""
        return [
            (mark.first_day, mark.end_day)
            for mark in self._marks.get(self._mark(digest), ())
            if mark.kind == FORGOTTEN and mark.first_day is not None
        ]

    def forgotten_among(self, digests: Iterable[str]) -> set[str]:
        """Return those keyed hashes that are forgotten at all times."""
        return {digest for digest in digests if self.is_forgotten(digest)}

    @property
    def is_empty(self) -> bool:
        """Return whether nobody is left out and nothing was purged."""
        return not self._state.marks and self.messages_from_day is None

    @property
    def has_forgotten(self) -> bool:
        """Return whether anybody has been forgotten."""
        return any(mark.kind == FORGOTTEN for mark in self._state.marks)

    @property
    def is_pending(self) -> bool:
        """Return whether an erasure was begun and has not come to its end."""
        return self._state.is_pending

    @property
    def messages_from_day(self) -> int | None:
        """Return the first day whose messages are kept; None where nothing was purged."""
        return self._state.messages_from_day

    @property
    def forms_from_day(self) -> int | None:
        """Return the first day whose survey waves and interviews are kept."""
        return self._state.forms_from_day

    def add(
        self, kind: Kind, digests: Collection[str], days: tuple[int, int | None] | None = None
    ) -> None:
        """Put identities on the list; what stands there already stays as it is."""
        first, end = days if days is not None else (None, None)
        known = set(self._state.marks)
        fresh = {Mark(self._mark(digest), kind, first, end) for digest in digests}
        if kind == FORGOTTEN:  # somebody forgotten has nothing left to object to
            gone = {mark.mark for mark in fresh if mark.first_day is None}
            known = {m for m in known if m.kind != OBJECTED or m.mark not in gone}
        self._sort(known | fresh)

    def withdraw(self, digests: Collection[str]) -> None:
        """Take an objection back."""
        own = {self._mark(digest) for digest in digests}
        self._sort([m for m in self._state.marks if m.kind != OBJECTED or m.mark not in own])

    def note_objectors(self, person_ids: Collection[str]) -> None:
        """Keep the pseudonyms under which those who objected stand in the tables."""
        self._state.objectors = sorted(person_ids)

    @property
    def objectors(self) -> tuple[str, ...]:
        """Return the pseudonyms of those who objected."""
        return tuple(self._state.objectors)

    def keep_from(self, messages_from_day: int, forms_from_day: int) -> None:
        """Say before which days nothing is imported again; a limit never moves back."""
        state = self._state
        state.messages_from_day = max(messages_from_day, state.messages_from_day or 0)
        state.forms_from_day = max(forms_from_day, state.forms_from_day or 0)

    def begin(self) -> None:
        """Write the list with the note that something on it has still to be erased."""
        self._state.is_pending = True
        self.write()

    def done(self) -> None:
        """Write the list: everything on it has been erased."""
        self._state.is_pending = False
        self.write()

    def write(self) -> None:
        """Write the list, whole or not at all, for its owner alone."""
        self._state.key_check = self.key.check_value
        write_whole(self.path, msgspec.json.format(msgspec.json.encode(self._state)))
        self.path.chmod(0o600)

    def _is(self, kind: str, digest: str, day: int | None) -> bool:
        found = self._marks.get(self._mark(digest), ()) if self._marks else ()
        return any(mark.kind == kind and _holds(mark, day) for mark in found)

    def _sort(self, marks: Iterable[Mark]) -> None:
        self._state.marks = sorted(marks, key=_order)
        self._marks = {}
        for mark in self._state.marks:
            self._marks.setdefault(mark.mark, []).append(mark)

    def _mark(self, digest: str) -> str:
        steady = self.key.steady(digest)  # the same in every epoch of the key
        return hmac.new(self._secret, steady.encode(), hashlib.sha256).hexdigest()[:32]


def objectors_of(path: Path) -> frozenset[str]:
    """Return the pseudonyms of those who objected, without the key."""
    return frozenset(_state_of(path).objectors)


def is_pending_at(path: Path) -> bool:
    """Return whether an erasure was begun and not ended, without the key."""
    return _state_of(path).is_pending


def _state_of(path: Path) -> _State:
    if not path.is_file():
        return _State()
    try:
        return msgspec.json.decode(path.read_bytes(), type=_State)
    except msgspec.DecodeError as error:
        raise ConfigError(
            "The list of people who are left out cannot be read.",
            code="E-LEFT-001",
            hint="Nothing was read or changed. Put private/left_out back from a copy.",
        ) from error


def _order(mark: Mark) -> tuple[str, str, int, int]:
    end = 1 << 31 if mark.end_day is None else mark.end_day
    return mark.mark, mark.kind, -1 if mark.first_day is None else mark.first_day, end


def _holds(mark: Mark, day: int | None) -> bool:
    if mark.first_day is None:
        return True
    return (
        day is not None and mark.first_day <= day and (mark.end_day is None or day < mark.end_day)
    )
