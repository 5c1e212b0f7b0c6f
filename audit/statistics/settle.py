"""What would settle an open verdict: how many people, which wider group, what pulse survey."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from audit.statistics.effects import POWER, detectable_effect
from audit.statistics.reliability import respondents_needed

STEP = 5
RESPONSE = 0.70
USUAL_ICC1 = 0.15
"""Share of a climate score between teams where no survey has told it yet."""
USUAL_ITEM_R = 0.40
"""Mean correlation between the items of a short scale."""
DEPENDABLE = 0.70
USUAL_CRITICAL = 3.3
MOST_ASKED = 1000
LEAST_ANSWERS = 8

UNSETTLED = ("not_enough_evidence", "desert_watch", "hotspot_watch")
_WATCHED = ("desert_watch", "hotspot_watch")
_PERSONS_LIMIT = "More weeks would not help, because people, not messages, are the limit."
_MORE_WEEKS = {
    "too_few_observations": "More weeks would help here: each person got too few messages.",
    "too_few_windows": "Three windows of four weeks are needed: run the audit again when the "
    "exports cover 12 weeks.",
    "not_persistent": "The gap came and went: another 12 weeks would show whether it lasts.",
    "indicator_unreliable": "The measure itself wavers from week to week: more weeks would "
    "steady it, more people in one group would not.",
    "coverage": "More complete data would help: check which channels and accounts of this group "
    "are missing from the exports.",
}
_ONE_PERSON = "It hangs on single people: more people would settle it, more weeks would not."
_SURVEY_FIRST = {
    "coverage": "Too few answered: at least half of those asked have to, and enough of them. "
    "Reminding people settles more than asking again later.",
    "indicator_unreliable": "The scale did not pass its own gates: mend or replace its items "
    "before asking again.",
}
_WORDS_ONLY = "More people in the comparison, a wider group, or a pulse survey would settle it."


@dataclass(frozen=True)
class Pulse:
    """A short survey: what its answers are known, or usually, to be like."""

    icc1: float = USUAL_ICC1
    item_r: float = USUAL_ITEM_R
    material: float = 0.30
    """Smallest gap that matters, in SD."""
    response: float = RESPONSE


@dataclass(frozen=True)
class Wider:
    """The next group up the tree that can be compared with others, and what it can show."""

    name: str
    suffices: bool
    smallest: str | None
    """Smallest gap that shows there, in words; None where nothing was measured."""


@dataclass(frozen=True)
class OpenVerdict:
    """What is known of a verdict that is not settled; numbers unrounded, before the wall."""

    verdict: str
    layer: str
    why: str | None
    n_people: int
    mde: float | None
    effect: float | None
    """The group's own effect, unshrunken, in the unit of `mde`."""
    target: float
    """The gap to be seen in a group without a verdict, in the same unit."""
    target_words: str
    has_numbers: bool = True
    wider: Wider | None = None
    most_people: int | None = None
    """Upper end of the published size band; None where that is open."""
    pulse: Pulse = Pulse()


def people_to_see(n_people: int, mde: float, effect: float) -> int:
    """Return how many people a group would need for an effect to be found in 4 of 5 cases.

    Formula
        n (MDE / |effect|)^2, since the standard error falls with the root of n; up to a five.
    Shape
        Numbers. Unit: people. Range: 5 or more.
    Edge cases
        No effect: 0, nothing to be found.
    Source
        `docs/method.md`, minimum detectable effect.

    >>> people_to_see(10, 0.77, 0.54)
    25
    """
    if effect == 0 or not math.isfinite(mde):
        return 0
    return up_to_five(n_people * (mde / abs(effect)) ** 2)


def people_before_data(effect: float) -> int:
    """Return how many people a group would need for an effect, before anything is measured.

    >>> people_before_data(0.55)
    20
    """
    return up_to_five(float(detectable_effect(np.array([1.0]))[0] / abs(effect)) ** 2)


def answers_for_mean(icc1: float) -> int:
    """Return how many answers make the mean of a group dependable: ICC2(n) of .70, to a five.

    Never under eight, below which no group is told.

    >>> answers_for_mean(0.15)
    15
    """
    needed = respondents_needed(icc1, DEPENDABLE)
    return up_to_five(max(needed, LEAST_ANSWERS)) if math.isfinite(needed) else 0


def answers_for_gap(gap: float, critical: float = USUAL_CRITICAL) -> int:
    """Return how many answers show a gap in SD in 4 of 5 cases at the tree-wide level.

    Formula: ((critical + .84) / gap)^2, up to a five.

    >>> answers_for_gap(0.30)
    195
    """
    return up_to_five(((critical + POWER) / gap) ** 2)


def items_for_scale(item_r: float) -> int:
    """Return how many items a scale needs for an internal consistency of .70, at least three.

    Formula: m with m r / (1 + (m - 1) r) = .70 (Spearman-Brown).

    >>> items_for_scale(0.40)
    4
    """
    return max(3, math.ceil(respondents_needed(item_r, DEPENDABLE)))


def up_to_five(value: float) -> int:
    """Return a count up to the next multiple of five."""
    return STEP * math.ceil(value / STEP - 1e-9)


def settle_words(found: OpenVerdict) -> str | None:
    """Return what would settle an open verdict, in sentences; None where it is settled."""
    if found.verdict not in UNSETTLED:
        return None
    parts = _behaviour(found) if found.layer == "behaviour" else _perception(found)
    return " ".join(part for part in parts if part)


def _behaviour(found: OpenVerdict) -> list[str]:
    if not found.has_numbers:
        return [_MORE_WEEKS.get(found.why or "", _WORDS_ONLY)]
    if found.why in _MORE_WEEKS:
        return [_MORE_WEEKS[found.why], _survey(found)]
    first = _ONE_PERSON if found.why in {"depends_on_one_person", "one_person_dominates"} else ""
    return [first, _people(found), _wider(found), _survey(found)]


def _perception(found: OpenVerdict) -> list[str]:
    if found.why in _SURVEY_FIRST:
        return [_SURVEY_FIRST[found.why]]
    if not found.has_numbers:
        return [_WORDS_ONLY if found.mde is not None else _asking(found)]
    if found.mde is None:
        return [_survey(found)]
    if found.why == "low_reliability":
        return [_survey(found), "Asking the same people again adds no answers."]
    return [_people(found), _wider(found)]


def _people(found: OpenVerdict) -> str:
    whom = "people" if found.layer == "behaviour" else "answers"
    if found.mde is None:
        return ""
    watched = found.verdict in _WATCHED
    size = found.effect if watched and found.effect else found.target
    what = "a gap of this size" if watched else found.target_words
    needed = people_to_see(found.n_people, found.mde, size)
    if not needed or needed <= found.n_people:
        return (
            ""
            if watched
            else f"{_upper(what)} would have shown here: if there is one, it is less."
        )
    verb = "confirm" if watched else "see"
    says = f"About {min(needed, MOST_ASKED)} {whom} would be needed to {verb} {what}."
    limit = _PERSONS_LIMIT if found.layer == "behaviour" else ""
    return f"{says} {limit}".strip()


def _wider(found: OpenVerdict) -> str:
    wider = found.wider
    if wider is None:
        return "No wider group could be compared with others."
    if wider.suffices:
        return (
            f"{wider.name} as a whole is large enough to show {found.target_words}; that would "
            "be true of the whole, not of this group alone."
        )
    if wider.smallest is None:
        return f"{wider.name} as a whole was not measured either."
    return f"Even {wider.name} as a whole shows only gaps of about {wider.smallest} or more."


def _survey(found: OpenVerdict) -> str:
    if not found.has_numbers:
        return _asking(found)
    pulse = found.pulse
    answers = answers_for_mean(pulse.icc1)
    if not answers:
        return _asking(found)
    if found.most_people is not None and answers > found.most_people:
        place = f"all of {found.wider.name}" if found.wider else "a wider group"
        return (
            f"For a survey mean of its own the group is too small (about {answers} answers are "
            f"needed): ask {place}."
        )
    return (
        f"A pulse survey of {items_for_scale(pulse.item_r)} items with about {answers} "
        f"answers ({up_to_five(answers / pulse.response)} people asked, at a response of "
        f"{100 * pulse.response:.0f} %) gives a dependable mean; to see a gap of "
        f"{pulse.material:.1f} SD it takes about {answers_for_gap(pulse.material)}."
    )


def _asking(found: OpenVerdict) -> str:
    items = items_for_scale(found.pulse.item_r)
    words = {3: "three", 4: "four", 5: "five", 6: "six"}.get(items, "a few")
    return f"Ask every group the same {words} items in a short pulse survey."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
