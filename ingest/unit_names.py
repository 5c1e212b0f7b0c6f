"""Units that an export names and the roster does not: listed with their nearest, never guessed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from core.text import clean_name
from ingest.batches import SEPARATOR
from ingest.units import UnitTree

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
