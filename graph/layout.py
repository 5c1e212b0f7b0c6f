"""The island map: where groups lie, so that people can find them again."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from graph.islands import forces, packed, slots
from graph.network import Floats

MARGIN = 0.75  # from the outermost mark to the shore, in smallest distances between marks
GAP = 0.9  # from shore to shore, in the same unit: room for a division's name


def island_map(
    leaves: pd.DataFrame, edges: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the place of every leaf group and every division on the map.

    Every division is a circle, its leaf groups are marks inside. Divisions lie where a
    Fruchterman-Reingold layout of the released contact between them puts them, pushed apart and
    drawn together until the circles nearly touch. Inside, the division's own released contact is
    laid out in the same way; marks are ranked by their distance from the middle, spread over the
    disk, and each takes the nearest of a set of slots that keep a fixed distance. Groups that are
    not shown take the slots that are left, from the inside out, A to Z by name: their place says
    nothing about their contact.

    Parameters: `leaves` with group_id, division_id, is_shown and, if there, name; `edges` with
    source_group_id, target_group_id and strength, of which only those between two shown leaves
    count.
    Shape: the columns of the `unit_map` contract, divisions first, by id. A leaf that is its own
    division is one row of kind leaf with the radius of its island.
    Unit: none. Range: x and y from -1 to 1, circles included; no circles overlap, marks keep the
    same smallest distance on all islands.
    Edge cases: without edges the layout is an even spread; an empty frame gives an empty map.
    Null: none; the same seed and the same released edges give the same map, in any row order.
    Raises: ValueError when a group stands twice.
    Source: Fruchterman & Reingold 1991, Software: Practice and Experience 21, 1129-1164.

    >>> island_map(leaves, edges, np.random.default_rng(7))[["group_id", "x", "y"]]
    """
    if not leaves["group_id"].is_unique:
        raise ValueError("A group stands twice on the map.")
    ordered = leaves.assign(name=leaves.get("name", leaves["group_id"]))
    ordered = ordered.sort_values(["division_id", "name", "group_id"])
    known = _released(ordered, edges)
    islands = {
        str(division): _island(rows, known, rng)
        for division, rows in ordered.groupby("division_id", sort=True)
    }
    if not islands:
        return _frame([])
    radii = np.array([_shore(island) for island in islands.values()])
    centres = packed(_division_forces(ordered, known, rng), radii, GAP)
    return _frame(_scaled(islands, centres, radii))


def _released(leaves: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """Return each pair of two shown leaves once, with strengths added up, in a fixed order."""
    division = leaves.loc[leaves["is_shown"].astype(bool)].set_index("group_id")["division_id"]
    first, second = edges["source_group_id"], edges["target_group_id"]
    chosen = first.isin(division.index) & second.isin(division.index) & (first != second)
    first, second = first[chosen], second[chosen]
    pairs = pd.DataFrame(
        {
            "low": first.where(first < second, second),
            "high": second.where(first < second, first),
            "strength": edges.loc[chosen, "strength"].astype(float),
        }
    )
    pairs = pairs.groupby(["low", "high"], sort=True)["strength"].sum().reset_index()
    return pairs.assign(
        low_division=pairs["low"].map(division), high_division=pairs["high"].map(division)
    )


def _island(rows: pd.DataFrame, known: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the leaves of one division with x and y around its middle."""
    places = slots(len(rows))
    shown = rows.loc[rows["is_shown"].astype(bool), "group_id"].tolist()
    hidden = rows.loc[~rows["is_shown"].astype(bool), "group_id"].tolist()
    own = known[known["low"].isin(shown) & known["high"].isin(shown)]
    index = pd.Index(sorted(shown))
    pairs = np.column_stack([index.get_indexer(own["low"]), index.get_indexer(own["high"])])
    wished = _spread(forces(len(index), pairs, own["strength"].to_numpy(dtype=float), rng))
    free = places[: len(index)]
    reach = max(1e-9, float(np.hypot(free[:, 0], free[:, 1]).max(initial=0.0)))
    cost = ((wished[:, None, :] * reach - free[None, :, :]) ** 2).sum(axis=2)
    taken = free[linear_sum_assignment(cost)[1]]
    return pd.DataFrame(
        np.vstack([taken, places[len(index) :]]),
        columns=["x", "y"],
        index=pd.Index([*index, *hidden], name="group_id"),
    )


def _spread(positions: Floats) -> Floats:
    """Return positions with their angle kept and their radius by rank, even over the unit disk."""
    if not len(positions):
        return positions
    centred = positions - positions.mean(axis=0)
    rank = np.argsort(np.argsort(np.hypot(centred[:, 0], centred[:, 1]), kind="stable"))
    radius = np.sqrt((rank + 0.5) / len(rank))
    angle = np.arctan2(centred[:, 1], centred[:, 0])
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _division_forces(
    leaves: pd.DataFrame, known: pd.DataFrame, rng: np.random.Generator
) -> Floats:
    divisions = pd.Index(sorted(set(leaves["division_id"].astype(str))))
    across = known[known["low_division"] != known["high_division"]]
    low = divisions.get_indexer(pd.Index(across["low_division"]))
    high = divisions.get_indexer(pd.Index(across["high_division"]))
    ends = pd.DataFrame(
        {
            "low": np.minimum(low, high),
            "high": np.maximum(low, high),
            "strength": across["strength"].to_numpy(),
        }
    )
    sums = ends.groupby(["low", "high"], sort=True)["strength"].sum()
    pairs = np.array([*sums.index], dtype=np.int64).reshape(-1, 2)
    return forces(len(divisions), pairs, sums.to_numpy(dtype=float), rng)


def _shore(island: pd.DataFrame) -> float:
    return float(np.hypot(island["x"], island["y"]).max()) + MARGIN


def _scaled(
    islands: dict[str, pd.DataFrame], centres: Floats, radii: Floats
) -> list[dict[str, object]]:
    low = (centres - radii[:, None]).min(axis=0)
    high = (centres + radii[:, None]).max(axis=0)
    middle, half = (low + high) / 2, float((high - low).max()) / 2
    marks: list[dict[str, object]] = []
    shores: list[dict[str, object]] = []
    for (division, island), centre, radius in zip(
        islands.items(), (centres - middle) / half, radii / half, strict=True
    ):
        if division not in island.index:
            shores.append(_row(division, division, "division", centre, radius))
        for group, place in zip(island.index, island.to_numpy() / half + centre, strict=True):
            own = radius if group == division else 0.0
            marks.append(_row(str(group), division, "leaf", place, own))
    return shores + marks


def _row(group: str, division: str, kind: str, place: Floats, radius: float) -> dict[str, object]:
    x, y = (round(float(np.clip(v, -1, 1)), 6) + 0.0 for v in place)
    return {
        "group_id": group,
        "division_id": division,
        "kind": kind,
        "x": x,
        "y": y,
        "radius": math.floor(float(radius) * 1e6) / 1e6,
    }


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["group_id", "division_id", "kind", "x", "y", "radius"])
