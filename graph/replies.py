"""Messages to observations of the reply model: who was addressed, and who answered."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from core.checks import check
from core.engine import Engine
from core.tables.network import REPLIES

# Steps: who is who and where they sit on the day; which messages address somebody; the links back;
# the first answer; the follow-ups. Links are a hash join by the answered message: no window
# function and no sort sees the whole table, so memory is bounded by the addressed messages.
REPLIES_SQL = """
with kinds as (
    select
        person_id,
        min(valid_from_day) as first_day,
        max(case when kind = 'employee' then 1 else 0 end) as is_employee,
        max(case when kind = 'external' then 1 else 0 end) as is_outside,
        max(stakeholder) as stakeholder
    from people
    group by person_id
),
places as (
    select
        p.person_id,
        p.unit_id,
        p.manager_id,
        case when p.valid_from_day = k.first_day then -2147483648 else p.valid_from_day end
            as from_day,
        case when p.valid_to_day is null then 2147483647 else p.valid_to_day end as to_day
    from people p
    join kinds k on k.person_id = p.person_id
    where p.kind = 'employee'
),
links as (
    select
        source,
        channel,
        case when role = 'member' then 1 else 0 end as is_member,
        sum(case when reply_quality = 'explicit' then 1 else 0 end) as n_explicit,
        sum(case when reply_quality = 'pseudo' then 1 else 0 end) as n_pseudo
    from messages
    where act <> 'reaction' and not is_automated
    group by source, channel, case when role = 'member' then 1 else 0 end
),
addressed as (
    select
        m.message_id, m.thread_id, m.sender_id, m.recipient_id, m.channel, m.n_recipients,
        m.sent_s, m.sent_day, m.sent_hour, m.recipient_work_s, m.is_off_hours,
        m.sent_day - (m.sent_day + 3) % 7 as week,
        case when s.is_employee = 1 then 0 else 1 end as is_outside,
        case when s.is_employee = 1 then null else s.stakeholder end as stakeholder,
        case when l.n_explicit > 0 and l.n_explicit >= l.n_pseudo then 'explicit' else 'pseudo' end
            as quality
    from messages m
    join kinds r on r.person_id = m.recipient_id and r.is_employee = 1
    join kinds s on s.person_id = m.sender_id and (s.is_employee = 1 or s.is_outside = 1)
    join links l
        on l.source = m.source
        and l.channel = m.channel
        and l.is_member = case when m.role = 'member' then 1 else 0 end
    where not m.is_automated
        and m.act <> 'reaction'
        and m.channel in ('email', 'chat')
        and m.n_recipients <= $addressed_max
        and (m.role <> 'member' or m.visibility = 'direct')
        and m.sender_id <> m.recipient_id
),
loads as (
    select recipient_id, week, count(*) as inbound_load
    from addressed
    group by recipient_id, week
),
candidates as (
    select
        m.message_id, m.recipient_id,
        a.message_id as reply_id, a.sent_s as reply_s, a.sender_work_s as reply_work_s
    from addressed m
    join messages a
        on a.reply_to_id = m.message_id
        and a.sender_id = m.recipient_id
        and a.recipient_id = m.sender_id
    where not a.is_automated
        and a.act <> 'reaction'
        and a.reply_quality <> 'none'
        and (m.quality = 'pseudo' or a.reply_quality = 'explicit')
        and a.sent_s - m.sent_s >= case when m.channel = 'email' then $acknowledgement_s else 0 end
),
first_times as (
    select message_id, recipient_id, min(reply_s) as reply_s
    from candidates
    group by message_id, recipient_id
),
answers as (
    select
        c.message_id, c.recipient_id, c.reply_s,
        min(c.reply_id) as reply_id, min(c.reply_work_s) as reply_work_s
    from candidates c
    join first_times f
        on f.message_id = c.message_id
        and f.recipient_id = c.recipient_id
        and f.reply_s = c.reply_s
    group by c.message_id, c.recipient_id, c.reply_s
),
observed as (
    select
        m.*, a.reply_id, a.reply_s,
        case when a.reply_work_s < m.recipient_work_s then 0
            else a.reply_work_s - m.recipient_work_s end as work_latency_s
    from addressed m
    left join answers a on a.message_id = m.message_id and a.recipient_id = m.recipient_id
),
written as (
    select thread_id, sender_id, recipient_id, sent_s
    from messages
    where not is_automated and act <> 'reaction'
),
last_words as (
    select thread_id, sender_id, recipient_id, max(sent_s) as last_s
    from written
    group by thread_id, sender_id, recipient_id
    having count(*) > 1
),
chased as (
    select o.message_id, o.recipient_id
    from observed o
    join written w
        on w.thread_id = o.thread_id
        and w.sender_id = o.sender_id
        and w.recipient_id = o.recipient_id
    where o.work_latency_s > $horizon_s
        and w.sent_s > o.sent_s
        and w.sent_s < o.reply_s
    group by o.message_id, o.recipient_id
)
select
    o.message_id,
    cast(o.week as integer) as week,
    o.sender_id,
    o.recipient_id,
    case
        when o.is_outside = 1 then 'outside'
        when s.manager_id = o.recipient_id then 'up'
        when r.manager_id = o.sender_id then 'down'
        when s.manager_id = r.manager_id then 'peer'
        when s.manager_id is null and r.manager_id is null and s.unit_id = r.unit_id then 'peer'
        else 'other'
    end as relation,
    o.stakeholder,
    case when s.unit_id = r.unit_id then true else false end as is_same_unit,
    o.channel,
    cast(l.inbound_load as integer) as inbound_load,
    cast(o.n_recipients as integer) as fan_out,
    cast(o.sent_hour // 4 as tinyint) as hour_block,
    cast((o.sent_day + 3) % 7 as tinyint) as weekday,
    o.is_off_hours,
    o.reply_id,
    o.quality as reply_quality,
    cast(o.reply_s - o.sent_s as bigint) as latency_s,
    cast(o.work_latency_s as bigint) as work_latency_s,
    case when o.work_latency_s <= $horizon_s then true else false end as is_answered,
    case
        when o.reply_id is null and w.last_s > o.sent_s then true
        when c.message_id is not null then true
        else false
    end as is_followed_up,
    o.sent_day >= $censored_from_day as is_censored
from observed o
join loads l on l.recipient_id = o.recipient_id and l.week = o.week
left join last_words w
    on w.thread_id = o.thread_id
    and w.sender_id = o.sender_id
    and w.recipient_id = o.recipient_id
left join chased c on c.message_id = o.message_id and c.recipient_id = o.recipient_id
left join places s
    on s.person_id = o.sender_id and s.from_day <= o.sent_day and o.sent_day < s.to_day
left join places r
    on r.person_id = o.recipient_id and r.from_day <= o.sent_day and o.sent_day < r.to_day
order by o.message_id, o.recipient_id
"""


@dataclass(frozen=True)
class ReplySettings:
    """When a message addresses somebody, and when an answer counts.

    `data_end_day` is the day after the last day of data. `day_h`, `work_days` (0 is Monday) and
    `days_off` describe an ordinary working week: they only decide which last days are censored.
    """

    data_end_day: int
    horizon_h: float = 16
    addressed_max: int = 5
    acknowledgement_s: int = 60
    day_h: float = 8
    work_days: frozenset[int] = frozenset(range(5))
    days_off: frozenset[int] = field(default=frozenset())

    @property
    def censored_from_day(self) -> int:
        """Return the first sent day that leaves less than one whole horizon before the data end.

        Counted back from the end in whole working days; with 16 hours and days of 8 hours, the
        last two working days and what follows them are censored.
        """
        if not self.work_days:
            raise ValueError("A working week needs at least one working day.")
        missing = math.ceil(self.horizon_h / self.day_h)
        day = self.data_end_day
        while missing > 0:
            day -= 1
            if (day + 3) % 7 in self.work_days and day not in self.days_off:
                missing -= 1
        return day


def build_replies(engine: Engine, canonical: Path, network: Path, settings: ReplySettings) -> int:
    """Write the observations of the reply model and return how many there are.

    One row per human message and employee addressed by it: named in `to`, `cc` or a mention, or
    in a direct message, with at most `addressed_max` recipients. Mail and chat only: a call is not
    answered by a message. The first answer is the earliest human message of the recipient to the
    sender that is linked to the message; reactions are no answers, and neither is mail that comes
    back in less than `acknowledgement_s` seconds (P10). Latency runs on the recipient's clocks.

    Where the links of a kind of message (by reader, channel and whether it is a direct message)
    are mostly the export's own, `reply_quality` is `explicit` and inferred links are ignored;
    otherwise it is `pseudo`. So the two never meet in one comparison (P4).

    `is_followed_up` says that the sender wrote to the recipient again in the thread while the
    message had no answer and got none within the horizon. Manager and unit are those of the sent
    day; a person's first roster row also holds before it begins.
    """
    inputs = {
        "messages": canonical / "messages.parquet",
        "people": canonical / "people.parquet",
    }
    parameters = {
        "addressed_max": settings.addressed_max,
        "acknowledgement_s": settings.acknowledgement_s,
        "horizon_s": round(settings.horizon_h * 3600),
        "censored_from_day": settings.censored_from_day,
    }
    rows = engine.run(REPLIES_SQL, inputs, REPLIES.path(network), parameters)
    check(engine, REPLIES, network)
    return rows
