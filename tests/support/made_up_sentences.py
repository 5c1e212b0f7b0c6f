"""Sentences and quality rows of the made-up release, in the wording of the real ones."""

from __future__ import annotations

from made_up_company import FEW, REVEALS, Plant

Row = dict[str, object]

SETTLE = "A pulse survey of 6 items at 70 % response, or the division read as a whole."

JOINT_WORDS = {
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

_TRY = {
    "confirmed_desert": "Ask the group what stops an answer; agree who answers what by when.",
    "process_desert": "Look at tools and load first: who receives, and how much?",
    "felt_desert": "Talk to the people there: answers arrive, and still nobody feels heard.",
    "warm_words_cold_network": "Ask whether contact runs by phone, within one clique, or whether "
    "the survey was answered with care.",
    "busy_not_heard": "Ask what the answers leave open; sit in on one handover.",
    "process_hotspot": "Ask what makes answering easy here; others may copy it.",
    "confirmed_hotspot": "Ask what this group does; others may copy it.",
}

_WORDS = {
    "desert": "a desert",
    "desert_watch": "on watch, colder",
    "hotspot": "a hotspot",
    "hotspot_watch": "on watch, warmer",
    "typical": "typical",
}

LABELS: dict[str, Row] = {
    "full": {
        "leads_with": "behaviour",
        "leads_why": "Both layers pass their gates; behaviour covers more groups.",
        "headline": "2 of 60 groups are confirmed deserts, both in Operations.",
        "next_step": "Start in Operations: ask Fleet and Dispatch what stops an answer, and look "
        "again after three more windows.",
    },
    "small": {
        "leads_with": "perception",
        "leads_why": "Under 150 people the survey carries more than the metadata.",
        "headline": "Nothing is confirmed among 8 shown groups; 2 are on watch.",
        "next_step": "Run one more pulse survey in Paint and Finish and in Support before acting.",
    },
    "smallest": {
        "leads_with": "behaviour",
        "leads_why": "There is no survey.",
        "headline": "There is one group here, and nothing to compare it with.",
        "next_step": "Add the groups below it to the roster.",
    },
}


def verdict_sentence(name: str, layer: str, word: str, numbers: tuple[float, float, float]) -> str:
    """Return the sentence of one layer's verdict."""
    effect, low, high = numbers
    if word == "not_enough_evidence":
        seen = "20 points" if layer == "behaviour" else "0.7 SD"
        return (
            f"Not enough evidence for {name}: an effect under about {seen} could not be told "
            "from chance here."
        )
    if layer == "perception":
        return (
            f"Psychological safety in {name} is {abs(effect):.1f} SD "
            f"{'lower' if effect < 0 else 'higher'} than elsewhere (90 % interval {low:.1f} "
            f"to {high:.1f}): {_WORDS[word]}. Response about 70 %."
        )
    side = "less" if effect < 0 else "more"
    return (
        f"People writing to {name} got a reply within two working days about "
        f"{abs(effect):.0f} points {side} often than comparable messages elsewhere (90 % "
        f"interval {low:.0f} to {high:.0f}), in 3 of 3 windows: {_WORDS[word]}."
    )


def joint_sentence(name: str, plant: Plant) -> str:
    """Return the joint reading as a sentence."""
    if plant.why_hidden:
        return f"Not shown: {plant.why_hidden}. This protects the people in small groups."
    if plant.joint == "none":
        return f"The two layers give no joint reading of {name}."
    return f"{name}. {JOINT_WORDS[plant.joint]}. This concerns conditions, not individuals."


def try_next(plant: Plant) -> str | None:
    """Return what to try, if anything."""
    return _TRY.get(plant.joint)


def leaning_text(word: str, size: int) -> tuple[str, tuple[int, str]]:
    """Return the leaning and its odds, as number in ten and in words."""
    if abs(size) < 1:
        return "none", (5, "cannot tell")
    side = "cooler" if size < 0 else "warmer"
    if word in ("desert", "hotspot"):
        return side, (9, f"much more likely than not {side} than the rest: 9 in 10")
    return side, (7, f"more likely than not {side} than the rest: 7 in 10")


def quality_rows(n_hidden: int, *, no_survey: bool) -> list[Row]:
    """Return balance sheet, coverage, identity, response and the rest."""
    rows = _balance("Message trace", (21640, 21105, 320, 210, 5)) + _balance(
        "Slack export", (48250, 46900, 0, 1350, 0)
    )
    rows += [
        _row(
            "reasons",
            "Message trace",
            "calendar notices",
            210,
            "210",
            "info",
            "Left out: written by machines.",
        ),
        _row("reasons", "Message trace", "no sender", 5, "5", "warn", "Rejected: E-CSV-004."),
        _row(
            "reasons",
            "Slack export",
            "bot messages",
            1350,
            "1,350",
            "info",
            "Left out: written by machines.",
        ),
        _row(
            "coverage",
            "email",
            "people with data",
            95,
            "about 95 %",
            "pass",
            "Nearly everybody writes mail.",
        ),
        _row(
            "coverage",
            "chat",
            "people with data",
            65,
            "about 65 %",
            "warn",
            "Below 70 %: chat is not read where a group has too little of it.",
        ),
        _row("identity", "Message trace", "addresses resolved", 98, "98 %", "pass", "Above 90 %."),
        _row(
            "automated",
            "all",
            "messages by machines",
            12,
            "about 12 %",
            "info",
            "Left out of every measure.",
        ),
        _row(
            "trust",
            "verdicts",
            "groups without a verdict",
            40,
            "about 40 %",
            "warn",
            "Not enough evidence is the default; divisions tell more.",
        ),
    ]
    if no_survey:
        rows.append(
            _row(
                "response",
                "survey",
                "response",
                None,
                "Nobody was asked",
                "warn",
                "Add a pulse survey to read perception.",
            )
        )
    else:
        rows += [
            _row("response", "wave 1", "response", 70, "about 70 %", "pass", "Above 50 %."),
            _row("response", "wave 2", "response", 60, "about 60 %", "pass", "Above 50 %."),
        ]
    if n_hidden:
        rows += [
            _row("hidden", FEW, "groups", None, "some", "info", "Protects small groups."),
            _row(
                "hidden",
                REVEALS,
                "groups",
                None,
                "some",
                "info",
                "Hidden so that a smaller group cannot be worked out.",
            ),
        ]
    return rows


def _balance(source: str, counts: tuple[int, int, int, int, int]) -> list[Row]:
    parts = ("seen", "accepted", "duplicate", "filtered", "rejected")
    return [
        _row("balance", source, part, n, f"{n:,}", "info", "Adds up.")
        for part, n in zip(parts, counts, strict=True)
    ]


def _row(*cells: object) -> Row:
    names = ("section", "item", "part", "number", "text", "state", "says")
    return dict(zip(names, cells, strict=True))
