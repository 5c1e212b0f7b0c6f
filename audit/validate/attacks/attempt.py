"""What an attack tried and what it got: numbers and names of tables, never of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Attempt:
    """One attack on one release.

    `got` is how often it learned what it must not; `places` are the tables or files in which it
    did; `says` is what was tried, with the figure that was measured.
    """

    name: str
    tried: int
    got: int
    says: str
    places: tuple[str, ...] = ()
    has_failed: bool = False
    """The attack could not be carried out: what it would have got is not known."""

    @property
    def is_withstood(self) -> bool:
        """Return whether the attack was carried out and got nothing."""
        return self.got == 0 and not self.has_failed


def attempt(name: str, tried: int, found: Iterable[str], says: str) -> Attempt:
    """Return the outcome of an attack; `found` names the table of each success."""
    places = list(found)
    return Attempt(name, tried, len(places), says, tuple(sorted(set(places))))
