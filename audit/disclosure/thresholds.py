"""How many people a number needs before anybody may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.errors import PrivacyError

HARD_FLOOR = 5
NUMBER_FLOOR = 8
CROSSED_FLOOR = 10
"""Fewest people of a slice that crosses two dimensions."""
STRICT_FLOOR = 20
WAVES_FLOOR = 42
"""Fewest people whose number may stand beside one with a few joiners or leavers.

Both numbers are rounded to 5 points, so their difference is 0 or a step, and a step comes the more
often the more the leaver differs: R^2 = s / (n r sqrt(2 / pi)), with s = 13 points between people
and r = 5; at most .10 from 33 people on, and from 41 on where one of the two is known to an eighth
of a step. `audit attack` measures it.
"""
JUDGED_FLOOR = 140
"""The same for what verdicts rest on: value, effect and both ends of its interval are told.

Four numbers with edges at four places; together at most .10 from about 125 people on.
"""
ACTIVE_PEOPLE = 5
DOMINANT_SHARE = 0.30
TRAFFIC_ONE = 0.50
TRAFFIC_TWO = 0.75

Policy = Literal["standard", "strict"]
Form = Literal["hidden", "status_only", "number"]

TOO_FEW = "fewer than {k} people"
WOULD_REVEAL = "would reveal a smaller group"
DOMINATED = "a few people carry most of it"
CHANGED = "a few people joined or left"


@dataclass(frozen=True)
class Floor:
    """The floor of one release: `min_people` (never under 5) and the policy."""

    min_people: int = 8
    policy: Policy = "standard"

    def __post_init__(self) -> None:
        """Refuse a floor below the one that is fixed in code."""
        if self.min_people < HARD_FLOOR:
            raise PrivacyError(
                f"privacy.min_people is {self.min_people}; groups of fewer than {HARD_FLOOR} "
                "people are never shown.",
                code="E-PRIVACY-001",
                hint=f"Nothing was published. Set min_people to {HARD_FLOOR} or more.",
            )

    @property
    def too_few(self) -> str:
        """Return the reason shown for a group under the floor."""
        return self.too_few_of(self.min_people)

    def too_few_of(self, least: int) -> str:
        """Return the reason shown for what needs `least` people."""
        return TOO_FEW.format(k=least)

    def form(self, n: int) -> Form:
        """Return what a cell with `n` contributing people may show.

        Under the floor nothing; from 8 a number under `standard`, from 20 under `strict`;
        between, the status word alone.
        """
        if n < self.min_people:
            return "hidden"
        if n < NUMBER_FLOOR or (self.policy == "strict" and n < STRICT_FLOOR):
            return "status_only"
        return "number"


def n_band(n: int) -> str:
    """Return the size band in which a number of people is published; `n` must be 5 or more."""
    for top, band in ((8, "5-7"), (10, "8-9"), (20, "10-19"), (50, "20-49")):
        if n < top:
            if n < HARD_FLOOR:
                raise PrivacyError(
                    "A group under the hard floor was about to be sized.", code="E-PRIVACY-002"
                )
            return band
    return "50+"
