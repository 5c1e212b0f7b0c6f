"""Rounding of what is released: numbers to a step, intervals outwards, extremes masked."""

from __future__ import annotations

import math
from dataclasses import dataclass

POINT_STEP = 5.0
SD_STEP = 0.1


@dataclass(frozen=True)
class Rounding:
    """Rounding as it is done everywhere; switched off by tests alone, then numbers leave raw."""

    is_on: bool = True

    def to_step(self, value: float, step: float) -> float:
        """Return `value` at the nearest multiple of `step`."""
        return to_step(value, step) if self.is_on else value

    def outwards(self, low: float, high: float, step: float) -> tuple[float, float]:
        """Return an interval rounded outwards."""
        return outwards(low, high, step) if self.is_on else (low, high)

    def around(self, value: float, low: float, high: float, step: float) -> tuple[float, float]:
        """Return an interval about the rounded value."""
        return around(value, low, high, step) if self.is_on else (low, high)

    def share_points(self, share: float) -> float:
        """Return a share in points."""
        return share_points(share) if self.is_on else 100.0 * share

    def share_text(self, share: float) -> str:
        """Return a share in words."""
        return share_text(share) if self.is_on else f"{100.0 * share:.1f} %"


def to_step(value: float, step: float) -> float:
    """Return `value` at the nearest multiple of `step`; halves go away from zero, never -0."""
    units = math.floor(abs(value) / step + 0.5)
    return _clean(math.copysign(units * step, value))


def outwards(low: float, high: float, step: float) -> tuple[float, float]:
    """Return an interval whose ends are multiples of `step` and that holds the given one."""
    # A hair of tolerance, so that 0.30000000000000004 does not become 0.4.
    return (
        _clean(math.floor(low / step + 1e-9) * step),
        _clean(math.ceil(high / step - 1e-9) * step),
    )


def around(value: float, low: float, high: float, step: float) -> tuple[float, float]:
    """Return an interval about the rounded value, in whole steps, that holds the given one.

    Formula: to_step(value) -+ h, with h the longer arm plus half a step, rounded up to steps.
    Ends rounded outwards each by itself have edges at other places than the value: two releases
    would then tell three changes of a group and not one (docs/decisions/0018).
    """
    arm = max(high - value, value - low, 0.0) + step / 2
    half = math.ceil(arm / step - 1e-9) * step
    middle = to_step(value, step)
    return _clean(middle - half), _clean(middle + half)


def share_points(share: float) -> float:
    """Return a share (0 to 1) in points to the nearest 5; 0 and 100 are masked as 5 and 95."""
    return min(95.0, max(5.0, to_step(100.0 * share, POINT_STEP)))


def share_text(share: float) -> str:
    """Return a share in words: "about 20 %", "under 5 %", "over 95 %"."""
    points = 100.0 * share
    if points < POINT_STEP:
        return "under 5 %"
    if points > 100.0 - POINT_STEP:
        return "over 95 %"
    return f"about {share_points(share):.0f} %"


def p_band(p: float | None) -> str | None:
    """Return a p-value as the band in which it is published; null stays null."""
    if p is None or math.isnan(p):
        return None
    for top, band in ((0.01, "at most .01"), (0.05, "at most .05"), (0.10, "at most .10")):
        if p <= top:
            return band
    return "over .10"


def log_odds_to_points(effect: float, base: float) -> float:
    """Return the gap in points that a log-odds effect means at a base rate.

    Formula: 100 (expit(logit(base) + effect) - base).
    """
    safe = min(0.99, max(0.01, base))
    shifted = 1.0 / (1.0 + math.exp(-(math.log(safe / (1.0 - safe)) + effect)))
    return 100.0 * (shifted - safe)


def _clean(value: float) -> float:
    return round(value, 10) + 0.0
