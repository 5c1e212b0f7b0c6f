"""Fixed text of every document: how to read it, how it was made, what it cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.rows import rows
from reports.brief import About, Brief


@dataclass(frozen=True)
class Passage:
    """A short passage of fixed text under a heading of its own."""

    title: str
    text: str


@dataclass(frozen=True)
class Certified:
    """One rule of the certificate: its name, what it says, what it looked at and kept back."""

    name: str
    says: str
    seen: str = ""
    kept: str = ""
    bound: str = ""


PURPOSE = (
    "This report shows where the conditions for empathy are strong or thin in an organization: "
    "whether people get answers, are reached, are left in peace after hours, and whether they "
    "say that they are heard. It speaks of groups, never of persons."
)

SECTION_LEADS = {
    "desert": "Colder than the rest beyond chance, lasting over the windows, and whoever is left "
    "out. A reason to ask there, not a reproach.",
    "blind_spot": "What people do and what they say do not point the same way. Often the most "
    "useful thing to ask about.",
    "hotspot": "Warmer than the rest beyond chance. What do these groups do that others could "
    "copy?",
    "watch": "Likely, not confirmed. Try something small, and look again.",
    "leaning": "No verdict, only the side a group leans to, with its odds. Not a reason to act on "
    "its own.",
    "fact": "Counts of what happened, no estimate. A fact of a period is not yet a trait of a "
    "group.",
    "data_gap": "Groups about which these data say too little.",
}
SECTION_TITLES = {
    "desert": "Deserts: where it is colder",
    "blind_spot": "Blind spots: where the layers disagree",
    "hotspot": "Hotspots: what others could copy",
    "watch": "On watch",
    "leaning": "Leanings",
    "fact": "Facts of the period",
    "data_gap": "Where the data are too thin",
}

CERTIFICATE = "Certificate: what was kept back, and why"
CELL = "A cell is one number of one group or slice in one period."
WIDTH = (
    "A bound is a range of a share from 0 to 100: the wider, the less is known. A range of 10 "
    "points says that a hidden share lies, say, between 40 and 50 and not where."
)
_RULE_NAMES = {
    "release": "This release",
    "floor": "Too few people",
    "dominance": "One person weighs too much",
    "row space and remainders": "Follows from other numbers",
    "joiners and leavers": "A few people joined or left",
    "words": "Words in place of numbers",
    "contact": "Contact between groups",
    "rounding": "Rounding and order",
    "what is left": "What could still be worked out",
}
_RULES = (
    Passage(
        "Two layers, never fused",
        "Behaviour comes from message metadata: who wrote to whom, when, and whether an answer "
        "came. Content and subject lines are never read. Perception comes from surveys. Where "
        "both are dependable they are read together; where they disagree, that is a blind spot. "
        "There is no single score.",
    ),
    Passage(
        "What a verdict needs",
        "Desert or hotspot: the difference survives a test over the whole organization (5 % risk "
        "of a single false alarm anywhere), is large enough to matter, points the same way in at "
        "least two thirds of the windows, and does not depend on any one member. Watch: a large "
        "enough difference whose false discovery rate is at most 10 %. Typical: the whole 90 % "
        "interval lies close to the rest. Everything else reads not enough evidence.",
    ),
    Passage(
        "How chance is ruled out",
        "Each message is compared with comparable messages: same load, channel, hour, relation "
        "and sender. Then people are dealt to the groups at random, thousands of times, within "
        "the same level and site. A group is judged against what this deal gives anywhere in the "
        "organization.",
    ),
    Passage(
        "How small groups are drawn",
        "An estimate on few people is drawn towards the rest. The map tints it, and fades the "
        "tint as the interval widens. The odds of a leaning are those of this estimate; under 7 "
        "in 10 the report says that it cannot tell.",
    ),
)


def passages(brief: Brief) -> tuple[Passage, ...]:
    """Return the method in short passages, with the rules and the certificate of this release."""
    certificate = tuple(
        Passage(f"Certificate: {line.name[:1].lower()}{line.name[1:]}", _told(line))
        for line in certified(brief)
    )
    return (*_RULES, _protection(brief.about), *certificate)


def certified(brief: Brief) -> Iterator[Certified]:
    """Return what each rule of disclosure control looked at and kept back, in words."""
    for row in rows(brief.certificate.sort_values("step")):
        name = _RULE_NAMES.get(row.text("rule"), row.text("rule").capitalize())
        says = row.text("statement")
        if not row.is_null("bound"):
            bound = row.text("bound")
            yield Certified(name, says, bound=f"{bound} {WIDTH}" if "closer" in bound else bound)
        elif row.is_null("checked"):
            yield Certified(name, says)
        else:
            kept, n = row.number("hidden"), row.number("checked")
            few = f"about {kept:,.0f}" if kept else "few or none"
            yield Certified(name, says, f"about {n:,.0f}", few)


def _told(line: Certified) -> str:
    if line.bound:
        return f"{line.says} {line.bound}"
    counts = f" Of {line.seen} numbers it kept back {line.kept}." if line.seen else ""
    return f"{line.says}{counts}"


def _protection(about: About) -> Passage:
    kept = (
        "Where fewer than 20 people stand behind a number, only the word is shown."
        if about.policy == "strict"
        else "Shares and differences are rounded to 5 points, intervals outwards, numbers of "
        "people stand as bands."
    )
    return Passage(
        "How people are protected",
        f"Groups under {about.min_people} people are not shown, nor is any group from which a "
        f"smaller one could be worked out. {kept} A group that is not shown has the same mark "
        "everywhere and stands last, A to Z, so that its place says nothing.",
    )
