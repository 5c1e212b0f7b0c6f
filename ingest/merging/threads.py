"""Threads and replies: explicit links as the export gives them, else the answer that fits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.engine import Engine
from core.store import RunFolder
from core.tables.canonical import MESSAGES
from ingest.merging.merge import AUTO_ORDER, NOT_AUTOMATED, Merged
from ingest.people.parties import Parties
from ingest.settings import IntakeSettings

# Sources in which no message names the one it answers; only there are answers inferred.
SILENT_SOURCES = """
select source_no from timed group by source_no
having count(case when parent_id is not null and act <> 'reaction' then 1 end) = 0
"""

# The first j -> i after i -> j and before i writes to j again: of the talk of two people on one
# channel, in time order, every message whose predecessor came from the other side.
PAIRING = """
with talk as (
    select t.message_id, t.sender_no, t.person_no, t.sent_s, t.channel, t.sender_work_s,
           t.recipient_work_s,
           case when t.sender_no < t.person_no then t.sender_no else t.person_no end as low_no,
           case when t.sender_no < t.person_no then t.person_no else t.sender_no end as high_no
    from timed as t
    join silent_sources as s on t.source_no = s.source_no
    where t.auto_rank = $not_automated and t.act <> 'reaction' and t.n_recipients <= $mass_max
      and (t.role <> 'member' or t.visibility = 'direct')
),
in_order as (
    select message_id, person_no, sender_no, sent_s, sender_work_s,
           lag(message_id) over pair as before_id,
           lag(sender_no) over pair as before_no,
           lag(sent_s) over pair as before_s,
           lag(recipient_work_s) over pair as before_work_s
    from talk
    window pair as (
        partition by low_no, high_no, channel order by sent_s, message_id, sender_no
    )
)
select message_id, person_no, before_id as parent_id
from in_order
where before_no <> sender_no and before_s < sent_s
  and sender_work_s - before_work_s <= $horizon_s
"""

# Senders who write much to many and are hardly ever answered.
QUARANTINE = """
with answered as (
    select parent_id from pairs
    union
    select parent_id from timed where parent_id is not null and act <> 'reaction'
),
sent as (
    select t.sender_no, count(distinct t.message_id) as n_sent,
           count(distinct t.person_no) as n_people,
           count(distinct case when a.parent_id is not null then t.message_id end) as n_answered
    from timed as t left join answered as a on t.message_id = a.parent_id
    where t.act <> 'reaction'
    group by t.sender_no
)
select s.sender_no from sent as s
join persons as p on s.sender_no = p.person_no
where s.n_sent >= $min_sent and s.n_people >= $min_people and s.n_answered < $max_rate * s.n_sent
  and not p.is_human
"""

FINISHED = """
with judged as (
    select t.*, p.parent_id as pair_id,
           case when t.auto_rank = $not_automated and q.sender_no is not null
                then $behaviour else t.auto_rank end as final_rank,
           q.sender_no is not null or qr.sender_no is not null as is_quarantined
    from timed as t
    left join pairs as p on t.message_id = p.message_id and t.person_no = p.person_no
    left join quarantine as q on t.sender_no = q.sender_no
    left join quarantine as qr on t.person_no = qr.sender_no
),
linked as (
    select j.*,
           case when j.act = 'reaction' then null when j.parent_id is not null then 'explicit'
                when j.pair_id is not null and not j.is_quarantined then 'pseudo' end as quality
    from judged as j
)
select l.message_id,
       coalesce(l.thread_id, r.thread_id, l.message_id) as thread_id,
       case when l.quality = 'explicit' then l.parent_id
            when l.quality = 'pseudo' then l.pair_id end as reply_to_id,
       ps.person_id as sender_id, pr.person_id as recipient_id,
       l.channel,
       case when l.quality = 'pseudo' then 'reply' else l.act end as act,
       l.role, l.visibility, l.n_recipients, l.sent_s, l.sent_day, l.sent_hour, l.sender_work_s,
       l.recipient_work_s, l.is_off_hours,
       l.final_rank <> $not_automated as is_automated,
       a.reason as auto_reason,
       coalesce(l.quality, 'none') as reply_quality,
       s.reader as source
from linked as l
join persons as ps on l.sender_no = ps.person_no
join persons as pr on l.person_no = pr.person_no
join sources as s on l.source_no = s.source_no
left join reasons as a on l.final_rank = a.auto_rank
left join roots as r on l.message_id = r.message_id
order by l.message_id, pr.person_id
"""

LINKS = """
select message_id, parent_id from chosen where parent_id is not null and thread_id is null
"""


# What was sent in some days, as if nothing else had been exported.
OF_DAYS = "select * from given where sent_day >= $first_day and sent_day < $end_day"


@dataclass(frozen=True)
class Unfinished:
    """Messages with clocks, and which copy speaks for each; `known` holds the small tables."""

    timed: Path
    chosen: Path
    known: Path


def finish_messages(
    merged: Merged,
    parties: Parties,
    source_names: dict[int, str],
    settings: IntakeSettings,
    folder: RunFolder,
    engine: Engine,
) -> None:
    """Pair answers where no export links them, set senders aside by behaviour, and write."""
    scratch = folder.spool
    small = {
        "persons": pd.DataFrame(
            {
                "person_no": range(len(parties.person_ids)),
                "person_id": parties.person_ids,
                "is_human": [party.is_human for party in parties.parties],
            }
        ).astype({"person_id": "str", "is_human": "bool"}),
        "sources": pd.DataFrame(
            {"source_no": list(source_names), "reader": list(source_names.values())}
        ).astype({"source_no": "int32", "reader": "str"}),
        "reasons": pd.DataFrame({"auto_rank": range(len(AUTO_ORDER)), "reason": AUTO_ORDER}),
    }
    for name, frame in small.items():
        frame.to_parquet(scratch / f"{name}.parquet", index=False)
    given = Unfinished(merged.timed, merged.chosen, scratch)
    _finish(given, MESSAGES.path(folder.canonical), scratch, settings, engine)


def finish_days(
    given: Unfinished,
    days: tuple[int, int],
    target: Path,
    settings: IntakeSettings,
    engine: Engine,
) -> None:
    """Write into `target` the `messages` of some days, as if nothing else had been exported.

    Answers are linked and paired, conversations followed and senders set aside within these days
    alone, so the same days always give the same table, whatever else an export holds.
    """
    target.mkdir(parents=True, exist_ok=True)
    limits = {"first_day": days[0], "end_day": days[1]}
    part = Unfinished(target / "timed.parquet", target / "chosen.parquet", given.known)
    engine.run(OF_DAYS, {"given": given.timed}, part.timed, limits)
    engine.run(OF_DAYS, {"given": given.chosen}, part.chosen, limits)
    _finish(part, MESSAGES.path(target), target, settings, engine)


def _finish(
    given: Unfinished, target: Path, scratch: Path, settings: IntakeSettings, engine: Engine
) -> None:
    silent, pairs = scratch / "silent.parquet", scratch / "pairs.parquet"
    engine.run(SILENT_SOURCES, {"timed": given.timed}, silent)
    engine.run(
        PAIRING,
        {"timed": given.timed, "silent_sources": silent},
        pairs,
        {
            "not_automated": NOT_AUTOMATED,
            "mass_max": settings.mass_max,
            "horizon_s": round(settings.horizon_h * 3600),
        },
    )
    inputs = {"timed": given.timed, "pairs": pairs}
    inputs |= {name: given.known / f"{name}.parquet" for name in ("persons", "sources", "reasons")}
    links = engine.fetch(LINKS, {"chosen": given.chosen})
    small = {
        "quarantine": _quarantine(given, pairs, settings, engine),
        "roots": root_threads(links),
    }
    for name, frame in small.items():
        inputs[name] = scratch / f"{name}.parquet"
        frame.to_parquet(inputs[name], index=False)
    engine.run(
        FINISHED,
        inputs,
        target,
        {
            "not_automated": NOT_AUTOMATED,
            "behaviour": AUTO_ORDER.index("behaviour"),
        },
    )


def root_threads(links: pd.DataFrame) -> pd.DataFrame:
    """Return the thread of messages that only name what they answer: the root of their chain.

    `links` has message_id and parent_id; the result message_id and thread_id. A message whose
    chain runs in a circle is its own thread.
    """
    children = links["message_id"].to_numpy(dtype=object)
    ids = pd.Index(pd.unique(np.concatenate([children, links["parent_id"].to_numpy(object)])))
    above = np.arange(len(ids))
    child = ids.get_indexer(children)
    above[child] = ids.get_indexer(links["parent_id"])
    root = above.copy()
    for _ in range(len(ids).bit_length() + 1):
        root = root[root]
    is_circle = above[root] != root
    root[is_circle] = np.flatnonzero(is_circle)
    names = ids.to_numpy(dtype=object)
    found = pd.DataFrame({"message_id": children, "thread_id": names[root[child]]})
    return found.astype("str")


def _quarantine(
    given: Unfinished, pairs: Path, settings: IntakeSettings, engine: Engine
) -> pd.DataFrame:
    rule = settings.automation
    return engine.fetch(
        QUARANTINE,
        {"timed": given.timed, "pairs": pairs, "persons": given.known / "persons.parquet"},
        {
            "min_sent": rule.min_sent,
            "min_people": rule.min_recipients,
            "max_rate": rule.max_reply_rate,
        },
    )
