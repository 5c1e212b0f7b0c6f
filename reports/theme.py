"""How Isotherm looks and speaks: colours, shapes, words, number formats, fixed phrases.

Shape is direction, depth of colour is certainty, and the word always stands beside them.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal

Layer = Literal["both", "behaviour", "perception"]
LAYER_TITLES: dict[Layer, str] = {
    "both": "Both layers",
    "behaviour": "Behaviour",
    "perception": "Perception",
}

POLARITY = {"positive": "helps", "negative": "a strain", "mixed": "helps and strains"}
"""How interviews speak of a theme."""


@dataclass(frozen=True)
class Palette:
    """The colours of one theme; `fills` by state."""

    page: str
    panel: str
    ink: str
    muted: str
    faint: str
    edge: str
    accent: str
    fills: dict[str, str]


@dataclass(frozen=True)
class State:
    """How one state of a group looks and what it is called."""

    key: str
    word: str
    word_both: str
    shape: str
    vis_shape: str
    says: str
    is_marked: bool = False


LIGHT = Palette(
    page="#ffffff",
    panel="#f5f7f6",
    ink="#1f2a2a",
    muted="#55625f",
    faint="#e3e8e6",
    edge="#b9c2c0",
    accent="#01665e",
    fills={
        "desert": "#8c510a",
        "desert_watch": "#cf9f52",
        "typical": "#dfe4e3",
        "hotspot_watch": "#8fbdb6",
        "hotspot": "#01665e",
        "blind_spot": "#6a3d9a",
    },
)
DARK = Palette(
    page="#0e1117",
    panel="#1a2023",
    ink="#e8eeee",
    muted="#a9b5b3",
    faint="#2a3234",
    edge="#4a5757",
    accent="#7fe6d8",
    fills={
        "desert": "#f0a24a",
        "desert_watch": "#a87f4d",
        "typical": "#3a4646",
        "hotspot_watch": "#5b9a92",
        "hotspot": "#7fe6d8",
        "blind_spot": "#c7a6ff",
    },
)

STATES: dict[str, State] = {
    s.key: s
    for s in (
        State(
            "desert",
            "Desert",
            "Confirmed desert",
            "triangle-down",
            "triangleDown",
            "colder than the rest, confirmed",
            is_marked=True,
        ),
        State(
            "desert_watch",
            "Watch, colder",
            "Process desert",
            "triangle-down",
            "triangleDown",
            "colder than the rest, to be watched",
            is_marked=True,
        ),
        State(
            "hotspot",
            "Hotspot",
            "Confirmed hotspot",
            "triangle-up",
            "triangle",
            "warmer than the rest, confirmed: this is good",
            is_marked=True,
        ),
        State(
            "hotspot_watch",
            "Watch, warmer",
            "Process hotspot",
            "triangle-up",
            "triangle",
            "warmer than the rest, to be watched",
            is_marked=True,
        ),
        State(
            "blind_spot",
            "Blind spot",
            "Blind spot",
            "square",
            "square",
            "behaviour and perception disagree",
            is_marked=True,
        ),
        State("typical", "Typical", "Typical", "circle", "dot", "like the rest"),
        State(
            "not_enough_evidence",
            "Not enough evidence",
            "Not enough evidence",
            "circle",
            "dot",
            "a tint says where it leans, the paler the less sure",
        ),
        State(
            "not_shown",
            "Not shown",
            "Not shown",
            "diamond",
            "diamond",
            "too few people to be shown",
        ),
    )
}

JOINT_STATES: dict[str, str] = {
    "confirmed_desert": "desert",
    "process_desert": "desert_watch",
    "felt_desert": "blind_spot",
    "warm_words_cold_network": "blind_spot",
    "busy_not_heard": "blind_spot",
    "process_hotspot": "hotspot_watch",
    "confirmed_hotspot": "hotspot",
}
JOINT_WORDS: dict[str, str] = {
    "confirmed_desert": "Confirmed desert",
    "process_desert": "Process desert",
    "felt_desert": "Blind spot: felt desert",
    "warm_words_cold_network": "Blind spot: warm words, cold network",
    "busy_not_heard": "Blind spot: busy but not heard",
    "process_hotspot": "Process hotspot",
    "confirmed_hotspot": "Confirmed hotspot",
    "none": "No joint reading",
    "not_shown": "Not shown",
}

# Half the interval, and the effect, that count as 1 where the map tints an estimate.
_REFERENCE: dict[str, float] = {"points": 20.0, "sd": 0.8}
# Value-suppressing steps: the wider the interval, the fewer steps and the paler the last one.
_TINTS: tuple[tuple[float, tuple[float, ...]], ...] = (
    (0.5, (0.0, 0.2, 0.4, 0.6)),
    (1.0, (0.0, 0.2, 0.4)),
    (2.0, (0.0, 0.2)),
    (math.inf, (0.0,)),
)
BAND_PIXELS = {"5-7": 24, "8-9": 24, "10-19": 28, "20-49": 34, "50+": 42}
HIDDEN_PIXELS = 24

CANNOT_SHOW = (
    "Face-to-face talk and phone calls are invisible here; people without a desk are "
    "under-observed.",
    "Quiet groups can be kind groups; culture and neurodiversity change how people reply.",
    "High reply rates and warm survey answers may also be fear.",
    "Whether a message needed a reply is not observed.",
    "Indicators are no targets: no bonus, rating or ranking may rest on them.",
    "This concerns conditions in groups, not individuals.",
)
NOT_FOR = "Groups, never persons; not for appraisal, pay, discipline or dismissal."
NO_TIES = "There is no contact to draw: a message export would add the lines between groups."
HOW_TO_READ = (
    "Each circle is a division, each mark a group; size is the number of people as a band, lines "
    "are contact. A triangle pointing down is colder than the rest, one pointing up is warmer, "
    "a square is where behaviour and perception disagree. Deep colour is confirmed, lighter "
    "colour is on watch. Position has no meaning beyond the division."
)


def palette(dark: bool) -> Palette:
    """Return the colours of the dark or the light theme."""
    return DARK if dark else LIGHT


def suppressed_fill(
    effect: float | None, half_width: float | None, scale: str, colours: Palette
) -> str:
    """Return the fill of a group without a mark: its estimate, fading with its uncertainty.

    A value-suppressing palette: a wide interval leaves few steps, all of them near the colour of
    the page. `half_width` is half the 90 % interval, in the unit of the effect.
    """
    if effect is None or half_width is None or math.isnan(effect) or math.isnan(half_width):
        return colours.page
    reference = _REFERENCE[scale]
    steps = next(s for limit, s in _TINTS if half_width / reference <= limit)
    share = min(1.0, abs(effect) / reference)
    depth = steps[math.floor(share * (len(steps) - 1) + 0.5)]
    end = colours.fills["desert" if effect < 0 else "hotspot"]
    return mixed(colours.page, end, depth)


def mixed(first: str, second: str, share: float) -> str:
    """Return the colour `share` of the way from the first to the second."""
    parts = (
        round(a + (b - a) * share)
        for a, b in zip(_channels(first), _channels(second), strict=True)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def number(value: float, scale: str) -> str:
    """Return a number of a scale without sign tricks: whole points, one decimal elsewhere."""
    text = f"{value:.0f}" if scale in ("points", "share", "net_points") else f"{value:.1f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def signed(value: float, scale: str) -> str:
    """Return an effect with its sign: "−15", "+5", "0"."""
    text = number(value, scale)
    return text if text == "0" or value < 0 else f"+{text}"


def interval(low: float, high: float, scale: str) -> str:
    """Return a 90 % interval as people read it: "5 to 20"."""
    return f"{number(low, scale)} to {number(high, scale)}"


def unit_word(scale: str) -> str:
    """Return the unit of an effect in words."""
    return {"points": "points", "share": "points", "sd": "SD"}.get(scale, "")


def people(band: str | None) -> str:
    """Return a band of people in words."""
    return f"{band.replace('-', '–')} people" if band else "not shown"


def leaning(side: str, odds: str) -> str:
    """Return a leaning in words: "more likely than not cooler than the rest"."""
    if side not in ("cooler", "warmer") or not odds:
        return "cannot tell which side it leans to" if side == "none" else ""
    return odds if "than the rest" in odds else f"{odds} {side} than the rest"


def few_people(min_people: int) -> str:
    """Return the fixed sentence on a group under the floor."""
    return f"Not shown: fewer than {min_people} people. This protects the people in small groups."


def not_shown(why: str | None) -> str:
    """Return why a group is not shown, as a sentence."""
    return f"Not shown: {why}." if why else "Not shown."


def day(date: dt.date) -> str:
    """Return a date as people write it: "29 June 2025"."""
    return f"{date.day} {date:%B %Y}"


def days(first: dt.date, last: dt.date) -> str:
    """Return a period as people write it: "7 April to 29 June 2025"."""
    begin = f"{first.day} {first:%B}" if first.year == last.year else day(first)
    return f"{begin} to {day(last)}"


def foot(min_people: int, run_id: str, policy: str, log_head: str = "") -> str:
    """Return the line at the foot of every page and file, with the head of the audit log."""
    told = f"Confidential. {NOT_FOR} Groups under {min_people} are not shown. Run {run_id}, "
    return told + (f"policy {policy}. Audit log {log_head}." if log_head else f"policy {policy}.")


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
