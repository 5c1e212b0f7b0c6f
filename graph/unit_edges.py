"""Weekly edges to traffic between groups of people."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from core.checks import check
from core.engine import Engine
from core.tables.network import UNIT_EDGES

# Ties are counted from the arcs inside one period: an arc is a pair with anything written in one
# direction, a tie a pair with both directions.
UNIT_EDGES_SQL = """
with periods as (
    select period_id as window_id, min(first_day) as first_day, max(end_day) as end_day
    from windows
    where period_id is not null
    group by period_id
),
arcs as (
    select
        p.window_id, e.source_id, e.target_id,
        s.group_id as source_unit_id,
        t.group_id as target_unit_id,
        sum(e.n_messages - e.n_reactions) as n_messages,
        sum(cast(round(e.weight * 2329089562800) as bigint)) as parts
    from edges e
    join periods p on p.first_day <= e.week and e.week < p.end_day
    join members s on s.window_id = p.window_id and s.person_id = e.source_id
    join members t on t.window_id = p.window_id and t.person_id = e.target_id
    where e.n_messages > e.n_reactions
    group by p.window_id, e.source_id, e.target_id, s.group_id, t.group_id
),
both_ways as (
    select a.*, case when b.source_id is null then 0 else 1 end as is_mutual
    from arcs a
    left join arcs b
        on b.window_id = a.window_id and b.source_id = a.target_id and b.target_id = a.source_id
),
ends as (
    select window_id, source_unit_id as group_id, cast(sum(is_mutual) as double) as n_ends
    from both_ways
    group by window_id, source_unit_id
),
all_ends as (
    select window_id, sum(n_ends) as n_ends from ends group by window_id
),
traffic as (
    select
        window_id, source_unit_id, target_unit_id,
        count(distinct source_id) as n_source_people,
        count(distinct target_id) as n_target_people,
        count(*) as n_arcs,
        sum(is_mutual) as n_ties,
        sum(n_messages) as n_messages,
        sum(parts) as parts
    from both_ways
    where source_unit_id <> target_unit_id
    group by window_id, source_unit_id, target_unit_id
),
senders as (
    select window_id, source_unit_id, target_unit_id, source_id, sum(n_messages) as n_messages
    from both_ways
    where source_unit_id <> target_unit_id
    group by window_id, source_unit_id, target_unit_id, source_id
),
first_sender as (
    select window_id, source_unit_id, target_unit_id, max(n_messages) as n_messages
    from senders
    group by window_id, source_unit_id, target_unit_id
),
second_sender as (
    select
        s.window_id, s.source_unit_id, s.target_unit_id,
        max(case when s.n_messages < f.n_messages then s.n_messages else 0 end) as n_less,
        sum(case when s.n_messages = f.n_messages then 1 else 0 end) as n_at_top
    from senders s
    join first_sender f
        on f.window_id = s.window_id
        and f.source_unit_id = s.source_unit_id
        and f.target_unit_id = s.target_unit_id
    group by s.window_id, s.source_unit_id, s.target_unit_id
),
recipients as (
    select
        window_id, source_unit_id, target_unit_id, sum(n_messages) as n_messages,
        row_number() over (
            partition by window_id, source_unit_id, target_unit_id
            order by sum(n_messages) desc, target_id
        ) as place
    from both_ways
    where source_unit_id <> target_unit_id
    group by window_id, source_unit_id, target_unit_id, target_id
),
top_recipients as (
    select
        window_id, source_unit_id, target_unit_id,
        sum(case when place = 1 then n_messages else 0 end) as n_one,
        sum(n_messages) as n_two
    from recipients
    where place <= 2
    group by window_id, source_unit_id, target_unit_id
)
select
    cast(t.window_id as integer) as window_id,
    t.source_unit_id,
    t.target_unit_id,
    cast(t.n_source_people as bigint) as n_source_people,
    cast(t.n_target_people as bigint) as n_target_people,
    cast(t.n_messages as bigint) as n_messages,
    cast(cast(t.parts as bigint) as double) / 2329089562800 as weight,
    cast(t.n_ties as bigint) as n_ties,
    case
        when a.n_ends = 0 or g.n_ends is null then cast(0 as double)
        else s.n_ends * g.n_ends / a.n_ends
    end as expected_ties,
    cast(t.n_ties as double)
        / (t.n_arcs + case when b.n_arcs is null then 0 else b.n_arcs end - t.n_ties)
        as mutual_share,
    cast(f.n_messages as double) / t.n_messages as top_person_share,
    cast(f.n_messages + case when c.n_at_top > 1 then f.n_messages else c.n_less end as double)
        / t.n_messages as top_two_share,
    cast(r.n_one as double) / t.n_messages as top_recipient_share,
    cast(r.n_two as double) / t.n_messages as top_two_recipients_share
from traffic t
join all_ends a on a.window_id = t.window_id
join ends s on s.window_id = t.window_id and s.group_id = t.source_unit_id
left join ends g on g.window_id = t.window_id and g.group_id = t.target_unit_id
left join traffic b
    on b.window_id = t.window_id
    and b.source_unit_id = t.target_unit_id
    and b.target_unit_id = t.source_unit_id
join first_sender f
    on f.window_id = t.window_id
    and f.source_unit_id = t.source_unit_id
    and f.target_unit_id = t.target_unit_id
join second_sender c
    on c.window_id = t.window_id
    and c.source_unit_id = t.source_unit_id
    and c.target_unit_id = t.target_unit_id
join top_recipients r
    on r.window_id = t.window_id
    and r.source_unit_id = t.source_unit_id
    and r.target_unit_id = t.target_unit_id
order by t.window_id, t.source_unit_id, t.target_unit_id
"""


def build_unit_edges(engine: Engine, network: Path, members: pd.DataFrame) -> int:
    """Write the traffic between groups in each period and return how many rows there are.

    `members` (window_id = id of a period, group_id, person_id) says to which group a person
    counts; groups of one period may not overlap. `windows` and `edges` lie in `network`. People
    without a group are left out, and so is traffic inside a group.

    Formula: a tie is a pair of people who both wrote to the other in the period; with d_g ties'
    ends in group g and m ties, expected_ties = d_g d_h / 2m (the configuration model: what the
    groups' numbers of ties alone would give); mutual_share = ties / pairs with any contact. The
    top shares are those of the largest one and two senders of the source group, and of the
    largest one and two recipients of the target group. An arc from g to h
    is one row; ties, expected ties and mutual share are the same in both directions.
    Edge cases: expected_ties is 0 where the whole period, or the group written to, has no tie; a
    direction without a message has no row.
    Source: Newman, Networks (2010), 13.2, for the expected number.
    """
    if members.duplicated(["window_id", "person_id"]).any():
        raise ValueError("A person stands in two groups of one period: groups may not overlap.")
    with tempfile.TemporaryDirectory(dir=network) as scratch:
        path = Path(scratch) / "members.parquet"
        kinds = {"window_id": "int32", "group_id": "str", "person_id": "str"}
        members[list(kinds)].dropna().astype(kinds).to_parquet(path, index=False)
        inputs = {
            "edges": network / "edges.parquet",
            "windows": network / "windows.parquet",
            "members": path,
        }
        rows = engine.run(UNIT_EDGES_SQL, inputs, UNIT_EDGES.path(network))
    check(engine, UNIT_EDGES, network)
    return rows
