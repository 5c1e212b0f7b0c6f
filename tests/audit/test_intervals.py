"""Intervals of values: against published formulas, numbers by hand, and their coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from audit.statistics.intervals import group_shares, mean_interval, ratio_intervals, wilson
from audit.statistics.survival import kaplan_meier, median_wait


def everybody(n: int) -> sparse.csr_array:
    return sparse.csr_array(np.ones((1, n)))


def test_wilson_gives_the_published_interval() -> None:
    # By hand: .2639 -+ 1.645 sqrt(.016 + .00677) / 1.2706, and 2.706 / 12.706 for nobody of 10.
    found = wilson(np.array([0.2, 0.0]), np.array([10.0, 10.0]))
    assert found.low == pytest.approx([0.0686, 0.0], abs=1e-4)
    assert found.high == pytest.approx([0.4592, 0.2130], abs=1e-4)
    assert np.isnan(wilson(np.array([0.5]), np.array([0.0])).low).all()


def test_scores_have_the_t_interval_of_their_mean() -> None:
    # 1, 2, 3, 4, 5: mean 3, variance of the mean .5, t(4) at .95 = 2.132.
    found = mean_interval(np.arange(1.0, 6.0), np.ones(5), everybody(5), is_share=False)
    assert found.low == pytest.approx([3 - 2.132 * np.sqrt(0.5)], abs=1e-3)
    assert found.high == pytest.approx([3 + 2.132 * np.sqrt(0.5)], abs=1e-3)


def test_shares_of_people_who_differ_like_coins_count_as_people() -> None:
    values = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    found = mean_interval(values, np.ones(10), everybody(10), is_share=True)
    # The variance of 0 and 1 is 10/9 of p (1 - p): fewer than ten people, held at ten.
    assert found.low == pytest.approx([0.0686], abs=1e-4)


@pytest.mark.parametrize(("one", "other"), [(8, 9), (10, 19), (20, 49)])
def test_where_all_are_alike_the_width_tells_no_more_than_the_band(one: int, other: int) -> None:
    for value in (0.0, 1.0):
        ends = [
            mean_interval(np.full(n, value), np.ones(n), everybody(n), is_share=True)
            for n in (one, other)
        ]
        assert ends[0].low == pytest.approx(ends[1].low)
        assert ends[0].high == pytest.approx(ends[1].high)
        assert ends[0].high - ends[0].low > 0.05


def test_intervals_of_shares_and_scores_cover_nine_in_ten(rng: np.random.Generator) -> None:
    inside = {True: 0, False: 0}
    for _ in range(400):
        shares = rng.beta(4, 6, 12)
        scores = rng.normal(4.0, 1.0, 12)
        for is_share, drawn, truth in ((True, shares, 0.4), (False, scores, 4.0)):
            found = mean_interval(drawn, np.ones(12), everybody(12), is_share=is_share)
            inside[is_share] += bool(found.low[0] <= truth <= found.high[0])
    # 90 % less three standard errors of 400 draws; shares may cover more.
    assert inside[False] / 400 == pytest.approx(0.90, abs=0.045)
    assert inside[True] / 400 >= 0.855


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 9)), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_a_share_lies_in_its_interval_and_that_in_the_unit(
    people: list[tuple[float, float]],
) -> None:
    value, weight = (np.array(part) for part in zip(*people, strict=True))
    mean = float(np.average(value, weights=weight))
    found = mean_interval(value, weight, everybody(len(value)), is_share=True)
    assert -1e-9 <= found.low[0] <= mean + 1e-9
    assert mean - 1e-9 <= found.high[0] <= 1 + 1e-9


def rows_of(top: list[float], bottom: list[float], group: str = "g") -> pd.DataFrame:
    people = [f"p{i}" for i in range(len(top))]
    return pd.DataFrame({"group_id": group, "person_id": people, "top": top, "bottom": bottom})


def test_group_shares_pool_people_by_what_they_had_to_do() -> None:
    rows = pd.concat([rows_of([1, 3], [2, 4]), rows_of([1], [1], "h"), rows_of([0], [0], "i")])
    found = group_shares(rows).set_index("group_id")
    assert found.loc["g", "value"] == pytest.approx(4 / 6)
    assert found.loc["g", ["n_people", "n_observations"]].tolist() == [2, 6]
    assert found.loc["g", "top_share"] == pytest.approx(4 / 6)
    assert found.index.tolist() == ["g", "h"]
    assert group_shares(rows.iloc[:0]).empty


def test_the_bootstrap_of_a_ratio_has_the_spread_of_the_mean(rng: np.random.Generator) -> None:
    values = rng.normal(0.0, 1.0, 400)
    found = ratio_intervals(rows_of(list(values), [1.0] * 400), np.random.default_rng(1))
    # Of a mean of 400 with SD 1: 1.645 / 20 to either side.
    half = (found.loc["g", "high"] - found.loc["g", "low"]) / 2
    assert half == pytest.approx(1.645 * values.std() / 20, rel=0.12)


def test_groups_do_not_change_each_others_bootstrap() -> None:
    one = rows_of([1, 0, 1, 0], [1, 1, 1, 1])
    two = rows_of([0, 2, 1, 1], [2, 2, 2, 2], "h")
    both = ratio_intervals(pd.concat([one, two]), np.random.default_rng(3))
    alone = ratio_intervals(one, np.random.default_rng(3))
    pd.testing.assert_frame_equal(both.loc[["g"]], alone.loc[["g"]])


def test_kaplan_meier_gives_the_published_remission_times() -> None:
    """Freireich et al. 1963: weeks of remission, 6-MP (9 of 21 relapsed) and placebo."""
    waited = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    ended = np.array([True] * 9 + [False] * 12)
    curve = kaplan_meier(np.array(waited, dtype=np.float64), ended, confidence=0.95)
    # Kleinbaum & Klein, Survival Analysis, table of S(t): .857 .807 .753 .690 .627 .538 .448.
    assert curve.share == pytest.approx(
        [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=1e-3
    )
    assert median_wait(curve).value == 23
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    found = median_wait(
        kaplan_meier(np.array(placebo, dtype=np.float64), np.ones(21, dtype=np.bool_), 0.95)
    )
    # R, survfit(conf.type = "log-log"): median 8, 4 to 11.
    assert (found.value, found.low, found.high) == (8, 4, 11)


def test_a_median_that_is_not_reached_is_none() -> None:
    ended = np.array([True, False, False, False])
    assert np.isnan(median_wait(kaplan_meier(np.array([1.0, 2.0, 2.0, 2.0]), ended)).value)
    nobody = kaplan_meier(np.array([1.0]), np.array([False]))
    assert np.isnan(median_wait(nobody).value)
