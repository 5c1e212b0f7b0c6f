"""Which messages address somebody, which answers are linked to them, and where answers show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.engine import Engine, Value

ADDRESSED_SQL = """
with kinds as (
    select
        person_id,
        max(case when kind = 'employee' then 1 else 0 end) as is_employee,
        max(case when kind = 'external' then 1 else 0 end) as is_outside,
        max(stakeholder) as stakeholder
    from people
    group by person_id
)
select
    m.message_id, m.thread_id, m.sender_id, m.recipient_id, m.source, m.channel,
    m.n_recipients, m.sent_s, m.sent_day, m.sent_hour, m.recipient_work_s, m.is_off_hours,
    m.sent_day - (m.sent_day + 3) % 7 as week,
    case
        when m.role = 'member' then 'direct'
        when m.channel = 'chat' and m.act = 'reply' then 'thread'
        else 'named'
    end as way,
    case when s.is_employee = 1 then 0 else 1 end as is_outside,
    case when s.is_employee = 1 then null else s.stakeholder end as stakeholder
from messages m
join kinds r on r.person_id = m.recipient_id and r.is_employee = 1
join kinds s on s.person_id = m.sender_id and (s.is_employee = 1 or s.is_outside = 1)
where not m.is_automated
    and m.act <> 'reaction'
    and m.channel in ('email', 'chat')
    and m.n_recipients <= $addressed_max
    and (m.role <> 'member' or m.visibility = 'direct')
    and m.sender_id <> m.recipient_id
"""

# Links are a hash join by the answered message: no window function and no sort sees the whole
# table, so memory is bounded by the addressed messages.
CANDIDATES_SQL = """
select
    m.message_id, m.recipient_id, a.reply_quality,
    a.message_id as reply_id, a.sent_s as reply_s, a.sender_work_s as reply_work_s
from addressed m
join messages a
    on a.reply_to_id = m.message_id
    and a.sender_id = m.recipient_id
    and a.recipient_id = m.sender_id
where not a.is_automated
    and a.act <> 'reaction'
    and a.reply_quality <> 'none'
    and a.sent_s - m.sent_s >= case when m.channel = 'email' then $acknowledgement_s else 0 end
"""

WAYS_SQL = """
with first_times as (
    select
        message_id, recipient_id,
        min(case when reply_quality = 'explicit' then reply_s end) as explicit_s,
        min(reply_s) as any_s
    from candidates
    group by message_id, recipient_id
),
shown as (
    select
        m.source, m.channel, m.way,
        count(*) as n,
        count(f.explicit_s) as n_explicit,
        count(f.any_s) as n_any
    from addressed m
    left join first_times f on f.message_id = m.message_id and f.recipient_id = m.recipient_id
    group by m.source, m.channel, m.way
)
select
    source, channel, way,
    cast(n as bigint) as n,
    cast(case when 2 * n_explicit >= n_any then n_explicit else n_any end as bigint)
        as n_answered,
    case when 2 * n_explicit >= n_any and n_any > 0 then 'explicit' else 'pseudo' end as quality,
    case when 2 * n_explicit >= n_any then n_explicit else n_any end >= n * $least_answered
        as is_observed
from shown
order by source, channel, way
"""


def link_answers(
    engine: Engine, canonical: Path, scratch: Path, parameters: Mapping[str, Value]
) -> dict[str, Path]:
    """Write three tables into `scratch` and return their paths by name.

    `addressed`: human messages that address an employee, with the way they were written.
    `candidates`: answers linked to them, however late. `ways`: per source, channel and way how
    many are answered, whether the export's own links or inferred ones say so, and whether answers
    show at all.
    """
    tables = {"messages": canonical / "messages.parquet", "people": canonical / "people.parquet"}
    for name, sql in (
        ("addressed", ADDRESSED_SQL),
        ("candidates", CANDIDATES_SQL),
        ("ways", WAYS_SQL),
    ):
        used = {key: value for key, value in parameters.items() if f"${key}" in sql}
        path = scratch / f"{name}.parquet"
        engine.run(sql, tables, path, used)
        tables[name] = path
    return {name: tables[name] for name in ("addressed", "candidates", "ways")}
