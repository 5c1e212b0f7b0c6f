"""Messages to observations of the reply model: who was addressed, and who answered."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from core.checks import check
from core.engine import Engine, Value
from core.tables.network import REPLIES
from graph.answers import link_answers

# Steps: where people sit on the day; the first answer of each message; the follow-ups.
REPLIES_SQL = """
with kinds as (
    select person_id, min(valid_from_day) as first_day from people group by person_id
),
places as (
    select
        p.person_id,
        p.unit_id,
        p.manager_id,
        p.level,
        case when p.valid_from_day = k.first_day then -2147483648 else p.valid_from_day end
            as from_day,
        case when p.valid_to_day is null then 2147483647 else p.valid_to_day end as to_day
    from people p
    join kinds k on k.person_id = p.person_id
    where p.kind = 'employee'
),
first_times as (
    select
        message_id, recipient_id,
        min(case when reply_quality = 'explicit' then reply_s end) as explicit_s,
        min(reply_s) as any_s
    from candidates
    group by message_id, recipient_id
),
loads as (
    select recipient_id, week, count(*) as inbound_load
    from addressed
    group by recipient_id, week
),
timed as (
    select
        m.*, w.quality,
        case when w.quality = 'explicit' then f.explicit_s else f.any_s end as reply_s
    from addressed m
    join ways w
        on w.source = m.source and w.channel = m.channel and w.way = m.way and w.is_observed
    left join first_times f on f.message_id = m.message_id and f.recipient_id = m.recipient_id
),
answers as (
    select
        t.message_id, t.recipient_id,
        min(c.reply_id) as reply_id, min(c.reply_work_s) as reply_work_s
    from timed t
    join candidates c
        on c.message_id = t.message_id
        and c.recipient_id = t.recipient_id
        and c.reply_s = t.reply_s
        and (t.quality = 'pseudo' or c.reply_quality = 'explicit')
    group by t.message_id, t.recipient_id
),
observed as (
    select
        m.*, a.reply_id,
        case when a.reply_work_s < m.recipient_work_s then 0
            else a.reply_work_s - m.recipient_work_s end as work_latency_s
    from timed m
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
),
readings as (
    select sender_id as person_id, sender_work_s as work_s from messages
    union all
    select recipient_id as person_id, recipient_work_s as work_s from messages
),
last_readings as (
    select person_id, max(work_s) as work_s from readings group by person_id
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
    o.sent_day >= $censored_from_day as is_censored,
    case
        when o.reply_id is null and w.last_s > o.sent_s then true
        when c.message_id is not null and o.work_latency_s > $neglect_s then true
        else false
    end as is_neglected,
    o.sent_day >= $neglect_from_day as is_neglect_censored,
    case
        when o.is_outside = 1 then false
        when s.level < r.level or r.manager_id = o.sender_id then true
        else false
    end as is_from_senior,
    case when o.is_off_hours and o.work_latency_s = 0 then true else false end as is_pulled,
    cast(d.work_s - o.recipient_work_s as bigint) as watched_work_s
from observed o
join last_readings d on d.person_id = o.recipient_id
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

NEGLECT_DAYS = 4
"""Working days without an answer after which a message that was followed up is neglected."""

_ALL_WAYS_SQL = "select * from ways order by source, channel, way"


@dataclass(frozen=True)
class ReplySettings:
    """When a message addresses somebody, and when an answer counts.

    `data_end_day` is the day after the last day of data. A way of writing in which less than the
    share `least_answered` has an answer does not show its answers and is not observed. `day_h`,
    `work_days` (0 is Monday) and `days_off` describe an ordinary working week: they only decide
    which last days are censored.
    """

    data_end_day: int
    horizon_h: float = 16
    addressed_max: int = 5
    acknowledgement_s: int = 60
    least_answered: float = 0.05
    day_h: float = 8
    work_days: frozenset[int] = frozenset(range(5))
    days_off: frozenset[int] = field(default=frozenset())

    @property
    def censored_from_day(self) -> int:
        """Return the first sent day that leaves less than one whole horizon before the data end.

        Counted back from the end in whole working days; with 16 hours and days of 8 hours, the
        last two working days and what follows them are censored.
        """
        return self._working_days_before_end(math.ceil(self.horizon_h / self.day_h))

    @property
    def neglect_from_day(self) -> int:
        """Return the first sent day that leaves less than four working days before the end."""
        return self._working_days_before_end(NEGLECT_DAYS)

    def _working_days_before_end(self, missing: int) -> int:
        if not self.work_days:
            raise ValueError("A working week needs at least one working day.")
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

    Messages are told apart by reader, channel and way: `direct` in a direct message, `thread` for
    a reply in a chat thread, `named` else. Where at least half of the answers in a way are linked
    by the export, `reply_quality` is `explicit` and inferred links are ignored; otherwise it is
    `pseudo`: the two never meet in one comparison (P4). A way that hardly ever has an answer shows
    that answers leave no trace there (a Slack thread links to its first message only, a direct
    message is answered without a thread), not that nobody answers: it gives no observation.
    `answering_ways` lists them.

    `is_followed_up` says that the sender wrote to the recipient again in the thread while the
    message had no answer and got none within the horizon; it `is_neglected` where there was none
    in four working days either. A message that came off hours `is_pulled` if it was answered
    before the recipient's working clock moved on. Manager, level and unit are those of the sent
    day; a person's first roster row also holds before it begins.
    """
    with _linked(engine, canonical, network, settings) as linked:
        inputs = {name: canonical / f"{name}.parquet" for name in ("messages", "people")}
        parameters: dict[str, Value] = {
            "horizon_s": round(settings.horizon_h * 3600),
            "censored_from_day": settings.censored_from_day,
            "neglect_s": round(NEGLECT_DAYS * settings.day_h * 3600),
            "neglect_from_day": settings.neglect_from_day,
        }
        rows = engine.run(REPLIES_SQL, inputs | linked, REPLIES.path(network), parameters)
    check(engine, REPLIES, network)
    return rows


def answering_ways(
    engine: Engine, canonical: Path, network: Path, settings: ReplySettings
) -> pd.DataFrame:
    """Return how answers are known in each way of writing, and whether they are known at all.

    Shape: one row per source, channel and way with n (addressed messages), n_answered (at any
    time), quality (explicit or pseudo) and is_observed.
    """
    with _linked(engine, canonical, network, settings) as linked:
        return engine.fetch(_ALL_WAYS_SQL, {"ways": linked["ways"]})


@contextmanager
def _linked(
    engine: Engine, canonical: Path, network: Path, settings: ReplySettings
) -> Iterator[dict[str, Path]]:
    parameters: dict[str, Value] = {
        "addressed_max": settings.addressed_max,
        "acknowledgement_s": settings.acknowledgement_s,
        "least_answered": settings.least_answered,
    }
    network.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=network) as scratch:
        yield link_answers(engine, canonical, Path(scratch), parameters)
