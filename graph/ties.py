"""Ties: who answers whom with contact of their own, and how steadily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from graph.arithmetic import mean_and_sd, quotient, z_score
from graph.network import CommunicationGraph, mutual
from graph.null_models import SWAPS_PER_ARC, rewired_arcs

Loops = Literal["dropped", "mutual", "one_way"]


@dataclass(frozen=True)
class Ratio:
    """Reciprocity against the degree-preserving null; `value` is the ratio, nan if undefined."""

    value: float
    observed: float
    expected: float
    null_sd: float
    z: float
    n_arcs: int


@dataclass(frozen=True)
class DyadCensus:
    """Pairs of people with contact in both directions, in one, in none."""

    mutual: int
    asymmetric: int
    null: int


def reciprocity(graph: CommunicationGraph, loops: Loops = "dropped") -> float:
    """Return the share of arcs whose reverse arc exists.

    Formula: R = #{(i, j): i->j and j->i} / m. A loop is no arc to somebody, so it is dropped;
    `mutual` counts the people's loops as answered (igraph with `ignore_loops=False`), `one_way` as
    arcs without an answer (networkx): both only to compare with published numbers.
    Shape: a number. Unit: share. Range: 0 to 1, higher means more two-way contact.
    Edge cases: nan without an arc. People without arcs change nothing.
    Null: `reciprocity_ratio`; R alone grows with density.
    Raises: nothing.
    Source: Wasserman & Faust 1994, 13.3 (arc reciprocity).

    >>> reciprocity(CommunicationGraph.build(edges, people))
    0.711
    """
    answered = int(graph.is_mutual.sum()) + (graph.n_loops if loops == "mutual" else 0)
    arcs = graph.n_arcs + (graph.n_loops if loops != "dropped" else 0)
    return answered / arcs if arcs else float("nan")


def dyad_census(graph: CommunicationGraph) -> DyadCensus:
    """Return how many pairs of people have two-way, one-way and no contact.

    Formula: with M ties and m arcs, A = m - 2 M and N = n (n - 1) / 2 - M - A.
    Shape: three numbers. Unit: pairs. Range: 0 to n (n - 1) / 2.
    Edge cases: isolated people add null pairs.
    Raises: nothing.
    Source: Holland & Leinhardt 1970.

    >>> dyad_census(graph)
    DyadCensus(mutual=45, asymmetric=100, null=65)
    """
    both = len(graph.ties[0])
    one = graph.n_arcs - 2 * both
    return DyadCensus(both, one, graph.n_people * (graph.n_people - 1) // 2 - both - one)


def reciprocated_ties(graph: CommunicationGraph) -> pd.Series:
    """Return how many people each person has two-way contact with.

    Formula: t_i = #{j: i->j and j->i}.
    Shape: series by person_id, `(n,)`. Unit: ties. Range: 0 to n - 1; fewer than 2 counts as
    isolated (F1).
    Edge cases: 0 for people without contact, never missing.
    Null: draws of `rewired_arcs`.
    Raises: nothing.
    Source: Yang et al. 2022, Nature Human Behaviour 6, 43-54 (ties as two-way contact).

    >>> reciprocated_ties(graph).lt(2).mean()
    0.07
    """
    counts = np.bincount(graph.sources[graph.is_mutual], minlength=graph.n_people)
    return graph.by_person(counts, "n_ties")


def reciprocity_ratio(
    graph: CommunicationGraph, rng: np.random.Generator, draws: int = SWAPS_PER_ARC
) -> Ratio:
    """Return how far reciprocity lies between what degrees alone give and everything.

    Formula: (R - E0) / (1 - E0); E0 = mean reciprocity of `draws` degree-preserving rewirings.
    Shape: a `Ratio`. Unit: none. Range: (-inf, 1]; 0 as degrees alone give, 1 all answered, higher
    is warmer.
    Edge cases: nan without an arc and where the null itself is 1; z is nan where the null does not
    vary.
    Null: `rewired_arcs`; z = (R - E0) / SD of the draws, which tells that R is no accident of
    degrees, not that a group differs from another.
    Raises: nothing.
    Source: Garlaschelli & Loffredo 2004, PRL 93, 268701 (with density in place of E0).

    >>> reciprocity_ratio(graph, np.random.default_rng(7)).value
    0.63
    """
    observed = reciprocity(graph)
    if not graph.n_arcs:
        return Ratio(observed, observed, observed, observed, observed, 0)
    drawn = [
        np.array(mutual(sources, targets, graph.n_people).mean())
        for sources, targets in rewired_arcs(graph, rng, draws)
    ]
    expected, spread = mean_and_sd(drawn)
    value = quotient(observed - expected, 1 - expected)
    z = z_score(np.array(observed), expected, spread)
    return Ratio(float(value), observed, float(expected), float(spread), float(z), graph.n_arcs)


def reciprocity_of_groups(
    graph: CommunicationGraph,
    members: pd.DataFrame,
    rng: np.random.Generator,
    draws: int = SWAPS_PER_ARC,
) -> pd.DataFrame:
    """Return for each group how often contact that reaches its people is returned by them (A4).

    Formula: R_u = sum over members i of #{j: j->i and i->j} / sum of #{j: j->i}; E0_u the mean of
    the same over the rewirings, in which everybody keeps in- and out-degree; value as in
    `reciprocity_ratio`. With one group of everybody it is that ratio.
    Shape: frame by group_id with value, observed, expected, null_sd, z, n_people (members in the
    graph), n_arcs (arcs to members). Groups may overlap.
    Unit: none. Range: (-inf, 1], higher is warmer.
    Edge cases: nan for a group that nobody wrote to; z is nan where the null does not vary.
    Null: `rewired_arcs`, one set of draws for all groups.
    Raises: nothing.
    Source: as `reciprocity_ratio`.

    >>> reciprocity_of_groups(graph, members, np.random.default_rng(7)).loc["sales", "value"]
    0.58
    """
    groups, incidence = graph.incidence(members)
    received = incidence @ np.bincount(graph.targets, minlength=graph.n_people).astype(float)
    answered = incidence @ reciprocated_ties(graph).to_numpy(dtype=float)
    drawn = [
        incidence @ np.bincount(sources[is_mutual], minlength=graph.n_people).astype(float)
        for sources, targets in rewired_arcs(graph, rng, draws)
        for is_mutual in [mutual(sources, targets, graph.n_people)]
    ]
    observed = quotient(answered, received)
    expected, spread = mean_and_sd([quotient(one, received) for one in drawn])
    return pd.DataFrame(
        {
            "value": quotient(observed - expected, 1 - expected),
            "observed": observed,
            "expected": expected,
            "null_sd": spread,
            "z": z_score(observed, expected, spread),
            "n_people": incidence.sum(axis=1).astype(np.int64),
            "n_arcs": received.astype(np.int64),
        },
        index=groups,
    )


def tie_strength(edges: pd.DataFrame, first_day: int, end_day: int) -> pd.DataFrame:
    """Return every tie of a window with the number of weeks in which both wrote.

    Formula: a tie is an unordered pair in which both wrote to the other in [first_day, end_day);
    strength = #{weeks: i->j and j->i}; reactions are no writing.
    Shape: one row per tie with low_id < high_id, strength. Unit: weeks.
    Range: 0 (never in the same week) to the number of weeks, 4 in a usual window.
    Edge cases: an empty window gives no row.
    Raises: nothing.
    Source: Granovetter 1973 (strength); weeks instead of volumes, which follow habits.

    >>> tie_strength(edges, window.first_day, window.end_day)["strength"].mean()
    1.8
    """
    chosen = edges["week"].between(first_day, end_day - 1)
    written = edges["n_messages"] > edges["n_reactions"]
    rows = edges.loc[chosen & written, ["week", "source_id", "target_id"]].drop_duplicates()
    forward = rows["source_id"] < rows["target_id"]
    rows = pd.DataFrame(
        {
            "low_id": rows["source_id"].where(forward, rows["target_id"]),
            "high_id": rows["target_id"].where(forward, rows["source_id"]),
            "week": rows["week"],
            "is_forward": forward,
        }
    )
    rows = rows[rows["low_id"] != rows["high_id"]]
    weekly = rows.groupby(["low_id", "high_id", "week"])["is_forward"].agg(["size", "sum"])
    pairs = weekly.assign(strength=weekly["size"].eq(2)).groupby(level=["low_id", "high_id"]).sum()
    tied = pairs[(pairs["sum"] > 0) & (pairs["sum"] < pairs["size"])]
    return tied[["strength"]].astype(np.int64).reset_index()
