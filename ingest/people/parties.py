"""Parties: everybody behind the identities of a run, and the way from numbers to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOBODY = -1


@dataclass(frozen=True)
class Party:
    """One person, list, bot or mailbox behind one or more identities.

    `identity` is what stands for an employee on the roster; it is empty for everybody else.
    """

    person_id: str
    kind: str
    stakeholder: str | None = None
    is_excluded: bool = False
    auto_reason: str | None = None
    is_human: bool = False
    is_objecting: bool = False
    identity: str = ""
    site: str = ""
    time_zone: str = ""


@dataclass(frozen=True)
class Parties:
    """All parties, sorted by pseudonym, and the way from identity numbers to them.

    `party_of[n]` is the place of the party behind identity number n, -1 for no identity; `dated`
    says for some numbers that it is another party from a first day to before an end day.
    """

    parties: list[Party]
    party_of: NDArray[np.int32]
    rules: list[str]
    dated: tuple[DatedParty, ...] = ()

    @property
    def person_ids(self) -> list[str]:
        """Return the pseudonyms of all parties, in order."""
        return [party.person_id for party in self.parties]

    def look_up(
        self, numbers: NDArray[np.int64], days: NDArray[np.int64] | None = None
    ) -> NDArray[np.int32]:
        """Return the places of the parties behind identity numbers on given days (UTC).

        -1 stays -1. Without days, dated identities are whose they are on all other days.
        """
        places = np.append(self.party_of, np.int32(NOBODY))[numbers]
        if days is None:
            return places
        for held in self.dated:
            is_theirs = (numbers == held.number) & (days >= held.first_day)
            if held.end_day is not None:
                is_theirs &= days < held.end_day
            places[is_theirs] = held.place
        return places

    def are_dated(self, numbers: NDArray[np.int64]) -> bool:
        """Return whether the day decides for one of these identity numbers."""
        return bool(np.isin([held.number for held in self.dated], numbers).any())

    @property
    def excluded(self) -> NDArray[np.bool_]:
        """Return for each party whether its traffic is left out."""
        return np.array([party.is_excluded for party in self.parties], dtype=bool)

    @property
    def objecting(self) -> NDArray[np.bool_]:
        """Return for each party whether it objected to being analysed."""
        return np.array([party.is_objecting for party in self.parties], dtype=bool)


@dataclass(frozen=True)
class DatedParty:
    """From when to when an identity number stands for a party; half open."""

    number: int
    place: int
    first_day: int
    end_day: int | None
