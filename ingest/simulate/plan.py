"""What a scenario plants: the plan that every part of the generator follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Structure = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Plant:
    """One team with a truth of its own, before and after the reorganization.

    Its people differ like all others, around the truth of the team. `effect` is in log-odds of
    an answer, `survey` in SD of a person's latent answer.
    """

    role: str
    size: int
    effect: tuple[float, float] = (0.0, 0.0)
    survey: tuple[float, float] = (0.0, 0.0)
    blind_spot: str = ""

    @property
    def changes(self) -> bool:
        """Whether the truth is another one after the reorganization."""
        return self.effect[0] != self.effect[1]


@dataclass(frozen=True)
class DivisionPlant:
    """What one whole division differs in."""

    role: str
    effect: float = 0.0
    survey: float = 0.0
    people_share: float = 0.0
    """Share of the company's people; 0 leaves the division at its natural size."""
    off_hours: float = 0.0
    """Share of its messages that are sent to it after hours; 0 for the company's own share."""


ORDINARY = DivisionPlant("ordinary")


@dataclass(frozen=True)
class Rates:
    """How much is written, how it is answered, and how people differ."""

    roots_per_week: float = 2.4
    """New conversations that reach a person of mean activity in a week."""
    activity_sd: float = 0.6
    base: float = 0.2
    load: float = -0.35
    same_team: float = 0.7
    upward: float = 0.12
    fan_out: float = -0.35
    reply_sd: float = 0.6
    sender_sd: float = 0.3
    shock_sd: float = 0.1
    chat_share: float = 0.16
    off_hours: float = 0.05
    late_share: float = 0.06
    leaving_per_month: float = 0.015
    isolated: float = 0.02
    isolated_planted: float = 0.6
    survey_unit_sd: float = 0.2
    response: float = 0.74


@dataclass(frozen=True)
class Plan:
    """A scenario: structure, size, and everything that is planted."""

    name: str
    title: str
    structure: Structure
    people: int
    weeks: int = 26
    plants: tuple[Plant, ...] = ()
    divisions: Mapping[str, DivisionPlant] = field(default_factory=dict)
    isolated_teams: int = 0
    is_reorganized: bool = True
    rates: Rates = field(default_factory=Rates)

    def division(self, name: str) -> DivisionPlant:
        """Give what is planted in a division, which may be nothing."""
        return self.divisions.get(name, ORDINARY)
