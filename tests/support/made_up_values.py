"""Indicator values and findings of the made-up release, in the wording of the real ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from made_up_company import Group
from made_up_sentences import JOINT_WORDS, try_next

Row = dict[str, object]
CANNOT = "Answers given in person or by phone."

# name, code, title, question, layer, quadrant, higher is, scale, leads, middle, cannot show
_CATALOGUE = (
    (
        "response_rate",
        "A1",
        "Response rate",
        "Do people who write to this group get an answer?",
        "behaviour",
        "says_does",
        "warmer",
        "points",
        True,
        75,
        CANNOT,
    ),
    (
        "reciprocity_ratio",
        "A4",
        "Reciprocity ratio",
        "Is contact returned?",
        "behaviour",
        "says_does",
        "warmer",
        "ratio",
        False,
        1.3,
        "Contact outside the read channels.",
    ),
    (
        "cross_boundary_mix",
        "B2",
        "Cross-boundary mix",
        "How much contact crosses divisions?",
        "behaviour",
        "sees",
        "neither",
        "share",
        False,
        25,
        "Whether the contact was welcome.",
    ),
    (
        "after_hours_exposure",
        "D1",
        "After-hours exposure",
        "How much mail reaches people outside their hours?",
        "behaviour",
        "hears",
        "colder",
        "share",
        False,
        15,
        "Whether anybody read it then.",
    ),
    (
        "upward_reply",
        "E1",
        "Upward reply",
        "Do leaders answer the people below them?",
        "behaviour",
        "says_does",
        "warmer",
        "points",
        False,
        70,
        CANNOT,
    ),
    (
        "isolation_rate",
        "F1",
        "Isolation rate",
        "How many have fewer than two mutual ties?",
        "behaviour",
        "sees",
        "colder",
        "share",
        False,
        10,
        "Ties kept up in person.",
    ),
    (
        "psychological_safety",
        "S1",
        "Psychological safety",
        "Can people speak up here?",
        "perception",
        "thinks_feels",
        "warmer",
        "score",
        True,
        3.6,
        "Why people answered so.",
    ),
    (
        "felt_listening",
        "S2",
        "Felt listening",
        "Do people feel listened to?",
        "perception",
        "thinks_feels",
        "warmer",
        "score",
        False,
        3.5,
        "Who does not listen.",
    ),
)
_SPREAD = {"points": 10.0, "share": 5.0, "ratio": 0.2, "score": 0.3}


def catalogue() -> list[Row]:
    """Return the eight indicators of the first release."""
    return [
        {
            "indicator": n,
            "code": c,
            "title": t,
            "question": q,
            "layer": layer,
            "element": "active listening",
            "quadrant": quadrant,
            "higher_is": higher,
            "scale": s,
            "is_lead": lead,
            "source": "Kooti et al. 2015",
            "cannot_show": cannot,
        }
        for n, c, t, q, layer, quadrant, higher, s, lead, _, cannot in _CATALOGUE
    ]


def value_rows(window: int, group: Group, shown: Row, rng: np.random.Generator) -> list[Row]:
    """Return one row per indicator; a hidden group has words only."""
    return [
        {"window_id": window, "group_id": group.id, "indicator": entry[0], **shown}
        | _value(entry[0], entry[7], float(entry[9]), group, rng)
        for entry in _CATALOGUE
    ]


def _value(name: str, scale: str, middle: float, group: Group, rng: np.random.Generator) -> Row:
    if group.band is None:
        return {"status": "not_shown", "why": group.plant.why_hidden}
    if name == "isolation_rate" and group.depth == 2 and rng.random() < 0.1:
        return {"status": "unreliable", "why": "split-half reliability below .60"}
    if name in ("psychological_safety", "felt_listening") and group.id.endswith("tax"):
        return {"status": "not_observed", "why": "survey response below 50 %"}
    spread = _SPREAD[scale]
    step = 5.0 if scale in ("points", "share") else 0.1
    value = max(step, round(rng.normal(middle, spread) / step) * step)
    half = round(2 * spread / step) * step
    digits = 0 if step > 1 else 1
    value, low, high = (
        round(v, digits) + 0.0 for v in (value, max(0, value - half), value + half)
    )
    return {
        "status": "shown",
        "value": value,
        "low": low,
        "high": high,
        "expected": round(round(middle / step) * step, digits),
        "value_text": f"about {value:.0f} %" if step > 1 else f"{value:.1f}",
        "leaning": ("cooler", "none", "warmer")[int(rng.integers(0, 3))],
    }


_KIND_OF_JOINT = {
    "confirmed_desert": "desert",
    "process_desert": "watch",
    "confirmed_hotspot": "hotspot",
    "process_hotspot": "hotspot",
    "felt_desert": "blind_spot",
    "warm_words_cold_network": "blind_spot",
    "busy_not_heard": "blind_spot",
}
_SPOKEN = {
    "desert": "people writing here get answers about 15 points less often than elsewhere",
    "hotspot": "people writing here get answers about 15 points more often than elsewhere",
    "watch": "answers come about 10 points less often than elsewhere; not yet confirmed",
    "blind_spot": "what people do and what they say do not point the same way",
}


def finding_rows(window: int, groups: Sequence[Group]) -> tuple[list[Row], list[Row]]:
    """Return findings in order of reading, and the chain of evidence behind each."""
    marked = [g for g in groups if g.plant.joint in _KIND_OF_JOINT]
    order = list(_KIND_OF_JOINT)
    marked.sort(key=lambda g: (order.index(g.plant.joint), g.name))
    rows = [_finding(window, i + 1, g) for i, g in enumerate(marked)]
    facts = [g for g in groups if g.depth == 2 and g.band and g.plant.joint == "none"][:5]
    rows += [_fact(window, len(rows) + i + 1, g) for i, g in enumerate(facts)]
    evidence: list[Row] = []
    for row in rows:
        for step, (name, says) in enumerate(_CHAIN, start=1):
            evidence.append(
                {"finding_id": row["finding_id"], "step": step, "name": name, "says": says}
            )
    return rows, evidence


_CHAIN = (
    ("Response rate", "About 15 points under comparable messages, 90 % interval 5 to 20."),
    ("Chance", "A gap this large appears in at most 5 of 100 shuffled companies."),
    ("Time", "It pointed the same way in 3 of 3 windows."),
    ("People", "It stays when any one member is left out."),
)


def _finding(window: int, place: int, g: Group) -> Row:
    kind = _KIND_OF_JOINT[g.plant.joint]
    return {
        "finding_id": f"f{place:03d}",
        "window_id": window,
        "kind": kind,
        "place": place,
        "group_id": g.id,
        "confidence": "high" if kind == "desert" else "medium",
        "headline": f"{g.name}: {_SPOKEN[kind]}.",
        "detail": f"{JOINT_WORDS[g.plant.joint]}. 90 % interval 5 to 20 points, in 3 of 3 "
        f"windows, {g.band} people.",
        "caveat": "Answers given in meetings, by phone or in person are not seen.",
        "next_step": try_next(g.plant),
    }


def _fact(window: int, place: int, g: Group) -> Row:
    return {
        "finding_id": f"f{place:03d}",
        "window_id": window,
        "kind": "fact",
        "place": place,
        "group_id": g.id,
        "confidence": "high",
        "headline": f"In these 12 weeks people in {g.name} got about 20 % of their internal mail "
        "outside their hours, about 10 % elsewhere.",
        "detail": "A count of what happened, no estimate.",
        "caveat": "A fact of a period is not yet a trait of a group.",
        "next_step": None,
    }


_THEMES = (
    ("told too late", "transparent communication", "negative", "hears", "as a strain"),
    ("thanked <b>twice</b>", "recognition", "positive", "hears", "as something that helps here"),
    ("left without an answer", "active listening", "negative", "thinks_feels", "as a strain"),
)
"""One code holds markup, which must be shown as text."""


def theme_rows(window: int, groups: Sequence[Group]) -> list[Row]:
    """Return what interviews speak of in the shown groups of Operations; nobody else was asked."""
    asked = [g for g in groups if g.band and g.id in ("operations", "operations-fleet")]
    return [
        {
            "window_id": window, "group_id": g.id, "element": element, "code": code,
            "polarity": polarity, "quadrant": quadrant,
            "says": f'Interviews speak of "{code}" {how} ({element}).',
        }
        for g in asked
        for code, element, polarity, quadrant, how in _THEMES
    ]  # fmt: skip
