"""Made-up slices of a made-up release: two locations, two levels, and what crosses them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from made_up_company import Group

Row = dict[str, object]
PLACES = ("Aarhus", "Ghent")
LEVELS = ("level 2", "level 3")
MEASURED = (("response_rate", 45.0, "about 45 %"), ("isolation_rate", 20.0, "about 20 %"))
HIDDEN = "would reveal a smaller group"


def slice_rows(
    window: int, groups: Sequence[Group], places: Sequence[str] = PLACES
) -> tuple[list[Row], list[Row]]:
    """Return the slices of a period and their values; in Ghent at level 3 nothing is shown."""
    found = [
        _slice(window, key, is_shown=key[1:] != (places[1], LEVELS[1]))
        for key in _keys(groups, places)
    ]
    values = [_value(cut, *told) for cut in found for told in MEASURED]
    return found, values


def _keys(
    groups: Sequence[Group], places: Sequence[str]
) -> Iterator[tuple[Group | None, str | None, str | None]]:
    yield from ((None, place, None) for place in places)
    yield from ((None, None, level) for level in LEVELS)
    yield from ((None, place, level) for place in places for level in LEVELS)
    for group in (g for g in groups if g.depth == 1):
        yield from ((group, place, None) for place in places)
        yield group, None, LEVELS[1]


def _slice(
    window: int, key: tuple[Group | None, str | None, str | None], *, is_shown: bool
) -> Row:
    group, place, level = key
    named = (("unit", group), ("location", place), ("level", level))
    kind = "_".join(name for name, part in named if part)
    parts = [group.name if group else None, place, level]
    text = "|".join(p or "" for p in (group.id if group else None, place, level))
    return {
        "window_id": window,
        "slice_id": hashlib.sha256(text.encode()).hexdigest()[:12],
        "kind": kind,
        "group_id": group.id if group else None,
        "location": place,
        "level": level,
        "name": ", ".join(part for part in parts if part),
        "is_shown": is_shown,
        "why_hidden": None if is_shown else HIDDEN,
        "n_band": "20-49" if is_shown else None,
    }


def _value(cut: Row, indicator: str, value: float, text: str) -> Row:
    is_shown = bool(cut["is_shown"])
    state = {name: cut[name] for name in ("window_id", "slice_id", "is_shown", "why_hidden")}
    return {
        **state,
        "indicator": indicator,
        "n_band": cut["n_band"],
        "status": "shown" if is_shown else "not_shown",
        "why": cut["why_hidden"],
        "value": value if is_shown else None,
        "value_text": text if is_shown else None,
        "low": value - 10.0 if is_shown else None,
        "high": value + 10.0 if is_shown else None,
    }
