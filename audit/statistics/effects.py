"""Person effects, the groups they fall into, and each group's contrast with everybody else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.special import expit, logit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

POWER = 0.84
"""Normal quantile of a power of 80 %."""


@dataclass(frozen=True)
class PersonEffects:
    """One private effect per informative person, pooled over the windows of a verdict.

    `persons` is sorted by subject_id and holds subject_id, unit_id, stratum, effect, variance,
    info, n, home_window; every array follows its order. Below 0 is below expectation.
    """

    persons: pd.DataFrame
    weight: FloatArray
    """(n,) w_i = prior weight / spread."""
    spread: FloatArray
    """(n,) sampling variance plus variance between persons."""
    window_ids: tuple[int, ...]
    window_effect: FloatArray
    """(windows, n), nan where the person was not seen."""
    window_weight: FloatArray
    """(windows, n), 0 where the person was not seen."""
    var_between: float
    var_shock: float
    unit_sd: float
    """Pooled SD of the plain values within teams: turns a material effect in SD into units."""

    @property
    def effect(self) -> FloatArray:
        """Effects e_i as an array `(n,)`."""
        return self.persons["effect"].to_numpy(dtype=np.float64)

    @property
    def n_windows(self) -> int:
        """Number of windows pooled."""
        return len(self.window_ids)

    def flipped(self) -> "PersonEffects":
        """Give the same with the sign turned, for indicators where high is cold."""
        persons = self.persons.assign(effect=-self.persons["effect"])
        return replace(self, persons=persons, window_effect=-self.window_effect)

    def columns(self) -> FloatArray:
        """Give (3, n): w e, w and w^2 spread, whose group sums make every contrast."""
        w = self.weight
        return np.stack([w * self.effect, w, w**2 * self.spread])


@dataclass(frozen=True)
class GroupSet:
    """Groups as a tree and as a membership matrix over the persons of one `PersonEffects`."""

    group_ids: tuple[str, ...]
    kind: tuple[str, ...]
    parent: IntArray
    """(K,) row of the parent, -1 for none."""
    depth: IntArray
    members: sparse.csr_array
    """(K, n) 1.0 where the person belongs to the group."""

    def __len__(self) -> int:
        """Count the groups."""
        return len(self.group_ids)

    def children(self, row: int) -> IntArray:
        """Rows of the direct children."""
        return np.flatnonzero(self.parent == row)

    def descendants(self, row: int) -> IntArray:
        """Rows of everything below."""
        below = self.children(row)
        found = [below, *(self.descendants(int(child)) for child in below)]
        return np.concatenate(found).astype(np.int64)

    def people(self, row: int) -> IntArray:
        """Person rows of one group."""
        start, stop = self.members.indptr[row], self.members.indptr[row + 1]
        return np.sort(self.members.indices[start:stop]).astype(np.int64)

    def sizes(self) -> IntArray:
        """Number of informative persons per group."""
        sizes: IntArray = np.diff(self.members.indptr).astype(np.int64)
        return sizes

    def rows(self, keep: Sequence[int] | IntArray) -> "GroupSet":
        """Give some of the groups; parents outside the selection become -1."""
        chosen = np.asarray(keep, dtype=np.int64)
        position = np.full(len(self) + 1, -1, dtype=np.int64)
        position[chosen] = np.arange(chosen.size)
        return GroupSet(
            group_ids=tuple(self.group_ids[i] for i in chosen),
            kind=tuple(self.kind[i] for i in chosen),
            parent=position[self.parent[chosen]],
            depth=self.depth[chosen],
            members=self.members[chosen],
        )


@dataclass(frozen=True)
class Contrast:
    """Difference of each group to the rest and its variance; nan without inside or outside."""

    theta: FloatArray
    variance: FloatArray


def build_groups(
    groups: pd.DataFrame, group_people: pd.DataFrame, effects: PersonEffects
) -> GroupSet:
    """Groups with the informative persons in them, joined by key.

    `groups`: group_id, parent_id (empty for none), kind, depth. `group_people`: group_id,
    subject_id or person_id; if it covers several windows, a person counts in the groups of the
    window in which their effect is at home. Sorted by depth, then id.
    """
    table = groups.sort_values(["depth", "group_id"]).reset_index(drop=True)
    ids = pd.Index(table["group_id"])
    if not ids.is_unique:
        raise ValueError("a group is listed twice")
    people = with_subject_id(group_people)
    known = effects.persons[["subject_id", "home_window"]].reset_index(names="row")
    if "window_id" in people.columns and people["window_id"].min() < people["window_id"].max():
        known = known.rename(columns={"home_window": "window_id"})
        pairs = people.merge(known, on=["subject_id", "window_id"], validate="m:1")
    else:
        pairs = people.merge(known, on="subject_id", validate="m:1")
    pairs = pairs[pairs["group_id"].isin(ids)].drop_duplicates(["group_id", "row"])
    rows, columns = ids.get_indexer(pairs["group_id"]), pairs["row"].to_numpy()
    shape = (len(ids), len(effects.persons))
    members = sparse.csr_array((np.ones(len(pairs)), (rows, columns)), shape=shape)
    members.sort_indices()
    return GroupSet(
        group_ids=tuple(str(g) for g in ids),
        kind=tuple(str(k) for k in table["kind"]),
        parent=ids.get_indexer(table["parent_id"]).astype(np.int64),
        depth=table["depth"].to_numpy(dtype=np.int64),
        members=members,
    )


def contrast(effects: PersonEffects, groups: GroupSet) -> Contrast:
    """How far each group lies from everybody outside it.

    Formula
        theta = sum_in w e / sum_in w - sum_out w e / sum_out w;
        V = sum_in w^2 s / (sum_in w)^2 + the same outside, which is 1 / sum_in w + 1 / sum_out w
        for w = 1 / s.
    Shape
        `(K,)` each, in the order of `groups`.
    Unit
        That of the effects. Range: unbounded, below 0 colder.
    Edge cases
        A group with nobody inside or outside: nan.
    Source
        `docs/method.md`, estimator, contrast with the rest.

    >>> contrast(effects, groups).theta
    array([-0.5,  0.5])
    """
    columns = effects.columns()
    return contrast_of_sums(columns @ groups.members.T, columns.sum(axis=1))


def contrast_of_sums(inside: FloatArray, total: FloatArray) -> Contrast:
    """Contrast from sums inside the groups and over everybody, which broadcast from the left."""
    total = total.reshape(total.shape + (1,) * (inside.ndim - total.ndim))
    outside = total - inside
    tiny = 1e-9 * total[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        theta = inside[0] / inside[1] - outside[0] / outside[1]
        variance = inside[2] / inside[1] ** 2 + outside[2] / outside[1] ** 2
    empty = (inside[1] <= tiny) | (outside[1] <= tiny)
    return Contrast(np.where(empty, np.nan, theta), np.where(empty, np.nan, variance))


def percentage_points(effect: FloatArray, base_rate: float) -> FloatArray:
    """Log-odds as the gap in points at a base rate: 100 (expit(logit q + theta) - q)."""
    gap: FloatArray = 100.0 * (expit(logit(base_rate) + effect) - base_rate)
    return gap


def detectable_effect(
    n_people: FloatArray, person_sd: float = 0.52, info: float = 14.0, critical: float = 3.3
) -> FloatArray:
    """Smallest true effect found in 4 of 5 cases at the tree-wide level, before any data.

    Formula
        (critical + .84) sqrt((person_sd^2 + 1 / info) / n).
    Shape
        As `n_people`.
    Unit
        Log-odds. Range: above 0; more windows do not lower it, more people do.
    Edge cases
        n = 0: infinite.
    Source
        `docs/method.md`, minimum detectable effect.

    >>> round(float(detectable_effect(np.array([10.0]))[0]), 2)
    0.77
    """
    with np.errstate(divide="ignore"):
        size: FloatArray = (critical + POWER) * np.sqrt((person_sd**2 + 1.0 / info) / n_people)
    return size


def people_needed(effect: float, se: float, n_people: int, critical: float = 3.3) -> int:
    """People a group would need for an effect of this size to be found in 4 of 5 cases."""
    if effect == 0 or not np.isfinite(effect) or not np.isfinite(se):
        return 0
    return int(np.ceil(n_people * ((critical + POWER) * se / effect) ** 2))


def with_subject_id(table: pd.DataFrame) -> pd.DataFrame:
    """Give persons the name subject_id, which forms and persons share."""
    if "subject_id" in table.columns:
        return table
    return table.rename(columns={"person_id": "subject_id"})
