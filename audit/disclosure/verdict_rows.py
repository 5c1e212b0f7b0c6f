"""Verdicts as they may be seen: word, rounded effect, odds, sentence, and what would settle it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from audit import wording
from audit.disclosure.cells import Cell
from audit.disclosure.rounding import POINT_STEP, SD_STEP, outwards, p_band, to_step
from audit.disclosure.tables import Cells, Context, state_cells
from core.rows import Row, rows

_UNSETTLED = ("not_enough_evidence", "desert_watch", "hotspot_watch")


def verdict_rows(verdicts: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the published verdicts with their sentence and what would settle them."""
    return pd.DataFrame([_verdict_row(row, context) for row in rows(verdicts)])


def _verdict_row(row: Row, context: Context) -> Cells:
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
        out |= {"leaning": side, "odds_in_ten": odds, "odds_words": wording.odds_words(odds)}
    why = row.maybe_text("why") if cell.is_shown else cell.why
    out["sentence"] = wording.verdict_sentence(_said(row, out, context, why))
    out["settle"] = _settle(row, out, context)
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
    low, high = outwards(min(low, effect), max(high, effect), step)
    windows = f"{row.whole('n_same_sign')} of {row.whole('n_windows')} windows"
    return {
        "effect": to_step(effect, step),
        "low": low,
        "high": high,
        "mde": None if mde is None else max(step, to_step(mde, step)),
        "evidence": p_band(row.maybe_number("p_family")),
        "evidence_fdr": p_band(row.maybe_number("q")),
        "windows_text": windows if row.text("layer") == "behaviour" else None,
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


def _settle(row: Row, out: Mapping[str, object], context: Context) -> str | None:
    if out["verdict"] not in _UNSETTLED:
        return None
    if row.text("layer") == "perception":
        return wording.settle_perception()
    period, group = row.whole("window_id"), row.text("group_id")
    above = context.parents.get((period, group))
    # The root is everybody: it has no rest to be compared with.
    is_inner = above is not None and context.parents.get((period, above)) is not None
    name = context.names[period, above] if is_inner and above is not None else None
    needed = None
    mde = row.maybe_number("mde")
    if mde is not None and out.get("effect") is not None:
        target = _log_odds_of_ten_points(context.base.get((period, row.text("indicator")), 0.5))
        people = row.whole("n_people") * (mde / target) ** 2
        needed = math.ceil(people / 5.0) * 5
    is_limit = needed is not None and needed > row.whole("n_people")
    return wording.settle_behaviour(needed, name, is_limit)


def _log_odds_of_ten_points(base: float) -> float:
    """Return the log-odds effect that means ten points down at a base rate."""
    safe = min(0.85, max(0.15, base))
    return math.log(safe / (1 - safe)) - math.log((safe - 0.1) / (1.1 - safe))
