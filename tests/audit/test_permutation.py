"""The permutation engine against full enumeration and plain loops; multiple testing by hand."""

import numpy as np
import oracles_effects as oracle
import pytest
from scipy import sparse
from small_tree import effects_of, two_level_tree

from audit.statistics.effects import contrast, contrast_of_sums
from audit.statistics.permutation import (
    benjamini_hochberg,
    default_draws,
    family_test,
    holm,
    merge_strata,
    p_value,
    permute_groups,
)


def _drawn(effects, groups, strata, draws, rng):
    columns = effects.columns()
    blocks = list(permute_groups(columns, groups.members, strata, draws, rng))
    return contrast_of_sums(np.concatenate(blocks, axis=-1), columns.sum(axis=1))


@pytest.fixture
def six(rng):
    team = ["t0", "t0", "t1", "t1", "t2", "t2"]
    effects = effects_of(rng.normal(0, 1, 6), rng.uniform(1, 20, 6), team)
    return effects, two_level_tree(effects, {"t0": "d0", "t1": "d0", "t2": "d1"}).rows([1, 3, 4])


def test_draws_cover_exactly_the_assignments_within_strata(six, rng):
    effects, groups = six
    strata = np.array([0, 1, 0, 1, 0, 1])
    drawn = _drawn(effects, groups, strata, 4000, rng)
    for u in range(len(groups)):
        everything = oracle.every_assignment(
            effects.effect, effects.weight, effects.spread, set(groups.people(u)), strata
        )
        pairs = {(round(t, 9), round(v, 9)) for t, v in everything}
        found = set(zip(drawn.theta[u].round(9), drawn.variance[u].round(9), strict=True))
        assert found == pairs
        # Every assignment is as likely as any other: means within 4 standard errors.
        thetas = np.array([t for t, _ in everything])
        assert drawn.theta[u].mean() == pytest.approx(
            thetas.mean(), abs=4 * thetas.std() / np.sqrt(4000)
        )
        assert drawn.theta[u].std() == pytest.approx(thetas.std(), rel=0.06)


def test_columns_of_a_person_move_together(rng):
    columns = np.stack([np.arange(30.0), 2 * np.arange(30.0)])
    members = sparse.csr_array((np.arange(30) < 7).astype(float)[None, :])
    for block in permute_groups(columns, members, np.zeros(30, dtype=np.int64), 50, rng):
        assert block[1] == pytest.approx(2 * block[0])


def test_people_in_no_group_and_overlapping_groups_are_summed_right(rng):
    matrix = (rng.random((6, 40)) < 0.4).astype(float)
    matrix[:, 5] = 0
    columns = rng.normal(size=(3, 40))
    alone = np.arange(40)  # a stratum each: nobody moves
    (block,) = permute_groups(columns, sparse.csr_array(matrix), alone, 2, rng)
    assert block[:, :, 1] == pytest.approx(columns @ matrix.T)


def test_blocks_add_up_to_the_draws_whatever_their_size(monkeypatch):
    columns, members = np.ones((1, 10)), sparse.csr_array(np.ones((1, 10)))
    strata = np.zeros(10, dtype=np.int64)
    monkeypatch.setattr("audit.statistics.permutation.BLOCK_CELLS", 70)
    sizes = [
        block.shape[2]
        for block in permute_groups(columns, members, strata, 20, np.random.default_rng(0))
    ]
    assert sizes == [7, 7, 6]


def test_the_same_seed_gives_the_same_draws(six):
    effects, groups = six
    strata = np.zeros(6, dtype=np.int64)
    first, second = (
        _drawn(effects, groups, strata, 20, np.random.default_rng(9)) for _ in range(2)
    )
    assert (first.theta == second.theta).all()


def test_the_family_test_equals_the_plain_loops(rng):
    team = [f"t{i % 5}" for i in range(40)]
    effects = effects_of(rng.normal(0, 1, 40), rng.uniform(1, 20, 40), team)
    groups = two_level_tree(effects, {f"t{i}": f"d{i % 2}" for i in range(5)}).rows(range(1, 8))
    drawn = _drawn(effects, groups, np.zeros(40, dtype=np.int64), 199, rng)
    observed = contrast(effects, groups)
    expected = oracle.family(
        observed.theta.tolist(),
        observed.variance.tolist(),
        drawn.theta.tolist(),
        drawn.variance.tolist(),
        0.02,
    )
    test = family_test((observed.theta, observed.variance), (drawn.theta, drawn.variance), 0.02)
    for found, values in zip(
        (test.t, test.p_low, test.p_high, test.p_family), expected, strict=True
    ):
        assert found == pytest.approx(values)
    assert test.p == pytest.approx(np.minimum(1, 2 * np.minimum(test.p_low, test.p_high)))


def test_common_shock_variance_lowers_the_observed_statistic_only(rng):
    theta, variance = np.array([1.0, -1.0]), np.array([0.1, 0.1])
    theta_b = rng.normal(0, 0.3, (2, 500))
    plain, shocked = (
        family_test((theta, variance), (theta_b.copy(), np.full((2, 500), 0.1)), extra)
        for extra in (0.0, 0.1)
    )
    assert plain.c95 == shocked.c95
    assert shocked.t == pytest.approx(plain.t / np.sqrt(2))


def test_a_group_that_cannot_move_is_never_significant():
    theta_b = np.stack([np.full(99, 0.4), np.linspace(-1, 1, 99)])
    test = family_test((np.array([0.4, 0.9]), np.ones(2)), (theta_b, np.ones((2, 99))), 0.0)
    assert (test.t[0], test.p[0], test.p_family[0]) == (0.0, 1.0, 1.0)
    assert np.isnan(test.se[0])
    assert test.p[1] < 0.2


def test_p_values_are_uniform_and_familywise_errors_kept_when_nothing_is_there(rng):
    # 300 companies of 60 people and 6 groups of very different sizes, without any effect.
    bounds = np.array([0, 3, 8, 16, 28, 44, 60])
    group = np.repeat(np.arange(6), np.diff(bounds))
    members = sparse.csr_array((group[None, :] == np.arange(6)[:, None]).astype(float))
    raw, family = [], []
    for _ in range(300):
        effect, weight = rng.standard_t(4, 60), rng.uniform(0.2, 5, 60)
        columns = np.stack([weight * effect, weight, weight])
        total = columns.sum(axis=1)
        blocks = permute_groups(columns, members, np.zeros(60, dtype=np.int64), 199, rng)
        drawn = contrast_of_sums(np.concatenate(list(blocks), axis=-1), total)
        seen = contrast_of_sums(columns @ members.T, total)
        test = family_test((seen.theta, seen.variance), (drawn.theta, drawn.variance), 0.0)
        raw.append(test.p <= 0.05)
        family.append(test.p_family.min() <= 0.05)
    # Binomial SD: .013 per group of 300, .0126 for the family.
    assert np.mean(raw, axis=0) == pytest.approx(np.full(6, 0.05), abs=0.045)
    assert np.mean(family) <= 0.05 + 2.5 * 0.0126


def test_strata_below_twenty_merge_to_the_level_and_then_to_the_rest():
    strata = ["1|a"] * 30 + ["1|b"] * 12 + ["1|c"] * 9 + ["2|a"] * 15 + ["3|a"] * 8 + ["4|d"] * 25
    codes = merge_strata(strata)
    cells = [set(codes[i:j].tolist()) for i, j in ((0, 30), (30, 51), (51, 74), (74, 99))]
    assert all(len(cell) == 1 for cell in cells)
    assert len(set.union(*cells)) == 4


def test_a_rest_that_is_too_small_joins_the_smallest_stratum():
    codes = merge_strata(["1|a"] * 40 + ["2|a"] * 25 + ["3|a"] * 2)
    assert set(codes[65:]) == set(codes[40:65])
    assert len(set(codes)) == 2


def test_a_small_company_is_one_stratum():
    assert set(merge_strata(["1|a"] * 8 + ["2|b"] * 9).tolist()) == {0}


def test_p_counts_the_observed_order_as_one_draw():
    assert p_value(np.array([0, 99]), 99) == pytest.approx([0.01, 1.0])


def test_benjamini_hochberg_by_hand_and_by_definition(rng):
    # By hand, m = 4: .01*4/1, .02*4/2 -> both .04; .04*4/3 = .0533; .8.
    found = benjamini_hochberg(np.array([0.02, 0.8, 0.01, 0.04]))
    assert found == pytest.approx([0.04, 0.8, 0.04, 0.16 / 3])
    p = rng.random(40) ** 2
    assert benjamini_hochberg(p) == pytest.approx(oracle.benjamini_hochberg(p.tolist()))


def test_untested_groups_do_not_count_in_the_false_discovery_rate():
    found = benjamini_hochberg(np.array([0.01, np.nan, 0.5]))
    assert found[0] == pytest.approx(0.02)
    assert np.isnan(found[1])


def test_holm_by_hand():
    # By hand: .01*3, max(.03, .02*2), max(.04, .5).
    assert holm(np.array([0.5, 0.01, 0.02])) == pytest.approx([0.5, 0.03, 0.04])


def test_draws_suffice_for_one_group_to_pass_the_false_discovery_rate():
    assert default_draws(10) == 4999
    assert default_draws(1000) == 20000
    assert 2 / (default_draws(1000) + 1) * 1000 <= 0.10
