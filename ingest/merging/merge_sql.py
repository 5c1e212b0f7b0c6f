"""Merging in SQL: which copy of a message speaks for it, who was addressed, how units ended."""

# Which copy of a message speaks for it: one that names its parent, then the earliest; of several
# such copies the first by what they say. Nothing hangs on the order of reading, nor on how the
# same messages are spread over files.
CHOSEN = """
with usable as (
    select message_id, unit_id, sender_no, thread_id, parent_id, channel, act, visibility, sent_s,
           sent_day, sent_hour, sender_work_s, source_no,
           (case when parent_id is null then 1 else 0 end) * cast(8589934592 as bigint) + sent_s
               as preference
    from units where dropped is null
),
best as (
    select message_id, min(preference) as preference from usable group by message_id
),
top as (
    select u.* from usable as u
    join best as b on u.message_id = b.message_id and u.preference = b.preference
),
counted as (
    select message_id, count(*) as n, min(unit_id) as unit_id from top group by message_id
),
in_order as (
    select t.unit_id,
           row_number() over (
               partition by t.message_id
               order by t.sender_no, t.channel, t.act, t.visibility, t.parent_id, t.thread_id,
                        t.reader, t.unit_id
           ) as place
    from (
        select x.*, s.reader from top as x
        join counted as c on x.message_id = c.message_id
        join sources as s on x.source_no = s.source_no
        where c.n > 1
    ) as t
),
spokesmen as (
    select unit_id from counted where n = 1
    union all
    select unit_id from in_order where place = 1
)
select t.* from top as t join spokesmen as f on t.unit_id = f.unit_id
"""

# Who was addressed: recipients of all copies by the same sender, united; the strongest role wins.
ADDRESSED = """
with good as (
    select u.message_id, s.unit_id, s.person_no, s.role_rank
    from slots as s
    join units as u on s.unit_id = u.unit_id
    join chosen as c on u.message_id = c.message_id
    where u.dropped is null and s.dropped is null
      and u.sender_no = c.sender_no and s.person_no <> c.sender_no
)
select message_id, person_no, min(unit_id) as unit_id, min(role_rank) as role_rank
from good group by message_id, person_no
"""

ABOUT_MESSAGES = """
with stated as (
    select message_id, max(n_stated) as n_stated, min(auto_rank) as auto_rank
    from units where dropped is null group by message_id
),
counted as (
    select u.message_id, count(distinct s.person_no) as n_people
    from slots as s join units as u on s.unit_id = u.unit_id
    where u.dropped is null
    group by u.message_id
)
select st.message_id, st.auto_rank,
       cast(case when coalesce(ct.n_people, 0) > st.n_stated then ct.n_people
                 else st.n_stated end as integer) as n_recipients
from stated as st left join counted as ct on st.message_id = ct.message_id
"""

JOINED = """
select c.message_id, c.thread_id, c.parent_id, c.sender_no, a.person_no, c.channel, c.act,
       a.role_rank, c.visibility, m.n_recipients, c.sent_s, c.sent_day, c.sent_hour,
       c.sender_work_s, m.auto_rank, c.source_no
from addressed as a
join chosen as c on a.message_id = c.message_id
join about_messages as m on a.message_id = m.message_id
"""

STATUS = """
with winners as (
    select unit_id, count(*) as n_rows from addressed group by unit_id
),
known as (
    select distinct message_id from addressed
),
judged as (
    select u.source_no,
           case when u.dropped is not null then u.dropped
                when w.n_rows is not null then 'accepted'
                when k.message_id is not null then 'duplicate'
                else 'no_usable_recipient' end as status,
           coalesce(w.n_rows, 0) as n_rows
    from units as u
    left join winners as w on u.unit_id = w.unit_id
    left join known as k on u.message_id = k.message_id
)
select source_no, status, count(*) as n, cast(sum(n_rows) as bigint) as n_rows
from judged group by source_no, status order by source_no, status
"""

SLOT_STATUS = """
with judged as (
    select u.source_no,
           case when u.dropped is not null then u.dropped
                when s.dropped is not null then s.dropped
                when u.sender_no <> c.sender_no then 'message_id_conflict'
                when s.person_no = c.sender_no then 'self'
                else 'usable' end as status
    from slots as s
    join units as u on s.unit_id = u.unit_id
    left join chosen as c on u.message_id = c.message_id
)
select source_no, status, count(*) as n
from judged group by source_no, status order by source_no, status
"""

CONFLICTS = """
select u.message_id,
       case when u.sender_no <> c.sender_no then 'sender' else 'date' end as kind,
       count(*) as n
from units as u join chosen as c on u.message_id = c.message_id
where u.dropped is null
  and (u.sender_no <> c.sender_no or u.sent_s - c.sent_s > 3600 or c.sent_s - u.sent_s > 3600)
group by u.message_id, case when u.sender_no <> c.sender_no then 'sender' else 'date' end
"""
