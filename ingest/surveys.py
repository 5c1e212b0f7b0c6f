"""Survey answers to tables (in the making)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.tables.survey import SURVEY
from ingest.roster import Roster
from ingest.settings import IntakeSettings
from ingest.survey_rows import SurveyRows
from ingest.tally import Tally
from ingest.units import UnitTree


def take_surveys(
    sources: Sequence[tuple[Tally, SurveyRows]], roster: Roster, units: UnitTree,
    settings: IntakeSettings,
) -> dict[str, pd.DataFrame]:
    """Return the survey tables."""
    return {name: contract.empty() for name, contract in SURVEY.items()}
