"""One survey scale in one period: gates, values and judgement of every group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from audit.config.audit_file import AuditConfig
from audit.describing import Described
from audit.gates import Gates, comparison_row, scale_gates
from audit.groups import Groups
from audit.judging import NINETY, Basis, Judged, closed, draws_of, group_values
from audit.plan import Plugin
from audit.statistics.effects import build_groups
from audit.statistics.pooling import value_effects
from audit.statistics.reliability import icc2_of_size
from audit.statistics.verdicts import GroupEvidence, JudgeRules, judge
from audit.survey import ScaleAnswers
from audit.survey_response import observed, survey_coverage
from audit.view import WindowView
from audit.waves import swing_of

SURVEY = "survey"


def judge_perception(plugin: Plugin, view: WindowView, config: AuditConfig) -> Judged | None:
    """Compute one survey indicator and judge every group on it; None where it was not asked."""
    view = view.named(plugin.name)
    answers = view.tables.answers
    scale = answers.scale((plugin.meta.construct,)) if answers else None
    if answers is None or scale is None or not scale.score.notna().any():
        return None
    if plugin.meta.gives == "unit_values":
        return Judged(_context_values(plugin.function(view), view, config))
    scores = plugin.function(view)
    forms = answers.forms[["subject_id", "unit_id", "stratum"]]
    forms = forms.assign(unit_id=forms["unit_id"].map(view.groups.leaf_of))
    swing = swing_of(plugin, view)
    effects = replace(value_effects(scores, forms, in_sd=True), var_shock=swing.shock)
    placed = view.groups.people(answers.forms[["subject_id", "unit_id"]])
    table = view.groups.table[["group_id", "parent_id", "kind", "depth"]]
    groups = build_groups(table, placed, effects)
    gates = scale_gates(scale, answers.forms, view.groups)
    least = max(config.privacy.min_people, answers.min_people)
    passed = observed(survey_coverage(answers, view), least, config.survey.min_response)
    dependable = icc2_of_size(gates.icc1, groups.sizes().astype(np.float64))
    evidence = GroupEvidence(
        coverage=passed.astype("float64"),
        reliability=pd.Series(dependable, index=list(groups.group_ids)),
        is_searched=view.groups.table.set_index("group_id")["is_searched"],
        earlier=swing.earlier,
        is_reliable=gates.is_reliable,
    )
    rules = survey_rules(plugin, config, least, len(groups))
    judgement = judge(effects, groups, rules, view.generator("judge"), evidence)
    own = scores.assign(n=1)
    values = group_values(judgement, groups, effects, own, is_share=False)
    shown = _whole_shown(values, view.groups, passed, gates)
    reliability = _with_comparison(gates, scale, view)
    told = replace(
        Described(plugin.meta, effects, own, is_share=False),
        is_reliable=gates.is_reliable,
        icc1=gates.icc1,
    )
    return Judged(shown, judgement, reliability, Basis(effects, groups, rules), told)


def survey_rules(plugin: Plugin, config: AuditConfig, least: int, n_groups: int) -> JudgeRules:
    """Return the rules by which a survey scale is judged; `least` is the floor in people."""
    return JudgeRules(
        layer="perception",
        higher_is=plugin.meta.higher_is,
        material=config.judgement.material_survey,
        family_alpha=config.judgement.family_alpha,
        fdr=config.judgement.fdr,
        min_people=least,
        min_coverage=0.5,
        draws=draws_of(config, n_groups),
    )


def _with_comparison(gates: Gates, scale: ScaleAnswers, view: WindowView) -> pd.DataFrame:
    earlier = view.tables.earlier
    before = earlier.scale((scale.construct, scale.scale_id)) if earlier else None
    return pd.concat([gates.table, comparison_row(scale, before)], ignore_index=True)


def _whole_shown(
    values: pd.DataFrame, groups: Groups, passed: pd.Series, gates: Gates
) -> pd.DataFrame:
    """Close what response closes, and for the whole organization what inconsistency closes."""
    whole = groups.table.loc[groups.table["depth"] == 0, "group_id"].iloc[0]
    thin = values["status"].eq("shown") & ~values["group_id"].map(passed).eq(True)
    values.loc[thin, ["status", "why"]] = ["not_observed", "coverage"]
    if not gates.is_consistent:
        root = values["group_id"] == whole
        values.loc[root, ["status", "why"]] = ["unreliable", "indicator_unreliable"]
    return closed(values)


def _context_values(rows: pd.DataFrame, view: WindowView, config: AuditConfig) -> pd.DataFrame:
    """INDICATOR_VALUES rows of a value with its own interval; what response closes is empty."""
    answers = view.tables.answers
    if answers is None:
        raise ValueError("no answers to take values from")
    table = view.groups.table[["group_id"]].merge(rows, on="group_id", how="left", validate="1:1")
    counts = ["n_people", "n_observations"]
    table[counts] = table[counts].fillna(0).astype("int64")
    least = max(config.privacy.min_people, answers.min_people)
    passed = observed(survey_coverage(answers, view), least, config.survey.min_response)
    error = NINETY * table["se"]
    low, high = table["value"] - error, table["value"] + error
    status = np.select(
        [table["value"].isna(), ~table["group_id"].map(passed).eq(True)],
        ["too_few", "not_observed"],
        "shown",
    )
    why = pd.Series(status).map({"too_few": "too_few_people", "not_observed": "coverage"})
    table = table.assign(low=low, high=high, value_low=low, value_high=high)
    return closed(table.assign(status=status, why=why))
