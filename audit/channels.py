"""A period's reply sums without one channel at a time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from audit.reply_model import fit_reply_model, person_sums
from core.engine import Engine
from core.windows import Period

CHANNELS_SQL = """
select distinct channel
from replies
where relation <> 'outside'
    and not is_censored
    and reply_quality = $quality
    and week >= $first_day
    and week < $end_day
order by channel
"""

WITHOUT_SQL = """
select
    week, sender_id, recipient_id, relation, is_same_unit, channel, inbound_load, fan_out,
    hour_block, weekday, is_answered
from replies
where relation <> 'outside'
    and not is_censored
    and reply_quality = $quality
    and channel <> $channel
    and week >= $first_day
    and week < $end_day
order by week, recipient_id, sender_id, message_id
"""

NAMES = {"excess1": "excess_own", "info1": "info_own"}


def weeks_without_channels(
    engine: Engine, network: Path, period: Period, quality: str
) -> dict[str, pd.DataFrame]:
    """Return by channel the sums of a period's answers when its messages are left out.

    The reply model is fitted anew on what is left; rows follow PERSON_WEEKS, outcome `answered`.
    Empty where only one channel has data: nothing would be left.
    """
    tables = {"replies": network / "replies.parquet"}
    when: dict[str, str | int] = {
        "quality": quality,
        "first_day": period.first_day,
        "end_day": period.end_day,
    }
    channels = engine.fetch(CHANNELS_SQL, tables, when)["channel"].astype(str).tolist()
    if len(channels) == 1:
        return {}
    found = {}
    for channel in channels:
        rows = engine.fetch(WITHOUT_SQL, tables, {**when, "channel": channel})
        sums = person_sums(rows, fit_reply_model(rows)).rename(columns=NAMES)
        model = f"{period.period_id}-{quality}-without-{channel}"
        found[channel] = sums.assign(outcome="answered", reply_quality=quality, model_id=model)
    return found
