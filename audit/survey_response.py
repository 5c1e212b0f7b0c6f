"""Who was asked and who answered, by group; and whether that is enough to be looked at."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.statistics.reliability import response_gate
from audit.survey import Answers
from audit.view import WindowView


def survey_coverage(answers: Answers, view: WindowView) -> pd.DataFrame:
    """Return n_people (invited) and n_with_data (answered) by group.

    Where a wave does not say whom it invited, everybody on the roster counts as invited.
    """
    groups = view.groups
    answered = groups.people(answers.people).groupby("group_id").size()
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
