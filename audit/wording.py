"""The only prose templates: every sentence that leaders read about a group is made here.

All numbers that come in are already rounded for release; nothing here rounds or decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

CAVEAT = (
    "Face-to-face and phone contact are invisible here; quiet groups can be kind groups. "
    "This concerns conditions in the group, not individuals."
)
NOT_VALIDATED = "Behavioural indicators are not yet validated in your organization."
ODDS_WORDS = {9: "much more likely than not", 8: "more likely than not", 7: "more likely than not"}
VERDICT_TITLES = {
    "desert": "desert",
    "desert_watch": "watch, colder",
    "hotspot": "hotspot",
    "hotspot_watch": "watch, warmer",
    "typical": "typical",
    "not_enough_evidence": "not enough evidence",
    "not_shown": "not shown",
}
WHY_WORDS = {
    "not_family_significant": "a gap this wide somewhere in the organization could be chance",
    "too_few_windows": "fewer than three windows were observed",
    "not_persistent": "the gap did not last over the windows",
    "depends_on_one_person": "the gap depends on one person",
    "one_person_dominates": "one person carries too much of it",
    "low_reliability": "too few answered for a dependable mean",
    "no_variation": "nothing varies here",
    "no_direction": "this indicator has no good or bad side",
    "below_material": "the gap is too small to matter",
    "not_significant": "",
    "indicator_unreliable": "the indicator did not pass its reliability gate",
    "not_searched": "nothing was measured here",
    "too_few_people": "too few people with data",
    "too_few_outside": "too few people outside to compare with",
    "too_few_observations": "too few messages per person",
    "too_few_messages": "too few messages of this kind",
    "too_few_contacts": "too few people outside wrote here",
    "too_few_threads": "too few conversations of this kind",
    "too_few_managers": "too few managers",
    "whole_only": "looked at for the whole organization only",
    "coverage": "too few of the people have data, or too few answered",
}
_FLAGGED = ("desert", "desert_watch", "hotspot", "hotspot_watch")
_WORD_ALONE = "Only the word is shown: a number could tell of a few people."
_NOT_OWN = (
    "Read it with the group above or below it that stands out: it shares that group's people and "
    "adds no finding of its own."
)
_EVEN = 0.5
_LIKELY = 7
_VERY_LIKELY = 9
_SUBJECTS = {
    "response_rate": "People writing to {name} got a reply within two working days",
    "after_hours": "People in {name} received mail and messages in their own hours",
    "isolation": "People in {name} had two or more mutual contacts",
}
_JOINT = {
    "confirmed_desert": "Both the messages and the survey are colder here than elsewhere.",
    "confirmed_hotspot": "Both the messages and the survey are warmer here than elsewhere.",
    "process_desert": "Answers come less often here, but the survey does not say that people feel "
    "unheard: look at tools and load first.",
    "process_hotspot": "Answers come more often here; the survey does not stand out.",
    "felt_desert": "People here say they are not heard, and the messages do not show it: a blind "
    "spot of the message data.",
    "warm_words_cold_network": "The survey is warm but answers come less often: a blind spot. "
    "Work by phone, one close circle, or caution in the survey can each explain it.",
    "busy_not_heard": "Answers come more often than elsewhere, yet people do not feel heard: a "
    "blind spot.",
    "none": "The two layers give no joint reading.",
    "not_shown": "Not shown.",
}
_BOTH_MARKED = {
    True: "Both layers stand out on the same side here, but not firmly enough to be read as one.",
    False: "The layers stand out on different sides here, but not firmly enough to be called a "
    "blind spot.",
}
_TRY = {
    "confirmed_desert": "Ask the group what stands in the way of answering, agree on one change, "
    "and measure again after three full windows.",
    "process_desert": "Check shared mailboxes, ticket tools and workload before you talk about "
    "attitude.",
    "felt_desert": "Hold a listening session led by somebody from outside the line; ask what "
    "happens after people speak up.",
    "warm_words_cold_network": "Ask how work reaches this group; if it is by phone or in person, "
    "nothing needs mending.",
    "busy_not_heard": "Look at what happens after the answer: are decisions explained, does "
    "anything change?",
    "confirmed_hotspot": "Ask what this group does, and let two colder groups visit it.",
    "process_hotspot": "Ask what makes answering easy here; others could copy it.",
}
_WATCH_TRY = "Try one small change and watch: the evidence is not firm enough for more."


@dataclass(frozen=True)
class Said:
    """What a verdict sentence may use: rounded numbers, never raw ones."""

    name: str
    verdict: str
    layer: str
    indicator: str
    title: str
    has_number: bool
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    windows_text: str | None = None
    mde: float | None = None
    leaning: str | None = None
    odds: int | None = None
    why: str | None = None
    is_top: bool = True


def verdict_sentence(said: Said) -> str:
    """Return the verdict of one layer on one group as a sentence or three."""
    if said.verdict == "not_shown":
        return f"Not shown: {said.why}. This protects the people in small groups."
    if said.verdict == "not_enough_evidence" and not said.has_number:
        return f"Not enough evidence: {why_words(said.why) or 'nothing was observed'}."
    if not said.has_number:
        return f"{_title(said.verdict)}. {_WORD_ALONE}"
    parts = [f"{_subject(said)} {_gap(said)} ({_interval(said)}){_windows(said)}."]
    if said.verdict == "not_enough_evidence":
        parts.append(f"Not enough evidence for a verdict{_because(said)}.")
    if said.verdict in {"desert_watch", "hotspot_watch"}:
        parts.append(f"On watch, not confirmed{_because(said)}.")
    leaning = leaning_words(said.leaning, said.odds)
    if leaning and said.verdict not in {"desert", "hotspot"}:
        parts.append(f"The group is {leaning}.")
    if said.verdict in _FLAGGED and not said.is_top:
        parts.append(_NOT_OWN)
    return " ".join(parts)


def lean(odds_cooler: float) -> tuple[str, int]:
    """Return the side a group leans to ("none" under 7 in 10) and its odds in tenths, 5 to 9."""
    side = "cooler" if odds_cooler >= _EVEN else "warmer"
    tenths = min(9, max(5, math.floor(10 * max(odds_cooler, 1 - odds_cooler) + 1e-9)))
    return (side if tenths >= _LIKELY else "none", tenths)


def why_words(why: str | None) -> str:
    """Return a reason in words: known codes are translated, sentences stay as they are."""
    return "" if why is None else WHY_WORDS.get(why, why)


def odds_words(odds: int | None) -> str | None:
    """Return the odds of a leaning in words; under 7 in 10 that is "cannot tell"."""
    return None if odds is None else ODDS_WORDS.get(odds, "cannot tell")


def leaning_words(leaning: str | None, odds: int | None) -> str | None:
    """Return "more likely than not cooler than the rest: 7 in 10", or None without a leaning."""
    words = odds_words(odds)
    if leaning in {None, "none"} or words in {None, "cannot tell"}:
        return None
    about = "at least 9 in 10" if odds == _VERY_LIKELY else f"about {odds} in 10"
    return f"{words} {leaning} than the rest: {about}"


def joint_sentence(joint: str, behaviour: str = "", perception: str = "") -> str:
    """Return the joint reading of both layers in words.

    Two marks that are no firm joint reading together are said to be just that; `behaviour` and
    `perception` are the verdicts of the layers.
    """
    if joint == "none" and behaviour in _FLAGGED and perception in _FLAGGED:
        alike = behaviour.split("_", 1)[0] == perception.split("_", 1)[0]
        return _BOTH_MARKED[alike]
    return _JOINT[joint]


def try_next(joint: str, behaviour: str) -> str | None:
    """Return what to try, for a joint reading or for a group on watch."""
    if joint in _TRY:
        return _TRY[joint]
    return _WATCH_TRY if behaviour in {"desert_watch"} else None


def validated(r: float, low: float, high: float) -> str:
    """Return how far messages and survey agree over groups here; all numbers may be unknown."""
    if math.isnan(low):
        return NOT_VALIDATED
    told = f"r = {r:.2f}, 90 % interval {low:.2f} to {high:.2f}".replace("-", "−")
    numbers = f"{told}, corrected for unreliability"
    if low > 0:
        return (
            "In your organization the messages agree with what people say in the survey "
            f"({numbers})."
        )
    return (
        f"{NOT_VALIDATED} Over groups, messages and survey agree by {numbers}: read both side by "
        "side."
    )


def join_names(names: Sequence[str]) -> str:
    """Return "A", "A and B", or "A, B and C"."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def counted(n: int, one: str, many: str) -> str:
    """Return "1 group" or "3 groups"."""
    return f"{n} {one if n == 1 else many}"


def number(value: float) -> str:
    """Return a rounded number as people read it: 10, 0.3, and a true minus sign."""
    text = f"{abs(value):.0f}" if float(value).is_integer() else f"{abs(value):.1f}"
    return f"\N{MINUS SIGN}{text}" if value < 0 else text


def _title(verdict: str) -> str:
    words = VERDICT_TITLES[verdict]
    return words[0].upper() + words[1:]


def _subject(said: Said) -> str:
    if said.layer == "perception":
        return f"On {said.title.lower()}, answers from {said.name} lie"
    template = _SUBJECTS.get(said.indicator)
    return template.format(name=said.name) if template else f"On {said.title.lower()}, {said.name}"


def _gap(said: Said) -> str:
    effect = said.effect or 0.0
    if said.layer == "perception":
        if effect == 0:
            return "about where they lie elsewhere"
        side = "lower" if effect < 0 else "higher"
        return f"about {number(abs(effect))} SD {side} than elsewhere"
    if effect == 0:
        return "about as often as comparable messages elsewhere"
    side = "less" if effect < 0 else "more"
    return f"about {number(abs(effect))} points {side} often than comparable messages elsewhere"


def _interval(said: Said) -> str:
    if said.low is None or said.high is None:
        return "no interval"
    unit = " SD" if said.layer == "perception" else " points"
    return f"90 % interval {number(said.low)} to {number(said.high)}{unit}"


def _windows(said: Said) -> str:
    if said.windows_text is None or said.verdict in {"typical", "not_enough_evidence"}:
        return ""
    return f", in {said.windows_text}"


def _because(said: Said) -> str:
    why = why_words(said.why)
    if why:
        return f": {why}"
    if said.mde is not None:
        unit = "SD" if said.layer == "perception" else "points"
        return f": an effect under about {number(said.mde)} {unit} could not be told from chance"
    return ""
