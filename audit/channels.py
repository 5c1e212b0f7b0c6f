"""A period's reply sums without one channel at a time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from audit.condense import QUALITIES
from audit.reply_model import fit_reply_model, person_sums
from core.engine import Engine
from core.tables.network import PERSON_WEEKS
from core.tables.weekly import ANSWER_CHANNELS, CHANNEL_WEEKS
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
SUMS = ["week", "person_id", "n", "n_yes", "excess", "info", "excess_own", "info_own"]


def weeks_without_channels(
    engine: Engine, network: Path, period: Period, quality: str
) -> dict[str, pd.DataFrame]:
    """Return by channel the sums of a period's answers when its messages are left out.

    The reply model is fitted anew on what is left; rows follow PERSON_WEEKS, outcome `answered`.
    Empty where only one channel has data: nothing would be left.
    """
    found = _without_each(engine, network, (period.first_day, period.end_day), quality)
    return {
        channel: sums.assign(
            outcome="answered",
            reply_quality=quality,
            model_id=f"{period.period_id}-{quality}-without-{channel}",
        )
        for channel, sums in found.items()
    }


def week_without_channels(engine: Engine, network: Path, week: int) -> pd.DataFrame:
    """Return the CHANNEL_WEEKS rows of one week: the reply model fitted on that week alone."""
    parts = [
        sums.assign(reply_quality=quality, channel=channel)
        for quality in QUALITIES
        for channel, sums in _without_each(engine, network, (week, week + 7), quality).items()
    ]
    return pd.concat(parts, ignore_index=True) if parts else CHANNEL_WEEKS.empty()


def joined_without_channels(
    stored: Mapping[str, pd.DataFrame], period: Period, quality: str
) -> dict[str, pd.DataFrame]:
    """Return what `weeks_without_channels` does, from sums condensed week by week.

    `stored` holds CHANNEL_WEEKS, ANSWER_CHANNELS and PERSON_WEEKS. A week in which a channel was
    not used is that week as it is.
    """
    used, weeks, left_out = (
        _inside(stored[contract.name], period, quality)
        for contract in (ANSWER_CHANNELS, PERSON_WEEKS, CHANNEL_WEEKS)
    )
    weeks = weeks.loc[weeks["outcome"] == "answered", SUMS]
    channels = sorted(used["channel"].unique())
    if len(channels) == 1:
        return {}
    found = {}
    for channel in channels:
        left = left_out.loc[left_out["channel"] == channel, SUMS]
        touched = used.loc[used["channel"] == channel, "week"]
        sums = pd.concat([left, weeks[~weeks["week"].isin(touched)]], ignore_index=True)
        model = f"{period.period_id}-{quality}-without-{channel}"
        sums = sums.sort_values(["week", "person_id"], ignore_index=True)
        found[str(channel)] = sums.assign(
            outcome="answered", reply_quality=quality, model_id=model
        )
    return found


def _without_each(
    engine: Engine, network: Path, span: tuple[int, int], quality: str
) -> dict[str, pd.DataFrame]:
    tables = {"replies": network / "replies.parquet"}
    when: dict[str, str | int] = {
        "quality": quality,
        "first_day": span[0],
        "end_day": span[1],
    }
    channels = engine.fetch(CHANNELS_SQL, tables, when)["channel"].astype(str).tolist()
    if len(channels) == 1:
        return {}
    found = {}
    for channel in channels:
        rows = engine.fetch(WITHOUT_SQL, tables, {**when, "channel": channel})
        found[channel] = person_sums(rows, fit_reply_model(rows)).rename(columns=NAMES)
    return found


def _inside(frame: pd.DataFrame, period: Period, quality: str) -> pd.DataFrame:
    here = frame["week"].between(period.first_day, period.end_day - 1)
    return frame[here & (frame["reply_quality"] == quality)]
