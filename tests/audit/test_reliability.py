"""Reliability against published and hand-made numbers."""

import numpy as np
import pandas as pd
import pytest

from audit.reply_model import fit_reply_model, person_sums
from audit.statistics.reliability import (
    alpha_of,
    cronbach_alpha,
    icc,
    icc2_of_size,
    median_agreement,
    null_variances,
    r_star_wg_j,
    respondents_needed,
    response_gate,
    rwg,
    rwg_j,
    spearman_brown,
    split_half,
)
from audit.validate.planted import Scenario, planted_company

# Data and values: pingouin's documented example (alpha wide with missing answers).
ANSWERS = [
    "11111111111",
    "11111111010",
    ".011.111100",
    "11101101100",
    "11111000100",
    "01.01111000",
    "11110010000",
    "11111000000",
    "01011000010",
    "10010100.00",
    "11100000000",
    "10010000000",
]


def _answers():
    return pd.DataFrame([[np.nan if a == "." else float(a) for a in row] for row in ANSWERS])


def test_alpha_equals_the_published_values_pairwise_and_listwise():
    found = cronbach_alpha(_answers())
    assert found.value == pytest.approx(0.732661, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.435, 0.909), abs=5e-4)
    assert cronbach_alpha(_answers().dropna()).value == pytest.approx(0.801695, abs=1e-6)


# Pairwise covariances of bfi (R package psychTools, 2,800 people), rows of the lower triangle,
# reversed items A1, C4, C5, E1, E2, O2, O5 turned: all that alpha needs of the data.
BFI = {
    "A": "1.9817 .5602 1.3736 .4858 .7416 1.6948 .3051 .5821 .6961 2.1893 "
    ".3212 .5761 .8280 .5737 1.5839",
    "C": "1.5409 .6997 1.7380 .4914 .6037 1.6604 .5800 .6882 .5969 1.8909 "
    ".5035 .6400 .7140 1.0675 2.6521",
    "E": "2.6618 1.2246 2.5767 .7191 .8256 1.8298 .9959 1.2047 .8263 2.1244 "
    ".6576 .7997 .6921 .6149 1.7816",
    "N": "2.4678 1.6969 2.3285 1.4008 1.3434 2.5693 .9830 .9380 1.3074 2.4639 "
    ".9610 .8668 1.1124 1.0103 2.6200",
    "O": "1.2758 .3778 2.4497 .5445 .4997 1.4906 .2463 .1305 .2895 1.4915 "
    ".3579 .6747 .5016 .2893 1.7635",
}
TURNED = {"A": [0], "C": [3, 4], "E": [0, 1], "N": [], "O": [1, 4]}


def _bfi(scale, sign=1.0):
    lower = np.zeros((5, 5))
    lower[np.tril_indices(5)] = [float(cell) for cell in BFI[scale].split()]
    turn = np.ones(5)
    turn[TURNED[scale]] = sign
    return (lower + lower.T - np.diag(np.diag(lower))) * np.outer(turn, turn)


@pytest.mark.parametrize(
    ("scale", "turned", "as_asked"),
    # Method page, reproduction table; the last column guards against items that are not turned.
    [
        ("A", 0.703, 0.43),
        ("C", 0.727, -0.28),
        ("E", 0.762, -0.63),
        ("N", 0.814, 0.81),
        ("O", 0.600, -0.13),
    ],
)
def test_alpha_of_the_five_published_scales(scale, turned, as_asked):
    assert alpha_of(_bfi(scale)) == pytest.approx(turned, abs=5e-4)
    assert alpha_of(_bfi(scale, sign=-1.0)) == pytest.approx(as_asked, abs=6e-3)


def test_alpha_of_items_that_are_not_turned_is_visibly_wrong(rng):
    trait = rng.normal(size=200)
    items = pd.DataFrame({f"i{k}": trait + rng.normal(size=200) for k in range(4)})
    turned = cronbach_alpha(items).value
    assert turned > 0.75
    assert cronbach_alpha(items.assign(i3=-items["i3"])).value < 0.4


@pytest.mark.parametrize(
    "items",
    [
        pd.DataFrame({"a": [1, 2, 3]}),
        pd.DataFrame({"a": [1], "b": [2]}),
        pd.DataFrame({"a": [1, 1, 1], "b": [2, 2, 2]}),
    ],
)
def test_alpha_is_missing_where_it_has_no_meaning(items):
    assert np.isnan(cronbach_alpha(items).value)


def test_rwg_by_hand():
    # Method page: {4, 4, 5, 5} on 5 points, 1 - .3333 / 2; J = 3 items of variance .5: .9.
    assert rwg(np.array([4.0, 4.0, 5.0, 5.0]), 2.0) == pytest.approx(1 - (1 / 3) / 2)
    spread = np.sqrt(0.25)
    items = np.array([[3 - spread] * 3, [3 + spread] * 3])
    assert items.var(axis=0, ddof=1) == pytest.approx([0.5] * 3)
    assert rwg_j(items, 2.0) == pytest.approx(0.9)
    assert r_star_wg_j(items, 2.0) == pytest.approx(0.75)


def test_disagreement_is_cut_at_zero_except_in_the_untruncated_form():
    items = np.array([[1.0, 1.0], [5.0, 5.0]])
    assert rwg(items[:, 0], 2.0) == 0.0
    assert rwg_j(items, 2.0) == 0.0
    assert r_star_wg_j(items, 2.0) == pytest.approx(1 - 8 / 2)
    assert np.isnan(rwg_j(items[:1], 2.0))


def test_null_variances_of_five_and_seven_points():
    assert null_variances(5) == (2.0, 1.34)
    assert null_variances(7) == (4.0, 2.90)
    assert null_variances(6)[1] < null_variances(6)[0]


def test_median_agreement_takes_the_units_apart():
    items = pd.DataFrame({"a": [4, 5, 1, 5, 3, 3], "b": [4, 5, 1, 5, 3, 3]}, dtype=float)
    unit = pd.Series(["x", "x", "y", "y", "z", "z"])
    # By hand, uniform null 2: q = .25, 1, 0, so .857, 0, 1; median .857. Skewed 1.34: q = .3731.
    uniform, skewed = median_agreement(items, unit, 5)
    assert uniform == pytest.approx(2 * 0.75 / (2 * 0.75 + 0.25))
    q = 0.5 / 1.34
    assert skewed == pytest.approx(2 * (1 - q) / (2 * (1 - q) + q))


@pytest.mark.parametrize(
    ("score", "icc1", "icc2"),
    [
        ("WBEING", 0.043369, None),
        ("HRS", 0.13311, 0.91967),
        ("LEAD", 0.12703, 0.91561),
        ("COHES", 0.04427, 0.77546),
    ],
)
def test_intraclass_correlations_of_the_army_data(shared_dir, score, icc1, icc2):
    # Method page, reproduction table: bh1996 (R package multilevel).
    table = pd.read_csv(shared_dir / "data" / "surveys" / "bh1996.csv")
    found = icc(table[score].to_numpy(dtype=float), table["GRP"])
    assert found.icc1 == pytest.approx(icc1, abs=5e-6)
    assert (found.n_units, found.n_people) == (99, 7382)
    if icc2 is not None:
        assert found.icc2 == pytest.approx(icc2, abs=5e-6)
    assert 0 < found.low < found.icc1 < found.high


def test_the_lower_bound_of_icc_holds_in_95_of_100(rng):
    unit = pd.Series(np.repeat(np.arange(30), 10).astype(str))
    code = np.repeat(np.arange(30), 10)
    below = []
    for _ in range(400):
        score = rng.normal(0, np.sqrt(0.15), 30)[code] + rng.normal(0, np.sqrt(0.85), 300)
        found = icc(score, unit)
        below.append(found.low <= 0.15 <= found.high)
    assert np.mean(below) == pytest.approx(0.95, abs=0.033)  # three binomial SDs


def test_icc_ignores_empty_scores_and_is_missing_where_units_cannot_differ():
    unit = pd.Series(["a", "a", "b", "b", "b"])
    with_gap = icc(np.array([1.0, 2.0, 4.0, 5.0, np.nan]), unit)
    assert with_gap.icc1 == icc(np.array([1.0, 2.0, 4.0, 5.0]), unit[:4]).icc1
    assert np.isnan(icc(np.array([1.0, 2.0]), pd.Series(["a", "a"])).icc1)
    assert np.isnan(icc(np.array([1.0, 2.0]), pd.Series(["a", "b"])).icc1)
    assert np.isnan(icc(np.full(4, 3.0), unit[:4]).icc1)


def test_reliability_of_a_mean_and_the_respondents_it_takes():
    # Method page: 21 at .10, 13.2 at .15, 9.3 at .20, 7 at .25; a team of 8 at .15 has .59.
    needed = [round(respondents_needed(r), 1) for r in (0.10, 0.15, 0.20, 0.25)]
    assert needed == [21.0, 13.2, 9.3, 7.0]
    assert icc2_of_size(0.15, np.array([8.0, 1.0])) == pytest.approx([0.585, 0.15], abs=5e-4)
    assert icc2_of_size(-0.1, np.array([8.0])).tolist() == [0.0]
    assert respondents_needed(0.0) == float("inf")


def test_half_of_those_asked_and_eight_at_least_must_answer():
    passed = response_gate(np.array([8, 7, 8, 30, 0]), np.array([16, 8, 17, 60, 0]))
    assert passed.tolist() == [True, False, False, True, False]


def test_spearman_brown_by_hand():
    assert spearman_brown(0.5) == pytest.approx(2 / 3)
    assert spearman_brown(-0.4) == 0.0


def test_split_half_is_high_for_lasting_differences_and_missing_for_few_groups():
    company = planted_company(Scenario(n_people=400, team_sd=0.3), np.random.default_rng(2))
    sums = person_sums(company.observations, fit_reply_model(company.observations))
    found = split_half(sums, company.members, company.groups, company.group_people)
    assert 0.7 < found < 1.0
    few = company.groups.iloc[:5]
    assert np.isnan(split_half(sums, company.members, few, company.group_people))


def test_split_half_is_low_when_every_week_is_new(rng):
    person = [f"p{i:03d}" for i in range(300)]
    weeks = [
        pd.DataFrame(
            {
                "week": 7 * w,
                "window_id": 0,
                "person_id": person,
                "n": 20,
                "excess": rng.normal(0, 2, 300),
                "info": 4.0,
            }
        )
        for w in range(12)
    ]
    members = pd.DataFrame(
        {
            "subject_id": person,
            "unit_id": [f"t{i // 10:02d}" for i in range(300)],
            "stratum": "1|a",
        }
    )
    groups = pd.DataFrame(
        {
            "group_id": sorted(set(members["unit_id"])),
            "parent_id": None,
            "kind": "unit",
            "depth": 1,
        }
    )
    people = members.rename(columns={"unit_id": "group_id"})[["group_id", "subject_id"]]
    assert split_half(pd.concat(weeks), members, groups, people) < 0.7
