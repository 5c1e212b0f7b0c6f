"""Threads and replies: explicit links as the export gives them, else the answer that fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.engine import Engine
from core.table_writer import TableWriter
from core.tables.canonical import MESSAGES
from ingest.merging.finishing import Finishing, Inferred, Roots, Words
from ingest.merging.known import NOT_AUTOMATED
from ingest.merging.message_ids import Ids
from ingest.merging.parallel import each_in_order
from ingest.merging.quarantine import quarantined
from ingest.merging.timed import Timed, is_word
from ingest.merging.unfinished import Unfinished
from ingest.settings import IntakeSettings

# The first j -> i after i -> j and before i writes to j again: of the talk of two people on one
# channel, in time order, every message whose predecessor came from the other side.
PAIRING = """
with talk as (
    select t.message_id, t.sender_no, t.person_no, t.sent_s, t.channel, t.sender_work_s,
           t.recipient_work_s,
           case when t.sender_no < t.person_no then t.sender_no else t.person_no end as low_no,
           case when t.sender_no < t.person_no then t.person_no else t.sender_no end as high_no
    from timed as t
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

TALK = (
    "message_id", "sender_no", "person_no", "sent_s", "channel", "act", "role", "visibility",
    "n_recipients", "sender_work_s", "recipient_work_s", "auto_rank",
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """How many messages were written, and how many of them are automated, by reason."""

    n_messages: int
    automated: Mapping[str, int]


def finish_messages(
    given: Unfinished, folder: Path, scratch: Path, settings: IntakeSettings, engine: Engine
) -> Written:
    """Write the `messages` table: answers linked or paired, senders set aside by behaviour.

    What is given is taken as all there is: the same rows always give the same table.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    inferred = _inferred(given, scratch, settings, engine)
    aside = quarantined(given.timed, inferred.parents, given.is_human, settings.automation)
    words = Words.of(given.people, given.readers)
    finishing = Finishing(words, inferred, Roots.of(given.links), aside)
    n_messages, automated = 0, Counter[str]()
    with TableWriter(MESSAGES, folder) as writer:
        for finished in each_in_order(finishing.finish, given.timed.files):
            writer.write(finished.rows)
            n_messages += finished.n_messages
            automated += Counter(finished.automated)
    return Written(n_messages, dict(sorted(automated.items())))


def _inferred(
    given: Unfinished, scratch: Path, settings: IntakeSettings, engine: Engine
) -> Inferred:
    """Answers in sources in which no message names the one it answers."""
    silent = _silent_sources(given.timed)
    if not len(silent):
        return Inferred.none()
    talk, pairs = scratch / "silent", scratch / "pairs.parquet"
    given.timed.as_parquet(TALK, silent, talk)
    engine.run(
        PAIRING,
        {"timed": talk},
        pairs,
        {
            "not_automated": NOT_AUTOMATED,
            "mass_max": settings.mass_max,
            "horizon_s": round(settings.horizon_h * 3600),
        },
    )
    table = pq.read_table(pairs)
    return Inferred.of(
        Ids.of(table.column("message_id")),
        table.column("person_no").to_numpy(),
        Ids.of(table.column("parent_id")),
    )


def _silent_sources(timed: Timed) -> NDArray[np.int32]:
    """Sources in which no message names the one it answers; only there are answers inferred."""
    seen, linking = Counter[int](), Counter[int]()
    for here, link in timed.each(["source_no", "parent_id", "act"], _sources):
        seen.update(here)
        linking.update(link)
    return np.array(sorted(seen.keys() - linking.keys()), np.int32)


def _sources(rows: pa.Table) -> tuple[list[int], list[int]]:
    """The sources of some rows, and those in which a row names the message it answers."""
    sources = rows.column("source_no").to_numpy()
    is_named = rows.column("parent_id").is_valid().to_numpy()
    is_link = is_named & ~is_word(rows, "act", "reaction")
    return (
        np.flatnonzero(np.bincount(sources)).tolist(),
        np.flatnonzero(np.bincount(sources[is_link])).tolist(),
    )
