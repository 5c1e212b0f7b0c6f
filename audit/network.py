"""The network of a run: messages condensed to edges, replies, counts; who counts when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from audit.channels import weeks_without_channels
from audit.condense import choose_quality, condense
from audit.config.audit_file import AuditConfig
from audit.eligibility import build_coverage, build_membership, inbound_of
from audit.groups import Groups, build_groups_of, homes_at, membership_day, units_at
from audit.inputs import Need, inputs_in
from audit.survey import homes_of_forms, waves_of_periods
from audit.timeline import Timeline, build_timeline, weeks_of
from core.checks import check
from core.contracts import Contract
from core.engine import Engine
from core.progress import Stage, stage
from core.store import RunFolder
from core.tables.canonical import PEOPLE, UNITS
from core.tables.network import EDGES, MEMBERSHIP, PERSON_WEEKS
from core.tables.survey import CODES, WAVES
from core.tables.weekly import CONTACTS, TALKS
from core.windows import Period, day_of
from graph.counts import build_person_counts
from graph.edges import build_edges
from graph.replies import ReplySettings, build_replies
from graph.threads import build_threads
from graph.unit_edges import build_unit_edges
from graph.weekly_sums import build_weekly_sums
from ingest.keys.left_out import objectors_of

EVERYWHERE = "all"


@dataclass(frozen=True)
class PeriodGroups:
    """A period with its groups, its members' homes and the coverage of its groups."""

    period: Period
    groups: Groups
    homes: pd.DataFrame
    coverage: pd.DataFrame


@dataclass(frozen=True)
class Network:
    """Everything between intake and judgement, for all periods."""

    timeline: Timeline
    periods: tuple[PeriodGroups, ...]
    membership: pd.DataFrame
    reply_quality: str
    has: frozenset[Need]
    without_channel: Mapping[int, Mapping[str, pd.DataFrame]]
    """Reply sums of each period without one channel at a time."""


@dataclass(frozen=True)
class Sums:
    """Where weekly sums come from: fitted on a whole period, or kept week by week."""

    weeks: pd.DataFrame
    """WEEKS rows of the run."""
    person_weeks: Callable[[Period], pd.DataFrame]
    without_channels: Callable[[Period, str], Mapping[str, pd.DataFrame]]


def build_network(
    config: AuditConfig, folder: RunFolder, engine: Engine, log: list[Stage]
) -> Network:
    """Write all network tables of a run from its messages, and return what judgement needs."""
    canonical, network, rules = folder.canonical, folder.network, config.measurement
    with stage("windows", log) as done:
        timeline = build_timeline(engine, canonical, network, rules, config.audit.period)
        done.rows_out = len(timeline.windows)
    with stage("edges, replies, counts", log) as done:
        done.rows_out = write_network(config, engine, (canonical, network), timeline.data_end_day)
    sums = Sums(
        weeks_of(engine, canonical),
        lambda period: condense(engine, network, period).person_weeks,
        lambda period, quality: weeks_without_channels(engine, network, period, quality),
    )
    return complete_network(config, folder, engine, timeline, sums, log)


def write_network(
    config: AuditConfig, engine: Engine, folders: tuple[Path, Path], data_end_day: int
) -> int:
    """Write what messages give without a look at periods; return how many rows there are.

    `folders`: where `messages` and `people` lie, and where edges, replies, counts, conversations
    and their weekly sums go. What was sent too close to `data_end_day` is censored.
    """
    canonical, network = folders
    rules = config.measurement
    rows = build_edges(engine, canonical, network, rules.mass_max)
    rows += build_replies(engine, canonical, network, _reply_settings(config, data_end_day))
    rows += build_person_counts(engine, canonical, network, rules.addressed_max)
    limits = {"horizon_h": rules.horizon_h, "addressed_max": rules.addressed_max}
    build_threads(engine, canonical, network, **limits)
    return rows + build_weekly_sums(engine, canonical, network)


def complete_network(
    config: AuditConfig,
    folder: RunFolder,
    engine: Engine,
    timeline: Timeline,
    sums: Sums,
    log: list[Stage],
) -> Network:
    """Write what hangs on periods, from weekly tables alone, and return what judgement needs."""
    canonical, network, rules = folder.canonical, folder.network, config.measurement
    with stage("groups", log) as done:
        people = PEOPLE.read(canonical)
        periods = _grouped(config, engine, folder, timeline, (people, UNITS.read(canonical)))
        done.rows_out = sum(len(item.groups.table) for item in periods)
    with stage("membership", log) as done:
        membership = _membership(config, engine, folder, timeline, people)
        done.rows_out = len(membership)
    with stage("unit edges", log) as done:
        leaves = pd.concat([_leaves(item) for item in periods], ignore_index=True)
        if not config.retention.keep_ties:
            drop_ties(network)
        done.rows_out = build_unit_edges(engine, network, leaves)
    with stage("reply model", log) as done:
        parts = [sums.person_weeks(item.period) for item in periods]
        weeks = pd.concat([part for part in parts if len(part)] or [PERSON_WEEKS.empty()])
        _write(engine, PERSON_WEEKS, weeks, folder)
        done.rows_out = len(weeks)
    quality = choose_quality(engine, network, rules.reply_quality)
    without = {
        item.period.period_id: sums.without_channels(item.period, quality) for item in periods
    }
    has = inputs_in(sums.weeks, people, _declared(config, quality, folder))
    return Network(timeline, tuple(periods), membership, quality, has, without)


def drop_ties(network: Path) -> None:
    """Leave nothing of who wrote to whom in a folder of network tables."""
    for contract in (EDGES, CONTACTS, TALKS):
        contract.write(contract.empty(), network)


def _declared(config: AuditConfig, quality: str, folder: RunFolder) -> list[Need]:
    found: list[Need] = ["ties"] if config.retention.keep_ties else []
    if "time_zone" in config.organization.model_fields_set:
        found.append("schedules")
    if quality != "none":
        found.append("reply_links")
    if len(WAVES.read(folder.canonical)):
        found.append("survey")
    if len(CODES.read(folder.canonical)):
        found.append("interviews")
    return found


def _reply_settings(config: AuditConfig, data_end_day: int) -> ReplySettings:
    organization, rules = config.organization, config.measurement
    return ReplySettings(
        data_end_day=data_end_day,
        horizon_h=rules.horizon_h,
        addressed_max=rules.addressed_max,
        day_h=organization.end_hour - organization.start_hour,
        work_days=frozenset(day - 1 for day in organization.workdays),
        days_off=frozenset(day_of(date) for date in organization.holidays.get(EVERYWHERE, ())),
    )


def _grouped(
    config: AuditConfig,
    engine: Engine,
    folder: RunFolder,
    timeline: Timeline,
    roster: tuple[pd.DataFrame, pd.DataFrame],
) -> list[PeriodGroups]:
    people, units = roster
    found: list[PeriodGroups] = []
    waves = _waves(folder, timeline)
    for period in timeline.periods:
        day = membership_day(period)
        homes = homes_at(people, day)[["person_id", "unit_id"]]
        if not people["kind"].eq("employee").any() and period.period_id in waves:
            homes = homes_of_forms(folder.canonical, waves[period.period_id])
        earlier = found[-1].groups if found else None
        groups = build_groups_of(
            units_at(units, day), homes["unit_id"], config.privacy.min_people, earlier
        )
        coverage = build_coverage(engine, folder.network, period, groups, homes)
        found.append(PeriodGroups(period, groups, homes, coverage))
    return found


def _membership(
    config: AuditConfig,
    engine: Engine,
    folder: RunFolder,
    timeline: Timeline,
    people: pd.DataFrame,
) -> pd.DataFrame:
    inbound = inbound_of(engine, folder.network)
    objectors = objectors_of(folder.left_out)
    parts = [
        build_membership(people, inbound, window, config.measurement, objectors)
        for window in timeline.windows
    ]
    frame = pd.concat(parts, ignore_index=True)
    _write(engine, MEMBERSHIP, frame, folder)
    return frame


def _leaves(item: PeriodGroups) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "window_id": item.period.period_id,
            "group_id": item.homes["unit_id"].map(item.groups.leaf_of),
            "person_id": item.homes["person_id"],
        }
    )


def _waves(folder: RunFolder, timeline: Timeline) -> dict[int, str]:
    return waves_of_periods(WAVES.read(folder.canonical), timeline.periods)


def _write(engine: Engine, contract: Contract, frame: pd.DataFrame, folder: RunFolder) -> None:
    contract.write(frame, folder.network)
    check(engine, contract, folder.network)
