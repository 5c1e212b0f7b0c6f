"""Verdicts of both layers: every rule of the method page met and missed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_tree import effects_of, sums_of, two_level_tree

from audit.statistics.effects import build_groups
from audit.statistics.pooling import reply_effects, value_effects
from audit.statistics.verdicts import COLUMNS, GroupEvidence, JudgeRules, judge

PARENTS = {f"t{i}": f"d{i // 5}" for i in range(20)}
TEAMS = list(PARENTS)
RULES = JudgeRules(draws=1999)


def _sums(rng, planted, windows=3, people=240):
    team = [f"t{i % 20}" for i in range(people)]
    effect = rng.normal(0, 0.25, people) + np.array([planted.get(t, 0.0) for t in team])
    return sums_of(effect, np.full(people, 6.0), team, windows)


def _judged(sums, members, rng, rules=RULES, evidence=None):
    effects = reply_effects(sums, members)
    return judge(effects, two_level_tree(effects, PARENTS), rules, rng, evidence).set_index(
        "group_id"
    )


@pytest.fixture
def planted(rng):
    return _sums(rng, {"t3": -1.0, "t12": 1.0})


def test_a_cold_and_a_warm_team_are_confirmed_and_reported(planted, rng):
    rows = _judged(*planted, rng)
    assert rows.loc["t3", ["verdict", "why", "is_top"]].tolist() == ["desert", "", True]
    assert rows.loc["t12", ["verdict", "why", "is_top"]].tolist() == ["hotspot", "", True]
    assert rows.loc["t3", "effect"] < -0.7
    elsewhere = rows.drop(index=["t3", "t12", "d0", "d2"])["verdict"]
    assert not elsewhere.isin(["desert", "hotspot"]).any()
    assert rows["is_top"].sum() == 2


def test_every_group_has_one_row_with_all_columns_in_the_order_of_the_groups(planted, rng):
    effects = reply_effects(*planted)
    groups = two_level_tree(effects, PARENTS)
    rows = judge(effects, groups, RULES, rng)
    assert tuple(rows.columns) == COLUMNS
    assert tuple(rows["group_id"]) == groups.group_ids
    assert rows["n_people"].tolist() == groups.sizes().tolist()


def test_numbers_of_a_row_hang_together(planted, rng):
    rows = _judged(*planted, rng).loc[TEAMS]
    assert rows["z"].to_numpy() == pytest.approx((rows["effect"] / rows["se"]).to_numpy())
    half = (rows["high"] - rows["low"]) / 2
    assert ((rows["high"] + rows["low"]) / 2).to_numpy() == pytest.approx(
        rows["effect"].to_numpy()
    )
    # The deal of a company with planted teams is wider than chance alone: the interval is not.
    share = half / (1.645 * rows["se"])
    assert share.between(0.5, 1.0 + 1e-9).all()
    assert share.median() < 1.0
    c95 = rows["mde"] / rows["se"] - 0.84
    assert c95.std() == pytest.approx(0.0, abs=1e-9)
    assert 2.5 < c95.iloc[0] < 4.0
    assert (rows["p_family"] >= rows["p"] / 2 - 1e-12).all()


def test_high_is_cold_turns_the_sign_so_that_below_zero_is_colder(planted, rng):
    rows = _judged(*planted, rng, replace(RULES, higher_is="colder"))
    assert rows.loc["t3", "verdict"] == "hotspot"
    assert rows.loc["t12", "verdict"] == "desert"
    assert rows.loc["t12", "effect"] < 0
    assert rows.loc["t12", "odds_cooler"] > 0.95


def test_an_indicator_without_direction_gets_no_verdict(planted, rng):
    rows = _judged(*planted, rng, replace(RULES, higher_is="neither")).loc[TEAMS]
    assert set(rows["verdict"]) == {"not_enough_evidence"}
    assert set(rows["why"]) == {"no_direction"}
    assert rows["effect"].notna().all()


def test_two_windows_never_confirm(rng):
    rows = _judged(*_sums(rng, {"t3": -1.2}, windows=2), rng)
    assert rows.loc["t3", ["verdict", "why"]].tolist() == ["desert_watch", "too_few_windows"]


def test_one_bad_window_is_not_persistent(planted, rng):
    sums, members = planted
    cold = members.loc[members["unit_id"] == "t3", "subject_id"]
    # All coldness in window 0, warm in the others: the pooled effect stays, the sign does not.
    inside = sums["person_id"].isin(cold)
    factor = sums["window_id"].map({0: 4.0, 1: -0.5, 2: -0.5})
    sums = sums.assign(excess=np.where(inside, sums["excess"] * factor, sums["excess"]))
    row = _judged(sums, members, rng).loc["t3"]
    assert row["n_same_sign"] == 1
    assert row[["verdict", "why"]].tolist() == ["desert_watch", "not_persistent"]


def test_two_of_three_windows_persist(planted, rng):
    sums, members = planted
    cold = members.loc[members["unit_id"] == "t3", "subject_id"]
    inside = sums["person_id"].isin(cold)
    factor = sums["window_id"].map({0: 1.8, 1: 1.7, 2: -0.5})
    sums = sums.assign(excess=np.where(inside, sums["excess"] * factor, sums["excess"]))
    row = _judged(sums, members, rng).loc["t3"]
    assert (row["n_same_sign"], row["verdict"]) == (2, "desert")


def test_an_effect_of_one_person_is_not_robust(rng):
    sums, members = _sums(rng, {})
    one = members.loc[members["unit_id"] == "t3", "subject_id"].iloc[0]
    sums.loc[sums["person_id"] == one, "excess"] = -60.0
    row = _judged(sums, members, rng).loc["t3"]
    assert not row["is_robust"]
    assert row["verdict"] != "desert"


def test_a_person_who_dominates_blocks_the_confirmation(rng):
    # Everybody in t3 is equally cold, but one holds nearly all information.
    team = [f"t{i % 20}" for i in range(240)]
    effect = np.where(np.array(team) == "t3", -1.0, 0.0) + rng.normal(0, 0.05, 240)
    info = np.where(np.array(team) == "t3", 2.0, 12.0)
    info[3] = 60.0
    row = _judged(*sums_of(effect, info, team, windows=3), rng).loc["t3"]
    assert row["top_share"] > 0.30
    assert row[["verdict", "why"]].tolist() == ["desert_watch", "one_person_dominates"]


def test_poor_coverage_is_not_observed(planted, rng):
    evidence = GroupEvidence(coverage=pd.Series({"t3": 0.69, "t12": 0.70}))
    rows = _judged(*planted, rng, evidence=evidence)
    assert rows.loc["t3", ["verdict", "why", "is_covered"]].tolist() == [
        "not_enough_evidence",
        "coverage",
        False,
    ]
    assert np.isnan(rows.loc["t3", "effect"])
    assert rows.loc["t12", "verdict"] == "hotspot"


def test_a_failed_gate_silences_the_indicator(planted, rng):
    rows = _judged(*planted, rng, evidence=GroupEvidence(is_reliable=False))
    assert set(rows["verdict"]) == {"not_enough_evidence"}
    assert set(rows["why"]) == {"indicator_unreliable"}


def test_significant_but_small_is_no_desert(rng):
    rules = replace(RULES, material=3.0)
    rows = _judged(*_sums(rng, {"t3": -1.0}), rng, rules)
    assert rows.loc["t3", "p_family"] <= 0.05
    assert rows.loc["t3", "verdict"] == "typical"


def test_typical_needs_an_interval_inside_two_material_effects(rng):
    rows = _judged(*_sums(rng, {}), rng).loc[TEAMS]
    inside = (rows["low"] > -0.5) & (rows["high"] < 0.5)
    assert inside.any()
    assert (rows.loc[inside, "verdict"] == "typical").all()
    narrow = _judged(*_sums(rng, {}), rng, replace(RULES, material=0.01)).loc[TEAMS]
    assert set(narrow["verdict"]) == {"not_enough_evidence"}


def test_groups_below_the_minimum_and_the_whole_company_are_not_tested(rng):
    sums, members = _sums(rng, {"t3": -1.0})
    small = members.loc[members["unit_id"] == "t3", "subject_id"].iloc[7:]
    sums = sums[~sums["person_id"].isin(small)]
    rows = _judged(sums, members, rng)
    assert rows.loc["t3", ["n_people", "why"]].tolist() == [7, "too_few_people"]
    assert rows.loc["root", "why"] == "too_few_outside"
    assert np.isnan(rows.loc[["t3", "root"], "p"]).all()


def test_a_group_of_few_messages_per_person_is_not_tested(planted, rng):
    sums, members = planted
    thin = members.loc[members["unit_id"] == "t3", "subject_id"]
    sums = sums.assign(n=np.where(sums["person_id"].isin(thin), 9, sums["n"]))
    rows = _judged(sums, members, rng, replace(RULES, min_median_n=30.0))
    assert rows.loc["t3", "why"] == "too_few_observations"
    assert rows.loc["t12", "verdict"] == "hotspot"


def test_groups_outside_the_search_set_do_not_count(planted, rng):
    evidence = GroupEvidence(is_searched=pd.Series({t: t == "t3" for t in [*TEAMS, "d0"]}))
    rows = _judged(*planted, rng, evidence=evidence)
    assert rows.loc["t12", "why"] == "not_searched"
    assert rows.loc["t3", "verdict"] == "desert"


def test_two_names_for_the_same_people_share_one_test_and_one_report(rng):
    team = ["t0"] * 12 + ["t1"] * 40 + ["t2"] * 40
    effect = rng.normal(0, 0.2, 92) - np.repeat([1.2, 0.0, 0.0], [12, 40, 40])
    effects = effects_of(effect, np.full(92, 6.0), team, windows=3)
    groups = two_level_tree(effects, {"t0": "d0", "t1": "d1", "t2": "d1"})
    rows = judge(effects, groups, RULES, rng).set_index("group_id")
    assert rows.loc["d0", "p"] == rows.loc["t0", "p"]
    assert rows.loc[["d0", "t0"], "verdict"].tolist() == ["desert", "desert"]
    assert rows.loc[["d0", "t0"], "is_top"].tolist() == [False, True]


def test_a_site_is_compared_with_other_sites_although_strata_hold_it_fixed(rng):
    # Three sites of 60; strata level x site cannot move a site, the level can.
    site = np.repeat(["a", "b", "c"], 60)
    team = [f"t{i // 12}" for i in range(180)]
    effect = rng.normal(0, 0.4, 180) - 0.8 * (site == "b")
    effects = effects_of(effect, np.full(180, 6.0), team, 3, [f"1|{s}" for s in site])
    groups = pd.DataFrame(
        {"group_id": ["sa", "sb", "sc"], "parent_id": None, "kind": "site", "depth": 1}
    )
    people = pd.DataFrame(
        {"subject_id": effects.persons["subject_id"], "group_id": [f"s{s}" for s in site]}
    )
    rows = judge(effects, build_groups(groups, people, effects), RULES, rng).set_index("group_id")
    assert rows.loc["sb", "effect"] == pytest.approx(-0.8, abs=0.2)
    assert rows.loc["sb", "verdict"] == "desert"


def test_a_level_that_answers_less_makes_no_team_cold(rng):
    # Level 2 is colder everywhere; t0 to t4 hold only level 2, within-level nothing differs.
    team = np.array([f"t{i % 20}" for i in range(400)])
    level = np.where(np.isin(team, TEAMS[:5]) | (rng.random(400) < 0.4), "2", "1")
    effect = rng.normal(0, 0.3, 400) - 0.7 * (level == "2")
    effects = effects_of(effect, np.full(400, 6.0), list(team), 3, [f"{k}|a" for k in level])
    rows = judge(effects, two_level_tree(effects, PARENTS), RULES, rng).set_index("group_id")
    assert not rows.loc[TEAMS, "verdict"].str.startswith(("desert", "hotspot")).any()
    mixed = effects_of(effect, np.full(400, 6.0), list(team), 3)
    rows = judge(mixed, two_level_tree(mixed, PARENTS), RULES, rng).set_index("group_id")
    assert rows.loc[TEAMS[:5], "verdict"].str.startswith("desert").any()


def test_a_company_of_nobody_and_one_without_variation_stay_silent(rng):
    sums, members = _sums(rng, {})
    empty = _judged(sums.iloc[:0], members, rng)
    assert set(empty["verdict"]) == {"not_enough_evidence"}
    flat = _judged(sums.assign(excess=0.0), members, rng).loc[TEAMS]
    assert not flat["verdict"].str.startswith(("desert", "hotspot")).any()


def test_the_same_seed_gives_the_same_bytes(planted):
    first, second = (_judged(*planted, np.random.default_rng(4)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def _survey(rng, cold, per_team=14, waves=1):
    tables = []
    for t in range(waves):
        team = np.repeat(TEAMS, per_team)
        value = 0.6 + 0.1 * rng.normal(size=team.size) + 0.1 * np.where(team == "t3", cold, 0.0)
        name = [f"w{t}f{i:04d}" for i in range(team.size)]
        tables.append(
            pd.DataFrame({"window_id": t, "subject_id": name, "value": value, "unit_id": team})
        )
    rows = pd.concat(tables, ignore_index=True)
    members = rows[["subject_id", "unit_id"]].assign(stratum="1|a")
    return value_effects(rows.drop(columns="unit_id"), members, in_sd=True)


@pytest.mark.parametrize(
    ("reliability", "verdict", "why"),
    [
        (0.71, "desert", ""),
        (0.69, "desert_watch", "low_reliability"),
        (0.49, "not_enough_evidence", "low_reliability"),
        (None, "not_enough_evidence", "low_reliability"),
    ],
)
def test_perception_needs_reliable_means_and_waives_windows(rng, reliability, verdict, why):
    effects = _survey(rng, -1.8)
    rules = JudgeRules(layer="perception", material=0.30, min_coverage=0.5, draws=1999)
    known = {} if reliability is None else {"t3": reliability}
    evidence = GroupEvidence(reliability=pd.Series(known, dtype="float64"))
    groups = two_level_tree(effects, PARENTS)
    row = judge(effects, groups, rules, rng, evidence).set_index("group_id").loc["t3"]
    assert row[["verdict", "why"]].tolist() == [verdict, why]
    assert row["effect"] == pytest.approx(-1.8, abs=0.5)


def test_perception_over_three_waves_asks_for_persistence(rng):
    effects = _survey(rng, -1.8, waves=3)
    rules = JudgeRules(layer="perception", material=0.30, draws=999)
    evidence = GroupEvidence(reliability=pd.Series(dict.fromkeys(TEAMS, 0.9)))
    groups = two_level_tree(effects, PARENTS)
    row = judge(effects, groups, rules, rng, evidence).set_index("group_id").loc["t3"]
    assert (row["n_windows"], row["n_same_sign"], row["verdict"]) == (3, 3, "desert")
