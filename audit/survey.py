"""Survey answers of one wave as an audit needs them: forms, scales, response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from audit.statistics.raking import Raking
from core.rows import Row
from core.rows import rows as read_rows
from core.tables.survey import INVITED, ITEMS, RESPONSES, SCALES, WAVES
from core.text import slug
from core.windows import Period

TOLD = ("level_group", "site", "tenure_band")
"""What a form may tell of the person beside the unit."""
_MOSTLY = 0.5


@dataclass(frozen=True)
class ScaleAnswers:
    """Answers to one scale: `items` (forms x items) and `score` (forms), in answer points."""

    scale_id: str
    title: str
    construct: str
    items: pd.DataFrame
    score: pd.Series
    options: int
    anchors: frozenset[str] | None = None
    """Items whose wording is the same in every wave; None: all."""


@dataclass(frozen=True)
class Answers:
    """One wave: its forms, its scales, who was invited.

    `forms`: subject_id, unit_id, stratum, weight, and level_group, site, tenure_band as told.
    """

    wave_id: str
    min_people: int
    forms: pd.DataFrame
    scales: tuple[ScaleAnswers, ...]
    invited: pd.DataFrame
    first_day: int = 0
    respondents: frozenset[str] | None = None
    """Forms that stand for people; None: every form is one person."""
    raking: Raking | None = None
    """How the weights of the forms were found; None: as read."""

    @property
    def people(self) -> pd.DataFrame:
        """Return subject_id and unit_id: one row per person who answered, if it can be told."""
        forms = self.forms[["subject_id", "unit_id"]]
        if self.respondents is None:
            return forms
        return forms[forms["subject_id"].isin(self.respondents)]

    def scale(self, constructs: Sequence[str]) -> ScaleAnswers | None:
        """Return the first scale that measures one of the constructs, if it was asked."""
        for construct in constructs:
            for scale in self.scales:
                if slug(construct) in (slug(scale.construct), slug(scale.scale_id)):
                    return scale
        return None


def waves_of_periods(waves: pd.DataFrame, periods: Sequence[Period]) -> dict[int, str]:
    """Return which wave belongs to which period, by period id.

    Each wave serves one period at most, so that one answer is never judged twice; among all ways
    to pair them the one with the smallest sum of distances in days is taken. A wave farther from
    a period than the period is long does not belong to it.
    """
    if waves.empty or not periods:
        return {}
    middle = (waves["first_day"].to_numpy() + waves["last_day"].to_numpy()) / 2.0
    starts = np.array([p.first_day for p in periods], dtype=np.float64)
    ends = np.array([p.end_day for p in periods], dtype=np.float64)
    outside = np.maximum(np.maximum(starts - middle[:, None], middle[:, None] - ends), 0.0)
    off_centre = np.abs(middle[:, None] - (starts + ends) / 2.0)
    rows, columns = linear_sum_assignment(outside + 0.01 * off_centre)
    return {
        periods[column].period_id: str(waves["wave_id"].iloc[row])
        for row, column in sorted(zip(rows, columns, strict=True), key=lambda pair: pair[1])
        if outside[row, column] <= ends[column] - starts[column]
    }


def read_answers(canonical: Path, wave_id: str) -> Answers:
    """Return the answers of one wave, scored."""
    waves = WAVES.read(canonical).set_index("wave_id")
    rows = RESPONSES.read(canonical)
    rows = rows[rows["wave_id"] == wave_id]
    items = ITEMS.read(canonical)
    scales = SCALES.read(canonical)
    invited = INVITED.read(canonical)
    found = [
        _scored(scale, items[items["scale_id"] == scale.text("scale_id")], rows)
        for scale in read_rows(scales.sort_values("scale_id"))
    ]
    return Answers(
        wave_id=wave_id,
        min_people=int(waves["min_people"].astype("int64").loc[wave_id]),
        forms=_forms(rows),
        scales=tuple(scale for scale in found if scale is not None),
        invited=invited.loc[invited["wave_id"] == wave_id, ["unit_id", "n_invited"]],
        respondents=respondents_of(rows),
        first_day=int(waves["first_day"].astype("int64").loc[wave_id]),
    )


def respondents_of(rows: pd.DataFrame) -> frozenset[str] | None:
    """Return the forms of one wave that stand for people; None where every form is one person.

    Where most forms hold one answer to one of several items, an id numbers answers: then the
    forms of the item that most people answered are counted, or one person would count many times.
    """
    answered = rows[rows["value"].notna()]
    per_form = answered.groupby("form_id").size()
    if len(answered["item_id"].unique()) <= 1 or float((per_form == 1).mean()) <= _MOSTLY:
        return None
    items = answered.groupby("item_id")["form_id"].nunique().sort_index()
    return frozenset(answered.loc[answered["item_id"] == items.idxmax(), "form_id"])


def homes_of_forms(canonical: Path, wave_id: str) -> pd.DataFrame:
    """Return person_id and unit_id of those who answered a wave, for runs without a roster."""
    rows = RESPONSES.read(canonical)
    rows = rows[(rows["wave_id"] == wave_id) & rows["value"].notna()]
    forms = rows.groupby("form_id", sort=True)["unit_id"].first()
    known = respondents_of(rows)
    homes = pd.DataFrame({"person_id": forms.index, "unit_id": forms.to_numpy()})
    return homes if known is None else homes[homes["person_id"].isin(known)]


def _forms(rows: pd.DataFrame) -> pd.DataFrame:
    answered = rows[rows["value"].notna()]
    forms = answered.groupby("form_id", sort=True).agg(
        unit_id=("unit_id", "first"),
        level_group=("level_group", "first"),
        site=("site", "first"),
        tenure_band=("tenure_band", "first"),
        weight=("weight", "first"),
    )
    level = forms["level_group"].astype("string").fillna("none")
    stratum = level + "|" + forms["site"].astype("string").fillna("none")
    forms = forms.assign(stratum=stratum.astype("object")).reset_index(names="subject_id")
    return forms[["subject_id", "unit_id", "stratum", "weight", *TOLD]]


def _scored(scale: Row, items: pd.DataFrame, rows: pd.DataFrame) -> ScaleAnswers | None:
    """Mean of the answered items in points of the answer scale; nan under the least number."""
    own = rows[rows["item_id"].isin(items["item_id"]) & rows["value"].notna()]
    if own.empty:
        return None
    bounds = items.set_index("item_id")
    low, high = float(bounds["lowest"].median()), float(bounds["highest"].median())
    wide = own.set_index(["form_id", "item_id"])["value"].unstack().sort_index()  # noqa: PD010
    wide = low + wide * (high - low)
    enough = wide.notna().sum(axis=1) >= scale.whole("min_items")
    return ScaleAnswers(
        scale_id=scale.text("scale_id"),
        title=scale.text("title"),
        construct=scale.text("construct"),
        items=wide,
        score=wide.mean(axis=1).where(enough),
        options=round(high - low) + 1,
        anchors=frozenset(items.loc[items["is_anchor"].astype(bool), "item_id"]),
    )
