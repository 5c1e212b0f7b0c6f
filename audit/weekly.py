"""Aggregate, then delete: weeks condensed one by one, and an audit judged from their sums alone.

The sums of a week rest on the messages of the week itself, of some days before it and of four days
after it, and on nothing else: not on what else an export holds, and not on earlier sums. So a week
gives the same sums whether it is condensed from a whole year of messages or from three weeks of
them, and what is judged from the sums is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from audit.channels import joined_without_channels, week_without_channels
from audit.condense import condense_week, only_seen
from audit.config.audit_file import AuditConfig
from audit.network import Network, Sums, complete_network, write_network
from audit.timeline import Timeline, cut_timeline, span_of, span_of_waves, weeks_of, write_windows
from audit.week_store import STORED, SUMS, WeekStore, basis_of
from core.checks import check
from core.engine import Engine
from core.errors import SourceError
from core.progress import Stage, stage
from core.store import RunFolder
from core.tables.canonical import CONFLICTS, MESSAGES, PEOPLE, REJECTS
from core.tables.network import PERSON_WEEKS
from core.tables.weekly import CHANNEL_WEEKS, WEEKS
from core.windows import Period, cut_windows, date_of
from ingest.merging.threads import finish_messages
from ingest.merging.unfinished import Unfinished
from ingest.settings import IntakeSettings, WeeklyRules

SEEN_UNTIL = "select max(sent_s) as sent_s from messages where sent_day < $end_day"
EVENTS = (MESSAGES, CONFLICTS, REJECTS)
"""Canonical tables with rows about single messages."""


class TooFewWeeksError(SourceError):
    """The weeks gathered so far do not fill one window: nothing can be judged yet."""


@dataclass(frozen=True)
class Gathered:
    """All weeks of an audit, those of this run among them, and what to say of them."""

    store: WeekStore
    span: tuple[int, int]
    says: tuple[str, ...]


def gather_weeks(
    config: AuditConfig, folder: RunFolder, engine: Engine, settings: IntakeSettings
) -> Gathered:
    """Condense the weeks at hand that are not kept yet, and write all sums into `folder.weeks`.

    A week whose answers were not all waited for is kept as it is so far, and condensed again by
    the next run that holds its messages.
    """
    rules = WeeklyRules(config.retention.event_days)
    store = WeekStore.read(_kept(folder), basis_of(config))
    here = weeks_of(engine, folder.canonical)
    wanted = _wanted(store.weeks, here)
    known = pd.concat([store.weeks[~store.weeks["week"].isin(wanted["week"])], wanted])
    known = known.sort_values("week", ignore_index=True)
    span = span_of(known, config.audit.period)
    if span is None:
        span = span_of_waves(folder.canonical, config.measurement)
    inside = wanted[(wanted["week"] + 7 > span[0]) & (wanted["week"] < span[1])]
    look = _Look(config, folder, engine, settings, rules, span[1])
    says = tuple(_remarks(store.weeks, inside, here, rules))
    joined = store.with_weeks(look.each(inside))
    if not config.retention.keep_ties:
        joined = joined.without_ties()
    joined.write(folder.weeks)
    for contract in STORED.values():
        check(engine, contract, folder.weeks)
    return Gathered(joined, span, says)


def build_weekly_network(
    config: AuditConfig, folder: RunFolder, engine: Engine, gathered: Gathered, log: list[Stage]
) -> Network:
    """Write all network tables of a run from weekly sums, and return what judgement needs.

    Raises `TooFewWeeksError` where the weeks do not fill one window.
    """
    tables, rules = gathered.store.tables, config.measurement
    if not cut_windows(*gathered.span, rules.weeks_per_window):
        raise TooFewWeeksError(
            f"{len(gathered.store.weeks)} weeks are there, and a window takes "
            f"{rules.weeks_per_window} whole ones: their sums are kept, and nothing is published "
            "yet.",
            code="E-WEEK-002",
            hint="Run again when a week has passed.",
        )
    with stage("windows", log) as done:
        timeline: Timeline = cut_timeline(gathered.span, rules)
        write_windows(timeline, engine, folder.network)
        done.rows_out = len(timeline.windows)
    with stage("weekly sums", log) as done:
        for contract in SUMS:
            contract.write(tables[contract.name], folder.network)
        done.rows_out = sum(len(tables[contract.name]) for contract in SUMS)

    def person_weeks(period: Period) -> pd.DataFrame:
        rows = tables[PERSON_WEEKS.name]
        return only_seen(rows[rows["week"].between(period.first_day, period.end_day - 1)])

    sums = Sums(
        gathered.store.weeks,
        person_weeks,
        lambda period, quality: joined_without_channels(tables, period, quality),
    )
    return complete_network(config, folder, engine, timeline, sums, log)


def drop_events(folder: RunFolder) -> None:
    """Leave no row about a single message in what a run is about to put in its place."""
    for contract in EVENTS:
        contract.write(contract.empty(), folder.canonical)


@dataclass(frozen=True)
class _Look:
    """Condenses single weeks from what was read."""

    config: AuditConfig
    folder: RunFolder
    engine: Engine
    settings: IntakeSettings
    rules: WeeklyRules
    end_day: int

    def each(self, weeks: pd.DataFrame) -> Iterator[Mapping[str, pd.DataFrame]]:
        if weeks.empty:
            return
        messages = {"messages": MESSAGES.path(self.folder.canonical)}
        seen = self.engine.fetch(SEEN_UNTIL, messages, {"end_day": self.end_day})
        seen_until_s = int(seen["sent_s"].iloc[0])
        for place in range(len(weeks)):
            row = weeks.iloc[[place]]
            week = int(row["week"].iloc[0])
            is_whole = self.rules.is_whole(week, seen_until_s)
            yield self._of_week(week) | {WEEKS.name: row.assign(is_whole=is_whole)}

    def _of_week(self, week: int) -> dict[str, pd.DataFrame]:
        spool = self.folder.spool
        first, end = self.rules.of_week(week)
        canonical, network = spool / "week" / "canonical", spool / "week" / "network"
        given = Unfinished.kept(spool).of_days((first, end), spool / "week" / "timed")
        finish_messages(given, canonical, spool / "week", self.settings, self.engine)
        people = PEOPLE.path(canonical)
        people.unlink(missing_ok=True)
        people.hardlink_to(PEOPLE.path(self.folder.canonical))
        network.mkdir(parents=True, exist_ok=True)
        write_network(self.config, self.engine, (canonical, network), min(end, self.end_day))
        tables = {contract.name: _of(contract.read(network), week) for contract in SUMS}
        weeks = condense_week(self.engine, network, week)
        tables[PERSON_WEEKS.name] = weeks if len(weeks) else PERSON_WEEKS.empty()
        tables[CHANNEL_WEEKS.name] = week_without_channels(self.engine, network, week)
        return tables


def _kept(folder: RunFolder) -> Path:
    """Where the sums of earlier runs lie: those of this run where somebody has left them."""
    return folder.weeks if WEEKS.path(folder.weeks).exists() else RunFolder(folder.root).weeks


def _of(frame: pd.DataFrame, week: int) -> pd.DataFrame:
    return frame[frame["week"] == week].reset_index(drop=True)


def _wanted(kept: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """WEEKS rows of the weeks at hand that are to be condensed: new ones, and those not whole.

    A week of which a former run saw an earlier day than this one stays as it is.
    """
    first_day = int(here["first_day"].min()) if len(here) else 0
    is_whole = here["week"].isin(kept.loc[kept["is_whole"], "week"])
    seen_from = here["week"].map(kept.set_index("week")["first_day"])
    is_covered = seen_from.isna() | (seen_from >= first_day)
    is_early = len(kept) > 0 and here["week"] < kept["week"].min()
    return here[~is_whole & is_covered & ~pd.Series(is_early, index=here.index)]


def _remarks(
    kept: pd.DataFrame, new: pd.DataFrame, here: pd.DataFrame, rules: WeeklyRules
) -> Iterator[str]:
    """What to say where exports leave a gap behind the kept weeks, or reach back too little."""
    if kept.empty or new.empty:
        return
    first = int(new["week"].min())
    left = kept[~kept["is_whole"] & (kept["week"] < first)]
    if len(left):
        yield (
            f"The answers of {len(left)} weeks from {date_of(int(left['week'].min()))} on were "
            "not all seen (W-WEEK-003): no later export held their messages."
        )
    expected = int(kept["week"].max()) + 7
    if first > expected:
        yield (
            f"Between {date_of(expected)} and {date_of(first)} no export held a message "
            "(W-WEEK-001): those weeks are empty. Make every export reach back "
            f"{rules.event_days} days."
        )
    reach, wanted = int(here["first_day"].min()), rules.of_week(first)[0]
    if reach > wanted + 2:
        yield (
            f"The exports reach back to {date_of(reach)} and not to {date_of(wanted)} "
            "(W-WEEK-002): conversations that went on from before the week of "
            f"{date_of(first)} count as begun in it."
        )
