"""What never changes a measure: other names, another order, an isolated person, a scale."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pandas as pd
from hypothesis import given, settings

from graph.brokerage import betweenness, constraint, effective_size, gould_fernandez
from graph.cohesion import local_clustering, simmelian_share, transitivity
from graph.mixing import ei_index, modularity
from graph.network import CommunicationGraph
from graph.ties import dyad_census, reciprocated_ties, reciprocity

PEOPLE = list("abcdefgh")
GROUPS = pd.Series({p: "xyz"[i % 3] for i, p in enumerate(PEOPLE)})
arcs_of_people = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(1, 4)), max_size=30
)
quick = settings(max_examples=20, deadline=None)


def _graph(arcs: list[tuple[str, str, int]], people: list[str]) -> CommunicationGraph:
    frame = pd.DataFrame(arcs, columns=["source_id", "target_id", "weight"])
    frame = frame.astype({"source_id": str, "target_id": str, "weight": float})
    return CommunicationGraph.build(frame, people)


def _people_measures(graph: CommunicationGraph, groups: pd.Series) -> pd.DataFrame:
    return pd.concat(
        [
            reciprocated_ties(graph), constraint(graph), effective_size(graph),
            local_clustering(graph), gould_fernandez(graph, groups),
        ],
        axis=1,
    ).astype(float)  # fmt: skip


def _whole_measures(graph: CommunicationGraph, groups: pd.Series) -> list[float]:
    mix = ei_index(graph, groups)
    census = dyad_census(graph)
    return [
        reciprocity(graph), transitivity(graph), simmelian_share(graph), mix.value, mix.expected,
        modularity(graph, groups), census.mutual, census.asymmetric,
    ]  # fmt: skip


@quick
@given(arcs=arcs_of_people, names=st.permutations([f"n{i}" for i in range(8)]))
def test_relabelling_people_changes_nothing(
    arcs: list[tuple[str, str, int]], names: list[str]
) -> None:
    new = dict(zip(PEOPLE, names, strict=True))
    before, after = (
        _graph(arcs, PEOPLE),
        _graph([(new[s], new[t], w) for s, t, w in arcs], names),
    )
    groups = GROUPS.rename(index=new)
    np.testing.assert_allclose(_whole_measures(before, GROUPS), _whole_measures(after, groups))
    ours = _people_measures(before, GROUPS).assign(between=betweenness(before))
    theirs = _people_measures(after, groups).assign(between=betweenness(after))
    np.testing.assert_allclose(ours, theirs.loc[[new[p] for p in ours.index]], atol=1e-12)


@quick
@given(arcs=arcs_of_people, rows=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(arcs: list[tuple[str, str, int]], rows: object) -> None:
    before = _graph(arcs, PEOPLE)
    mixed, people = list(arcs), list(PEOPLE)
    rows.shuffle(mixed)  # type: ignore[attr-defined]
    rows.shuffle(people)  # type: ignore[attr-defined]
    after = _graph(mixed, people)
    assert before.sources.tolist() == after.sources.tolist()
    assert before.targets.tolist() == after.targets.tolist()
    assert before.weights.tolist() == after.weights.tolist()


@quick
@given(arcs=arcs_of_people)
def test_an_isolated_person_changes_no_tie_measure(arcs: list[tuple[str, str, int]]) -> None:
    before, after = _graph(arcs, PEOPLE), _graph(arcs, [*PEOPLE, "lone", "aaa"])
    np.testing.assert_allclose(_whole_measures(before, GROUPS), _whole_measures(after, GROUPS))
    ours, theirs = _people_measures(before, GROUPS), _people_measures(after, GROUPS)
    np.testing.assert_allclose(ours, theirs.loc[ours.index], atol=1e-12)
    assert theirs.loc["lone", "n_ties"] == 0


@quick
@given(arcs=arcs_of_people, scale=st.sampled_from([0.25, 2.0, 1024.0]))
def test_scaling_weights_leaves_shares(arcs: list[tuple[str, str, int]], scale: float) -> None:
    before = _graph(arcs, PEOPLE)
    after = _graph([(s, t, w * scale) for s, t, w in arcs], PEOPLE)
    np.testing.assert_allclose(
        _people_measures(before, GROUPS), _people_measures(after, GROUPS), atol=1e-12
    )


@quick
@given(arcs=arcs_of_people)
def test_pairs_with_two_way_one_way_and_no_contact_are_all_pairs(
    arcs: list[tuple[str, str, int]],
) -> None:
    graph = _graph(arcs, PEOPLE)
    census = dyad_census(graph)
    assert census.mutual + census.asymmetric + census.null == 28
    assert 2 * census.mutual + census.asymmetric == graph.n_arcs
    assert reciprocated_ties(graph).sum() == 2 * census.mutual
