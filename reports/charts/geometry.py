"""Where things stand on the map, in pixels: circles stay circles, labels do not collide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.rows import rows

_LETTER = 6.1  # mean width of a letter at 11 px
LINE_HEIGHT = 13.0
_MARGIN = 20
_TITLE = 24
_LARGEST = 150  # pixels: radius of an island
_WIDEST = 85  # pixels: between two marks
LONGEST_LABEL = 24
_PAIR = 2
LINE_BREAK = "\n"
_ONE_LINE = 16


@dataclass(frozen=True)
class Frame:
    """The map's coordinates laid into a canvas at one scale for both axes."""

    width: int
    height: int
    scale: float
    left: float
    top: float

    def x(self, value: float) -> float:
        """Return the pixel from the left of a map coordinate."""
        return round(self.width / 2 + (value - self.left) * self.scale, 1)

    def y(self, value: float) -> float:
        """Return the pixel from the top of a map coordinate."""
        return round(self.height / 2 - (value - self.top) * self.scale, 1)


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the area that two rectangles share."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0


def frame_for(places: pd.DataFrame, width: int, height: int | None = None) -> Frame:
    """Return the frame that shows all places (x, y, radius) with room for the titles.

    `places` has x, y, radius and kind. Without a height the frame is as high as its places need.
    Islands and gaps between marks never grow beyond a size in proportion to marks and labels.
    """
    if places.empty:
        return Frame(width, height or 120, 1.0, 0.0, 0.0)
    reach = places["radius"]
    right, left = float((places["x"] + reach).max()), float((places["x"] - reach).min())
    upper, lower = float((places["y"] + reach).max()), float((places["y"] - reach).min())
    across, down = max(right - left, 0.2), max(upper - lower, 0.2)
    scale = min(
        (width - 2 * _MARGIN) / across,
        _LARGEST / max(float(reach.max()), 0.01),
        _WIDEST / _spacing(places[places["kind"] == "leaf"]),
    )
    if height is not None:
        scale = min(scale, (height - 2 * _MARGIN - _TITLE) / down)
    tall = height or round(down * scale + 2 * _MARGIN + _TITLE)
    # The titles stand above the islands: the middle moves down by half a title.
    return Frame(width, tall, scale, (right + left) / 2, (upper + lower) / 2 + _TITLE / 2 / scale)


def place_labels(
    marks: pd.DataFrame, wanted: Sequence[str], fixed: Sequence[Box], frame: Frame
) -> pd.DataFrame:
    """Return label, px, py for the wanted ids: below, above or beside the mark, where it is free.

    `marks` has id, short, px, py, pixels and the shore of its island: shore_x, shore_y, shore_r.
    Labels are laid from the top of the map down; each takes the place that covers least of the
    marks, the titles and the labels already laid, and stays on its island where it can.
    """
    taken = list(fixed) + [
        _around(x, y, size)
        for x, y, size in zip(marks["px"], marks["py"], marks["pixels"], strict=True)
    ]
    laid = []
    chosen = marks[marks["id"].isin(list(wanted))].sort_values(["py", "px", "id"])
    for mark in rows(chosen):
        text = wrapped(mark.text("short"))
        at = (mark.number("px"), mark.number("py"))
        shore = (mark.number("shore_x"), mark.number("shore_y"), mark.number("shore_r"))
        boxes = _candidates(text, at, mark.number("pixels"))
        costs = [
            sum(box.overlap(other) for other in taken)
            + 40 * _outside(box, frame)
            + 4 * _ashore(box, shore)
            + 2 * place
            for place, box in enumerate(boxes)
        ]
        best = boxes[costs.index(min(costs))]
        taken.append(best)
        laid.append(
            {
                "id": mark.text("id"),
                "label": text,
                "px": round((best.left + best.right) / 2, 1),
                "py": round(best.top + LINE_HEIGHT / 2, 1),  # middle of the first line
            }
        )
    return pd.DataFrame(laid, columns=["id", "label", "px", "py"])


def wrapped(text: str) -> str:
    """Return a name on one line or two, short enough for the map, broken where it hurts least."""
    if len(text) <= _ONE_LINE:
        return text
    breaks = [i for i, letter in enumerate(text) if letter == " "]
    if not breaks:
        return shortened(text, _ONE_LINE + 5)
    middle = min(breaks, key=lambda i: (abs(i - len(text) / 2), i))
    lines = (text[:middle], text[middle + 1 :])
    return LINE_BREAK.join(shortened(line, _ONE_LINE + 5) for line in lines)


def shortened(text: str, longest: int = LONGEST_LABEL) -> str:
    """Return a name short enough for the map."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def title_box(px: float, py: float, text: str) -> Box:
    """Return the room that an island's title takes, centred on its place."""
    half = len(text) * 7.0 / 2
    return Box(px - half, py - 9, px + half, py + 9)


def _spacing(marks: pd.DataFrame) -> float:
    """Return the distance of the two marks that lie closest, in units of the map."""
    if len(marks) < _PAIR:
        return 0.01
    x, y = marks["x"].to_numpy(), marks["y"].to_numpy()
    apart = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    return max(0.01, float(apart[np.triu_indices(len(marks), 1)].min()))


def _around(x: float, y: float, pixels: float) -> Box:
    half = pixels / 2
    return Box(x - half, y - half, x + half, y + half)


def _candidates(text: str, at: tuple[float, float], pixels: float) -> list[Box]:
    lines = text.split(LINE_BREAK)
    wide, tall = max(len(line) for line in lines) * _LETTER, len(lines) * LINE_HEIGHT
    gap = pixels / 2 + 3
    x, y = at
    half = wide / 2
    below = Box(x - half, y + gap, x + half, y + gap + tall)
    above = Box(x - half, y - gap - tall, x + half, y - gap)
    right = Box(x + gap, y - tall / 2, x + gap + wide, y + tall / 2)
    left = Box(x - gap - wide, y - tall / 2, x - gap, y + tall / 2)
    shift = half * 0.6
    slants = [
        Box(box.left + move, box.top, box.right + move, box.bottom)
        for box in (below, above)
        for move in (shift, -shift)
    ]
    return [below, above, right, left, *slants]


def _ashore(box: Box, shore: tuple[float, float, float]) -> float:
    """Return by how much the farthest corner lies beyond the island's shore."""
    x, y, reach = shore
    far = max(
        math.hypot(cx - x, cy - y) for cx in (box.left, box.right) for cy in (box.top, box.bottom)
    )
    return max(0.0, far - reach)


def _outside(box: Box, frame: Frame) -> float:
    beyond = (-box.left, -box.top, box.right - frame.width, box.bottom - frame.height)
    return sum(max(0.0, part) for part in beyond)
