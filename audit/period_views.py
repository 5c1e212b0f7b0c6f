"""What indicators may look at: the weekly tables of a run, cut to each of its periods."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from audit.config.audit_file import AuditConfig
from audit.groups import Groups, homes_at
from audit.network import Network, PeriodGroups
from audit.qualitative import periods_of
from audit.survey import Answers, read_answers, waves_of_periods
from audit.view import PeriodTables, WindowView, settled_members
from audit.waves import waves_before
from audit.weighting import weighted
from core.store import RunFolder
from core.tables.canonical import PEOPLE
from core.tables.network import EDGES, PERSON_COUNTS, PERSON_WEEKS
from core.tables.survey import CODES, WAVES
from core.tables.weekly import CONTACTS, TALK_COUNTS, TALKS, WAITS
from core.windows import Period


def views(config: AuditConfig, folder: RunFolder, network: Network) -> list[WindowView]:
    """Return what indicators may look at in each period, oldest first."""
    weeks, edges = PERSON_WEEKS.read(folder.network), EDGES.read(folder.network)
    counts = pd.concat(
        [PERSON_COUNTS.read(folder.network), TALK_COUNTS.read(folder.network)], ignore_index=True
    )
    waits, contacts, talks = (table.read(folder.network) for table in (WAITS, CONTACTS, TALKS))
    answers = _answers(folder, network)
    codes = _codes(folder, network)
    people = PEOPLE.read(folder.canonical)
    people = people[people["kind"] == "employee"]
    found: list[WindowView] = []
    for item in network.periods:
        first, end = item.period.first_day, item.period.end_day - 1
        rows = _eligible(network.membership, item.period)
        tables = PeriodTables(
            person_weeks=weeks[weeks["week"].between(first, end)],
            person_counts=counts[counts["week"].between(first, end)],
            edges=edges[edges["week"].between(first, end)],
            answers=_weighted(answers.get(item.period.period_id), people, item.groups),
            earlier=_latest(found),
            waves_before=waves_before(folder.canonical, answers.get(item.period.period_id)),
            people=people,
            history=edges,
            waits=waits[waits["week"].between(first, end)],
            contacts=contacts[contacts["week"].between(first, end)],
            talks=talks[talks["week"].between(first, end)],
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


def _answers(folder: RunFolder, network: Network) -> dict[int, Answers]:
    chosen = waves_of_periods(WAVES.read(folder.canonical), network.timeline.periods)
    return {period: read_answers(folder.canonical, wave) for period, wave in chosen.items()}


def _latest(earlier: Sequence[WindowView]) -> Answers | None:
    waves = [view.tables.answers for view in earlier if view.tables.answers is not None]
    return waves[-1] if waves else None


def _weighted(answers: Answers | None, people: pd.DataFrame, groups: Groups) -> Answers | None:
    if answers is None:
        return None
    return weighted(answers, homes_at(people, answers.first_day), groups)
