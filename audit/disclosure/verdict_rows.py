"""Verdicts as they may be seen: word, rounded effect, odds, sentence, and what would settle it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from audit import wording
from audit.disclosure.cells import Cell
from audit.disclosure.rounding import POINT_STEP, SD_STEP, p_band, to_step
from audit.disclosure.tables import Cells, Context, state_cells
from audit.statistics.settle import UNSETTLED, OpenVerdict, Pulse, Wider, settle_words
from core.rows import Row, rows

_BAND_TOPS = {"5-7": 7, "8-9": 9, "10-19": 19, "20-49": 49}
_HALF_SD, _TEN_POINTS = 0.5, 0.10
_LEAST_WAVES = 3


@dataclass(frozen=True)
class _Family:
    """All private verdicts, and what a survey of each period would be like."""

    verdicts: Mapping[tuple[int, str, str], Row]
    pulses: Mapping[int, Pulse]


def verdict_rows(
    verdicts: pd.DataFrame, context: Context, pulses: Mapping[int, Pulse] | None = None
) -> pd.DataFrame:
    """Return the published verdicts with their sentence and what would settle them.

    `pulses` says by period what answers to a survey are like where one was held.
    """
    found = rows(verdicts)
    keys = [(r.whole("window_id"), r.text("group_id"), r.text("layer")) for r in found]
    family = _Family(dict(zip(keys, found, strict=True)), pulses or {})
    return pd.DataFrame([_verdict_row(row, context, family) for row in found])


def pulses_of(reliability: pd.DataFrame, lead: str) -> dict[int, Pulse]:
    """Return by period what a survey would be like, where the lead scale told groups apart."""
    known = reliability[(reliability["indicator"] == lead) & (reliability["kind"] == "icc1")]
    return {
        row.whole("window_id"): Pulse(icc1=row.number("value"))
        for row in rows(known)
        if row.flag("is_enough") and not row.is_null("value")
    }


def _verdict_row(row: Row, context: Context, family: _Family) -> Cells:
    period, group, layer = row.whole("window_id"), row.text("group_id"), row.text("layer")
    whole = context.decision.group(period, group)
    cell = context.decision.cell(period, group, row.text("indicator"))
    is_observed = not row.is_null("effect_shrunk")
    if not is_observed and whole.is_shown:
        # Nothing was measured here: that is a finding about the data, not a secret.
        cell = Cell("status_only", None, whole.band)
    out: Cells = {
        "window_id": period,
        "group_id": group,
        "layer": layer,
        "verdict": row.text("verdict") if cell.is_shown else "not_shown",
        "scale": "sd" if layer == "perception" else "points",
        "is_top": row.flag("is_top") and cell.is_shown,
        "caveat": wording.CAVEAT,
        **state_cells(cell),
    }
    if cell.has_number and is_observed:
        out |= _effects(row, context)
    if cell.is_shown and is_observed and not row.is_null("odds_cooler"):
        side, odds = wording.lean(row.number("odds_cooler"))
        out["leaning"] = side
        if cell.has_number:
            out |= {"odds_in_ten": odds, "odds_words": wording.odds_words(odds)}
    why = row.maybe_text("why") if cell.is_shown else cell.why
    out["sentence"] = wording.verdict_sentence(_said(row, out, context, why))
    out["settle"] = _settle(row, out, context, family)
    return out


def _effects(row: Row, context: Context) -> Cells:
    numbers = (row.number("effect_shrunk"), row.number("low"), row.number("high"))
    mde = row.maybe_number("mde")
    step = SD_STEP
    if row.text("layer") == "behaviour":
        step, place = POINT_STEP, (row.whole("window_id"), row.text("indicator"))
        effect, low, high = (context.points(*place, x) for x in numbers)
        mde = None if mde is None else abs(context.points(*place, -mde))
    else:
        effect, low, high = numbers
    # The shrunken number may lie beyond an end of the unshrunken interval: it is let in.
    low, high = context.rounding.outwards(min(low, effect), max(high, effect), step)
    called = "windows" if row.text("layer") == "behaviour" else "waves"
    lasting = called == "windows" or row.whole("n_windows") >= _LEAST_WAVES
    windows = f"{row.whole('n_same_sign')} of {row.whole('n_windows')} {called}"
    return {
        "effect": context.rounding.to_step(effect, step),
        "low": low,
        "high": high,
        "mde": None if mde is None else max(step, to_step(mde, step)),
        "evidence": p_band(row.maybe_number("p_family")),
        "evidence_fdr": p_band(row.maybe_number("q")),
        "windows_text": windows if lasting else None,
        "is_robust": row.flag("is_robust"),
    }


def _said(row: Row, out: Mapping[str, object], context: Context, why: str | None) -> wording.Said:
    told = Row({name: out.get(name) for name in _TOLD})
    indicator = row.text("indicator")
    return wording.Said(
        name=context.names[row.whole("window_id"), row.text("group_id")],
        verdict=told.text("verdict"),
        layer=row.text("layer"),
        indicator=indicator,
        title=context.titles.get(indicator, indicator),
        has_number=not told.is_null("effect"),
        effect=told.maybe_number("effect"),
        low=told.maybe_number("low"),
        high=told.maybe_number("high"),
        windows_text=told.maybe_text("windows_text"),
        mde=told.maybe_number("mde"),
        leaning=told.maybe_text("leaning"),
        odds=told.maybe_whole("odds_in_ten"),
        why=why,
        is_top=row.flag("is_top"),
    )


_TOLD = ("verdict", "effect", "low", "high", "windows_text", "mde", "leaning", "odds_in_ten")


def _settle(row: Row, out: Mapping[str, object], context: Context, family: _Family) -> str | None:
    verdict = str(out["verdict"])
    if verdict not in UNSETTLED:
        return None
    low, high = row.maybe_number("low"), row.maybe_number("high")
    target, words = _target(row, context)
    return settle_words(
        OpenVerdict(
            verdict=verdict,
            layer=row.text("layer"),
            why=row.maybe_text("why"),
            n_people=row.whole("n_people"),
            mde=row.maybe_number("mde"),
            effect=None if low is None or high is None else (low + high) / 2.0,
            target=target,
            target_words=words,
            has_numbers=out.get("effect") is not None or row.is_null("mde"),
            wider=_wider(row, context, family, target),
            most_people=_BAND_TOPS.get(str(out["n_band"])),
            pulse=family.pulses.get(row.whole("window_id"), Pulse()),
        )
    )


def _wider(row: Row, context: Context, family: _Family, target: float) -> Wider | None:
    """The nearest group above that would show the target; else the nearest that is shown.

    The root is everybody: it has no rest to be compared with.
    """
    period, layer = row.whole("window_id"), row.text("layer")
    found: Wider | None = None
    above = context.parents.get((period, row.text("group_id")))
    while above is not None and context.parents.get((period, above)) is not None:
        there = family.verdicts.get((period, above, layer))
        if context.decision.group(period, above).is_shown:
            mde = None if there is None else there.maybe_number("mde")
            suffices = mde is not None and mde <= target
            seen = Wider(context.names[period, above], suffices, _size(row, mde, context))
            if suffices:
                return seen
            found = found or seen
        above = context.parents.get((period, above))
    return found


def _size(row: Row, mde: float | None, context: Context) -> str | None:
    """The smallest gap that shows, as it is said: 15 points, 0.8 SD."""
    if mde is None:
        return None
    if row.text("layer") == "perception":
        return f"{wording.number(max(SD_STEP, to_step(mde, SD_STEP)))} SD"
    points = abs(context.points(row.whole("window_id"), row.text("indicator"), -mde))
    return f"{wording.number(max(POINT_STEP, to_step(points, POINT_STEP)))} points"


def _target(row: Row, context: Context) -> tuple[float, str]:
    """The gap that a group without a verdict should be able to show."""
    if row.text("layer") == "perception":
        return _HALF_SD, "a gap of 0.5 SD"
    if context.scales.get(row.text("indicator")) in {"points", "log_odds"}:
        base = context.base.get((row.whole("window_id"), row.text("indicator")), 0.5)
        return _log_odds_of_ten_points(base), "a gap of 10 points"
    return _TEN_POINTS, "a gap of 10 points"


def _log_odds_of_ten_points(base: float) -> float:
    """Return the log-odds effect that means ten points down at a base rate."""
    safe = min(0.85, max(0.15, base))
    return math.log(safe / (1 - safe)) - math.log((safe - 0.1) / (1.1 - safe))
