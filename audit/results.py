"""Judgements as rows of the private result tables: catalogue, verdicts, joint readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from audit.config.audit_file import AuditConfig
from audit.groups import Groups
from audit.joint import JointRules, judge_joint
from audit.judging import closed
from audit.plan import Plugin
from audit.statistics.verdicts import COLUMNS, NOT_NUMBERS
from core.tables.results import VERDICTS

NOBODY_ASKED = "nobody was asked in this period"
NO_MESSAGES = "there were no messages to look at"


def catalogue(plugins: Sequence[Plugin], leads: Mapping[str, str]) -> pd.DataFrame:
    """Return the INDICATORS table; `leads` names the indicator behind each layer's verdict."""
    return pd.DataFrame(
        [
            {
                "indicator": plugin.name,
                "code": plugin.meta.code,
                "title": plugin.meta.title,
                "question": plugin.meta.question,
                "layer": plugin.meta.layer,
                "element": plugin.meta.element,
                "quadrant": plugin.meta.quadrant,
                "higher_is": plugin.meta.higher_is,
                "scale": plugin.meta.scale,
                "is_lead": plugin.name in leads.values(),
                "source": plugin.meta.source,
                "cannot_show": plugin.meta.cannot_show,
            }
            for plugin in plugins
        ]
    )


def not_observed(groups: Groups, why: str) -> pd.DataFrame:
    """Return INDICATOR_VALUES rows of an indicator that lacks an input: no number, the reason."""
    table = groups.table[["group_id"]].assign(value=np.nan, status="not_observed", why=why)
    return closed(table.assign(n_people=np.int64(0), n_observations=np.int64(0)))


def not_judged(groups: Groups, why: str) -> pd.DataFrame:
    """Return a judgement in which no group could be tested, for one and the same reason."""
    ids = groups.table["group_id"]
    table = pd.DataFrame(np.nan, index=range(len(ids)), columns=list(COLUMNS))
    table = table.drop(columns=list(NOT_NUMBERS))
    return table.assign(
        group_id=ids.to_numpy(),
        n_people=np.int64(0),
        n_observations=np.int64(0),
        n_windows=np.int64(0),
        n_same_sign=np.int64(0),
        is_robust=False,
        is_covered=False,
        is_top=False,
        verdict="not_enough_evidence",
        why=why,
    )[list(COLUMNS)]


def verdict_rows(judgement: pd.DataFrame, groups: Groups, layer: str, lead: str) -> pd.DataFrame:
    """Return VERDICTS rows (without window_id) of every group but the whole."""
    below = groups.table.loc[groups.table["depth"] > 0, "group_id"]
    rows = judgement[judgement["group_id"].isin(below)].assign(layer=layer, indicator=lead)
    rows["why"] = rows["why"].replace("", None)
    return rows[[name for name in VERDICTS.names if name != "window_id"]]


def joint_rows(
    behaviour: pd.DataFrame, perception: pd.DataFrame, groups: Groups, config: AuditConfig
) -> pd.DataFrame:
    """Return JOINT_VERDICTS rows (without window_id) of every group but the whole."""
    rules = JointRules(
        fdr=config.judgement.fdr,
        material_behaviour=config.judgement.material,
        material_perception=config.judgement.material_survey,
    )
    joint = judge_joint(behaviour, perception, rules)
    below = groups.table.loc[groups.table["depth"] > 0, "group_id"]
    return joint[joint["group_id"].isin(below)]
