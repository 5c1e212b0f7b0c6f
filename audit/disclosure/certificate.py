"""The certificate of a release: which rules were applied, to how much, what is left to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from audit.disclosure.bounds import Shown, widths
from audit.disclosure.cubes import PeriodShape
from audit.disclosure.fates import Fates
from audit.disclosure.rounding import POINT_STEP
from audit.disclosure.thresholds import (
    CHANGED,
    CROSSED_FLOOR,
    DOMINATED,
    JUDGED_FLOOR,
    NUMBER_FLOOR,
    STRICT_FLOOR,
    WAVES_FLOOR,
    WOULD_REVEAL,
)
from core.rows import rows
from core.tables.published import CERTIFICATE

PER_INDICATOR = 2
"""Hidden cells that are bounded of each kind: the largest, which are the most exposed."""
FEW = "of too few people"
OTHERS = "of more people, hidden for the sake of others"
_STEP = POINT_STEP / 100.0
_SHARES = ("share", "points")

Tables = Mapping[str, pd.DataFrame]
Cells = dict[str, object]


@dataclass(frozen=True)
class Certified:
    """What a certificate is about."""

    fates: Fates
    tables: Tables
    """The published tables."""
    release: int
    n_ties: int
    """Pairs of shown groups with contact."""
    scales: Mapping[str, str]

    @property
    def latest(self) -> int:
        """Return the latest period."""
        return max(period for period, _, _ in self.fates.counts)


def certificate_rows(certified: Certified) -> pd.DataFrame:
    """Return the published certificate; counts of cells to the nearest 5, never of people."""
    told = _rows(certified, *_counted(certified.fates))
    found = [{"step": step, **row} for step, row in enumerate(told, start=1)]
    return pd.DataFrame(found, columns=CERTIFICATE.names)


def narrowest(certified: Certified) -> dict[str, list[float]]:
    """Return the bounds on hidden shares of the latest period, by why they are hidden.

    They are what an attacker could still know who has every size and every shown number.
    """
    fates, latest = certified.fates, certified.latest
    groups = fates.groups[fates.groups["window_id"] == latest]
    shape = PeriodShape.of(groups, fates.slices.of(latest))
    ends = _ends(certified)
    found: dict[str, list[float]] = {FEW: [], OTHERS: []}
    least = fates.floor.min_people
    for indicator in sorted(n for n, scale in certified.scales.items() if scale in _SHARES):
        counts = {
            name: n
            for (period, name, which), n in fates.counts.items()
            if (period, which) == (latest, indicator)
        }
        cube = shape.cube(indicator, counts).cube
        known = {name: ends[name, indicator] for name in counts if (name, indicator) in ends}
        hidden = (n for n in counts if not fates.decision.cell(latest, n, indicator).is_shown)
        exposed = sorted((n for n in hidden if cube.size(n)), key=lambda n: (-cube.size(n), n))
        few = [name for name in exposed if cube.size(name) < least]
        others = [name for name in exposed if cube.size(name) >= least]
        if known:
            found[FEW] += widths(Shown(cube, known), few[:PER_INDICATOR])
            found[OTHERS] += widths(Shown(cube, known), others[:PER_INDICATOR])
    return found


def _ends(certified: Certified) -> dict[tuple[str, str], tuple[float, float]]:
    """Return between which shares each shown number of the latest period lies."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for table, key in (("indicator_values", "group_id"), ("slice_values", "slice_id")):
        frame = certified.tables[table]
        here = frame[(frame["window_id"] == certified.latest) & frame["value"].notna()]
        for row in rows(here[[key, "indicator", "value"]]):
            share = row.number("value") / 100.0
            # The outermost steps hold everything beyond them.
            low = 0.0 if share <= _STEP else share - _STEP / 2
            high = 1.0 if share >= 1.0 - _STEP else share + _STEP / 2
            found[row.text(key), row.text("indicator")] = (low, high)
    return found


def _rows(certified: Certified, why: Counter[str], forms: Counter[str]) -> Iterator[Cells]:
    floor = certified.fates.floor
    n = sum(forms.values())
    least = floor.min_people
    yield _row(
        "release",
        f"Release {certified.release} of this engagement: at least {least} people, policy "
        f"{floor.policy}. The floor may only rise, the policy only grow stricter, and the list of "
        "slices is fixed by the first release.",
    )
    too_few = sum(n for reason, n in why.items() if reason.startswith("fewer than"))
    yield _row(
        "floor",
        f"Nothing is shown of fewer than {least} contributing people, nor of fewer than "
        f"{max(least, CROSSED_FLOOR)} where two dimensions cross.",
        (n, too_few),
    )
    yield _row(
        "dominance",
        "No cell is shown of which one person carries more than 30 %, no contact of which one "
        "sender or one recipient carries more than half, no hotspot, desert or watch that would "
        "not stand without any one member.",
        (n, why[DOMINATED]),
    )
    yield from _differences(certified, n, why)
    yield from _more(certified, n, forms["status_only"] - why[CHANGED])


def _differences(certified: Certified, n: int, why: Counter[str]) -> Iterator[Cells]:
    least = certified.fates.floor.min_people
    yield _row(
        "row space and remainders",
        "All that is released together, groups, slices and totals, was put into one system of "
        "equations per period and indicator: no hidden cell and no few people follow from it, "
        f"and no two shown sets differ by 1 to {least - 1} people. Checked once more on the "
        "files as written.",
        (n, why[WOULD_REVEAL]),
    )
    yield _row(
        "joiners and leavers",
        f"Where 1 to {least - 1} people joined or left a group between periods or releases, and "
        f"fewer than {WAVES_FLOOR} stand behind the number ({JUDGED_FLOOR} where a verdict rests "
        "on it), words alone are shown.",
        (n, why[CHANGED]),
    )


def _more(certified: Certified, n: int, words: int) -> Iterator[Cells]:
    floor = certified.fates.floor
    below = STRICT_FLOOR if floor.policy == "strict" else NUMBER_FLOOR
    yield _row("words", f"Of fewer than {below} people words alone are shown.", (n, words))
    shown = len(certified.tables["unit_edges"])
    yield _row(
        "contact",
        "Contact between two groups is shown where at least 5 people are active on each side.",
        (certified.n_ties, max(0, certified.n_ties - shown)),
    )
    yield _row(
        "rounding",
        "Shares to 5 points, 0 % and 100 % masked, intervals about the rounded number and never "
        "narrower than they are, counts to 5, sizes as bands, rows that are not shown last, "
        "A to Z.",
    )
    yield _bound(certified)


def _bound(certified: Certified) -> Cells:
    found = narrowest(certified)
    n = sum(len(part) for part in found.values())
    told = [
        f"hidden cells {kind}: no bounds closer than {_points(min(part))} of 100 points"
        for kind, part in found.items()
        if part
    ]
    return _row(
        "what is left",
        "Whoever knew the size of every group and slice and every number shown could still draw "
        "bounds around a hidden share. For the most exposed hidden cells of each indicator we "
        "worked out the narrowest bounds that all of this allows.",
        (n, n),
        f"{'; '.join(told).capitalize()}." if told else "No hidden share had bounds to draw.",
    )


def _points(width: float) -> int:
    return int(100.0 * width // POINT_STEP * POINT_STEP)


def _row(
    rule: str, statement: str, counts: tuple[int, int] | None = None, bound: str | None = None
) -> Cells:
    checked, hidden = counts or (None, None)
    return {
        "rule": rule,
        "checked": _fives(checked),
        "hidden": _fives(hidden),
        "statement": statement,
        "bound": bound,
    }


def _fives(n: int | None) -> float | None:
    return None if n is None else POINT_STEP * round(n / POINT_STEP)


def _counted(fates: Fates) -> tuple[Counter[str], Counter[str]]:
    """Return the cells that somebody stands behind, by reason and by form."""
    cells = [fates.decision.cell(*key) for key, n in fates.counts.items() if n]
    return Counter(c.why or "" for c in cells), Counter(c.form for c in cells)
