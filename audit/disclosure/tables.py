"""Private results turned into rows that may be seen: decided, rounded, banded, worded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from audit import wording
from audit.disclosure.cells import Cell, Decision
from audit.disclosure.defences import ALL, Defences
from audit.disclosure.rounding import POINT_STEP, SD_STEP, Rounding, log_odds_to_points
from core.rows import Row, rows

Cells = dict[str, object]

_STATUS_WHY = {
    "not_observed": "coverage below 70 %",
    "unreliable": "the measure is not reliable enough here",
    "too_few": "too few observations",
}
_SHARES = ("share", "points", "log_odds")
_NEARLY_NONE = 0.025
"""Net shares under half a step round to 0."""


@dataclass(frozen=True)
class Context:
    """What every row builder needs to know of a release."""

    decision: Decision
    names: Mapping[tuple[int, str], str]
    parents: Mapping[tuple[int, str], str | None]
    titles: Mapping[str, str]
    scales: Mapping[str, str]
    base: Mapping[tuple[int, str], float]
    """Value of the whole organization, by period and indicator."""
    defences: Defences = ALL

    @property
    def rounding(self) -> Rounding:
        """Return how numbers are rounded."""
        return Rounding(self.defences.rounding)

    def points(self, period: int, indicator: str, effect: float) -> float:
        """Return a behaviour effect in points: log-odds at the base rate, shares as they are."""
        if self.scales[indicator] in {"points", "log_odds"}:
            return log_odds_to_points(effect, self.base.get((period, indicator), 0.5))
        return 100.0 * effect


def group_rows(groups: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the published org_groups: names, places and bands, hidden ones without a band."""
    found = rows(groups)
    inner = {(row.whole("window_id"), row.maybe_text("parent_id")) for row in found}
    return pd.DataFrame([_group_row(row, inner, context) for row in found])


def value_rows(values: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the published indicator values, rounded by the scale of each indicator."""
    return pd.DataFrame([_value_row(row, context) for row in rows(values)])


def joint_rows(joint: pd.DataFrame, verdicts: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the published joint readings; a layer that is not shown gives no joint reading.

    `verdicts` is the published verdict table.
    """
    words = {
        (row.whole("window_id"), row.text("group_id"), row.text("layer")): row.text("verdict")
        for row in rows(verdicts)
    }
    return pd.DataFrame([_joint_row(row, words, context) for row in rows(joint)])


def state_cells(cell: Cell) -> Cells:
    """Return the columns that say whether a row is shown, why not, and its size band."""
    why = None if cell.is_shown else cell.why
    return {"is_shown": cell.is_shown, "why_hidden": why, "n_band": cell.band}


def _group_row(row: Row, inner: set[tuple[int, str | None]], context: Context) -> Cells:
    period, group = row.whole("window_id"), row.text("group_id")
    ids = row.text("path").split("/")
    return {
        "window_id": period,
        "group_id": group,
        "parent_id": row.maybe_text("parent_id"),
        "kind": row.text("kind"),
        "name": row.text("name"),
        "division_id": ids[1] if len(ids) > 1 else None,
        "depth": row.whole("depth"),
        "path": " / ".join(context.names.get((period, part), part) for part in ids),
        "is_leaf": (period, group) not in inner and len(ids) > 1,
        **state_cells(context.decision.group(period, group)),
    }


def _joint_row(row: Row, words: Mapping[tuple[int, str, str], str], context: Context) -> Cells:
    period, group = row.whole("window_id"), row.text("group_id")
    cell = context.decision.group(period, group)
    layers = {
        layer: words.get((period, group, layer), "not_enough_evidence")
        if cell.is_shown
        else "not_shown"
        for layer in ("behaviour", "perception")
    }
    reading = row.text("joint")
    if not cell.is_shown:
        reading = "not_shown"
    elif "not_shown" in layers.values():
        reading = "none"
    return {
        "window_id": period,
        "group_id": group,
        **layers,
        "joint": reading,
        "sentence": wording.joint_sentence(reading, **layers),
        "try_next": wording.try_next(reading, layers["behaviour"]),
        **state_cells(cell),
    }


def _value_row(row: Row, context: Context) -> Cells:
    period, group = row.whole("window_id"), row.text("group_id")
    indicator, status = row.text("indicator"), row.text("status")
    cell = context.decision.cell(period, group, indicator)
    whole = context.decision.group(period, group)
    if status == "not_observed" and row.whole("n_people") == 0 and whole.is_shown:
        # Nobody has data here: that is a finding about the data, not a secret.
        cell = Cell("status_only", None, whole.band)
    out: Cells = {
        "window_id": period,
        "group_id": group,
        "indicator": indicator,
        "status": _status(status, cell),
        "why": cell.why,
        "leaning": None,
        **state_cells(cell),
    }
    if out["status"] == "shown":
        out |= _numbers(row, context.scales[indicator], context.rounding)
    elif cell.is_shown and status != "shown":
        out["why"] = wording.why_words(row.maybe_text("why")) or _STATUS_WHY[status]
    odds = row.maybe_number("odds_cooler")
    if out["status"] in {"shown", "status_only"} and odds is not None:
        out["leaning"] = wording.lean(odds)[0]
    return out


def _status(status: str, cell: Cell) -> str:
    if not cell.is_shown:
        return "not_shown"
    if status in {"not_observed", "unreliable"}:
        return status
    if status == "too_few":
        return "not_observed"
    return "shown" if cell.has_number else "status_only"


def _numbers(row: Row, scale: str, rounding: Rounding) -> Cells:
    value = row.maybe_number("value")
    if value is None:
        return {}
    if scale == "net_points":
        return _net_points(row, value, rounding)
    expected = row.maybe_number("expected")
    if scale in _SHARES:
        out: Cells = {
            "value": rounding.share_points(value),
            "value_text": rounding.share_text(value),
            "expected": None if expected is None else rounding.share_points(expected),
        }
        return out | _interval(row, (100.0, POINT_STEP), rounding, (0.0, 100.0))
    rounded = rounding.to_step(value, SD_STEP)
    out = {
        "value": rounded,
        "value_text": wording.number(rounded),
        "expected": None if expected is None else rounding.to_step(expected, SD_STEP),
    }
    return out | _interval(row, (1.0, SD_STEP), rounding)


def _interval(
    row: Row,
    scale: tuple[float, float],
    rounding: Rounding,
    ends: tuple[float, float] = (-math.inf, math.inf),
) -> Cells:
    """The value's own interval, about the number shown; that of an effect belongs to the verdict.

    It is shown where the value is, and only there. Its width says nothing new of the size: see
    `audit.statistics.intervals.mean_interval`.
    """
    factor, step = scale
    names = ("value", "value_low", "value_high")
    value, low, high = (row.maybe_number(name) for name in names)
    if value is None or low is None or high is None:
        return {}
    wide = rounding.around(factor * value, factor * low, factor * high, step)
    return {"low": max(ends[0], wide[0]), "high": min(ends[1], wide[1])}


def _net_points(row: Row, value: float, rounding: Rounding) -> Cells:
    """A difference of two shares: to the nearest 5 points from -95 to 95, with its sign."""
    size = rounding.share_points(abs(value))
    points = math.copysign(size, value) if abs(value) > _NEARLY_NONE else 0.0
    sign = "+" if points > 0 else "−" if points < 0 else ""
    out: Cells = {"value": points, "value_text": f"about {sign}{abs(points):.0f}"}
    return out | _interval(row, (100.0, POINT_STEP), rounding, (-100.0, 100.0))
