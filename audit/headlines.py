"""The one sentence, the next step and the one row that say what a release is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from audit import wording
from audit.lookup import BLIND_SPOTS, Place, Release
from audit.release import PublishOptions
from audit.results import NO_MESSAGES, NOBODY_ASKED

Cells = dict[str, object]

_NAMED = 3
_MOST = 50.0
_LAYER_WORDS = {"behaviour": "message data", "perception": "survey"}
_ASK = "Nobody was asked in this period: a survey of four items would tell."
_IN_LAYER = {"behaviour": "", "perception": " in the survey"}
_ACT_ON = (
    *("confirmed_desert", *BLIND_SPOTS),
    *("process_desert", "confirmed_hotspot", "process_hotspot"),
)


def headline(release: Release, leads_with: str = "behaviour") -> str:
    """Return what Overview opens with: how many groups stand out, which, and beyond what.

    `leads_with` is the layer to read first: where that is the survey, its verdicts are counted.
    """
    period = release.latest
    n = len(release.judged(period, leads_with))
    both = release.with_joint(period, ("confirmed_desert",))
    cold = release.with_verdict(period, ("desert",), leads_with)
    warm = release.with_verdict(period, ("hotspot",), leads_with)
    where = _IN_LAYER[leads_with]
    if both:
        says = f"{_of(both, n)} cold in messages and survey alike: {_names(release, both)}."
        alone = sorted({*cold} - {*both})
        return f"{says} {_more(alone, leads_with)}" if alone else says
    if cold:
        says = f"{_of(cold, n)} confirmed colder than the rest{where}: {_names(release, cold)}."
        return f"{says} {len(warm)} {_is(warm)} confirmed warmer." if warm else says
    if warm:
        return f"No group is confirmed colder{where}; {_of(warm, n)} confirmed warmer: " + (
            f"{_names(release, warm)}."
        )
    watch = release.with_verdict(period, ("desert_watch", "hotspot_watch"), leads_with)
    if watch:
        return f"No group is confirmed{where}; {_of(watch, n)} on watch: {_names(release, watch)}."
    if not _n_tested(release, leads_with):
        return _untested(release, leads_with, n)
    seen = _unseen(release, leads_with)
    return f"Nothing stands out beyond chance{where} in {_tested(release, leads_with)}{seen}."


def next_step(release: Release, leads_with: str = "behaviour") -> str:
    """Return what a leadership team should do first."""
    for reading in _ACT_ON:
        for place in release.with_joint(release.latest, (reading,)):
            advice = release.joint[place].maybe_text("try_next")
            if advice:
                return f"Start with {release.name(place)}. {advice}"
    coolest = _coolest(release, leads_with)
    if coolest is not None and leads_with == "perception":
        return (
            f"Nothing is firm enough to act on alone. In the survey {release.name(coolest)} leans "
            "coolest: hold an open conversation there first, and ask every group again."
        )
    if coolest is not None:
        return (
            f"Nothing is firm enough to act on alone. {release.name(coolest)} leans coolest: ask "
            "there first, in a short pulse survey of every group, and run the audit again after "
            "12 weeks."
        )
    if _is_unreliable(release, leads_with):
        return (
            "See how far to trust this before anything else: what was asked or recorded does not "
            "carry a comparison of groups. Ask scales of three questions or more, about the team."
        )
    return "Keep what works, ask every group in a short pulse survey, and measure again."


def trust_rows(release: Release) -> list[Cells]:
    """Return rows for "How far to trust this": verdicts that lack evidence, groups not shown."""
    out = []
    for layer in ("behaviour", "perception"):
        now = [
            row.text("verdict")
            for (period, _, name), row in release.verdicts.items()
            if (period, name) == (release.latest, layer)
        ]
        if now:
            lacking = now.count("not_enough_evidence")
            row = _trust((layer, "without a verdict"), lacking, len(now), lacking * 2 > len(now))
            out.append(row | _why_none(release, layer))
    here = [row for (period, _), row in release.groups.items() if period == release.latest]
    hidden = sum(not row.flag("is_shown") for row in here)
    out.append(_trust(("groups", "not shown"), hidden, len(here), is_bad=False))
    return [*out, *_clock(release)]


def about_row(
    options: PublishOptions, release: Release, windows: pd.DataFrame, people: int
) -> pd.DataFrame:
    """Return the one row of the published `about` table; `windows` is the published table."""
    ordered = windows.sort_values("window_id")
    same = (
        *("run_id", "title", "is_sample", "weeks_per_window", "windows_per_period"),
        *("min_people", "policy", "leads_with", "leads_why", "lead_behaviour"),
        *("lead_perception", "reply_quality", "seed", "version", "config_hash"),
    )
    told: Mapping[str, object] = {
        **{name: getattr(options, name) for name in same},
        "first_on": ordered["first_on"].iloc[0],
        "last_on": ordered["last_on"].iloc[-1],
        "people": people,
        "n_groups": sum(period == release.latest for period, _ in release.groups),
        "headline": headline(release, options.leads_with),
        "next_step": next_step(release, options.leads_with),
        "caveat": " ".join((*options.notes, wording.CAVEAT)),
    }
    return pd.DataFrame([told])


def _trust(what: tuple[str, str], n: int, total: int, is_bad: bool) -> Cells:
    return {
        "section": "trust",
        "item": what[0],
        "part": what[1],
        "number": float(n),
        "text": f"{n} of {total}",
        "state": "warn" if is_bad else "info",
        "says": "More people per group would help, not more weeks." if is_bad else "As expected.",
    }


def _coolest(release: Release, layer: str) -> Place | None:
    leaning = [
        (-row.whole("odds_in_ten"), row.number("effect"), (period, group))
        for (period, group, name), row in release.verdicts.items()
        if (period, name) == (release.latest, layer)
        and row.maybe_text("leaning") == "cooler"
        and not row.is_null("effect")
    ]
    return min(leaning)[2] if leaning else None


def _untested(release: Release, layer: str, n: int) -> str:
    if _is_unreliable(release, layer):
        return (
            f"No group is judged: the {_LAYER_WORDS[layer]} did not pass the gates of reliability."
        )
    return f"None of {wording.counted(n, 'group', 'groups')} has enough data for a verdict."


def _why_none(release: Release, layer: str) -> Cells:
    """Return what no number of people would mend: a layer that is not there, or not reliable."""
    if _is_unreliable(release, layer):
        return {"says": f"The {_LAYER_WORDS[layer]} did not pass the gates of reliability."}
    for why, says in ((NO_MESSAGES, "This audit holds no messages."), (NOBODY_ASKED, _ASK)):
        if _all_say(release, layer, why):
            return {"says": says, "state": "info"}
    return {}


def _is_unreliable(release: Release, layer: str) -> bool:
    """Return whether a gate of the whole organization keeps every group from a verdict."""
    return _all_say(release, layer, wording.WHY_WORDS["indicator_unreliable"])


def _all_say(release: Release, layer: str, why: str) -> bool:
    said = [
        row.text("sentence")
        for (period, _, name), row in release.verdicts.items()
        if (period, name) == (release.latest, layer)
    ]
    shown = [text for text in said if not text.startswith("Not shown")]
    return bool(shown) and all(why in text for text in shown)


def _unseen(release: Release, layer: str) -> str:
    """Return below what size a typical group shows nothing."""
    sizes = [
        row.number("mde")
        for (period, _, name), row in release.verdicts.items()
        if (period, name) == (release.latest, layer) and not row.is_null("mde")
    ]
    if not sizes:
        return ""
    middle = float(np.median(sizes))
    if layer == "perception":
        return f"; gaps under about {wording.number(round(middle, 1))} SD could not be seen"
    size = wording.number(float(5 * round(middle / 5)))
    return f"; effects under about {size} points could not be seen"


def _names(release: Release, places: list[Place]) -> str:
    # Divisions first, then A to Z: an order that says nothing about size of effect.
    ordered = sorted((release.groups[p].whole("depth"), release.name(p)) for p in places)
    names = [name for _, name in ordered[:_NAMED]]
    more = len(places) - _NAMED
    return wording.join_names(names if more <= 0 else [*names, f"{more} more"])


def _of(places: list[Place], n: int) -> str:
    return f"{len(places)} of {wording.counted(n, 'group', 'groups')} {_is(places)}"


def _is(places: list[Place]) -> str:
    return "is" if len(places) == 1 else "are"


def _more(places: list[Place], layer: str) -> str:
    where = "messages" if layer == "behaviour" else "survey"
    return f"{len(places)} more {_is(places)} confirmed colder in the {where} alone."


def _clock(release: Release) -> list[Cells]:
    """Warn where most messages seem to be sent at night: then a time zone is wrong."""
    root = release.root(release.latest)
    row = release.measured.get((*root, "after_hours")) if root else None
    share = None if row is None else row.maybe_number("value")
    if share is None or share <= _MOST:
        return []
    says = "Most messages lie outside working hours: check the time zone of the export."
    return [
        {
            "section": "trust",
            "item": "clock",
            "part": "outside hours",
            "number": share,
            "text": f"about {wording.number(share)} %",
            "state": "fail",
            "says": says,
        }
    ]


def _tested(release: Release, layer: str) -> str:
    """Return how many groups had enough data to be tested, out of those that are shown."""
    tested, n = _n_tested(release, layer), len(release.judged(release.latest, layer))
    groups = wording.counted(n, "group", "groups")
    return groups if tested == n else f"the {tested} of {groups} that have enough data"


def _n_tested(release: Release, layer: str) -> int:
    return sum(
        not release.verdicts[(*place, layer)].is_null("leaning")
        for place in release.judged(release.latest, layer)
    )
