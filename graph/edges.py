"""Messages to weekly edges: who wrote to whom, how much, in which week."""

from __future__ import annotations

from pathlib import Path

from core.checks import check
from core.engine import Engine
from core.tables.network import EDGES

# 1 / n_recipients is summed in whole parts of lcm(1, ..., 30): sums of doubles would depend on
# the order in which threads meet the rows, and the same run has to give the same bytes.
EDGES_SQL = """
with employees as (
    select person_id from people where kind = 'employee' group by person_id
),
threads as (
    select
        m.sent_day - (m.sent_day + 3) % 7 as week,
        m.sender_id,
        m.recipient_id,
        m.channel,
        m.thread_id,
        count(*) as n_messages,
        sum(case when m.n_recipients = 1 then 1 else 0 end) as n_direct,
        sum(case when m.act = 'reaction' then 0 else 2329089562800 // m.n_recipients end) as parts,
        sum(case when m.act = 'reply' then 1 else 0 end) as n_replies,
        sum(case when m.act = 'reaction' then 1 else 0 end) as n_reactions,
        sum(case when m.is_off_hours then 1 else 0 end) as n_off_hours
    from messages m
    join employees s on s.person_id = m.sender_id
    join employees r on r.person_id = m.recipient_id
    where not m.is_automated
        and m.n_recipients <= $mass_max
        and m.sender_id <> m.recipient_id
    group by
        m.sent_day - (m.sent_day + 3) % 7, m.sender_id, m.recipient_id, m.channel, m.thread_id
)
select
    cast(week as integer) as week,
    sender_id as source_id,
    recipient_id as target_id,
    channel,
    cast(sum(n_messages) as bigint) as n_messages,
    cast(sum(n_direct) as bigint) as n_direct,
    cast(cast(sum(parts) as bigint) as double) / 2329089562800 as weight,
    cast(count(*) as bigint) as n_threads,
    cast(sum(n_replies) as bigint) as n_replies,
    cast(sum(n_reactions) as bigint) as n_reactions,
    cast(sum(n_off_hours) as bigint) as n_off_hours
from threads
group by week, sender_id, recipient_id, channel
order by week, source_id, target_id, channel
"""


def build_edges(engine: Engine, canonical: Path, network: Path, mass_max: int = 30) -> int:
    """Write the weekly edges between employees and return how many there are.

    An edge holds all human messages of one employee to another in one week and one channel,
    mailings to more than `mass_max` people left out. Reactions are messages, but `weight`, the sum
    of 1 / n_recipients, counts what was written only: a raised thumb weighs nothing, so an edge of
    reactions alone has weight 0 and makes no tie.
    """
    inputs = {
        "messages": canonical / "messages.parquet",
        "people": canonical / "people.parquet",
    }
    rows = engine.run(EDGES_SQL, inputs, EDGES.path(network), {"mass_max": mass_max})
    check(engine, EDGES, network)
    return rows
