"""A period's replies to weekly sums per person: all that later steps need of the messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from audit.reply_model import ReplyFit, fit_reply_model, person_sums
from core.engine import Engine
from core.windows import Period

QUALITIES = ("explicit", "pseudo")
OUTCOMES = {"answered": None, "answered_up": "up", "answered_down": "down"}
"""Outcome and the relation of sender to recipient that it looks at; None for all."""

REPLIES_SQL = """
select
    week, sender_id, recipient_id, relation, is_same_unit, channel, inbound_load, fan_out,
    hour_block, weekday, is_answered
from replies
where relation <> 'outside'
    and not is_censored
    and reply_quality = $quality
    and week >= $first_day
    and week < $end_day
order by week, recipient_id, sender_id, message_id
"""

QUALITY_SQL = """
select reply_quality, count(*) as n
from replies
where relation <> 'outside' and not is_censored
group by reply_quality
"""

NAMES = {"excess1": "excess_own", "info1": "info_own"}


@dataclass(frozen=True)
class Condensed:
    """Weekly sums of a period and what the fitted models say about the organization."""

    person_weeks: pd.DataFrame
    fits: dict[str, ReplyFit]


def choose_quality(engine: Engine, network: Path, wanted: str) -> str:
    """Return how answers are known in this run: explicit, pseudo, or none.

    One quality serves the whole run, so that linked and inferred answers never meet in one
    comparison. `auto` takes the export's own links where they cover at least half of the
    addressed messages, else inferred ones.
    """
    counts = engine.fetch(QUALITY_SQL, {"replies": network / "replies.parquet"})
    found = {str(q): int(n) for q, n in zip(counts["reply_quality"], counts["n"], strict=True)}
    if not found:
        return "none"
    if wanted != "auto":
        return wanted if wanted in found else "none"
    explicit = found.get("explicit", 0)
    return "explicit" if explicit >= found.get("pseudo", 0) else "pseudo"


def condense(engine: Engine, network: Path, period: Period) -> Condensed:
    """Fit the reply model on each quality of a period and return PERSON_WEEKS rows.

    Messages from outside and messages too close to the data end for an answer do not enter.
    """
    parts, fits = [], {}
    for quality in QUALITIES:
        rows = engine.fetch(
            REPLIES_SQL,
            {"replies": network / "replies.parquet"},
            {"quality": quality, "first_day": period.first_day, "end_day": period.end_day},
        )
        if len(rows):
            fits[quality] = fit_reply_model(rows)
            parts += list(_outcomes(rows, fits[quality], quality, period))
    sums = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return Condensed(sums, fits)


def _outcomes(
    rows: pd.DataFrame, fit: ReplyFit, quality: str, period: Period
) -> Iterator[pd.DataFrame]:
    for outcome, relation in OUTCOMES.items():
        chosen = (
            pd.Series(True, index=rows.index) if relation is None else rows["relation"] == relation
        ).to_numpy()
        if not chosen.any():
            continue
        part = replace(fit, p0=fit.p0[chosen], p1=fit.p1[chosen], n=int(chosen.sum()))
        yield (
            person_sums(rows[chosen], part)
            .rename(columns=NAMES)
            .assign(
                outcome=outcome, reply_quality=quality, model_id=f"{period.period_id}-{quality}"
            )
        )
