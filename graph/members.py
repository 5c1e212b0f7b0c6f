"""Where the members of groups stand in a graph, looked up once for many sets of ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from graph.network import CommunicationGraph, Ints


@dataclass(frozen=True, eq=False)
class MemberPlaces:
    """Members of groups as numbers: row i of `rows` is vertex `person[i]` in group `group[i]`."""

    rows: pd.DataFrame
    person: Ints
    group: Ints
    incidence: sparse.csr_array
    """Vertices x groups, 1 where the vertex belongs to the group."""

    @classmethod
    def of(cls, graph: CommunicationGraph, members: pd.DataFrame) -> MemberPlaces:
        """Return the places of `members` (group_id, person_id); groups may overlap.

        People who are not in the graph are left out.
        """
        groups, incidence = graph.incidence(members)
        person = graph.person_ids.get_indexer(pd.Index(members["person_id"])).astype(np.int64)
        rows = members[person >= 0]
        group = groups.get_indexer(pd.Index(rows["group_id"])).astype(np.int64)
        return cls(rows, person[person >= 0], group, incidence.T.tocsr())

    def held(self, ends: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
        """Return for each row how many ties the person holds, and how many inside the group.

        `ends` are the two vertices of each tie.
        """
        n = self.incidence.shape[0]
        both = (np.concatenate(ends), np.concatenate(ends[::-1]))
        tied = sparse.csr_array((np.ones(len(both[0])), both), shape=(n, n))
        inside = (tied @ self.incidence).tocsr()
        found = np.asarray(inside[self.person, self.group]).ravel()
        return np.bincount(both[0], minlength=n)[self.person], found.astype(np.int64)
