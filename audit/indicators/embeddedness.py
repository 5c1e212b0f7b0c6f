"""G2, Simmelian embeddedness: whether ties are held by a third colleague."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.intervals import group_shares
from audit.view import WindowView
from core.elements import ORGANIZATION_DESIGN
from core.windows import Window
from graph.cohesion import embedded_ties
from graph.null_models import SWAPS_PER_ARC, rewired_ties


@indicators.add(
    "embeddedness",
    Indicator(
        code="G2",
        title="Ties that a third colleague shares",
        question="Do contacts here stand alone, or are they part of a circle?",
        layer="behaviour",
        element=ORGANIZATION_DESIGN,
        quadrant="sees",
        higher_is="neither",
        scale="share",
        gives="unit_values",
        needs=("messages", "ties"),
        source="Krackhardt 1999, The ties that torture, Research in the Soc. of Org. 16, 183-210",
        cannot_show="Whether a close circle is a good one: it holds people and hems them in.",
    ),
)
def embeddedness(view: WindowView) -> pd.DataFrame:
    """Share of the mutual ties of a group's people that lie in a triangle of mutual ties.

    Formula: over the tie ends held by members, #{ends of ties ij with some k tied to both} /
    #ends, windows pooled; expected and null_sd the same over rewirings that keep everybody's
    number of ties; low and high by Wilson's interval over people.
    Shape: one row per group: group_id, value, low, high, expected, null_sd, n_people (members with
    a tie), n_observations (tie ends), top_share.
    Unit: share. Range: 0 to 1; neither end is better: read it against expected.
    Minimum: 8 people.
    Edge cases: a group without ties has no row; people without ties change nothing.
    Null: `rewired_ties`, fresh draws in every window.
    Known bias: grows with the density of contact; that is why the expected value stands beside it.
    Source: Krackhardt 1999.

    >>> embeddedness(view)["value"].between(0, 1).all()
    True
    """
    rng = view.generator("rewiring")
    parts = [_in_window(view, window, rng) for window in view.period.windows]
    rows = group_shares(pd.concat([members for members, _ in parts], ignore_index=True))
    drawn = pd.concat([draws for _, draws in parts]).groupby(level=0).sum()
    null = drawn.reindex(rows["group_id"]).to_numpy(dtype=np.float64)
    ends = rows["n_observations"].to_numpy(dtype=np.float64)[:, None]
    shares = null / ends
    return rows.assign(expected=shares.mean(axis=1), null_sd=shares.std(axis=1, ddof=1))


def _in_window(
    view: WindowView, window: Window, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each member holds (top: embedded ends, bottom: ends); groups x draws of the null."""
    graph, members = view.graph(window), view.group_members(window)
    own = embedded_ties(graph)
    rows = members.assign(
        top=members["person_id"].map(own["n_embedded"]).fillna(0.0).astype("float64"),
        bottom=members["person_id"].map(own["n_ties"]).fillna(0.0).astype("float64"),
    )
    groups, incidence = graph.incidence(members)
    draws = [
        incidence @ embedded_ties(graph, ends)["n_embedded"].to_numpy(dtype=np.float64)
        for ends in rewired_ties(graph, rng, SWAPS_PER_ARC)
    ]
    null: npt.NDArray[np.float64] = np.stack(draws, axis=1)
    return rows, pd.DataFrame(null, index=groups)
