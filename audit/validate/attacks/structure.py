"""Re-identification from the graph of units. Knows: published contact, GraphML, network page, map.

Does: reads off hidden groups from contact with them, from places and areas on the map, and looks
for contact that a few people carry; has the run published again with other traffic wherever it
was not released, and compares every table.
Wins: when contact names a hidden group or rests on too few people, or when anything moves with
traffic that was not released.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from audit.disclosure.thresholds import ACTIVE_PEOPLE, TRAFFIC_ONE, TRAFFIC_TWO
from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.carriers import open_document
from audit.validate.attacks.floor_fuzz import kind_of
from audit.validate.attacks.material import Seen, Truth
from audit.validate.attacks.republish import Changes, Replay, differing
from core.rows import Row, rows
from core.store import RunFolder
from core.tables.network import UNIT_EDGES

NAME = "unit graph"
_ENDS = (("source", "target"), ("from", "to"))
_TRAFFIC = ("n_messages", "weight", "n_ties", "expected_ties", "mutual_share")


def read_ties(seen: Seen, truth: Truth, network: UnitTraffic) -> Attempt:
    """Look at every published tie and at both ends of every tie in a document."""
    ties = rows(seen.tables["unit_edges"])
    found = [
        "unit_edges" for tie in ties if network.is_thin(tie) or not _is_open(tie, truth, seen)
    ]
    tried = len(ties)
    groups = seen.tables["org_groups"]
    latest = groups["window_id"].max()
    here = groups[(groups["window_id"] == latest) & ~groups["is_shown"].astype(bool)]
    hidden = set(here["group_id"])
    for path in seen.files:
        if path.suffix in {".graphml", ".html", ".json"}:
            for record in open_document(path).records:
                ends = [{str(record[a]), str(record[b])} for a, b in _ENDS if {a, b} <= {*record}]
                tried += len(ends)
                found += [kind_of(path) for pair in ends if pair & hidden]
    return attempt(f"{NAME}, ties", tried, found, "people behind every tie; ends of every tie")


class UnitTraffic:
    """Judge: private traffic between groups, by direction."""

    def __init__(self, network: RunFolder) -> None:
        self._edges = {
            (row.whole("window_id"), row.text("source_unit_id"), row.text("target_unit_id")): row
            for row in rows(UNIT_EDGES.read(network.network))
        }

    def is_thin(self, tie: Row) -> bool:
        """Return whether a published tie rests on fewer than five people or on one or two."""
        window = tie.whole("window_id")
        ends = (tie.text("source_group_id"), tie.text("target_group_id"))
        ways = [self._edges.get((window, *pair)) for pair in (ends, ends[::-1])]
        return any(way is None or _is_carried(way) for way in ways)


def _is_carried(way: Row) -> bool:
    few = min(way.whole("n_source_people"), way.whole("n_target_people")) < ACTIVE_PEOPLE
    one, two = way.number("top_person_share"), way.number("top_two_share")
    return few or one > TRAFFIC_ONE or two > TRAFFIC_TWO


def _is_open(tie: Row, truth: Truth, seen: Seen) -> bool:
    window = tie.whole("window_id")
    ends = (tie.text("source_group_id"), tie.text("target_group_id"))
    return all(len(truth.members.get((window, end), ())) >= seen.floor for end in ends)


def redraw_traffic(replay: Replay, first: RunFolder, rng: np.random.Generator) -> Attempt:
    """Publish again with other traffic wherever none was released; compare with `first`."""
    changes, tried = other_traffic(first, rng)
    return compared(tried, differing(first, replay.release("traffic", changes)))


def compared(tried: int, places: Sequence[str]) -> Attempt:
    """Return the outcome for traffic: the tables in which the releases differ."""
    says = "traffic that was not released drawn anew, both releases compared byte by byte"
    return attempt(f"{NAME}, traffic", tried, places, says)


def other_traffic(first: RunFolder, rng: np.random.Generator) -> tuple[Changes, int]:
    """Judge: return ties with other traffic wherever none was released, and how many ties."""
    published = Seen(first.published, first.reports).tables["unit_edges"]
    private = UNIT_EDGES.read(first.network)
    ends = ["window_id", "source_group_id", "target_group_id"]
    told = set(published[ends].itertuples(index=False, name=None))
    names = ["window_id", "source_unit_id", "target_unit_id"]
    is_told = np.array(
        [
            (window, *sorted((source, target))) in told
            for window, source, target in private[names].itertuples(index=False, name=None)
        ],
        dtype=bool,
    )
    return {"unit_edges": _redrawn(private, ~is_told, rng)}, int((~is_told).sum())


def _redrawn(
    edges: pd.DataFrame,
    which: np.ndarray[tuple[int], np.dtype[np.bool_]],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the table with other volumes in rows; who is active and who carries it stays."""
    out = edges.copy()
    for name in _TRAFFIC:
        drawn: np.ndarray[tuple[int], np.dtype[np.float64]] = rng.random(len(out))
        if name in {"n_messages", "n_ties"}:
            drawn = np.rint(1 + 200 * drawn)
        elif name != "mutual_share":
            drawn = 0.1 + 100 * drawn
        old = out[name]
        new = np.where(which & old.notna().to_numpy(), drawn, old.astype("float64"))
        out[name] = new.astype(np.int64) if name in {"n_messages", "n_ties"} else new
    return out
