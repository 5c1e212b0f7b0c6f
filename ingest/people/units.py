"""The organization tree: named paths of the roster become units with readable ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from core.text import clean_name, slug

ROOT_ID = "org"
Path = tuple[str, ...]


@dataclass(frozen=True)
class UnitTree:
    """All units, found by the path of their cleaned names; the root has the empty path."""

    ids: dict[Path, str]
    organization: str

    def unit_of(self, names: Path) -> str:
        """Return the id of a unit by its path of names from the top down."""
        return self.ids[_clean(names)]

    def find(self, names: Path) -> str | None:
        """Return the unit that an export names by its path, or by the last name alone.

        None where no unit or more than one has that name; names match without regard to case.
        """
        wanted = tuple(name.casefold() for name in _clean(names))
        folded = {tuple(n.casefold() for n in path): unit for path, unit in self.ids.items()}
        if not wanted or wanted in folded:
            return folded[wanted] if wanted else None
        ends = [u for p, u in folded.items() if p[-len(wanted) :] == wanted]
        ids = [unit for unit in self.ids.values() if (unit,) == wanted]
        found = ids or ends
        return found[0] if len(found) == 1 else None

    def frame(self) -> pd.DataFrame:
        """Return the `units` table."""
        rows = []
        for path, unit_id in self.ids.items():
            above = [self.ids[path[:n]] for n in range(len(path) + 1)]
            rows.append(
                {
                    "unit_id": unit_id,
                    "valid_from_day": 0,
                    "valid_to_day": None,
                    "parent_id": above[-2] if path else None,
                    "name": path[-1] if path else self.organization,
                    "depth": len(path),
                    "path": "/".join(above),
                }
            )
        return pd.DataFrame(rows)


def unit_tree(paths: Iterable[Path], organization: str) -> UnitTree:
    """Return the tree of all named paths and everything above them.

    Ids are readable slugs of the path. Where two paths give one slug, the later in alphabetical
    order gets a number, so that the same roster gives the same ids in any order of its rows.
    """
    wanted: set[Path] = {()}
    for names in paths:
        clean = _clean(names)
        wanted.update(clean[:n] for n in range(1, len(clean) + 1))
    ids: dict[Path, str] = {(): ROOT_ID}
    taken = {ROOT_ID}
    for path in sorted(wanted - {()}):
        base = "-".join(slug(name, fallback="unit") for name in path)
        unit_id, number = base, 2
        while unit_id in taken:
            unit_id, number = f"{base}-{number}", number + 1
        ids[path] = unit_id
        taken.add(unit_id)
    return UnitTree(ids, clean_name(organization))


def _clean(names: Path) -> Path:
    return tuple(clean_name(name) for name in names)
