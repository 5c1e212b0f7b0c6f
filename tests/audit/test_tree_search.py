"""Where an effect is reported: at the highest group in which it holds throughout."""

from dataclasses import replace

import numpy as np
import pytest
from small_tree import effects_of, two_level_tree

from audit.statistics.tree_search import heterogeneity, highest_groups

PARENTS = {f"t{i}": f"d{i // 4}" for i in range(12)}


def _company(rng, cold):
    """Twelve teams of 12 in three departments; `cold` maps a team to its effect."""
    team = [f"t{i % 12}" for i in range(144)]
    effect = rng.normal(0, 0.3, 144) + np.array([cold.get(name, 0.0) for name in team])
    effects = effects_of(effect, np.full(144, 15.0), team)
    return effects, two_level_tree(effects, PARENTS)


def _reported(effects, groups, flagged, rng):
    marks = np.array([g in flagged for g in groups.group_ids])
    top = highest_groups(effects, groups, marks, rng)
    return {g for g, is_top in zip(groups.group_ids, top, strict=True) if is_top}


def test_a_department_that_is_cold_throughout_is_reported_once(rng):
    effects, groups = _company(rng, {f"t{i}": -0.8 for i in range(4)})
    assert _reported(effects, groups, {"d0", "t0", "t1", "t2", "t3"}, rng) == {"d0"}


def test_a_department_cold_by_one_team_reports_the_team(rng):
    effects, groups = _company(rng, {"t1": -2.0})
    assert _reported(effects, groups, {"d0", "t1"}, rng) == {"t1"}


def test_a_mixed_department_without_a_flagged_team_is_reported_itself(rng):
    effects, groups = _company(rng, {"t1": -2.0})
    assert _reported(effects, groups, {"d0"}, rng) == {"d0"}


def test_a_team_that_stands_out_of_a_homogeneous_department_is_reported_beside_it(rng):
    # Children differ too little for Q, but the flagged team's own contrast is planned.
    cold = {"t0": -0.75, "t1": -0.75, "t2": -0.75, "t3": -1.12}
    for _ in range(50):
        effects, groups = _company(rng, cold)
        found = _reported(effects, groups, {"d0", "t3"}, rng)
        if heterogeneity(effects, groups, groups.group_ids.index("d0"), rng) > 0.05:
            assert "d0" in found
        if found == {"d0", "t3"}:
            return
    pytest.fail("the standing-out team was never reported beside its department")


def test_nothing_flagged_reports_nothing(rng):
    effects, groups = _company(rng, {})
    assert _reported(effects, groups, set(), rng) == set()


def test_flagged_groups_below_an_unflagged_one_are_found(rng):
    effects, groups = _company(rng, {"t5": -1.5, "t9": 1.5})
    assert _reported(effects, groups, {"t5", "t9"}, rng) == {"t5", "t9"}


def test_heterogeneity_is_uniform_without_differences_and_tiny_with_them(rng):
    p = []
    quiet, groups = _company(rng, {})
    row = groups.group_ids.index("d1")
    for _ in range(120):
        persons = quiet.persons.assign(effect=rng.normal(0, 0.3, 144))
        p.append(heterogeneity(replace(quiet, persons=persons), groups, row, rng, draws=199))
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.085)
    effects, groups = _company(rng, {"t4": -2.0})
    assert heterogeneity(effects, groups, groups.group_ids.index("d1"), rng) <= 0.005


def test_a_leaf_has_nothing_to_compare(rng):
    effects, groups = _company(rng, {})
    assert heterogeneity(effects, groups, groups.group_ids.index("t0"), rng) == 1.0
