"""The sentences of a chain of evidence: published numbers and bands in, words out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.wording import join_names, number
from core.rows import Row

WORD_ONLY = "What is said"
BASE = "What was counted"
EXPECTED = "What was to be expected"
WHO = "Who answered"
SAID = "What they said"
DEPENDABLE = "Is the survey dependable here?"
GAP = "How large is the gap?"
CHANCE = "Could it be chance?"
LASTING = "Did it last?"
ONE_PERSON = "Does one person make it?"
PEOPLE_MISSING = "Would it hold with people missing?"
CHANNEL = "Would it hold without one channel?"
SENDERS = "Could those who write hide it?"
AROUND = "What lies around it?"
WEIGHTS = "Does weighting make it?"
SILENT = "What if the silent feel otherwise?"
TOLD = "What do interviews speak of?"
SEEN = "What could be seen here?"
CANNOT = "What can this not show?"

HYPHEN, DASH = "-", "\N{EN DASH}"

_BASES = {
    "response_rate": "{value} of {n} messages from colleagues were answered within two working "
    "days.",
    "after_hours": "{value} of {n} messages reached people outside their hours.",
}
_EXPECTED = {
    "response_rate": "{value}: what the same senders get elsewhere for messages alike in load, "
    "channel, hour and relation.",
}
_BANDS = (
    *((100, "fewer than 100"), (250, "100 to 250"), (500, "250 to 500"), (1000, "500 to 1,000")),
    *((2500, "1,000 to 2,500"), (5000, "2,500 to 5,000"), (10000, "5,000 to 10,000")),
)
_IN_A_HUNDRED = {
    "at most .01": "in at most 1 of 100 deals",
    "at most .05": "in at most 5 of 100 deals",
    "at most .10": "in at most 10 of 100 deals",
    "over .10": "in more than 10 of 100 deals",
}
_FALSE = {
    "at most .01": "at most 1 in 100",
    "at most .05": "at most 1 in 20",
    "at most .10": "at most 1 in 10",
    "over .10": "more than 1 in 10",
}
_FLAGGED = ("desert", "desert_watch", "hotspot", "hotspot_watch")
_CHANNELS = {"email": "mail", "chat": "chat", "call": "calls", "meeting": "meetings"}
_GATES = {
    "alpha": ("its items hang together", "its items do not hang together"),
    "rwg": ("people of one group agree", "people of one group do not agree"),
    "icc1": ("groups differ from each other", "groups do not differ from each other"),
}
_CONFIDENT, _TENTATIVE = 0.70, 0.50
_HALF = 0.75


def count_band(n: int) -> str:
    """Return a number of observations as a band."""
    return next((band for top, band in _BANDS if n < top), "over 10,000")


def base(indicator: str, value: str, n: str) -> str:
    """Return the raw base: the share as it was counted, and of how much."""
    template = _BASES.get(indicator, "{value}, from {n} observations.")
    return _capital(template.format(value=value, n=n))


def expected(indicator: str, value: str) -> str:
    """Return what comparable messages, or everybody outside the group, give."""
    template = _EXPECTED.get(indicator, "{value} among everybody outside the group.")
    return _capital(template.format(value=value))


def who(share: str, band: str | None) -> str:
    """Return the response, and the band of people behind it."""
    people = f"; {band.replace(HYPHEN, DASH)} answers count here" if band else ""
    return f"{_capital(share)} of those asked{people}."


def said(value: str, elsewhere: float | None) -> str:
    """Return the scale mean of the group, and that of everybody outside."""
    rest = "" if elsewhere is None else f"; {number(elsewhere)} elsewhere"
    return f"A mean of {value} on the answer scale{rest}."


def dependable(passed: Mapping[str, bool], own: float | None) -> str:
    """Return the gates of the scale, and how dependable the mean of this group is."""
    told = [words[0] if passed[kind] else words[1] for kind, words in _GATES.items()
            if kind in passed]  # fmt: skip
    scale = f"Over the organization {join_names(told)}." if told else ""
    if own is None:
        return scale
    if own >= _CONFIDENT:
        mean = "Enough people answered for a dependable mean here."
    elif own >= _TENTATIVE:
        mean = "The mean of this group is tentative: more answers would steady it."
    else:
        mean = "Too few answered for a dependable mean here."
    return f"{scale} {mean}".strip()


def gap(verdict: Row) -> str:
    """Return the shrunken gap and its 90 % interval."""
    unit = "points" if verdict.text("scale") == "points" else "SD"
    size = verdict.number("effect")
    side = "colder" if size < 0 else "warmer"
    about = f"About {number(abs(size))} {unit} {side} than the rest" if size else "About none"
    low, high = verdict.maybe_number("low"), verdict.maybe_number("high")
    if low is None or high is None:
        return f"{about}."
    return (
        f"{about}: our best guess, drawn towards the rest where few people stand behind it. The "
        f"plain estimate has a 90 % interval from {number(low)} to {number(high)} {unit}."
    )


def chance(verdict: Row) -> str:
    """Return what dealing people out at random gives: familywise p and q as bands."""
    p, q = verdict.maybe_text("evidence"), verdict.maybe_text("evidence_fdr")
    if p is None:
        return ""
    alarms = f" Among groups marked at this strength {_FALSE[q]} is a false alarm." if q else ""
    return (
        "When people are dealt out to groups at random, a gap this wide turns up somewhere in "
        f"the organization {_IN_A_HUNDRED[p]}.{alarms}"
    )


def lasting(verdict: Row) -> str:
    """Return in how many windows the group lay on the same side."""
    windows = verdict.maybe_text("windows_text")
    return f"On the same side in {windows}." if windows else ""


def one_person(verdict: Row) -> str:
    """Return whether the gap survives leaving any one member out."""
    if verdict.text("verdict") not in _FLAGGED or verdict.is_null("is_robust"):
        return ""
    if verdict.flag("is_robust"):
        return "No: it holds whichever member is left out."
    return "Perhaps: it weakens when one member is left out."


def missing(verdict: str, shares: Sequence[str], is_enough: bool) -> str:
    """Return how often the verdict stays when 10, 20 and 30 % of people are left out."""
    stays = "stays on the same side, confirmed or on watch," if verdict in _FLAGGED else (
        "stays without a mark")  # fmt: skip
    head = "Yes" if is_enough else "Not always"
    often = shares[0] if len(set(shares)) == 1 else join_names(shares)
    return (
        f"{head}: with 10, 20 and 30 % of all people left out at random it {stays} in {often} of "
        "the tries."
    )


def channel(name: str | None, n: int, is_enough: bool) -> str:
    """Return whether the verdict stays when one channel is left out."""
    if n == 0 or name is None:
        return "Cannot be told: without any one channel too little would be left to judge."
    called = _CHANNELS.get(name, name)
    if not is_enough:
        return f"No: without {called} the verdict changes, so it rests on that channel."
    if n == 1:
        return f"Yes, without {called}. Without any other channel too little would be left."
    return "Yes: it stays whichever channel is left out."


def senders(share: str | None, is_enough: bool, verdict: str) -> str:
    """Return whether those who write here write elsewhere too, and what follows if not."""
    if is_enough:
        part = f" ({share} of what arrives comes from them)" if share else ""
        return f"Hardly: enough of those who write here write mostly elsewhere{part}."
    risk = (
        "The gap could be larger than it looks."
        if verdict in _FLAGGED
        else "A cold group could look typical here."
    )
    return (
        "Perhaps: those who write here write almost only here, so what they are used to counts "
        f"as expected. {risk}"
    )


def around(region: Row) -> str:
    """Return the neighbourhood, which is a view and no verdict."""
    return f"{region.text('says')} A view, not a verdict."


def weights(check: Row | None) -> str:
    """Return whether weighting answers to the roster changes the result."""
    if check is None or check.is_null("value"):
        return ""
    if check.flag("is_enough"):
        return "No: weighted to the roster or not, the mean differs by at most 0.2 SD."
    return "Partly: weighted to the roster the mean moves by more than 0.2 SD."


def silent(check: Row | None) -> str:
    """Return the smallest shift of those who did not answer that would change the verdict."""
    if check is None:
        return ""
    shift = check.maybe_number("value")
    if shift is None:
        return "Even if those who did not answer felt 1 SD colder, the verdict would stay."
    size = "half an SD" if abs(shift) < _HALF else "1 SD"
    return f"If those who did not answer felt {size} colder, the verdict would be another."


def told(spoken: str) -> str:
    """Return what interviews speak of, `spoken` in one sentence; empty where no theme is shown."""
    if not spoken:
        return ""
    return f"{spoken} They are read beside the numbers, not in them."


def seen(verdict: Row) -> str:
    """Return the smallest gap that would have shown."""
    size = verdict.maybe_number("mde")
    if size is None:
        return ""
    unit = "points" if verdict.text("scale") == "points" else "SD"
    return f"Gaps of about {number(size)} {unit} or more."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
