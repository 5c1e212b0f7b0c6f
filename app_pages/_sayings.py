"""Published numbers as people read them; every number with its interval."""

from __future__ import annotations

from app_pages._groups import Verdict
from core.text import foreign_letters
from reports import theme

MOST_ODDS = 9  # odds are published up to 9 in 10
LAYERS = {"behaviour": "Behaviour", "perception": "Perception", "interviews": "Interviews"}


def gap(verdict: Verdict) -> str | None:
    """Return the contrast with the rest: "−15 points", or None where there is no number."""
    if verdict.effect is None:
        return None
    return f"{theme.signed(verdict.effect, verdict.scale)} {theme.unit_word(verdict.scale)}"


def interval(verdict: Verdict) -> str:
    """Return the interval of the contrast: "90 % interval −25 to −5"."""
    if verdict.low is None or verdict.high is None:
        return "no interval"
    return f"90 % interval {theme.interval(verdict.low, verdict.high, verdict.scale)}"


def odds(verdict: Verdict) -> str | None:
    """Return which way a group leans and how likely: no verdict, and never without its odds."""
    words, leaning, ten = verdict.odds_words, verdict.leaning, verdict.odds_in_ten
    if words is None or leaning not in ("cooler", "warmer") or ten is None:
        return "Cannot tell which way it leans" if words else None
    if leaning in words:
        return words[:1].upper() + words[1:]
    count = f"at least {MOST_ODDS} in 10" if ten >= MOST_ODDS else f"{ten} in 10"
    return f"{words[:1].upper()}{words[1:]} {leaning} than the rest: {count}"


def visible(verdict: Verdict) -> str | None:
    """Return the smallest effect that could have been seen here."""
    if verdict.mde is None:
        return None
    size = f"{theme.number(verdict.mde, verdict.scale)} {theme.unit_word(verdict.scale)}"
    return f"An effect under about {size} could not be told from chance here."


def why_hidden(why: str | None, floor: int) -> str:
    """Return why a group is not shown, and whom that protects."""
    sentence = theme.not_shown(why)
    return sentence if why is None or str(floor) not in why else theme.few_people(floor)


def odd_letters(name: str) -> str:
    """Return which letters of a name only look like its others; empty for an ordinary name."""
    found = foreign_letters(name)
    return f"This name mixes alphabets: {found}." if found else ""
