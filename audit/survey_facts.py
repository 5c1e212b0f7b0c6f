"""What is known of the surveys of a run, gathered from its tables for the publisher."""

from __future__ import annotations

import pandas as pd

from audit.registry import indicators
from audit.release import WaveResponse
from audit.statistics.raking import Raking
from audit.survey import respondents_of
from audit.survey_quality import SurveyFacts
from core.store import RunFolder
from core.tables.canonical import IMPORT_REASONS, PEOPLE
from core.tables.survey import INVITED, RESPONSES, SCALES
from core.text import slug

READER = "survey"
"""Sources whose reader begins so are surveys."""


def responses_of(folder: RunFolder) -> tuple[WaveResponse, ...]:
    """Return the response to every wave over the whole organization, in people."""
    rows = RESPONSES.read(folder.canonical, ["wave_id", "form_id", "item_id", "value"])
    rows = rows[rows["value"].notna()]
    invited = INVITED.read(folder.canonical).groupby("wave_id")["n_invited"].sum()
    return tuple(
        WaveResponse(str(wave), int(invited.get(wave, 0)), _people(own))
        for wave, own in rows.groupby("wave_id", sort=True)
    )


def survey_facts(folder: RunFolder, raking: Raking | None, min_people: int) -> SurveyFacts | None:
    """Return what is known of the surveys of a run; None where nobody answered one."""
    rows = RESPONSES.read(folder.canonical, ["wave_id", "form_id", "item_id", "unit_id", "value"])
    if rows["value"].isna().all():
        return None
    reasons = IMPORT_REASONS.read(folder.canonical)
    reasons = reasons[reasons["source"].str.startswith(READER)]
    counts = reasons.groupby(["part", "reason"])["n"].sum()
    by_part = {part: counts.xs(part) for part in set(reasons["part"])}
    return SurveyFacts(
        dropped=_listed(by_part.get("slot")),
        noted=_listed(by_part.get("note")),
        raking=raking,
        is_invited_known=bool(INVITED.read(folder.canonical)["n_invited"].sum() > 0),
        n_small_units=_small_units(rows, folder, min_people),
        unread=_unread(SCALES.read(folder.canonical)),
    )


def _people(rows: pd.DataFrame) -> int:
    known = respondents_of(rows)
    return int(rows["form_id"].nunique()) if known is None else len(known)


def _listed(counts: pd.Series | None) -> tuple[tuple[str, int], ...]:
    if counts is None:
        return ()
    return tuple((str(reason), int(n)) for reason, n in counts.sort_index().items())


def _small_units(rows: pd.DataFrame, folder: RunFolder, min_people: int) -> int:
    """Count units with few respondents, where no roster says how many belong to them."""
    staff = PEOPLE.read(folder.canonical, ["kind"])
    if staff["kind"].eq("employee").any():
        return 0
    latest = rows[rows["wave_id"] == rows["wave_id"].max()]
    known = respondents_of(latest)
    if known is not None:
        latest = latest[latest["form_id"].isin(known)]
    sizes = latest.groupby("unit_id")["form_id"].nunique()
    return int((sizes < min_people).sum())


def _unread(scales: pd.DataFrame) -> tuple[str, ...]:
    read = {slug(plugin.meta.construct) for plugin in indicators if plugin.meta.construct}
    unread = [
        str(title)
        for title, scale, construct in zip(
            scales["title"], scales["scale_id"], scales["construct"], strict=True
        )
        if not {slug(str(scale)), slug(str(construct))} & read
    ]
    return tuple(sorted(unread))
