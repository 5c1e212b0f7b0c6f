"""Answers and conversations to weekly sums: what is needed of them once messages are gone."""

from __future__ import annotations

from pathlib import Path

from core.checks import check
from core.engine import Engine
from core.tables.weekly import ANSWER_CHANNELS, CONTACTS, PRESENCE, TALK_COUNTS, TALKS, WAITS

# Hours are rounded up as the grid of `audit/statistics/waits.py` has them, in whole numbers.
WAITS_SQL = """
with seen as (
    select
        week, recipient_id, reply_quality,
        case when work_latency_s is null then watched_work_s else work_latency_s end as wait_s,
        work_latency_s is not null as is_answered
    from replies
    where relation <> 'outside'
)
select
    week,
    recipient_id as person_id,
    reply_quality,
    cast(
        case
            when wait_s <= 57600 then (wait_s + 359) // 360
            when wait_s <= 576000 then 10 * ((wait_s + 3599) // 3600)
            else 1610
        end as integer
    ) as wait_tenths,
    is_answered,
    cast(count(*) as bigint) as n
from seen
group by
    week, recipient_id, reply_quality,
    case
        when wait_s <= 57600 then (wait_s + 359) // 360
        when wait_s <= 576000 then 10 * ((wait_s + 3599) // 3600)
        else 1610
    end,
    is_answered
order by week, person_id, reply_quality, wait_tenths, is_answered
"""

CONTACTS_SQL = """
select
    week, recipient_id as person_id, sender_id as contact_id,
    min(stakeholder) as stakeholder, reply_quality
from replies
where relation = 'outside' and stakeholder is not null
group by week, recipient_id, sender_id, reply_quality
order by week, person_id, contact_id, reply_quality
"""

ANSWER_CHANNELS_SQL = """
select week, reply_quality, channel, cast(count(*) as bigint) as n
from replies
where relation <> 'outside' and not is_censored
group by week, reply_quality, channel
order by week, reply_quality, channel
"""

PRESENCE_SQL = """
with ends as (
    select week, source_id as person_id, channel from edges
    union all
    select week, target_id as person_id, channel from edges
)
select week, person_id, channel from ends
group by week, person_id, channel
order by week, person_id, channel
"""

# Ids are keyed hashes: their order says nothing of who wrote first.
TALKS_SQL = """
select t.week, t.thread_id, p.person_id, p.n_written
from threads t
join thread_people p on p.thread_id = t.thread_id
where t.is_inside
    and t.n_writers >= $least_writers
    and t.n_messages >= $least_messages
    and p.n_written > 0
order by t.week, t.thread_id, p.person_id
"""

TALK_COUNTS_SQL = """
with first_days as (
    select person_id, min(valid_from_day) as first_day
    from people
    where kind = 'employee'
    group by person_id
),
places as (
    select
        p.person_id,
        p.manager_id,
        case when p.valid_from_day = f.first_day then -2147483648 else p.valid_from_day end
            as from_day,
        case when p.valid_to_day is null then 2147483647 else p.valid_to_day end as to_day
    from people p
    join first_days f on f.person_id = p.person_id
    where p.kind = 'employee'
),
pairs as (
    select t.thread_id, t.week, o.person_id as opener_id, a.person_id as other_id
    from threads t
    join thread_people o on o.thread_id = t.thread_id and o.is_opener
    join thread_people a on a.thread_id = t.thread_id and a.is_addressed and not a.is_opener
),
between as (
    select r.thread_id, r.week, r.other_id as person_id, 1 as is_upward
    from pairs r
    join places p
        on p.person_id = r.opener_id and p.from_day <= r.week and r.week < p.to_day
        and p.manager_id = r.other_id
    union all
    select r.thread_id, r.week, r.opener_id as person_id, 0 as is_upward
    from pairs r
    join places p
        on p.person_id = r.other_id and p.from_day <= r.week and r.week < p.to_day
        and p.manager_id = r.opener_id
),
once as (
    select thread_id, week, person_id, max(is_upward) as is_upward
    from between
    group by thread_id, week, person_id
),
measures as (
    select week, person_id, 'talks_with_reports' as measure, sum(is_upward) as n, count(*) as of_n
    from once
    group by week, person_id
    union all
    select
        t.week, p.person_id, 'talks_answered',
        sum(case when t.is_answered_by_human then 1 else 0 end), count(*)
    from threads t
    join thread_people p on p.thread_id = t.thread_id and p.is_addressed
    where t.is_answered
    group by t.week, p.person_id
)
select week, person_id, measure, cast(n as bigint) as n, cast(of_n as bigint) as of_n
from measures
order by week, person_id, measure
"""

LEAST_WRITERS, LEAST_MESSAGES = 3, 8
"""A conversation of fewer writers or messages says nothing of who holds the floor."""


def build_weekly_sums(engine: Engine, canonical: Path, network: Path) -> int:
    """Write the weekly sums of answers and conversations and return how many rows there are.

    `network` holds `replies`, `threads`, `thread_people` and `edges`. A wait is rounded up as
    waits are told apart later, so nothing is lost. A conversation belongs to the week in which it
    began. `talks_answered`: of the answered conversations that a person opened or was addressed
    by, those that a human answered. `talks_with_reports`: of the conversations between a manager
    and own reports (as on the Monday of the week), those that a report opened; one with several
    reports counts once. `talks`: who wrote how much in conversations of three writers and eight
    messages or more, all of them employees, under a number in place of its id.
    """
    inputs = {
        name: network / f"{name}.parquet"
        for name in ("replies", "threads", "thread_people", "edges")
    }
    inputs["people"] = canonical / "people.parquet"
    rows = 0
    for contract, sql in (
        (WAITS, WAITS_SQL),
        (CONTACTS, CONTACTS_SQL),
        (ANSWER_CHANNELS, ANSWER_CHANNELS_SQL),
        (PRESENCE, PRESENCE_SQL),
        (TALK_COUNTS, TALK_COUNTS_SQL),
    ):
        used = {name: path for name, path in inputs.items() if name in sql}
        rows += engine.run(sql, used, contract.path(network))
    rows += _write_talks(engine, inputs, network)
    for contract in (WAITS, CONTACTS, ANSWER_CHANNELS, PRESENCE, TALK_COUNTS, TALKS):
        check(engine, contract, network)
    return rows


def _write_talks(engine: Engine, inputs: dict[str, Path], network: Path) -> int:
    least = {"least_writers": LEAST_WRITERS, "least_messages": LEAST_MESSAGES}
    used = {name: inputs[name] for name in ("threads", "thread_people")}
    rows = engine.fetch(TALKS_SQL, used, least)
    number = rows.groupby("week")["thread_id"].rank(method="dense").astype("int32") - 1
    TALKS.write(rows.drop(columns="thread_id").assign(talk=number), network)
    return len(rows)
