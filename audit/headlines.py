"""The one sentence, the next step and the one row that say what a release is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from audit import wording
from audit.lookup import BLIND_SPOTS, Place, Release
from audit.release import PublishOptions

Cells = dict[str, object]

_NAMED = 3
_MOST = 50.0
_ACT_ON = (
    *("confirmed_desert", *BLIND_SPOTS),
    *("process_desert", "confirmed_hotspot", "process_hotspot"),
)


def headline(release: Release) -> str:
    """Return what Overview opens with: how many groups stand out, which, and beyond what."""
    period = release.latest
    n = len(release.judged(period))
    both = release.with_joint(period, ("confirmed_desert",))
    cold = release.with_verdict(period, ("desert",))
    warm = release.with_verdict(period, ("hotspot",))
    if both:
        says = f"{_of(both, n)} cold in messages and survey alike: {_names(release, both)}."
        alone = sorted({*cold} - {*both})
        return f"{says} {_more(alone)}" if alone else says
    if cold:
        says = f"{_of(cold, n)} confirmed colder than the rest: {_names(release, cold)}."
        return f"{says} {len(warm)} {_is(warm)} confirmed warmer." if warm else says
    if warm:
        return f"No group is confirmed colder; {_of(warm, n)} confirmed warmer: " + (
            f"{_names(release, warm)}."
        )
    watch = release.with_verdict(period, ("desert_watch", "hotspot_watch"))
    if watch:
        return f"No group is confirmed; {_of(watch, n)} on watch: {_names(release, watch)}."
    if not _n_tested(release):
        return f"None of {wording.counted(n, 'group', 'groups')} has enough data for a verdict."
    size = _typical_mde(release)
    seen = f"; effects under about {wording.number(size)} points could not be seen" if size else ""
    return f"Nothing stands out beyond chance in {_tested(release, n)}{seen}."


def next_step(release: Release) -> str:
    """Return what a leadership team should do first."""
    for reading in _ACT_ON:
        for place in release.with_joint(release.latest, (reading,)):
            advice = release.joint[place].maybe_text("try_next")
            if advice:
                return f"Start with {release.name(place)}. {advice}"
    coolest = _coolest(release)
    if coolest is not None:
        return (
            f"Nothing is firm enough to act on alone. {release.name(coolest)} leans coolest: ask "
            "there first, in a short pulse survey of every group, and run the audit again after "
            "12 weeks."
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
            out.append(
                _trust((layer, "without a verdict"), lacking, len(now), lacking * 2 > len(now))
            )
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
        "headline": headline(release),
        "next_step": next_step(release),
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


def _coolest(release: Release) -> Place | None:
    leaning = [
        (-row.whole("odds_in_ten"), row.number("effect"), (period, group))
        for (period, group, layer), row in release.verdicts.items()
        if (period, layer) == (release.latest, "behaviour")
        and row.maybe_text("leaning") == "cooler"
        and not row.is_null("effect")
    ]
    return min(leaning)[2] if leaning else None


def _typical_mde(release: Release) -> float | None:
    sizes = [
        row.number("mde")
        for (period, _, layer), row in release.verdicts.items()
        if (period, layer) == (release.latest, "behaviour") and not row.is_null("mde")
    ]
    return float(5 * round(float(np.median(sizes)) / 5)) if sizes else None


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


def _more(places: list[Place]) -> str:
    return f"{len(places)} more {_is(places)} confirmed colder in the messages alone."


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


def _tested(release: Release, n: int) -> str:
    """Return how many groups had enough data to be tested, out of those that are shown."""
    tested, groups = _n_tested(release), wording.counted(n, "group", "groups")
    return groups if tested == n else f"the {tested} of {groups} that have enough data"


def _n_tested(release: Release) -> int:
    return sum(
        not release.verdicts[(*place, "behaviour")].is_null("odds_in_ten")
        for place in release.judged(release.latest)
    )
