"""Both layers on the same made-up company: blind spots found, and found where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.joint import judge_joint
from audit.statistics.effects import build_groups
from audit.statistics.pooling import value_effects
from audit.statistics.reliability import icc, icc2_of_size, response_gate
from audit.statistics.verdicts import GroupEvidence, JudgeRules, judge
from audit.validate.experiment import Experiment, Figure, Setting, Summary
from audit.validate.planted import PlantedCompany, Scenario, planted_company

FloatArray = npt.NDArray[np.float64]

DRAWS = 4999
RESPONSE = 0.7
ICC1 = 0.10
TEAM_SD, CROSS_LAYER = 0.14, 0.3
"""Between-team SD of behaviour, and its correlation with what the teams feel."""
PLANTED = 1.0
LEAST_PLANTED = 14
"""Teams large enough that at this response both layers can see them."""
COMPANY = Scenario(
    n_people=2700,
    n_departments=20,
    team_sd=TEAM_SD,
    n_planted=3,
    least_planted=LEAST_PLANTED,
)
WORDS, BUSY = "warm_words_cold_network", "busy_not_heard"


def two_layers(rng: np.random.Generator, setting: Setting, planted: float) -> pd.DataFrame:
    """One company judged in both layers: a row per group, with what is truly opposite in it.

    Planted teams are cold in one layer and warm in the other, three of each kind.
    """
    company = planted_company(replace(COMPANY, planted=planted), rng)
    effects, groups = setting.estimator(company)
    behaviour = judge(effects, groups, setting.rules(DRAWS), rng)
    perception = felt(company, _felt_means(company, planted, rng), RESPONSE, rng)
    joint = judge_joint(behaviour, perception)
    truth = company.truth[["group_id", "effect", "is_planted"]]
    both = joint.merge(truth, on="group_id", validate="1:1")
    seen = perception.set_index("group_id")
    usable = seen["effect"].notna() & (seen["reliability"] >= JudgeRules().watch_reliability)
    usable &= behaviour.set_index("group_id")["effect"].notna()
    both["is_usable"] = both["group_id"].map(usable).eq(True)
    return both[["group_id", "joint", "effect", "is_planted", "is_usable"]]


def felt(
    company: PlantedCompany, means: pd.Series, response: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Judgement of a survey scale whose team means are given in SD within teams."""
    members = company.members
    score = means.reindex(members["unit_id"]).to_numpy(dtype=np.float64)
    score = score + rng.normal(size=len(members))
    answered = rng.random(len(members)) < response
    forms = members[answered].reset_index(drop=True)
    values = pd.DataFrame({"subject_id": forms["subject_id"], "value": score[answered]})
    return judged_survey(company, forms, values, rng)


def judged_survey(
    company: PlantedCompany,
    forms: pd.DataFrame,
    values: pd.DataFrame,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Judgement of survey values under the product's rules for the perception layer."""
    effects = value_effects(values, forms, in_sd=True)
    groups = build_groups(company.groups, company.group_people, effects)
    score = values.set_index("subject_id")["value"].reindex(forms["subject_id"])
    within = icc(score.to_numpy(dtype=np.float64), forms["unit_id"])
    ids = list(groups.group_ids)
    invited = company.group_people.groupby("group_id").size().reindex(ids)
    size = groups.sizes().astype(np.float64)
    passed = response_gate(size, invited.to_numpy().astype(np.float64)).astype(np.float64)
    evidence = GroupEvidence(
        coverage=pd.Series(passed, index=ids),
        reliability=pd.Series(icc2_of_size(within.icc1, size), index=ids),
        is_reliable=within.low > 0,
    )
    rules = JudgeRules(layer="perception", material=0.30, min_coverage=0.5, draws=draws)
    return judge(effects, groups, rules, rng, evidence)


def false_blind_spots(tables: Sequence[pd.DataFrame]) -> Summary:
    """B1: blind spots named where none was planted, per company."""
    named = [int(table["joint"].isin([WORDS, BUSY]).sum()) for table in tables]
    usable = float(np.mean([table["is_usable"].sum() for table in tables]))
    return Summary(
        (
            Figure("B1", "blind spots named per company", float(np.mean(named)), None, 0.10),
            Figure("B1", "groups that both layers can see, per company", usable),
        )
    )


def found_blind_spots(tables: Sequence[pd.DataFrame]) -> Summary:
    """B2: planted blind spots named as what they are."""
    rows = pd.concat(list(tables), ignore_index=True)
    rows = rows[rows["is_planted"]]
    right = np.where(rows["effect"] < 0, WORDS, BUSY) == rows["joint"].to_numpy()
    usable = rows["is_usable"].to_numpy(dtype=np.bool_)
    others = [
        int((table["joint"].isin([WORDS, BUSY]) & ~table["is_planted"]).sum()) for table in tables
    ]
    seen = right[usable]
    return Summary(
        (
            Figure(
                "B2",
                f"planted ±{PLANTED:g}, of those both layers can see",
                float(seen.mean()),
                0.50,
                None,
                seen.size,
            ),
            Figure("B2", "of all planted", float(right.mean())),
            Figure("B2", "named elsewhere, per company", float(np.mean(others))),
        )
    )


def _felt_means(company: PlantedCompany, planted: float, rng: np.random.Generator) -> pd.Series:
    """What each team feels, in SD within teams; planted teams feel the opposite."""
    teams = company.truth[company.truth["kind"] == "team"].set_index("group_id")
    spread = float(np.sqrt(ICC1 / (1.0 - ICC1)))
    own = teams["effect"].to_numpy(dtype=np.float64)
    is_planted = teams["is_planted"].to_numpy(dtype=np.bool_)
    background = np.where(is_planted, own - np.sign(own) * planted, own) / TEAM_SD
    drawn = rng.normal(size=len(teams))
    felt_of = spread * (CROSS_LAYER * background + np.sqrt(1.0 - CROSS_LAYER**2) * drawn)
    return pd.Series(felt_of - np.where(is_planted, np.sign(own) * planted, 0.0), teams.index)


EXPERIMENTS = (
    Experiment(
        "no_blind_spots",
        ("B1",),
        "Both layers, no blind spot planted",
        partial(two_layers, planted=0.0),
        false_blind_spots,
        full=500,
        quick=6,
    ),
    Experiment(
        "blind_spots",
        ("B2",),
        "Both layers, three blind spots of each kind planted",
        partial(two_layers, planted=PLANTED),
        found_blind_spots,
        full=100,
        quick=6,
    ),
)
