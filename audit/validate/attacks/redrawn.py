"""Everything that was not released drawn anew at once, and the run published again once.

Where that release is the same byte by byte, neither hidden cells (`order`) nor traffic
(`structure`) told anything: one publishing answers both. Where it is not, each is tried alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from audit.validate.attacks import order, structure
from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.material import Seen, Truth
from audit.validate.attacks.republish import Replay, differing
from core.store import RunFolder

_CELLS, _TRAFFIC = 2, 4

Streams = Callable[[int], np.random.Generator]


def redraw_all(replay: Replay, first: RunFolder, streams: Streams) -> list[Attempt]:
    """Return the outcome for hidden cells and for traffic, compared with `first`."""
    sides = Seen(first.published, first.reports), Truth(first.results, first.canonical)
    cells, n_cells = order.changed(*sides, streams(_CELLS))
    traffic, n_ties = structure.other_traffic(first, streams(_TRAFFIC))
    moved = differing(first, replay.release("redrawn", {**cells, **traffic}))
    if not moved:
        return [order.compared(n_cells, ()), structure.compared(n_ties, ())]
    alone = [
        order.shuffle_hidden(replay, first, streams(_CELLS)),
        structure.redraw_traffic(replay, first, streams(_TRAFFIC)),
    ]
    if any(one.got for one in alone):
        return alone
    says = "hidden cells and traffic drawn anew together; neither alone moves anything"
    return [*alone, attempt("hidden cells with traffic", n_cells + n_ties, moved, says)]
