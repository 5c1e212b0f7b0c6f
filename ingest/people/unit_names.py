"""Names of units that need a person's eye: unknown ones, and ones that only look like others."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from core.text import clean_name, foreign_letters
from ingest.batches import SEPARATOR
from ingest.people.units import UnitTree

_SHOWN = 5
_ALIKE = 0.5


def named_with_nearest(unknown: Mapping[str, int], units: UnitTree) -> str:
    """Return the most frequent unknown units for a message, each with the nearest known one."""
    known = [" > ".join(path) for path in units.ids if path]
    shown = []
    for team in sorted(unknown, key=lambda name: (-unknown[name], name))[:_SHOWN]:
        name = clean_name(team.replace(SEPARATOR, " > "))
        near = difflib.get_close_matches(name, known, 1, _ALIKE)
        shown.append(f'"{name}"' + (f' (nearest: "{near[0]}")' if near else ""))
    return ", ".join(shown)


def look_alikes(units: UnitTree) -> tuple[str, ...]:
    """Return a remark for each unit whose name holds letters that only look like its others."""
    names = sorted({path[-1] for path in units.ids if path})
    odd = [(name, found) for name in names if (found := foreign_letters(name))]
    told = [f'The unit "{name}" mixes alphabets: {found} (W-ROSTER-012).' for name, found in odd]
    more = len(told) - _SHOWN
    rest = [f"{more:,} more units mix alphabets (W-ROSTER-012)."] if more > 0 else []
    return (*told[:_SHOWN], *rest)
