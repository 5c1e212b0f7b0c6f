"""Canonical tables without a person, made of the tables themselves where the exports are gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.engine import Engine
from core.store import RunFolder
from core.tables.canonical import CANONICAL, CONFLICTS, IDENTITIES, MESSAGES, PEOPLE
from core.tables.context import CONTEXT
from core.tables.survey import RESPONSES, SURVEY

# A message to several people stays, and was addressed to fewer: as an export without the person
# would say. `lost` holds the people who go, `lowered` whether that changes n_recipients.
KEPT_MESSAGES = """
with named as (
    select m.message_id, count(*) as n
    from messages m join lost l on m.recipient_id = l.person_id
    group by m.message_id
)
select m.* replace (
    cast(greatest(m.n_recipients - $lowered * coalesce(n.n, 0), 1) as integer) as n_recipients
)
from messages m
left join named n on n.message_id = m.message_id
left join lost s on s.person_id = m.sender_id
left join lost r on r.person_id = m.recipient_id
where s.person_id is null and r.person_id is null
order by m.message_id, m.recipient_id
"""

STILL_THERE = """
select sender_id as person_id from messages group by sender_id
union
select recipient_id from messages group by recipient_id
"""

OF_OTHERS = """
select c.* from conflicts c join messages m on m.message_id = c.message_id
group by all order by c.message_id, c.kind
"""


@dataclass(frozen=True)
class Lost:
    """Whose rows go: pseudonyms and survey forms; of members who objected the messages alone."""

    people: frozenset[str]
    forms: frozenset[str]
    are_members_still: bool = False


def rewrite_tables(now: RunFolder, staged: RunFolder, lost: Lost, engine: Engine) -> None:
    """Write all canonical tables of a run into the staged folder, without what is lost.

    Outside parties who are in no message any more go with the person. Every table is a new file:
    nothing of the old ones is left in it.
    """
    source, target = now.canonical, staged.canonical
    gone = staged.spool / "lost.parquet"
    pd.DataFrame({"person_id": sorted(lost.people)}, dtype="str").to_parquet(gone, index=False)
    engine.run(
        KEPT_MESSAGES,
        {"messages": MESSAGES.path(source), "lost": gone},
        MESSAGES.path(target),
        {"lowered": 0 if lost.are_members_still else 1},
    )
    engine.run(
        OF_OTHERS,
        {"conflicts": CONFLICTS.path(source), "messages": MESSAGES.path(target)},
        CONFLICTS.path(target),
    )
    changed = {"messages", "conflicts"}
    made = _frames(source, target, lost, engine)
    for name, contract in (CANONICAL | SURVEY | CONTEXT).items():
        if name not in changed:
            frame = made[name]() if name in made else contract.read(source)
            contract.write(frame, target)


def _frames(
    source: Path, target: Path, lost: Lost, engine: Engine
) -> Mapping[str, Callable[[], pd.DataFrame]]:
    if lost.are_members_still:
        return {"responses": lambda: _without(RESPONSES.read(source), "form_id", lost.forms)}
    before = _in_messages(source, engine)
    after = _in_messages(target, engine)

    def people() -> pd.DataFrame:
        frame = _without(PEOPLE.read(source), "person_id", lost.people)
        is_orphan = frame["kind"].ne("employee") & frame["person_id"].isin(before - after)
        managers = frame["manager_id"].mask(frame["manager_id"].isin(lost.people), None)
        return frame.assign(manager_id=managers)[~is_orphan]

    def identities() -> pd.DataFrame:
        frame = _without(IDENTITIES.read(source), "person_id", lost.people)
        return frame[frame["kind"].eq("employee") | ~frame["person_id"].isin(before - after)]

    return {
        "people": people,
        "identities": identities,
        "responses": lambda: _without(RESPONSES.read(source), "form_id", lost.forms),
    }


def _in_messages(canonical: Path, engine: Engine) -> set[str]:
    found = engine.fetch(STILL_THERE, {"messages": MESSAGES.path(canonical)})
    return set(found["person_id"].astype(str))


def _without(frame: pd.DataFrame, column: str, values: frozenset[str]) -> pd.DataFrame:
    return frame[~frame[column].isin(values)]
