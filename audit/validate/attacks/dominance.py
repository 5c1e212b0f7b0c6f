"""Dominance. Knows: every published cell, and what one member has sent.

Does: lets one member carry 60 % of a shown cell and publishes again; looks for shown cells that
one member carries, and for hotspots and deserts that hang on one member.
Wins: when such a cell is shown, or when the verdict of a shown group changes without one member.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.disclosure.thresholds import DOMINANT_SHARE
from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.cubes import published_numbers
from audit.validate.attacks.material import Seen, Truth
from audit.validate.attacks.republish import Replay
from core.rows import rows
from core.store import RunFolder

NAME = "dominance"
SHARE = 0.6
_FIRM = ("hotspot", "desert")
_TABLES = (("indicator_values", "group_id"), ("slice_values", "slice_id"))


def read_dominated(seen: Seen, truth: Truth) -> Attempt:
    """Look for shown cells that one member carries and for verdicts that hang on one."""
    shown = published_numbers(seen)
    tried, found = 0, []
    for table, place in _TABLES:
        private = truth.measured if table == "indicator_values" else truth.slice_values
        for row in rows(private[["window_id", place, "indicator", "top_share"]]):
            key = (row.whole("window_id"), row.text(place), row.text("indicator"))
            if key in shown:
                tried += 1
                found += [table] * ((row.maybe_number("top_share") or 0.0) > DOMINANT_SHARE)
    firm, lost = _verdicts(seen, truth)
    says = f"cells that one member carries; {firm} firm verdicts without any one member"
    return attempt(f"{NAME}, as published", tried + firm, [*found, *["verdicts"] * lost], says)


def _verdicts(seen: Seen, truth: Truth) -> tuple[int, int]:
    key = ["window_id", "group_id", "layer"]
    published = seen.tables["verdicts"]
    firm = published[published["verdict"].isin(_FIRM)][key]
    joined = firm.merge(truth.verdicts[[*key, "is_robust"]], on=key, validate="one_to_one")
    return len(joined), int((~joined["is_robust"].astype(bool)).sum())


def plant(replay: Replay, first: RunFolder, rng: np.random.Generator, n: int = 40) -> Attempt:
    """Let one member carry 60 % of cells that were shown: they must vanish."""
    seen = Seen(first.published, first.reports)
    truth = Truth(first.results, first.canonical)
    known = published_numbers(seen)
    chosen: dict[str, pd.DataFrame] = {}
    keys: set[tuple[int, str, str]] = set()
    for table, place in _TABLES:
        private = truth.measured if table == "indicator_values" else truth.slice_values
        names = ["window_id", place, "indicator"]
        is_shown = np.array(
            [key in known for key in private[names].itertuples(index=False, name=None)], dtype=bool
        )
        places = np.flatnonzero(is_shown)
        taken = rng.choice(places, size=min(n, len(places)), replace=False)
        if len(taken):
            share = private["top_share"].astype("float64").to_numpy(copy=True)
            share[taken] = SHARE
            chosen[table] = private.assign(top_share=share)
            keys |= set(private.iloc[taken][names].itertuples(index=False, name=None))
    second = replay.release("dominated", chosen)
    left = published_numbers(Seen(second.published, second.reports)) & keys
    says = f"one member given {100 * SHARE:.0f} % of a cell that was shown"
    return attempt(f"{NAME}, planted", len(keys), ["shown cells"] * len(left), says)
