"""The ties that members of each group hold, inside the group and across its border."""

from __future__ import annotations

import pandas as pd

from audit.view import WindowView
from core.windows import Window
from graph.mixing import ends_of_members
from graph.network import Ints


def member_ties(
    view: WindowView, window: Window, ends: tuple[Ints, Ints] | None = None
) -> pd.DataFrame:
    """Return group_id, person_id, n_ties and n_inside of every settled person in every group.

    Everything is inside the whole organization, so its border is drawn between its lowest
    groups. `ends` are other ties among the same people, such as a draw of a null model.
    """
    graph, members = view.graph(window), view.group_members(window)
    rows = ends_of_members(graph, members, ends)
    leaf = view.leaf_groups(window)
    at_home = rows["group_id"] == rows["person_id"].map(leaf)
    own = rows[at_home].set_index("person_id")["n_inside"]
    whole = rows["group_id"] == view.groups.root
    inside = rows["n_inside"].mask(whole, rows["person_id"].map(own).fillna(0))
    return rows.assign(n_inside=inside.astype("int64"))
