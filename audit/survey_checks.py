"""How a survey verdict fares without its weights, and if the silent had been colder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.judging import Judged
from audit.statistics.nonresponse import SHIFTS, tipping_point
from audit.survey import Answers
from audit.survey_response import survey_coverage
from audit.view import WindowView

LARGEST_DIFFERENCE = 0.2
"""Weighted less unweighted mean, in SD, beyond which the weights carry the result."""


def survey_checks(view: WindowView, construct: str, judged: Judged) -> pd.DataFrame:
    """Return rows of a survey lead: group_id, kind, detail, value, n, is_enough."""
    answers = view.tables.answers
    if answers is None or judged.basis is None:
        return pd.DataFrame()
    tested = judged.judgement.loc[judged.judgement["effect"].notna(), "group_id"]
    gap = weighting_gap(view, answers, construct)
    gap = gap[gap.index.isin(tested)]
    unweighted = pd.DataFrame(
        {
            "group_id": gap.index,
            "kind": "unweighted",
            "value": gap.to_numpy(),
            "n": 1,
            "is_enough": gap.abs().le(LARGEST_DIFFERENCE).to_numpy(),
        }
    )
    if answers.invited.empty and view.tables.people.empty:
        # Nobody says how many were asked: nothing is known of those who were silent.
        return unweighted.assign(detail=None)
    tips = tipping_point(judged.judgement, survey_coverage(answers, view), judged.basis.rules)
    tipping = tips.rename(columns={"shift": "value"}).assign(kind="tipping_point", n=len(SHIFTS))
    found = pd.concat([unweighted, tipping.drop(columns="verdict")], ignore_index=True)
    return found.assign(detail=None)


def weighting_gap(view: WindowView, answers: Answers, construct: str) -> pd.Series:
    """Return weighted less unweighted mean of each group, in SD of the answers, by group id.

    Formula: (sum w x / sum w - mean x) / SD within teams, as the scale is judged. Empty without
    the scale; 0 where all weights are alike.
    """
    scores = view.scores(construct)
    placed = answers.forms[["subject_id", "unit_id"]].merge(
        scores, on="subject_id", how="inner", validate="1:1"
    )
    if placed.empty:
        return pd.Series(dtype="float64")
    team = placed["value"] - placed.groupby("unit_id")["value"].transform("mean")
    freedom = max(len(placed) - placed["unit_id"].nunique(), 1)
    sd = float(np.sqrt((team**2).sum() / freedom)) or 1.0
    groups = view.groups.people(placed)
    groups = groups.assign(total=groups["weight"] * groups["value"])
    sums = groups.groupby("group_id").agg(
        total=("total", "sum"), weight=("weight", "sum"), plain=("value", "mean")
    )
    gap: pd.Series = (sums["total"] / sums["weight"] - sums["plain"]) / sd
    return gap
