"""The time of an audit: which days hold data, cut into windows and periods."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from audit.config.parts import MeasurementPart
from audit.config.parts import Period as Days
from core.checks import check
from core.engine import Engine
from core.errors import SourceError
from core.tables.network import WINDOWS
from core.tables.survey import WAVES
from core.windows import Period, Window, cut_periods, cut_windows, date_of, day_of, week_of

WEEKS_SQL = """
select
    cast(sent_day - (sent_day + 3) % 7 as integer) as week,
    cast(count(*) as bigint) as n_rows,
    min(sent_day) as first_day,
    max(sent_day) as last_day,
    cast(sum(case when act = 'reply' then 1 else 0 end) as bigint) as n_replies,
    cast(sum(case when act = 'reaction' and sender_id <> recipient_id then 1 else 0 end) as bigint)
        as n_reactions,
    cast(sum(case when role = 'member' and visibility <> 'direct' then 1 else 0 end) as bigint)
        as n_in_channels,
    cast(sum(case when is_automated then 1 else 0 end) as bigint) as n_automated
from messages
group by cast(sent_day - (sent_day + 3) % 7 as integer)
order by week
"""
QUIET = 0.02
"""Weeks at either end with less than this share of the busiest week are no data: stray dates."""
TUESDAY, FRIDAY = 1, 4


@dataclass(frozen=True)
class Timeline:
    """Windows and periods, oldest first, and the day after the last day of data."""

    windows: tuple[Window, ...]
    periods: tuple[Period, ...]
    data_end_day: int


def build_timeline(
    engine: Engine, canonical: Path, network: Path, rules: MeasurementPart, days: Days | None
) -> Timeline:
    """Cut the analysed days into whole windows and complete periods, and write WINDOWS.

    The analysed days begin with the first message and end with the last, or inside that where
    the audit file says so; stray weeks at either end, with next to no message, do not count. A
    first or last week lacking only a Monday or a weekend counts as whole. Without any message the
    survey waves give the days.
    """
    span = span_of(weeks_of(engine, canonical), days) or span_of_waves(canonical, rules)
    timeline = cut_timeline(span, rules)
    write_windows(timeline, engine, network)
    return timeline


def weeks_of(engine: Engine, canonical: Path) -> pd.DataFrame:
    """Return the WEEKS rows of all messages."""
    return engine.fetch(WEEKS_SQL, {"messages": canonical / "messages.parquet"})


def span_of(weeks: pd.DataFrame, days: Days | None) -> tuple[int, int] | None:
    """Return the first analysed day and the day after the last; None without a message.

    `weeks` has week, n_rows, first_day, last_day, oldest first.
    """
    if weeks.empty:
        return None
    if days is None:
        busy = weeks[weeks["n_rows"] >= QUIET * weeks["n_rows"].max()]
        return _whole(int(busy["first_day"].iloc[0]), int(busy["last_day"].iloc[-1]))
    first, end = _whole(int(weeks["first_day"].iloc[0]), int(weeks["last_day"].iloc[-1]))
    return max(first, day_of(days.first)), min(end, day_of(days.last) + 1)


def cut_timeline(span: tuple[int, int], rules: MeasurementPart) -> Timeline:
    """Cut a span of days into windows and periods; `SourceError` where not one window fits."""
    first_day, end_day = span
    windows = cut_windows(first_day, end_day, rules.weeks_per_window)
    if not windows:
        raise SourceError(
            f"the data span {date_of(first_day)} to {date_of(end_day - 1)}, which is less than "
            f"one window of {rules.weeks_per_window} whole weeks.",
            code="E-TIME-001",
            hint="Export more weeks, or lower weeks_per_window under [measurement].",
        )
    periods = tuple(cut_periods(windows, rules.windows_per_verdict))
    return Timeline(tuple(windows), periods, end_day)


def write_windows(timeline: Timeline, engine: Engine, network: Path) -> None:
    """Write WINDOWS."""
    windows = timeline.windows
    period_of = {w.window_id: p.period_id for p in timeline.periods for w in p.windows}
    frame = pd.DataFrame(
        {
            "window_id": [w.window_id for w in windows],
            "first_day": [w.first_day for w in windows],
            "end_day": [w.end_day for w in windows],
            "period_id": pd.array([period_of.get(w.window_id) for w in windows], dtype="Int32"),
            "is_complete": True,
        }
    )
    WINDOWS.write(frame, network)
    check(engine, WINDOWS, network)


def _whole(first: int, last: int) -> tuple[int, int]:
    start = week_of(first) if first - week_of(first) <= TUESDAY else first
    end = week_of(last) + 7 if last - week_of(last) >= FRIDAY else last + 1
    return start, end


def span_of_waves(canonical: Path, rules: MeasurementPart) -> tuple[int, int]:
    """Return the days around the survey waves of a run without a message."""
    waves = WAVES.read(canonical)
    if waves.empty:
        raise SourceError(
            "no message and no survey answer was accepted.",
            code="E-TIME-002",
            hint="Run `python -m audit check` on the audit file: it says why rows were left out.",
        )
    end = week_of(int(waves["last_day"].max())) + 7
    windows = rules.weeks_per_window * rules.windows_per_verdict
    return min(week_of(int(waves["first_day"].min())), end - 7 * windows), end
