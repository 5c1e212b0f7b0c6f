"""Made-up element profiles of the groups of a made-up release."""

from __future__ import annotations

from collections.abc import Sequence

from made_up_company import Group

from core.elements import ELEMENTS

Row = dict[str, object]
STANDINGS = (("colder", -0.9), ("as the rest", 0.1), ("warmer", 0.8), ("not observed", None))


def profile_rows(window: int, groups: Sequence[Group]) -> list[Row]:
    """Return every element in the messages and two in the survey, in every group below the top."""
    asked = [(e, "behaviour") for e in ELEMENTS] + [(e, "perception") for e in ELEMENTS[:2]]
    return [
        _row(window, group, element, layer, place + number)
        for place, group in enumerate(g for g in groups if g.parent is not None)
        for number, (element, layer) in enumerate(asked)
    ]


def _row(window: int, group: Group, element: str, layer: str, turn: int) -> Row:
    standing, value = STANDINGS[turn % len(STANDINGS)] if group.band else ("not shown", None)
    return {
        "window_id": window,
        "group_id": group.id,
        "layer": layer,
        "element": element,
        "standing": standing,
        "value": value,
        "rank_text": "2 to 5 of 40, 1 the warmest" if standing == "warmer" else None,
        "observed_text": "2 of 3 indicators" if group.band else "",
        "is_shown": group.band is not None,
        "why_hidden": None if group.band else "fewer than 8 people",
        "n_band": group.band,
    }
