"""Mixing: contact across the borders of groups against contact inside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arithmetic import mean_and_sd, quotient, z_score
from graph.members import MemberPlaces
from graph.network import CommunicationGraph, Floats, Ints
from graph.null_models import SWAPS_PER_ARC, rewired_ties

Over = Literal["ties", "contacts", "arcs"]
Null = Literal["rewired", "permuted"]


@dataclass(frozen=True)
class Mixing:
    """External minus internal contact, and what degrees alone would give."""

    value: float
    expected: float
    n_outside: int
    n_inside: int


@dataclass(frozen=True)
class MixingTest:
    """The index against draws of a null model."""

    value: float
    null_mean: float
    null_sd: float
    z: float


def ei_index(graph: CommunicationGraph, groups: pd.Series, over: Over = "ties") -> Mixing:
    """Return the E-I index of a partition: contact across borders against contact inside.

    Formula: (E - I) / (E + I), E ties between and I ties within groups; expected under the
    configuration model E0 = 1 - 2 sum_g (d_g / 2m)^2, d_g the tie ends in group g; over `arcs`
    E0 = 1 - 2 sum_g (out_g / m)(in_g / m).
    Shape: a `Mixing`. Unit: none. Range: -1 (only inside) to 1 (only across); read it as the
    difference to `expected`: many small groups push both up.
    Edge cases: nan without a tie. Ties of people without a group are left out of all sums;
    isolated people change nothing.
    Null: `ei_test`, `ei_of_groups`.
    Raises: ValueError when a person stands in `groups` twice.
    Source: Krackhardt & Stern 1988, Social Psychology Quarterly 51, 123-140; E0 is the null of
    modularity, Q = (E0 - value) / 2 (Newman & Girvan 2004).

    >>> ei_index(graph, people.set_index("person_id")["unit_id"])
    Mixing(value=0.21, expected=0.90, n_outside=1210, n_inside=790)
    """
    codes, count = _codes(graph, groups)
    low, high = _ends(graph, over)
    known = (codes[low] >= 0) & (codes[high] >= 0)
    low, high = codes[low[known]], codes[high[known]]
    inside = int((low == high).sum())
    total = len(low)
    if not total:
        return Mixing(float("nan"), float("nan"), 0, 0)
    from_low, from_high = np.bincount(low, minlength=count), np.bincount(high, minlength=count)
    if over == "arcs":
        same = float(from_low @ from_high) / total**2
    else:
        same = float(((from_low + from_high) ** 2).sum()) / (2 * total) ** 2
    return Mixing((total - 2 * inside) / total, 1 - 2 * same, total - inside, inside)


def ei_test(
    graph: CommunicationGraph,
    groups: pd.Series,
    rng: np.random.Generator,
    draws: int = SWAPS_PER_ARC,
    null: Null = "rewired",
) -> MixingTest:
    """Return the E-I index over ties against a null model.

    Formula: z = (value - mean) / SD over the draws. `rewired` keeps everybody's number of ties and
    redraws who is tied to whom; `permuted` keeps all ties and deals the groups anew (QAP).
    Shape: a `MixingTest`. Unit: none. Range: z below 0 means more contact inside than by chance.
    Edge cases: nan without a tie; z is nan where the null does not vary.
    Null: as above; the mean of `rewired` lies close to `ei_index(...).expected`, which allows
    loops and double ties.
    Raises: ValueError when a person stands in `groups` twice.
    Source: Krackhardt 1988, Social Networks 10, 359-381 (permutation); rewiring as in
    `graph.null_models`.

    >>> ei_test(graph, groups, np.random.default_rng(7)).z
    -14.2
    """
    value = ei_index(graph, groups).value
    codes, _ = _codes(graph, groups)
    low, high = graph.ties
    if np.isnan(value):
        return MixingTest(value, value, value, value)
    if null == "permuted":
        known = np.flatnonzero(codes >= 0)
        drawn = [_index(_dealt(codes, known, rng), low, high) for _ in range(draws)]
    else:
        drawn = [_index(codes, one, other) for one, other in rewired_ties(graph, rng, draws)]
    mean, spread = mean_and_sd([np.array(one) for one in drawn])
    z = z_score(np.array(value), mean, spread)
    return MixingTest(value, float(mean), float(spread), float(z))


def ei_of_groups(
    graph: CommunicationGraph,
    members: pd.DataFrame,
    rng: np.random.Generator,
    draws: int = SWAPS_PER_ARC,
) -> pd.DataFrame:
    """Return for each group the mix of its people's ties: outside the group against inside (B2).

    Formula: over the tie ends held by members, (E_u - 2 I_u) / (E_u + 2 I_u): a tie inside is two
    of its people's contacts. expected = 1 - 2 d_u / 2m, d_u the ends held by members. Weighted by
    d_u, values and expectations of a partition add up to those of `ei_index`.
    Shape: frame by group_id with value, expected, null_sd, z, n_people (members in the graph),
    n_ties (ties with at least one end in the group). Groups may overlap.
    Unit: none. Range: -1 (nobody has a tie outside) to 1 (nobody has one inside).
    Edge cases: nan for a group without ties; z is nan where the null does not vary.
    Null: `rewired_ties`, one set of draws for all groups; z is against the mean of the draws.
    Raises: nothing.
    Source: as `ei_index`.

    >>> ei_of_groups(graph, members, np.random.default_rng(7)).loc["sales", "value"]
    0.34
    """
    groups, incidence = graph.incidence(members)
    low, high = graph.ties
    ends = incidence @ (
        np.bincount(low, minlength=graph.n_people) + np.bincount(high, minlength=graph.n_people)
    ).astype(float)
    columns = incidence.tocsc()
    inside = _ties_inside(columns, low, high)
    drawn = [
        _outward(_ties_inside(columns, one, other), ends)
        for one, other in rewired_ties(graph, rng, draws)
    ]
    value = _outward(inside, ends)
    mean, spread = mean_and_sd(drawn)
    return pd.DataFrame(
        {
            "value": value,
            "expected": _outward(ends**2 / (4 * max(1, len(low))), ends),
            "null_sd": spread,
            "z": z_score(value, mean, spread),
            "n_people": incidence.sum(axis=1).astype(np.int64),
            "n_ties": (ends - inside).astype(np.int64),
        },
        index=groups,
    )


def ends_of_members(
    graph: CommunicationGraph, members: pd.DataFrame, ends: tuple[Ints, Ints] | None = None
) -> pd.DataFrame:
    """Return for each member of each group the ties held, and how many stay inside the group.

    Formula: n_ties_i = #{j: tie ij}; n_inside_iu = #{j in u: tie ij}. `ends` are other ties on
    the same people, such as a draw of `rewired_ties`; left out: the graph's own.
    Shape: `members` (group_id, person_id) with n_ties and n_inside; people who are not in the
    graph are left out. Groups may overlap. Unit: ties. Range: 0 <= n_inside <= n_ties.
    Edge cases: 0 for isolated people, never missing.
    Raises: nothing.
    Source: as `ei_index`.

    >>> ends_of_members(graph, members).groupby("group_id")[["n_ties", "n_inside"]].sum()
    """
    places = MemberPlaces.of(graph, members)
    n_ties, n_inside = places.held(graph.ties if ends is None else ends)
    return places.rows.assign(n_ties=n_ties, n_inside=n_inside)


def modularity(graph: CommunicationGraph, groups: pd.Series, over: Over = "contacts") -> float:
    """Return the modularity of a partition.

    Formula: Q = sum_g (I_g / m - (d_g / 2m)^2), which is (E0 - EI) / 2 of `ei_index`.
    Shape: a number. Unit: none. Range: -0.5 to 1, higher means more contact inside groups.
    Edge cases: nan without contact.
    Raises: ValueError when a person stands in `groups` twice.
    Source: Newman & Girvan 2004, Physical Review E 69, 026113.

    >>> modularity(graph, groups)
    0.288
    """
    mix = ei_index(graph, groups, over)
    return (mix.expected - mix.value) / 2


def assortativity(graph: CommunicationGraph, groups: pd.Series, over: Over = "contacts") -> float:
    """Return how strongly contact keeps to people of the same group, on a scale up to 1.

    Formula: r = (sum_g e_gg - sum_g a_g b_g) / (1 - sum_g a_g b_g), e the shares of contact
    between groups, a and b their margins; this is (E0 - EI) / (1 + E0).
    Shape: a number. Unit: none. Range: about -1 to 1; 0 as degrees alone give, 1 all inside.
    Edge cases: nan without contact or with one group only.
    Raises: ValueError when a person stands in `groups` twice.
    Source: Newman 2003, Physical Review E 67, 026126.

    >>> assortativity(graph, groups)
    0.302
    """
    mix = ei_index(graph, groups, over)
    gap, room = np.array(mix.expected - mix.value), np.array(1 + mix.expected)
    return float(quotient(gap, room))


def numeric_assortativity(
    graph: CommunicationGraph, values: pd.Series, over: Over = "contacts"
) -> float:
    """Return the correlation of a number, such as the level, over the two ends of contact.

    Formula: Pearson correlation of (x_i, x_j) over all arcs i->j; `ties` and `contacts` stand in
    both directions.
    Shape: a number. Unit: none. Range: -1 to 1, higher means that like meets like.
    Edge cases: nan without contact or variance; contact of people without a value is left out.
    Raises: ValueError when a person stands in `values` twice.
    Source: Newman 2003, Physical Review E 67, 026126, section III.

    >>> numeric_assortativity(graph, people.set_index("person_id")["level"])
    0.41
    """
    x = graph.attribute(values).to_numpy(dtype=np.float64, na_value=np.nan)
    low, high = _ends(graph, over)
    if over != "arcs":
        low, high = np.concatenate([low, high]), np.concatenate([high, low])
    known = ~np.isnan(x[low]) & ~np.isnan(x[high])
    first, second = x[low[known]], x[high[known]]
    if not len(first) or first.std() == 0 or second.std() == 0:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])


def _ends(graph: CommunicationGraph, over: Over) -> tuple[Ints, Ints]:
    if over == "arcs":
        return graph.sources, graph.targets
    return graph.ties if over == "ties" else graph.contacts


def _codes(graph: CommunicationGraph, groups: pd.Series) -> tuple[Ints, int]:
    codes, names = pd.factorize(graph.attribute(groups), sort=True)
    return codes.astype(np.int64), len(names)


def _dealt(codes: Ints, known: Ints, rng: np.random.Generator) -> Ints:
    dealt = codes.copy()
    dealt[known] = rng.permutation(codes[known])
    return dealt


def _index(codes: Ints, low: Ints, high: Ints) -> float:
    known = (codes[low] >= 0) & (codes[high] >= 0)
    total, inside = int(known.sum()), int((known & (codes[low] == codes[high])).sum())
    return (total - 2 * inside) / total if total else float("nan")


def _ties_inside(incidence: sparse.csc_array, low: Ints, high: Ints) -> Floats:
    both = incidence[:, low].multiply(incidence[:, high])
    return np.asarray(both.sum(axis=1), dtype=np.float64).ravel()


def _outward(inside: Floats, ends: Floats) -> Floats:
    return quotient(ends - 4 * inside, ends)
