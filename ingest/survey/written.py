"""Waves, scales and items of the surveys that were taken in, as tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.tables.survey import ITEMS, SCALES, WAVES
from ingest.settings import SurveySettings


@dataclass(frozen=True)
class Wave:
    """One wave: its name and the days on which forms were filled in."""

    wave_id: str
    first_day: int
    last_day: int


def waves_frame(waves: dict[str, Wave], survey: SurveySettings) -> pd.DataFrame:
    """Return the waves as rows of WAVES."""
    return pd.DataFrame(
        [
            {
                "wave_id": w.wave_id,
                "first_day": w.first_day,
                "last_day": w.last_day,
                "mode": survey.mode,
                "min_people": survey.min_people,
            }
            for w in waves.values()
        ],
        columns=WAVES.names,
    )


def scales_frame(survey: SurveySettings, used: set[str]) -> pd.DataFrame:
    """Return the scales of which an item was answered, as rows of SCALES."""
    asked = {item.scale_id for item in survey.items if item.item_id in used}
    return pd.DataFrame(
        [
            {
                "scale_id": s.scale_id,
                "title": s.title,
                "construct": s.construct,
                "min_items": s.min_items,
                "source": s.source or "not given",
                "licence": s.licence or "not given",
            }
            for s in survey.scales
            if s.scale_id in asked
        ],
        columns=SCALES.names,
    )


def items_frame(survey: SurveySettings, used: set[str]) -> pd.DataFrame:
    """Return the items that were answered, as rows of ITEMS."""
    return pd.DataFrame(
        [
            {
                "item_id": i.item_id,
                "scale_id": i.scale_id,
                "item_no": i.item_no,
                "lowest": i.lowest,
                "highest": i.highest,
                "is_reversed": i.is_reversed,
                "is_anchor": i.is_anchor,
                "referent": i.referent,
            }
            for i in survey.items
            if i.item_id in used
        ],
        columns=ITEMS.names,
    )
