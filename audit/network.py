"""The network of a run: messages condensed to edges, replies, counts; who counts when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from audit.channels import weeks_without_channels
from audit.condense import choose_quality, condense
from audit.config import AuditConfig
from audit.eligibility import build_coverage, build_membership, inbound_of
from audit.groups import Groups, build_groups_of, homes_at, membership_day, units_at
from audit.inputs import Need, inputs_of
from audit.qualitative import periods_of
from audit.survey import Answers, homes_of_forms, read_answers, waves_of_periods
from audit.timeline import Timeline, build_timeline
from audit.view import PeriodTables, WindowView, settled_members
from audit.waves import waves_before
from audit.weighting import weighted
from core.checks import check
from core.contracts import Contract
from core.engine import Engine
from core.progress import Stage, stage
from core.store import RunFolder
from core.tables.canonical import PEOPLE, UNITS
from core.tables.network import (
    EDGES,
    MEMBERSHIP,
    PERSON_COUNTS,
    PERSON_WEEKS,
    REPLIES,
    THREAD_PEOPLE,
    THREADS,
)
from core.tables.survey import CODES, WAVES
from core.windows import Period, day_of
from graph.counts import build_person_counts
from graph.edges import build_edges
from graph.replies import ReplySettings, build_replies
from graph.threads import build_threads
from graph.unit_edges import build_unit_edges
from ingest.left_out import objectors_of

WAITS = (
    *("week", "sender_id", "recipient_id", "relation", "stakeholder", "reply_quality"),
    *("work_latency_s", "watched_work_s"),
)
"""What indicators see of a message: who waited for whom, and how long."""
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


def build_network(
    config: AuditConfig, folder: RunFolder, engine: Engine, log: list[Stage]
) -> Network:
    """Write all network tables of a run and return what judgement needs of them."""
    canonical, network, rules = folder.canonical, folder.network, config.measurement
    with stage("windows", log) as done:
        timeline = build_timeline(engine, canonical, network, rules, config.audit.period)
        done.rows_out = len(timeline.windows)
    with stage("edges", log) as done:
        done.rows_out = build_edges(engine, canonical, network, rules.mass_max)
    with stage("replies", log) as done:
        settings = _reply_settings(config, timeline)
        done.rows_out = build_replies(engine, canonical, network, settings)
    with stage("counts and threads", log) as done:
        done.rows_out = build_person_counts(engine, canonical, network, rules.addressed_max)
        limits = {"horizon_h": rules.horizon_h, "addressed_max": rules.addressed_max}
        build_threads(engine, canonical, network, **limits)
    with stage("groups", log) as done:
        people = PEOPLE.read(canonical)
        periods = _grouped(config, engine, folder, timeline, (people, UNITS.read(canonical)))
        done.rows_out = sum(len(item.groups.table) for item in periods)
    with stage("membership", log) as done:
        membership = _membership(config, engine, folder, timeline, people)
        done.rows_out = len(membership)
    with stage("unit edges", log) as done:
        leaves = pd.concat([_leaves(item) for item in periods], ignore_index=True)
        done.rows_out = build_unit_edges(engine, network, leaves)
    with stage("reply model", log) as done:
        done.rows_out = _condensed(engine, folder, periods)
    quality = choose_quality(engine, network, rules.reply_quality)
    without = {
        item.period.period_id: weeks_without_channels(engine, network, item.period, quality)
        for item in periods
    }
    has = inputs_of(engine, canonical, people, _declared(config, quality, folder))
    return Network(timeline, tuple(periods), membership, quality, has, without)


def views(config: AuditConfig, folder: RunFolder, network: Network) -> list[WindowView]:
    """Return what indicators may look at in each period, oldest first."""
    weeks = PERSON_WEEKS.read(folder.network)
    counts = PERSON_COUNTS.read(folder.network)
    edges = EDGES.read(folder.network)
    replies = REPLIES.read(folder.network, list(WAITS))
    threads, parts = THREADS.read(folder.network), THREAD_PEOPLE.read(folder.network)
    answers = _answers(folder, network)
    codes = _codes(folder, network)
    people = PEOPLE.read(folder.canonical)
    people = people[people["kind"] == "employee"]
    found: list[WindowView] = []
    for item in network.periods:
        first, end = item.period.first_day, item.period.end_day - 1
        rows = _eligible(network.membership, item.period)
        begun = threads[threads["week"].between(first, end)]
        tables = PeriodTables(
            person_weeks=weeks[weeks["week"].between(first, end)],
            person_counts=counts[counts["week"].between(first, end)],
            edges=edges[edges["week"].between(first, end)],
            answers=_weighted(answers.get(item.period.period_id), people, item.groups),
            earlier=_latest(found),
            waves_before=waves_before(folder.canonical, answers.get(item.period.period_id)),
            people=people,
            history=edges,
            replies=replies[replies["week"].between(first, end)],
            threads=begun,
            thread_people=parts[parts["thread_id"].isin(begun["thread_id"])],
            codes=codes[item.period.period_id],
            has=network.has,
            without_channel=network.without_channel[item.period.period_id],
        )
        found.append(_view(config, network, item, (rows, tables)))
    return found


def _view(
    config: AuditConfig,
    network: Network,
    item: PeriodGroups,
    seen: tuple[pd.DataFrame, PeriodTables],
) -> WindowView:
    members, tables = seen
    return WindowView(
        period=item.period,
        groups=item.groups,
        members=members,
        settled=settled_members(members),
        tables=tables,
        seed=config.audit.seed,
        reply_quality=network.reply_quality,
    )


def _eligible(membership: pd.DataFrame, period: Period) -> pd.DataFrame:
    ids = [window.window_id for window in period.windows]
    here = membership["window_id"].isin(ids)
    return membership[here & membership["is_eligible"].astype(bool)]


def _codes(folder: RunFolder, network: Network) -> dict[int, pd.DataFrame]:
    """All codings, marked by period: an interview belongs to one of them at most."""
    codes = CODES.read(folder.canonical)
    held = periods_of(codes["day"], [item.period for item in network.periods])
    ids = [item.period.period_id for item in network.periods]
    return {one: codes.assign(is_here=held.eq(one).fillna(False).astype(bool)) for one in ids}


def _declared(config: AuditConfig, quality: str, folder: RunFolder) -> list[Need]:
    found: list[Need] = []
    if "time_zone" in config.organization.model_fields_set:
        found.append("schedules")
    if quality != "none":
        found.append("reply_links")
    if len(WAVES.read(folder.canonical)):
        found.append("survey")
    if len(CODES.read(folder.canonical)):
        found.append("interviews")
    return found


def _reply_settings(config: AuditConfig, timeline: Timeline) -> ReplySettings:
    organization, rules = config.organization, config.measurement
    return ReplySettings(
        data_end_day=timeline.data_end_day,
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


def _condensed(engine: Engine, folder: RunFolder, periods: list[PeriodGroups]) -> int:
    sums = [condense(engine, folder.network, item.period).person_weeks for item in periods]
    weeks = pd.concat([part for part in sums if len(part)] or [PERSON_WEEKS.empty()])
    _write(engine, PERSON_WEEKS, weeks, folder)
    return len(weeks)


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


def _answers(folder: RunFolder, network: Network) -> dict[int, Answers]:
    chosen = _waves(folder, network.timeline)
    return {period: read_answers(folder.canonical, wave) for period, wave in chosen.items()}


def _latest(earlier: Sequence[WindowView]) -> Answers | None:
    waves = [view.tables.answers for view in earlier if view.tables.answers is not None]
    return waves[-1] if waves else None


def _weighted(answers: Answers | None, people: pd.DataFrame, groups: Groups) -> Answers | None:
    if answers is None:
        return None
    return weighted(answers, homes_at(people, answers.first_day), groups)


def _write(engine: Engine, contract: Contract, frame: pd.DataFrame, folder: RunFolder) -> None:
    contract.write(frame, folder.network)
    check(engine, contract, folder.network)
