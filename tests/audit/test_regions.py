"""The regional view: volumes, weights and the smoother by hand; tested against its null."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_tree import effects_of, two_level_tree

from audit.regions import reciprocal_volume, region_weights, smooth, smoothed
from audit.statistics.effects import GroupSet, PersonEffects

UNITS = ("u", "v", "w")


def test_two_way_contact_between_units_by_hand() -> None:
    edges = pd.DataFrame(
        [("u1", "v1", 2.0), ("v1", "u1", 1.0), ("u1", "v1", 0.5),  # a tie of 3.5
         ("u2", "v1", 4.0),  # never answered
         ("u1", "u2", 1.0), ("u2", "u1", 1.0),  # within a unit
         ("w1", "v1", 0.25), ("v1", "w1", 0.5), ("x1", "u1", 1.0), ("u1", "x1", 1.0)],
        columns=["source_id", "target_id", "weight"],
    )  # fmt: skip
    unit = pd.Series({"u1": "u", "u2": "u", "v1": "v", "w1": "w"})
    volume = reciprocal_volume(edges, unit, UNITS)
    assert volume == pytest.approx(np.array([[0, 3.5, 0], [3.5, 0, 0.75], [0, 0.75, 0]]))


def test_weights_keep_contact_beyond_chance_and_half_for_the_unit_itself() -> None:
    # Degrees 5, 5, 4, 4, 2m = 18: the pairs u-v and w-x beat 25/18 and 16/18, u-w (1) does not.
    volume = np.array([[0, 4, 1, 0], [4, 0, 0, 1], [1, 0, 0, 3], [0, 1, 3, 0]], dtype=float)
    weights = region_weights(volume)
    expected = [[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]]
    assert weights == pytest.approx(np.array(expected))


def test_shares_of_a_neighbourhood_follow_the_excess() -> None:
    # Degrees 9, 4, 5, 2, 2m = 20. Excess of the first unit: 4 - 1.8, 4.5 - 2.25, .5 - .9 < 0.
    volume = np.array(
        [[0, 4, 4.5, 0.5], [4, 0, 0, 0], [4.5, 0, 0, 0.5], [0.5, 0, 0.5, 1]], dtype=float
    )
    row = region_weights(volume)[0]
    assert row == pytest.approx([0.5, 0.5 * 2.2 / 4.45, 0.5 * 2.25 / 4.45, 0])


def test_a_unit_without_contact_stands_for_itself() -> None:
    weights = region_weights(np.zeros((2, 2)))
    assert weights == pytest.approx(0.5 * np.eye(2))
    assert smooth(weights, np.array([-0.4, 0.2]), np.array([0.2, 0.1])) == pytest.approx([-2, 2])


def test_the_smoother_by_hand() -> None:
    # P = (.5, .5); precisions 25 and 100: (.5 x -.4 x 25 + .5 x .1 x 100) / sqrt(.25 x 125) = 0.
    weights = np.full((2, 2), 0.5)
    found = smooth(weights, np.array([-0.4, 0.1]), np.array([0.2, 0.1]))
    assert found == pytest.approx([0.0, 0.0], abs=1e-12)
    # (-5 - 10) / sqrt(31.25)
    found = smooth(weights, np.array([-0.4, -0.2]), np.array([0.2, 0.1]))
    assert found == pytest.approx([-15 / np.sqrt(31.25)] * 2)


def _company(cold: float, rng: np.random.Generator) -> tuple[PersonEffects, GroupSet]:
    """Twelve teams of ten; the first four are `cold`."""
    team = np.repeat(np.arange(12), 10)
    values = rng.normal(0, 0.5, team.size) + np.where(team < 4, cold, 0.0)
    effects = effects_of(values, np.full(team.size, 14.0), [f"t{i:02d}" for i in team], windows=3)
    tree = two_level_tree(effects, {f"t{i:02d}": f"d{i // 4}" for i in range(12)})
    leaves = [row for row, name in enumerate(tree.group_ids) if name.startswith("t")]
    return effects, tree.rows(leaves)


def _blocks() -> np.ndarray:
    """Contact inside departments of four teams, hardly any across."""
    block = np.kron(np.eye(3), np.ones((4, 4))) * 10 + 0.5
    np.fill_diagonal(block, 0.0)
    return region_weights(block)


def test_a_cold_department_is_a_cold_neighbourhood_for_each_of_its_teams() -> None:
    rng = np.random.default_rng(8)
    effects, units = _company(-0.45, rng)
    found = smoothed(effects, units, _blocks(), rng)
    assert units.group_ids == tuple(f"t{i:02d}" for i in range(12))
    assert (found.g[:4] < -2).all()
    assert (found.p[:4] <= 0.02).all()
    assert (found.g[4:] > -1).all()


def test_without_an_effect_p_is_uniform() -> None:
    rng = np.random.default_rng(9)
    hits = [smoothed(*_company(0.0, rng), _blocks(), rng).p <= 0.10 for _ in range(25)]
    # 300 tests in 25 companies, neighbours alike: .10 within 3 SD of a mean over 75 blocks.
    assert np.mean(hits) == pytest.approx(0.10, abs=0.09)
