"""Coded interviews: do the coders agree, what was named how often, and what is a theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from audit.groups import Groups
from audit.statistics.agreement import FEWEST_CODERS, krippendorff_alpha
from core.windows import Period

LEAST_ALPHA = 0.67
LEAST_NAMED = 3
LEAST_INTERVIEWS = 5
MAJORITY = 0.5
MIXED = "mixed"
ONE_CODER = (
    "no interview was coded by two coders on their own, so nobody knows how far the codes depend "
    "on who coded"
)
TOO_LITTLE = "the coders agree too little (alpha {alpha:.2f}; .67 is needed)"
_THEME = ["element", "code", "polarity"]


@dataclass(frozen=True)
class Agreement:
    """How far the coders of a run agree, over its one code book."""

    n_interviews: int
    n_coders: int
    n_shared: int
    """Interviews that two coders or more coded."""
    on_codes: float
    """Alpha of whether an interview was given a code; nan where it cannot be known."""
    on_polarity: float
    """Alpha of the polarity, where two coders gave the same code; nan where all are the same."""

    @property
    def lowest(self) -> float:
        """Return the lower of the two coefficients, which decides."""
        known = [a for a in (self.on_codes, self.on_polarity) if not np.isnan(a)]
        return min(known) if known and not np.isnan(self.on_codes) else float("nan")

    @property
    def is_enough(self) -> bool:
        """Return whether themes may be shown: both coefficients at least .67."""
        return self.lowest >= LEAST_ALPHA

    @property
    def why(self) -> str:
        """Return why no theme is shown; empty where the gate is passed."""
        if self.is_enough:
            return ""
        return ONE_CODER if np.isnan(self.lowest) else TOO_LITTLE.format(alpha=self.lowest)


def agreement(codes: pd.DataFrame) -> Agreement:
    """Return the coders' agreement over all interviews (CODES rows) of a run.

    Formula: Krippendorff's alpha, nominal; its units are interview x code for every code in use,
    and the categories given or not given; then, where two coders gave a code, its polarity.
    Edge cases: interviews of one coder say nothing of agreement and are left out.
    Source: Krippendorff 2011; gate .67: Krippendorff 2004, Content Analysis.
    """
    given = _one_polarity(codes)
    coders = given.groupby("interview_id")["coder_id"].nunique()
    shared = coders[coders >= FEWEST_CODERS]
    both = given[given["interview_id"].isin(shared.index)]
    with_code = both.groupby(["interview_id", "code"]).size().unstack(fill_value=0)  # noqa: PD010
    yes = with_code.to_numpy(dtype=np.float64).ravel()
    asked = np.repeat(shared.reindex(with_code.index).to_numpy(dtype=np.float64),
                      with_code.shape[1])  # fmt: skip
    polarity = pd.crosstab([both["interview_id"], both["code"]], both["polarity"])
    return Agreement(
        n_interviews=len(coders),
        n_coders=int(given["coder_id"].nunique()),
        n_shared=len(shared),
        on_codes=krippendorff_alpha(np.column_stack([yes, asked - yes])),
        on_polarity=krippendorff_alpha(polarity.to_numpy(dtype=np.float64)),
    )


def code_frequencies(codes: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """Return how many interviewees of each group, and of all groups above, named each code.

    Columns: group_id, element, code, polarity, n_interviewees, n_interviews. A code counts for an
    interview when more than half of its coders gave it with the same polarity. Codes that no
    majority gave stand with 0, so that every group with an interview has a row.
    """
    given = _one_polarity(codes)
    coders = given.groupby("interview_id")["coder_id"].nunique()
    keys = ["interview_id", "unit_id", *_THEME]
    votes = given.groupby(keys, as_index=False).agg(n_coders=("coder_id", "nunique"))
    votes["is_named"] = votes["n_coders"] > MAJORITY * votes["interview_id"].map(coders)
    placed = groups.people(votes)
    held = groups.people(given[["interview_id", "unit_id"]].drop_duplicates())
    n_interviews = held.groupby("group_id")["interview_id"].nunique()
    table = placed.groupby(["group_id", *_THEME], as_index=False).agg(
        n_interviewees=("is_named", "sum")
    )
    table["n_interviewees"] = table["n_interviewees"].astype("int64")
    table["n_interviews"] = table["group_id"].map(n_interviews).astype("int64")
    return table


def themes(frequencies: pd.DataFrame, coders: Agreement, min_people: int) -> pd.DataFrame:
    """Return code frequencies with `is_theme`: THEMES rows without window_id.

    A theme is named by 3 interviewees or more, in a group with at least 5 interviews and not
    fewer than the floor `min_people`, with codes that pass the gate of agreement.
    """
    least = max(LEAST_INTERVIEWS, min_people)
    is_theme = (frequencies["n_interviewees"] >= LEAST_NAMED) & (
        frequencies["n_interviews"] >= least
    )
    return frequencies.assign(is_theme=is_theme & coders.is_enough)


def reliability_row(coders: Agreement) -> pd.DataFrame:
    """Return the RELIABILITY row of the coders' agreement, without window_id and indicator."""
    alone = np.nan
    return pd.DataFrame(
        {
            "kind": ["krippendorff"],
            "value": [coders.lowest],
            "low": [alone],
            "high": [alone],
            "is_enough": [coders.is_enough],
        }
    )


def periods_of(days: pd.Series, periods: Sequence[Period]) -> pd.Series:
    """Return the id of the period that each day belongs to; missing where it is too far from all.

    The period that holds the day, else the nearest one unless it lies farther off than it is
    long. What has no day belongs to the latest period.
    """
    starts = np.array([p.first_day for p in periods], dtype=np.float64)
    ends = np.array([p.end_day - 1 for p in periods], dtype=np.float64)
    ids = np.array([p.period_id for p in periods])
    day = days.astype("float64").fillna(ends[-1]).to_numpy()[:, None]
    outside = np.maximum(np.maximum(starts - day, day - ends), 0.0)
    # Of two that are equally near the later: interviews follow what they ask about.
    nearest = outside.shape[1] - 1 - np.argmin(outside[:, ::-1], axis=1)
    distance = outside[np.arange(len(day)), nearest]
    found = pd.Series(ids[nearest], index=days.index, dtype="Int64")
    return found.where(distance <= (ends - starts + 1.0)[nearest])


def _one_polarity(codes: pd.DataFrame) -> pd.DataFrame:
    """One row per interview, coder and code: what a coder gave with two polarities is mixed."""
    keys = ["interview_id", "unit_id", "coder_id", "element", "code"]
    found = codes.groupby(keys, as_index=False).agg(
        polarity=("polarity", "min"), other=("polarity", "max")
    )
    is_one = found["polarity"] == found["other"]
    return found[keys].assign(polarity=found["polarity"].where(is_one, MIXED))
