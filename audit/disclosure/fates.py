"""The whole decision of a release: each period by itself, periods together, earlier releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from audit.disclosure.cells import Decision, decide
from audit.disclosure.cubes import Slices
from audit.disclosure.defences import ALL, Defences
from audit.disclosure.history import History, Release
from audit.disclosure.stood import Membership, sets_of, stood_behind
from audit.disclosure.thresholds import Floor
from audit.disclosure.waves import CellKey, Stood, without_waves
from audit.unpublished import Unpublished
from core.rows import rows

GROUPS = "unit"
"""The tree itself, among the kinds of slices."""


@dataclass(frozen=True)
class Fates:
    """What may be seen of a release, and what that was decided by."""

    floor: Floor
    decision: Decision
    slices: Slices
    groups: pd.DataFrame
    stood: pd.DataFrame
    """Who stood behind each group and slice."""
    together: Stood
    """The same by cell, with what earlier releases told."""

    @property
    def counts(self) -> Mapping[CellKey, int]:
        """Return the contributing people of every cell."""
        return self.together.counts

    @property
    def kinds(self) -> frozenset[str]:
        """Return the kinds of slices of this release."""
        return kinds_of(self.slices.table)

    def next_history(
        self, run_id: str, history: History, themes: Mapping[CellKey, int]
    ) -> History:
        """Return the history with this release in it; `themes` is what it tells of interviews."""
        own = Release(
            run_id=run_id,
            floor=self.floor,
            kinds=self.kinds,
            decision=self.decision,
            counts=self.counts,
            stood=self.stood,
            themes=themes,
        )
        return own.after(history)


def settle_fates(
    private: Unpublished, floor: Floor, history: History, defences: Defences = ALL
) -> Fates:
    """Decide what may be seen, within each period, over periods, and beside earlier releases.

    `history` holds the releases before this one.
    """
    slices = Slices(private.slices, private.slice_atoms, private.slice_values)
    alone = decide(private.groups, private.measured, floor, defences, slices)
    stood = stood_behind(
        Membership(
            people=private.membership,
            windows=private.windows,
            unit_groups=private.unit_groups,
            groups=private.groups,
            slices=private.slices,
            slice_people=private.slice_people,
        )
    )
    judged = frozenset(str(name) for name in private.verdicts["indicator"].unique())
    together = Stood(_people(stood), _counts(private), history.told(), judged)
    decision = without_waves(alone, together, floor.min_people, defences)
    return Fates(floor, decision, slices, private.groups, stood, together)


def kinds_of(slices: pd.DataFrame) -> frozenset[str]:
    """Return the kinds of slices of a release; `slices` is the private table."""
    return frozenset({GROUPS, *(str(kind) for kind in slices["kind"].unique())})


def _people(stood: pd.DataFrame) -> dict[tuple[int, str], frozenset[str]]:
    sets = sets_of(stood, ["window_id", "slice_id"])
    return {(int(str(window)), str(name)): people for (window, name), people in sets.items()}


def _counts(private: Unpublished) -> dict[CellKey, int]:
    known = {(row.whole("window_id"), row.text("group_id")) for row in rows(private.groups)}
    columns = ["window_id", "slice_id", "indicator", "n_people"]
    tree = private.measured.rename(columns={"group_id": "slice_id"})[columns]
    found = [*rows(tree), *rows(private.slice_values[columns])]
    known |= {(row.whole("window_id"), row.text("slice_id")) for row in rows(private.slices)}
    cells = {
        (row.whole("window_id"), row.text("slice_id"), row.text("indicator")): row for row in found
    }
    return {key: row.whole("n_people") for key, row in cells.items() if key[:2] in known}
