"""The rules of the wall, each with a switch, so that tests can show what it stops."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Defences:
    """Which rules of disclosure control are on: all of them, in every run.

    No setting and no command reaches this. The attack suite switches single rules off to show
    that the attack which a rule stops succeeds without it.
    """

    floor: bool = True
    """Nothing about fewer than `min_people` contributing people."""
    complement: bool = True
    """No hidden cell and no small atom in the row space of what is shown."""
    remainder: bool = True
    """No two shown groups that differ by a few people."""
    waves: bool = True
    """No number of a small group beside its number with a few joiners or leavers."""
    dominance: bool = True
    """Nothing that one person carries."""
    ties: bool = True
    """Contact only between groups with enough people on both sides."""
    rounding: bool = True
    """Numbers to a step, intervals outwards, no 0 % and no 100 %."""
    bands: bool = True
    """Sizes as bands; under 20 people words alone where the policy says so."""
    order: bool = True
    """Hidden rows last, A to Z."""
    slices: bool = True
    """Nothing but the fixed cube of released slices."""
    counts: bool = True
    """Counts of people to 5."""
    themes: bool = True
    """Themes of interviews only where enough people were asked and enough named them."""


ALL = Defences()
