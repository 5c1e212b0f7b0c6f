"""One survey scale in one period: gates, values and judgement of every group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from audit.config import AuditConfig
from audit.effects import build_groups
from audit.groups import Groups
from audit.judging import Judged, closed, draws_of, group_values
from audit.plan import Plugin
from audit.pooling import value_effects
from audit.reliability import (
    cronbach_alpha,
    icc,
    icc2_of_size,
    median_agreement,
    response_gate,
)
from audit.survey import Answers, ScaleAnswers
from audit.verdicts import GroupEvidence, JudgeRules, judge
from audit.view import WindowView

LEAST_ALPHA = 0.70
LEAST_AGREEMENT = 0.70
LEAST_ICC2 = 0.50
SURVEY = "survey"


@dataclass(frozen=True)
class Gates:
    """Reliability of a scale over the organization: RELIABILITY rows, and whether it passes."""

    table: pd.DataFrame
    is_reliable: bool
    icc1: float


def judge_perception(plugin: Plugin, view: WindowView, config: AuditConfig) -> Judged | None:
    """Compute one survey indicator and judge every group on it; None where it was not asked."""
    view = view.named(plugin.name)
    answers = view.tables.answers
    scale = answers.scale((plugin.meta.construct,)) if answers else None
    if answers is None or scale is None or not scale.score.notna().any():
        return None
    scores = plugin.function(view)
    forms = answers.forms[["subject_id", "unit_id", "stratum"]]
    forms = forms.assign(unit_id=forms["unit_id"].map(view.groups.leaf_of))
    effects = value_effects(scores, forms, in_sd=True)
    placed = view.groups.people(answers.forms[["subject_id", "unit_id"]])
    table = view.groups.table[["group_id", "parent_id", "kind", "depth"]]
    groups = build_groups(table, placed, effects)
    gates = scale_gates(scale, answers.forms, view.groups)
    response = survey_coverage(answers, view)
    least = max(config.privacy.min_people, answers.min_people)
    passed = observed(response, least, config.survey.min_response)
    dependable = icc2_of_size(gates.icc1, groups.sizes().astype(np.float64))
    evidence = GroupEvidence(
        coverage=passed.astype("float64"),
        reliability=pd.Series(dependable, index=list(groups.group_ids)),
        is_searched=view.groups.table.set_index("group_id")["is_searched"],
        is_reliable=gates.is_reliable,
    )
    rules = JudgeRules(
        layer="perception",
        higher_is=plugin.meta.higher_is,
        material=config.judgement.material_survey,
        family_alpha=config.judgement.family_alpha,
        fdr=config.judgement.fdr,
        min_people=least,
        min_coverage=0.5,
        draws=draws_of(config, len(groups)),
    )
    judgement = judge(effects, groups, rules, view.generator("judge"), evidence)
    values = group_values(judgement, groups, effects, scores.assign(n=1))
    return Judged(_whole_shown(values, view.groups, passed, gates), judgement, gates.table)


def scale_gates(scale: ScaleAnswers, forms: pd.DataFrame, groups: Groups) -> Gates:
    """Return the coefficients of a scale over the lowest groups, each with its own gate.

    Internal consistency .70; median agreement .70 under the uniform and the slightly skewed
    null; ICC(1) with a lower bound above 0. Without all of them no group is judged on the scale.
    """
    leaf = forms.set_index("subject_id")["unit_id"].map(groups.leaf_of)
    unit = leaf.reindex(scale.items.index)
    alpha = cronbach_alpha(scale.items)
    agreement = min(median_agreement(scale.items, unit, scale.options))
    within = icc(scale.score.to_numpy(dtype=np.float64), unit)
    # A scale of one item has no internal consistency to fail.
    consistent = scale.items.shape[1] == 1 or alpha.value >= LEAST_ALPHA
    rows = [
        ("alpha", alpha.value, alpha.low, alpha.high, consistent),
        ("rwg", agreement, np.nan, np.nan, agreement >= LEAST_AGREEMENT),
        ("icc1", within.icc1, within.low, within.high, within.low > 0),
        ("icc2", within.icc2, np.nan, np.nan, within.icc2 >= LEAST_ICC2),
    ]
    table = pd.DataFrame(rows, columns=["kind", "value", "low", "high", "is_enough"])
    table["is_enough"] = table["is_enough"].astype(bool)
    needed = table.loc[table["kind"].isin(["alpha", "rwg", "icc1"]), "is_enough"]
    return Gates(table, bool(needed.all()), within.icc1)


def survey_coverage(answers: Answers, view: WindowView) -> pd.DataFrame:
    """Return n_people (invited) and n_with_data (answered) by group.

    Where a wave does not say whom it invited, everybody on the roster counts as invited.
    """
    groups = view.groups
    answered = groups.people(answers.forms[["subject_id", "unit_id"]]).groupby("group_id").size()
    if answers.invited.empty:
        invited = groups.table.set_index("group_id")["n_people"]
    else:
        invited = groups.people(answers.invited).groupby("group_id")["n_invited"].sum()
    ids = groups.table["group_id"]
    return pd.DataFrame(
        {
            "n_people": invited.reindex(ids).fillna(0).to_numpy(dtype="int64"),
            "n_with_data": answered.reindex(ids).fillna(0).to_numpy(dtype="int64"),
        },
        index=pd.Index(ids, name="group_id"),
    )


def observed(response: pd.DataFrame, min_people: int, min_share: float) -> pd.Series:
    """Return by group whether enough people answered, in number and in share."""
    passed = response_gate(
        response["n_with_data"].to_numpy(dtype=np.float64),
        response["n_people"].to_numpy(dtype=np.float64),
        min_people,
        min_share,
    )
    return pd.Series(passed, index=response.index)


def _whole_shown(
    values: pd.DataFrame, groups: Groups, passed: pd.Series, gates: Gates
) -> pd.DataFrame:
    """Close what response closes, and for the whole organization only what alpha closes."""
    whole = groups.table.loc[groups.table["depth"] == 0, "group_id"].iloc[0]
    alpha = bool(gates.table.loc[gates.table["kind"] == "alpha", "is_enough"].iloc[0])
    thin = values["status"].eq("shown") & ~values["group_id"].map(passed).eq(True)
    values.loc[thin, ["status", "why"]] = ["not_observed", "coverage"]
    if not alpha:
        root = values["group_id"] == whole
        values.loc[root, ["status", "why"]] = ["unreliable", "indicator_unreliable"]
    return closed(values)
