"""Themes of coded interviews as they may be seen: in words, without counts, never verbatim.

That a theme is shown says that three or more interviewees of a group named it; that it is not
shown beside others says little, but it does say something. With exactly one shown group below a
shown one, a theme of the larger that the smaller has not means that somebody of the rest named
it. The remainder rule keeps the rest as large as the floor: the interviewees of a readable group
beyond those of the readable groups below it are none, or at least the floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from audit.disclosure.tables import Cells, Context
from core.elements import QUADRANT_OF_THEME
from core.rows import Row, rows
from core.tables.published import PUBLISHED_THEMES

HARD_FLOOR = 5
"""Interviews that a group must have whatever the floor."""
LEAST_NAMED = 3
THEME = "theme:"
TimeKey = tuple[int, str, str]
"""Period, group, theme."""
SPOKEN = {
    "positive": "as something that helps here",
    "negative": "as a strain",
    "mixed": "as both a help and a strain",
}


@dataclass(frozen=True)
class Interviewed:
    """Groups of one period: parent and number of interviewees by group id."""

    parent: Mapping[str, str | None]
    n_interviews: Mapping[str, int]


def theme_rows(themes: pd.DataFrame, context: Context, min_people: int) -> pd.DataFrame:
    """Return the published themes, A to Z; `themes` is the private table.

    A theme leaves where its group is shown, where enough interviewees stand behind the group,
    and where nothing follows about a smaller one. Where all of a group's interviewees are of one
    group below, the themes stand there alone: they say nothing of the others.
    """
    out: list[Cells] = []
    for window, part in themes.groupby("window_id", sort=True):
        period = int(str(window))
        counts = part.groupby("group_id")["n_interviews"].max()
        known = context.parents.items()
        parents = {group: above for (when, group), above in known if when == period}
        interviewed = Interviewed(
            parents, {str(g): int(n) for g, n in counts.items() if g in parents}
        )
        allowed = [
            g for g in interviewed.n_interviews if context.decision.group(period, g).is_shown
        ]
        open_groups = _telling(
            interviewed, readable(interviewed, allowed, max(min_people, HARD_FLOOR))
        )
        if not context.defences.themes:
            open_groups = frozenset(interviewed.n_interviews)
        out += [_theme(row) for row in rows(part) if _is_open(row, open_groups)]
    frame = pd.DataFrame(out, columns=PUBLISHED_THEMES.names)
    return frame.sort_values(["window_id", "group_id", "code", "polarity"], ignore_index=True)


def told_themes(themes: pd.DataFrame, published: pd.DataFrame) -> dict[TimeKey, int]:
    """Return what a release tells of interviews: its themes, and each group that was asked.

    By period, group and theme (`theme:` alone for the group as such), with its interviewees;
    `themes` is the private table, `published` what was let out.
    """
    asked = {
        (row.whole("window_id"), row.text("group_id")): row.whole("n_interviews")
        for row in rows(themes)
    }
    told = {(*place, THEME): n for place, n in asked.items()}
    for row in rows(published):
        place = (row.whole("window_id"), row.text("group_id"))
        told[*place, f"{THEME}{_name_of(row)}"] = asked[place]
    return told


def steady_themes(
    published: pd.DataFrame, told: Mapping[TimeKey, int], earlier: Mapping[TimeKey, int]
) -> pd.DataFrame:
    """Return the themes without groups in which one or two interviewees made the difference.

    `told` and `earlier` are what this release and the last one tell (`told_themes`). A theme that
    comes or goes when one or two interviewees do says what these have said.
    """
    changed: set[tuple[int, str]] = set()
    for place in {key[:2] for key in told} & {key[:2] for key in earlier}:
        moved = abs(told[*place, THEME] - earlier.get((*place, THEME), told[*place, THEME]))
        now, then = ({key[2] for key in one if key[:2] == place} for one in (told, earlier))
        if 1 <= moved < LEAST_NAMED and now != then:
            changed.add(place)
    keys = zip(published["window_id"], published["group_id"], strict=True)
    kept = [(int(window), str(group)) not in changed for window, group in keys]
    return published[kept].reset_index(drop=True)


def readable(interviewed: Interviewed, allowed: Iterable[str], floor: int) -> frozenset[str]:
    """Return the groups of which themes may be read: by the floor and the remainder rule.

    Where the interviewees of a group beyond those of the readable groups below it are fewer than
    the floor, but some, one of these groups is closed, and the rule is looked at again: the one
    that leaves the fewest such rests, then the one with the fewest interviewees, then by id.
    """
    n = interviewed.n_interviews
    found = frozenset(group for group in allowed if n[group] >= floor)
    while thin := _thin(interviewed, found, floor):
        near = [thin[0], *_right_below(interviewed.parent, found, thin[0])]
        closed = min(
            near,
            key=lambda group: (len(_thin(interviewed, found - {group}, floor)), n[group], group),
        )
        found -= {closed}
    return found


def _telling(interviewed: Interviewed, found: frozenset[str]) -> frozenset[str]:
    """Leave out groups whose interviewees are all of one group below: they speak for it alone."""
    n = interviewed.n_interviews
    below = {group: _right_below(interviewed.parent, found, group) for group in found}
    return frozenset(g for g in found if [n[part] for part in below[g]] != [n[g]])


def _thin(interviewed: Interviewed, found: frozenset[str], floor: int) -> list[str]:
    """The readable groups with a rest under the floor, A to Z."""
    n, parent = interviewed.n_interviews, interviewed.parent
    rest = {group: n[group] for group in found}
    for group in found:
        above = _nearest(parent, found, group)
        if above is not None:
            rest[above] -= n[group]
    return sorted(group for group, left in rest.items() if 0 < left < floor)


def _right_below(parent: Mapping[str, str | None], found: frozenset[str], group: str) -> list[str]:
    """The readable groups whose nearest readable group above is `group`."""
    return [part for part in sorted(found) if _nearest(parent, found, part) == group]


def _nearest(parent: Mapping[str, str | None], found: frozenset[str], group: str) -> str | None:
    above = parent.get(group)
    while above is not None and above not in found:
        above = parent.get(above)
    return above


def _is_open(row: Row, open_groups: frozenset[str]) -> bool:
    is_named = row.whole("n_interviewees") >= LEAST_NAMED
    return row.flag("is_theme") and is_named and row.text("group_id") in open_groups


def _name_of(row: Row) -> str:
    return f"{row.text('element')}:{row.text('code')}:{row.text('polarity')}"


def _theme(row: Row) -> Cells:
    code, element, polarity = row.text("code"), row.text("element"), row.text("polarity")
    return {
        "window_id": row.whole("window_id"),
        "group_id": row.text("group_id"),
        "element": element,
        "code": code,
        "polarity": polarity,
        "quadrant": QUADRANT_OF_THEME[element],
        "says": f'Interviews speak of "{code}" {SPOKEN[polarity]} ({element}).',
    }
