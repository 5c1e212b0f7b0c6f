"""The ties that members of each group hold, inside the group and across its border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from audit.view import WindowView
from core.windows import Window
from graph.members import MemberPlaces
from graph.network import Ints


@dataclass(frozen=True, eq=False)
class WindowTies:
    """Settled people of a window in all their groups, ready to count ties of the window.

    Everything is inside the whole organization, so its border is drawn between its lowest groups:
    `inner` is the row that says what is inside, for the whole that of the person's lowest group.
    """

    places: MemberPlaces
    inner: Ints

    @classmethod
    def of(cls, view: WindowView, window: Window) -> WindowTies:
        """Return the people of a window, by group."""
        places = MemberPlaces.of(view.graph(window), view.group_members(window))
        rows = places.rows.reset_index(drop=True)
        leaf = rows["person_id"].map(view.leaf_groups(window))
        at_home = rows.index[rows["group_id"] == leaf]
        home = pd.Series(at_home, index=rows.loc[at_home, "person_id"])
        own = np.arange(len(rows))
        whole = (rows["group_id"] == view.groups.root).to_numpy()
        inner = np.where(whole, rows["person_id"].map(home).fillna(-1), own)
        return cls(places, np.where(inner < 0, own, inner).astype(np.int64))

    def held(self, ends: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
        """Return for each row how many of the ties the person holds, and how many inside."""
        n_ties, n_inside = self.places.held(ends)
        return n_ties, n_inside[self.inner]


def member_ties(view: WindowView, window: Window) -> pd.DataFrame:
    """Return group_id, person_id, n_ties and n_inside of every settled person in every group."""
    ties = WindowTies.of(view, window)
    n_ties, n_inside = ties.held(view.graph(window).ties)
    return ties.places.rows.assign(n_ties=n_ties, n_inside=n_inside)
