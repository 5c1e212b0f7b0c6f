"""Messages to weekly counts of a person: what came in, when, from whom, and what went out."""

from __future__ import annotations

from pathlib import Path

from core.checks import check
from core.engine import Engine
from core.tables.network import PERSON_COUNTS

COUNTS_SQL = """
with kinds as (
    select person_id, max(case when is_leader then 1 else 0 end) as is_leader
    from people
    where kind = 'employee'
    group by person_id
),
inbound as (
    select
        m.sent_day - (m.sent_day + 3) % 7 as week,
        m.recipient_id as person_id,
        case when m.is_automated then 1 else 0 end as is_automated,
        case when m.is_off_hours then 1 else 0 end as is_off_hours,
        case when s.is_leader = 1 then 1 else 0 end as is_from_leader,
        case
            when m.is_automated or s.person_id is null then 0
            when m.n_recipients > $addressed_max then 0
            when m.role = 'member' and m.visibility <> 'direct' then 0
            else 1
        end as is_counted
    from messages m
    join kinds r on r.person_id = m.recipient_id
    left join kinds s on s.person_id = m.sender_id
    where m.act <> 'reaction'
),
received as (
    select
        week, person_id,
        count(*) as n_inbound,
        sum(is_automated) as n_automated,
        sum(is_counted) as n_received,
        sum(is_counted * is_off_hours) as n_off_hours,
        sum(is_counted * is_from_leader) as n_from_leaders
    from inbound
    group by week, person_id
),
first_days as (
    select person_id, min(valid_from_day) as first_day
    from people
    where kind = 'employee'
    group by person_id
),
places as (
    select
        p.person_id,
        p.unit_id,
        case when p.joined_day is null then -2147483648 else p.joined_day end as joined_day,
        case when p.valid_from_day = f.first_day then -2147483648 else p.valid_from_day end
            as from_day,
        case when p.valid_to_day is null then 2147483647 else p.valid_to_day end as to_day
    from people p
    join first_days f on f.person_id = p.person_id
    where p.kind = 'employee'
),
outbound as (
    select
        m.sent_day - (m.sent_day + 3) % 7 as week,
        m.sender_id as person_id,
        m.message_id,
        m.thread_id,
        s.unit_id,
        max(case when m.visibility = 'open' then 1 else 0 end) as is_open,
        max(case when m.visibility = 'closed' then 1 else 0 end) as is_closed,
        count(*) as n_rows,
        sum(case when r.unit_id = s.unit_id then 1 else 0 end) as n_same,
        sum(
            case when r.person_id is not null and m.n_recipients <= $addressed_max
                and (m.role <> 'member' or m.visibility = 'direct') then 1 else 0 end
        ) as n_addressed,
        sum(
            case when r.person_id is not null and m.n_recipients <= $addressed_max
                and (m.role <> 'member' or m.visibility = 'direct')
                and m.is_off_hours then 1 else 0 end
        ) as n_off_hours
    from messages m
    join kinds k on k.person_id = m.sender_id
    left join places s
        on s.person_id = m.sender_id and s.from_day <= m.sent_day and m.sent_day < s.to_day
    left join places r
        on r.person_id = m.recipient_id and r.from_day <= m.sent_day and m.sent_day < r.to_day
    where m.act <> 'reaction' and not m.is_automated
    group by
        m.sent_day - (m.sent_day + 3) % 7, m.sender_id, m.message_id, m.thread_id, s.unit_id
),
reached as (
    select thread_id, max(n_same) as n_reached
    from outbound
    where is_closed = 1
    group by thread_id
),
weeks as (
    select week from outbound group by week
),
teams as (
    select w.week, p.unit_id, count(*) as n_team
    from weeks w
    join places p on p.from_day <= w.week and w.week < p.to_day and p.joined_day <= w.week
    group by w.week, p.unit_id
),
seen as (
    select
        o.*,
        case when o.n_same = o.n_rows then 1 else 0 end as is_in_team,
        case
            when o.n_same < o.n_rows then 0
            when o.is_open = 1 then 1
            when o.is_closed = 1 and 2 * c.n_reached >= t.n_team - 1 then 1
            else 0
        end as is_team_visible
    from outbound o
    left join teams t on t.week = o.week and t.unit_id = o.unit_id
    left join reached c on c.thread_id = o.thread_id
),
sent as (
    select
        week, person_id,
        count(*) as n_sent,
        sum(is_open) as n_open,
        sum(is_in_team) as n_in_team,
        sum(is_team_visible) as n_team_visible,
        sum(n_addressed) as n_addressed,
        sum(n_off_hours) as n_off_hours
    from seen
    group by week, person_id
),
measures as (
    select week, person_id, 'received' as measure, n_received as n, null as of_n
    from received where n_received > 0
    union all
    select week, person_id, 'received_off_hours', n_off_hours, n_received
    from received where n_received > 0
    union all
    select week, person_id, 'received_from_leaders', n_from_leaders, n_received
    from received where n_received > 0
    union all
    select week, person_id, 'received_automated', n_automated, n_inbound
    from received
    union all
    select week, person_id, 'sent', n_sent, null
    from sent
    union all
    select week, person_id, 'sent_open', n_open, n_sent
    from sent
    union all
    select week, person_id, 'sent_in_team_visible', n_team_visible, n_in_team
    from sent where n_in_team > 0
    union all
    select week, person_id, 'sent_off_hours', n_off_hours, n_addressed
    from sent where n_addressed > 0
)
select
    cast(week as integer) as week,
    person_id,
    measure,
    cast(n as bigint) as n,
    cast(of_n as bigint) as of_n
from measures
order by week, person_id, measure
"""


def build_person_counts(
    engine: Engine, canonical: Path, network: Path, addressed_max: int = 5
) -> int:
    """Write the weekly counts of every employee and return how many rows there are.

    ======================  =============================================  ====================
    measure                 n                                              of_n
    ======================  =============================================  ====================
    received                human messages from employees that address
                            the person, at most `addressed_max` recipients
    received_off_hours      of these, outside the person's hours           received
    received_from_leaders   of these, from people with reports             received
    received_automated      automated messages                             all that came in
    sent                    human messages written
    sent_open               of these, where colleagues could see them      sent
    sent_in_team_visible    messages to nobody but the own team, in a      messages to nobody
                            channel that at least half of the team sees    but the own team
    sent_off_hours          employees addressed outside their hours        employees addressed
    ======================  =============================================  ====================

    An answer in a thread is seen by whom its thread reached. A message to several employees counts
    once for each in `sent_off_hours`. The team is the unit
    of the sent day. Reactions count nowhere. Rows of a measure with an `of_n` are there whenever
    `of_n` is above 0, so shares over weeks are ratios of sums.
    """
    inputs = {
        "messages": canonical / "messages.parquet",
        "people": canonical / "people.parquet",
    }
    rows = engine.run(
        COUNTS_SQL, inputs, PERSON_COUNTS.path(network), {"addressed_max": addressed_max}
    )
    check(engine, PERSON_COUNTS, network)
    return rows
