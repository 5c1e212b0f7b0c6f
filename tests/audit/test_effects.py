"""Person effects, groups and contrasts: by hand, and against plain loops."""

import numpy as np
import oracles_effects as oracle
import pandas as pd
import pytest
from small_tree import effects_of, sums_of, tables_of, two_level_tree

from audit.statistics.contrasts import largest_share, window_contrasts, without_each_member
from audit.statistics.effects import (
    build_groups,
    contrast,
    detectable_effect,
    people_needed,
    percentage_points,
)
from audit.statistics.pooling import reply_effects, value_effects
from audit.statistics.variance import between_person_variance, common_shock_variance

TEAMS = {"t0": "d0", "t1": "d0", "t2": "d1", "t3": "d1"}


@pytest.fixture
def company(rng):
    team = [f"t{i % 4}" for i in range(22)]
    effects = effects_of(rng.normal(0, 0.6, 22), rng.uniform(1, 20, 22), team, windows=3)
    return effects, two_level_tree(effects, TEAMS)


def test_effect_is_excess_over_information_pooled_over_windows():
    # By hand: excess 2 + 1 + 0, information 4 + 2 + 2: e = 3 / 8, v = 1 / 8.
    sums = pd.DataFrame(
        {
            "window_id": [0, 1, 2],
            "person_id": "a",
            "n": [10, 5, 5],
            "excess": [2.0, 1.0, 0.0],
            "info": [4.0, 2.0, 2.0],
        }
    )
    members = pd.DataFrame({"subject_id": ["a"], "unit_id": ["t"], "stratum": ["1|a"]})
    effects = reply_effects(sums, members)
    row = effects.persons.iloc[0]
    assert (row["effect"], row["variance"], row["n"]) == (0.375, 0.125, 20)
    assert effects.window_effect[:, 0].tolist() == [0.5, 0.5, 0.0]
    assert effects.n_windows == 3


def test_people_with_little_information_or_few_messages_are_left_out():
    sums, members = sums_of([0.1, 0.2, 0.3], [0.4, 5.0, 5.0], ["t0"] * 3)
    sums.loc[1, "n"] = 7
    assert reply_effects(sums, members).persons["subject_id"].tolist() == ["p002"]


def test_weeks_of_one_window_are_added():
    sums, members = sums_of([0.5, -0.5], [4.0, 8.0], ["t0", "t1"])
    half = sums.assign(n=20, excess=sums["excess"] / 2, info=sums["info"] / 2)
    weekly = pd.concat([half.assign(week=0), half.assign(week=7)])
    pd.testing.assert_frame_equal(
        reply_effects(weekly, members).persons, reply_effects(sums, members).persons
    )


def test_a_mover_counts_in_the_team_of_most_windows_with_those_windows_alone():
    sums, _ = sums_of([0.5], [4.0], ["t0"], windows=3)
    sums.loc[2, "excess"] = -40.0
    members = pd.DataFrame(
        {
            "window_id": [0, 1, 2],
            "person_id": "p000",
            "unit_id": ["old", "old", "new"],
            "stratum": ["1|a", "2|a", "3|a"],
        }
    )
    row = reply_effects(sums, members).persons.iloc[0]
    assert (row["unit_id"], row["stratum"], row["home_window"]) == ("old", "2|a", 1)
    assert row["effect"] == 0.5


def test_a_mover_is_found_in_the_groups_of_the_home_window():
    sums, _ = sums_of([0.5, 0.1], [4.0, 4.0], ["x", "x"], windows=3)
    rows = [(t, "p000", "old" if t < 2 else "new", "1|a") for t in range(3)]
    rows += [(t, "p001", "new", "1|a") for t in range(3)]
    members = pd.DataFrame(rows, columns=["window_id", "person_id", "unit_id", "stratum"])
    effects = reply_effects(sums, members)
    groups = pd.DataFrame(
        {"group_id": ["new", "old"], "parent_id": None, "kind": "unit", "depth": 1}
    )
    people = members.rename(columns={"unit_id": "group_id"}).drop(columns="stratum")
    built = build_groups(groups, people, effects)
    assert [built.people(u).tolist() for u in range(2)] == [[1], [0]]


def test_shuffled_rows_leave_every_person_in_the_right_group(rng):
    sums, members = sums_of(rng.normal(size=12), rng.uniform(2, 9, 12), list("aabbccaabbcc"))
    effects = reply_effects(sums, members)
    groups, people = tables_of(effects, {"a": "d", "b": "d", "c": "e"})
    expected = build_groups(groups, people, effects)
    mixed = reply_effects(
        sums.sample(frac=1, random_state=1), members.sample(frac=1, random_state=4)
    )
    built = build_groups(
        groups.sample(frac=1, random_state=2), people.sample(frac=1, random_state=3), mixed
    )
    assert built.group_ids == expected.group_ids
    assert (built.members != expected.members).nnz == 0
    assert contrast(mixed, built).theta == pytest.approx(
        contrast(effects, expected).theta, nan_ok=True
    )


def test_between_person_variance_equals_the_plain_loops_and_a_hand_case(rng):
    # By hand: a = 2, mean 1, Q = 4, C = 4 - 8/4 = 2, (4 - 1) / 2 = 1.5.
    two = np.array([0.0, 2.0]), np.array([0.5, 0.5]), np.array([0, 0])
    assert between_person_variance(*two) == 1.5
    effect, variance, team = rng.normal(size=30), rng.uniform(0.05, 1, 30), rng.integers(0, 6, 30)
    assert between_person_variance(effect, variance, team) == pytest.approx(
        oracle.between_variance(effect.tolist(), variance.tolist(), team.tolist())
    )


def test_without_sampling_error_the_variance_is_the_pooled_one_within_teams():
    # By hand: squares 2 + 0.5 around the team means over 4 - 2 degrees of freedom.
    effect = np.array([0.0, 2.0, 1.0, 2.0])
    assert between_person_variance(effect, np.zeros(4), np.array([0, 0, 1, 1])) == 1.25


def test_teams_of_one_teach_nothing_about_the_variance():
    assert between_person_variance(np.array([1.0, 5.0]), np.ones(2), np.array([0, 1])) == 0.0


def test_common_shocks_are_found_and_absent_ones_are_not(rng):
    team, info = np.repeat(np.arange(400), 3), np.full(1200, 30.0)
    noise = rng.normal(0, np.sqrt(30), 1200)
    shocks = rng.normal(0, 0.5, 1200) * 30 + np.repeat(rng.normal(0, 2, 400), 3) * 30
    assert common_shock_variance(noise + shocks, info, team) == pytest.approx(0.25, abs=0.04)
    assert common_shock_variance(noise, info, team) < 0.01


def test_contrast_equals_the_plain_loops(company):
    effects, groups = company
    found = contrast(effects, groups)
    for u in range(1, len(groups)):
        theta, variance = oracle.contrast(
            effects.effect, effects.weight, effects.spread, set(groups.people(u))
        )
        assert found.theta[u] == pytest.approx(theta)
        assert found.variance[u] == pytest.approx(variance)


def test_everybody_has_no_rest_to_be_compared_with(company):
    effects, groups = company
    assert np.isnan(contrast(effects, groups).theta[0])


def test_the_variance_of_precision_weights_is_the_sum_of_inverse_weights(company):
    effects, groups = company
    inside = groups.members @ effects.weight
    expected = 1 / inside[1:] + 1 / (effects.weight.sum() - inside[1:])
    assert contrast(effects, groups).variance[1:] == pytest.approx(expected)


def test_leaving_each_member_out_equals_deleting_the_person(company):
    effects, groups = company
    theta, variance = without_each_member(effects, groups)
    place = 0
    for u in range(len(groups)):
        for person in groups.members.indices[groups.members.indptr[u] :][: groups.sizes()[u]]:
            keep = [i for i in range(22) if i != person]
            inside = {keep.index(i) for i in groups.people(u) if i != person}
            if len(inside) < len(keep):
                columns = [a[keep] for a in (effects.effect, effects.weight, effects.spread)]
                expected = oracle.contrast(*columns, inside)
                assert (theta[place], variance[place]) == pytest.approx(expected)
            place += 1
    assert place == theta.size


def test_a_window_has_its_own_contrast_and_an_unseen_group_none():
    effects = effects_of([1.0, 1.0, -1.0, -1.0], [4.0] * 4, ["t0", "t0", "t1", "t1"], windows=2)
    sums, members = sums_of([1.0, 1.0, -1.0, -1.0], [4.0] * 4, ["t0", "t0", "t1", "t1"], windows=2)
    sums = sums[(sums["window_id"] == 0) | (sums["person_id"] > "p001")]
    effects = reply_effects(sums, members)
    groups = two_level_tree(effects, {"t0": "d0", "t1": "d1"})
    by_window = window_contrasts(effects, groups)
    t0 = groups.group_ids.index("t0")
    assert by_window[0, t0] == pytest.approx(2.0)
    assert np.isnan(by_window[1, t0])


def test_largest_share_names_how_much_one_person_carries():
    # By hand: effects all 0, so s_b^2 = 0 and weights are the information: 30 of 40.
    effects = effects_of([0.0] * 4, [30.0, 5.0, 5.0, 10.0], ["t0", "t0", "t0", "t1"])
    groups = two_level_tree(effects, {"t0": "d0", "t1": "d1"})
    assert largest_share(effects, groups)[groups.group_ids.index("t0")] == pytest.approx(0.75)


def test_survey_scores_are_in_standard_deviations_with_raking_weights():
    values = pd.DataFrame(
        {"subject_id": list("abcd"), "value": [1.0, 3.0, 5.0, 7.0], "weight": [1.0, 2.0, 1.0, 1.0]}
    )
    members = pd.DataFrame(
        {"subject_id": list("abcd"), "unit_id": ["t0", "t0", "t1", "t1"], "stratum": "1|a"}
    )
    effects = value_effects(values, members, in_sd=True)
    # By hand: pooled variance within teams (2 + 2) / 2 = 2.
    assert effects.effect == pytest.approx(np.array([1.0, 3.0, 5.0, 7.0]) / np.sqrt(2))
    assert effects.spread == pytest.approx(np.ones(4))
    assert effects.weight == pytest.approx([1.0, 2.0, 1.0, 1.0])
    groups = two_level_tree(effects, {"t0": "d0", "t1": "d1"})
    found = contrast(effects, groups)
    t0 = groups.group_ids.index("t0")
    # By hand: means (1 + 6) / 3 and 6; variances (1 + 4) / 9 and 2 / 4.
    assert found.theta[t0] == pytest.approx((7 / 3 - 6) / np.sqrt(2))
    assert found.variance[t0] == pytest.approx(5 / 9 + 1 / 2)


def test_person_values_are_centred_on_their_stratum_and_pooled_over_windows():
    values = pd.DataFrame(
        {
            "window_id": [0, 0, 0, 1, 1],
            "person_id": list("abcab"),
            "value": [0.2, 0.6, 0.9, 0.4, 0.8],
        }
    )
    members = pd.DataFrame(
        {"subject_id": list("abc"), "unit_id": list("ttu"), "stratum": ["1|a", "1|a", "2|a"]}
    )
    effects = value_effects(values, members)
    # By hand: window means of stratum 1|a are .4 and .6; c is alone in its stratum.
    assert effects.effect == pytest.approx([-0.2, 0.2, 0.0])
    assert effects.persons["n"].tolist() == [2, 2, 1]


def test_values_that_are_all_alike_give_no_effect():
    values = pd.DataFrame({"subject_id": list("abcd"), "value": 4.0})
    members = pd.DataFrame(
        {"subject_id": list("abcd"), "unit_id": ["t0", "t0", "t1", "t1"], "stratum": "1|a"}
    )
    effects = value_effects(values, members, in_sd=True)
    groups = two_level_tree(effects, {"t0": "d0", "t1": "d1"})
    assert contrast(effects, groups).theta[1:] == pytest.approx([0.0] * 4)


def test_common_shocks_of_repeated_values_and_of_anonymous_waves(rng):
    people, teams = 1200, 120
    team = np.repeat(np.arange(teams), people // teams)
    shock = rng.normal(0, 0.5, (teams, 4))
    for repeated in (True, False):
        tables = []
        for t in range(4):
            own = rng.normal(0, 1, people)
            name = [f"p{i}" if repeated else f"p{i}-{t}" for i in range(people)]
            value = own + shock[team, t]
            tables.append(pd.DataFrame({"window_id": t, "subject_id": name, "value": value}))
        values = pd.concat(tables)
        members = values[["subject_id"]].drop_duplicates().reset_index(drop=True)
        members["unit_id"] = [f"t{team[int(s[1:].split('-')[0])]}" for s in members["subject_id"]]
        effects = value_effects(values, members.assign(stratum="1|a"))
        assert effects.var_shock == pytest.approx(0.25, abs=0.06)


def test_turning_the_sign_turns_effects_and_windows(company):
    effects, groups = company
    turned = effects.flipped()
    assert contrast(turned, groups).theta[1:] == pytest.approx(
        -contrast(effects, groups).theta[1:]
    )
    assert turned.window_effect == pytest.approx(-effects.window_effect)


def test_descendants_reach_all_the_way_down(company):
    _, groups = company
    names = {groups.group_ids[i] for i in groups.descendants(0)}
    assert names == {"d0", "d1", "t0", "t1", "t2", "t3"}


def test_points_at_the_base_rate_are_those_of_the_method_page():
    # Method page: at 45 %, -.25 is -6 points, -.5 is -12, -1 is -22.
    points = percentage_points(np.array([-0.25, -0.5, -1.0]), 0.45)
    assert np.round(points).tolist() == [-6, -12, -22]


def test_detectable_effects_are_those_of_the_method_page():
    # Method page, section on the minimum detectable effect.
    size = detectable_effect(np.array([5.0, 8.0, 10.0, 15.0, 20.0, 40.0, 110.0]))
    assert np.round(size, 2).tolist() == [1.08, 0.86, 0.77, 0.62, 0.54, 0.38, 0.23]


def test_people_needed_grow_with_the_square_of_the_shortfall():
    # By hand: 4.14 * .2 / .414 = 2, so four times the people.
    assert people_needed(0.414, 0.2, 10) == 40
    assert people_needed(0.0, 0.2, 10) == 0
