"""Messages to conversations: who opened them, who wrote in them, and whether a human answered."""

from __future__ import annotations

from pathlib import Path

from core.checks import check
from core.engine import Engine, Value
from core.tables.network import THREAD_PEOPLE, THREADS

# The first message of a conversation has the smallest instant, then the smallest id. An answer
# reaches the opener, so both ends of the wait are read on the opener's clock. Mail that comes back
# in less than a minute is an acknowledgement: an answer, but not of a human.
THREADS_SQL = """
with kinds as (
    select
        person_id,
        max(case when kind = 'employee' then 1 else 0 end) as is_employee,
        max(case when kind = 'service' then 1 else 0 end) as is_service
    from people
    group by person_id
),
written as (
    select thread_id, message_id, sender_id, min(sent_s) as sent_s
    from messages
    where act <> 'reaction'
    group by thread_id, message_id, sender_id
),
first_times as (
    select thread_id, min(sent_s) as sent_s from written group by thread_id
),
firsts as (
    select w.thread_id, min(w.message_id) as message_id
    from written w
    join first_times f on f.thread_id = w.thread_id and f.sent_s = w.sent_s
    group by w.thread_id
),
opened as (
    select
        f.thread_id, f.message_id, m.sender_id as opener_id,
        min(m.sent_s) as sent_s, min(m.sent_day) as sent_day, min(m.sender_work_s) as work_s
    from firsts f
    join messages m on m.message_id = f.message_id
    join kinds k on k.person_id = m.sender_id and k.is_service = 0
    where not m.is_automated
    group by f.thread_id, f.message_id, m.sender_id
),
answers as (
    select
        o.thread_id,
        max(1) as is_answered,
        max(case
            when m.is_automated or k.is_service = 1 then 0
            when m.channel = 'email' and m.sent_s - o.sent_s < $acknowledgement_s then 0
            else 1
        end) as is_human
    from opened o
    join messages m on m.thread_id = o.thread_id and m.recipient_id = o.opener_id
    join kinds k on k.person_id = m.sender_id
    where m.act <> 'reaction'
        and m.message_id <> o.message_id
        and m.recipient_work_s - o.work_s <= $horizon_s
    group by o.thread_id
),
humans as (
    select
        m.thread_id,
        count(distinct m.message_id) as n_messages,
        count(distinct m.sender_id) as n_writers,
        min(k.is_employee) as is_inside
    from messages m
    join kinds k on k.person_id = m.sender_id and k.is_service = 0
    where m.act <> 'reaction' and not m.is_automated
    group by m.thread_id
)
select
    o.thread_id,
    cast(o.sent_day - (o.sent_day + 3) % 7 as integer) as week,
    h.is_inside = 1 as is_inside,
    cast(h.n_writers as bigint) as n_writers,
    cast(h.n_messages as bigint) as n_messages,
    case when a.is_answered = 1 then true else false end as is_answered,
    case when a.is_human = 1 then true else false end as is_answered_by_human
from opened o
join humans h on h.thread_id = o.thread_id
left join answers a on a.thread_id = o.thread_id
order by o.thread_id
"""

PEOPLE_SQL = """
with employees as (
    select person_id from people where kind = 'employee' group by person_id
),
written as (
    select m.thread_id, m.message_id, m.sender_id, min(m.sent_s) as sent_s
    from messages m
    join threads t on t.thread_id = m.thread_id
    where m.act <> 'reaction'
    group by m.thread_id, m.message_id, m.sender_id
),
first_times as (
    select thread_id, min(sent_s) as sent_s from written group by thread_id
),
firsts as (
    select w.thread_id, min(w.message_id) as message_id
    from written w
    join first_times f on f.thread_id = w.thread_id and f.sent_s = w.sent_s
    group by w.thread_id
),
parts as (
    select m.thread_id, m.sender_id as person_id, count(distinct m.message_id) as n_written,
        0 as is_addressed, 0 as is_opener
    from messages m
    join threads t on t.thread_id = m.thread_id
    where m.act <> 'reaction' and not m.is_automated
    group by m.thread_id, m.sender_id
    union all
    select f.thread_id, m.sender_id, 0, 1, 1
    from firsts f
    join messages m on m.message_id = f.message_id
    union all
    select f.thread_id, m.recipient_id, 0, 1, 0
    from firsts f
    join messages m on m.message_id = f.message_id
    where m.n_recipients <= $addressed_max and (m.role <> 'member' or m.visibility = 'direct')
)
select
    p.thread_id,
    p.person_id,
    cast(sum(p.n_written) as bigint) as n_written,
    max(p.is_addressed) = 1 as is_addressed,
    max(p.is_opener) = 1 as is_opener
from parts p
join employees e on e.person_id = p.person_id
group by p.thread_id, p.person_id
order by p.thread_id, p.person_id
"""


def build_threads(
    engine: Engine,
    canonical: Path,
    network: Path,
    *,
    horizon_h: float = 16,
    addressed_max: int = 5,
    acknowledgement_s: int = 60,
) -> int:
    """Write the conversations that people opened and who took part; return how many there are.

    A conversation is opened by the human who wrote its first message, employee or from outside;
    what a machine opened is left out. It is answered if anything else in it reaches the opener
    within the horizon on the opener's clock, and answered by a human if that was no machine and,
    in mail, no acknowledgement within `acknowledgement_s` seconds. Reactions are no messages.
    Addressed are the opener and, with at most `addressed_max` recipients, whom the first message
    names.
    """
    tables = {name: canonical / f"{name}.parquet" for name in ("messages", "people")}
    limits: dict[str, Value] = {
        "horizon_s": round(horizon_h * 3600),
        "acknowledgement_s": acknowledgement_s,
    }
    rows = engine.run(THREADS_SQL, tables, THREADS.path(network), limits)
    tables["threads"] = THREADS.path(network)
    engine.run(PEOPLE_SQL, tables, THREAD_PEOPLE.path(network), {"addressed_max": addressed_max})
    check(engine, THREADS, network)
    check(engine, THREAD_PEOPLE, network)
    return rows
