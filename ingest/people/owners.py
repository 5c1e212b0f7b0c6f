"""Whose an address is: always one person's, or one person's after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Spell:
    """From when to when an identity is a person's, and which rule says so; half open.

    `end_day` None: to this day.
    """

    person: str
    rule: str
    first_day: int = 0
    end_day: int | None = None

    def meets(self, other: Spell) -> bool:
        """Return whether there is a day on which both hold."""
        return (other.end_day is None or self.first_day < other.end_day) and (
            self.end_day is None or other.first_day < self.end_day
        )


@dataclass
class Owners:
    """Who an identity belongs to: at all times, or on some days; and what nobody can have."""

    always: dict[str, tuple[str, str]] = field(default_factory=dict)
    dated: dict[str, tuple[Spell, ...]] = field(default_factory=dict)
    n_shared: int = 0


def owners_of(people: Iterable[str], held: Iterable[tuple[str, Spell]]) -> Owners:
    """Return the owners of identities, from what each row of a roster says of its person.

    An identity that two people hold is dated where they never hold it on one day: somebody left
    and a newcomer was given the address. Otherwise nobody has it.
    """
    spells: dict[str, list[Spell]] = {}
    for identity, spell in held:
        if identity:
            spells.setdefault(identity, []).append(spell)
    owners = Owners({person: (person, "roster_id") for person in people})
    for identity, found in spells.items():
        holders = {spell.person for spell in found}
        if len(holders) == 1 and identity not in owners.always:
            # The address of a roster row says more than one among its further addresses.
            rule = max(spell.rule for spell in found)
            owners.always[identity] = (found[0].person, rule)
        elif len(holders) > 1 and not in_doubt(found):
            owners.dated[identity] = tuple(sorted(found, key=lambda s: (s.first_day, s.person)))
        elif len(holders) > 1:
            owners.n_shared += 1
    return owners


def in_doubt(spells: Sequence[Spell]) -> bool:
    """Return whether two people hold an identity on one day."""
    ordered = sorted(spells, key=lambda spell: spell.first_day)
    return any(
        one.person != other.person and one.meets(other)
        for n, one in enumerate(ordered)
        for other in ordered[n + 1 :]
    )
