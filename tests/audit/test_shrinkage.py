"""Shrinkage and odds: by hand, against a plain scan, and in simulation."""

import numpy as np
import oracles_effects as oracle
import pytest
from scipy.stats import norm

from audit.statistics.shrinkage import leaning, odds_cooler, paule_mandel, shrink, spread_posterior


def test_paule_mandel_by_hand_and_by_a_plain_scan(rng):
    # By hand: (1 + 1) / (1 + tau^2) = 1, so tau^2 = 1.
    tau2, mean = paule_mandel(np.array([-1.0, 1.0]), np.ones(2))
    assert (tau2, mean) == pytest.approx((1.0, 0.0))
    for _ in range(20):
        effect, se = rng.normal(0, 0.4, 12), rng.uniform(0.1, 0.5, 12)
        assert paule_mandel(effect, se)[0] == pytest.approx(
            oracle.paule_mandel(effect.tolist(), se.tolist()), abs=1e-7
        )


def test_paule_mandel_is_zero_where_groups_differ_less_than_chance():
    assert paule_mandel(np.array([-0.1, 0.1, 0.0]), np.ones(3))[0] == 0.0
    assert paule_mandel(np.array([0.7]), np.array([0.1])) == (0.0, 0.0)
    assert paule_mandel(np.full(4, 0.3), np.full(4, 0.1)) == pytest.approx((0.0, 0.3))


def test_shrunken_effects_lie_between_nothing_and_the_effect(rng):
    effect, se = rng.normal(0, 0.5, 30), rng.uniform(0.05, 0.6, 30)
    found = shrink(effect, se, np.zeros(30, dtype=np.int64))
    assert (np.abs(found.effect) < np.abs(effect)).all()
    assert (np.sign(found.effect) == np.sign(effect)).all()


def test_less_certain_effects_are_shrunken_more():
    found = shrink(np.full(12, -0.5), np.linspace(0.1, 0.6, 12), np.zeros(12, dtype=np.int64))
    assert (np.diff(found.effect) > 0).all()
    assert (np.diff(found.odds_cooler) < 0).all()


def test_odds_equal_a_plain_integral():
    effect, se = np.array([-0.4, 0.1, 0.3]), np.array([0.2, 0.25, 0.3])
    tau = (np.arange(40000) + 0.5) / 20000
    likelihood = (
        np.prod(norm.pdf(effect, 0.0, np.sqrt(tau[:, None] ** 2 + se**2)), axis=1)
        * tau
        * np.exp(-0.5 * (tau / 0.2) ** 2)
    )
    expected = []
    for e, s in zip(effect, se, strict=True):
        pull = tau**2 / (tau**2 + s**2)
        below = norm.cdf(0.0, pull * e, np.sqrt(pull) * s)
        expected.append(float((likelihood * below).sum() / likelihood.sum()))
    found = odds_cooler(effect, se, spread_posterior(effect, se))
    assert found == pytest.approx(expected, abs=1e-3)


def test_odds_are_calibrated_when_groups_differ_as_in_firms(rng):
    stated, true = [], []
    for _ in range(3000):
        theta = rng.normal(0, rng.choice([0.14, 0.30]), 8)
        se = rng.uniform(0.15, 0.3, 8)
        effect = theta + rng.normal(0, se)
        stated.append(odds_cooler(effect, se, spread_posterior(effect, se)))
        true.append(theta < 0)
    odds, cooler = np.concatenate(stated), np.concatenate(true)
    tenth = np.minimum(9, np.floor(10 * odds))
    for k in range(10):
        inside = tenth == k
        assert cooler[inside].mean() == pytest.approx(odds[inside].mean(), abs=0.05)


def test_odds_turn_with_the_sign_and_are_even_at_nothing():
    effect, se = np.array([-0.3, 0.0, 0.3]), np.full(3, 0.2)
    found = shrink(effect, se, np.zeros(3, dtype=np.int64)).odds_cooler
    assert found[1] == pytest.approx(0.5)
    assert found[0] == pytest.approx(1 - found[2])


def test_scaling_effects_and_prior_together_changes_no_odds(rng):
    effect, se = rng.normal(0, 0.3, 9), rng.uniform(0.1, 0.3, 9)
    level = np.zeros(9, dtype=np.int64)
    plain, scaled = shrink(effect, se, level), shrink(7 * effect, 7 * se, level, scale=7.0)
    assert scaled.odds_cooler == pytest.approx(plain.odds_cooler)
    assert scaled.effect == pytest.approx(7 * plain.effect)


def test_a_level_of_few_groups_borrows_from_the_teams(rng):
    effect = np.concatenate([rng.normal(0, 1.0, 20), [-0.5, 0.5]])
    se = np.full(22, 0.3)
    level = np.array([0] * 20 + [5] * 2)
    wide = shrink(effect, se, level)
    quiet = shrink(np.concatenate([0.05 * effect[:20], effect[20:]]), se, level)
    assert abs(wide.effect[20]) > abs(quiet.effect[20])
    assert wide.tau2[20] == wide.tau2[0]


def test_a_level_of_ten_speaks_for_itself(rng):
    effect = np.concatenate([rng.normal(0, 1.0, 20), np.full(10, 0.01)])
    level = np.array([0] * 20 + [1] * 10)
    found = shrink(effect, np.full(30, 0.3), level)
    assert found.tau2[25] == 0.0
    assert found.tau2[0] > 0.3


def test_missing_effects_stay_missing_and_inform_nobody():
    effect, se = np.array([-0.5, np.nan, 0.5]), np.array([0.2, 0.2, np.nan])
    found = shrink(effect, se, np.zeros(3, dtype=np.int64))
    alone = shrink(effect[:1], se[:1], np.zeros(1, dtype=np.int64))
    assert np.isnan(found.effect[1:]).all()
    assert found.effect[0] == pytest.approx(alone.effect[0])


@pytest.mark.parametrize(
    ("odds", "direction", "words", "in_ten"),
    [
        (0.95, "cooler", "much more likely than not", 9),
        (0.90, "cooler", "much more likely than not", 9),
        (0.89, "cooler", "more likely than not", 8),
        (0.70, "cooler", "more likely than not", 7),
        (0.69, "", "cannot tell", 0),
        (0.31, "", "cannot tell", 0),
        (0.30, "warmer", "more likely than not", 7),
        (0.02, "warmer", "much more likely than not", 9),
        (float("nan"), "", "cannot tell", 0),
    ],
)
def test_odds_in_words(odds, direction, words, in_ten):
    found = leaning(odds)
    assert (found.direction, found.words, found.in_ten) == (direction, words, in_ten)
