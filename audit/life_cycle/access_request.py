"""The answer to a request for access: what an engagement holds about one person, and why."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from audit.life_cycle.subjects import NAME, Desk, Subject, find_subject, in_vault
from audit.version import VERSION
from core.contracts import Contract
from core.engine import Engine
from core.rows import Row, rows
from core.store import Json
from core.tables.canonical import MESSAGES, PEOPLE, UNITS
from core.tables.network import MEMBERSHIP, PERSON_COUNTS, PERSON_WEEKS, WINDOWS
from core.tables.results import GROUP_PEOPLE, ORG_GROUPS
from core.tables.survey import RESPONSES
from core.windows import date_of
from ingest.keys.left_out import LeftOut
from ingest.registry import readers

# Whom the person wrote with is counted, never named: that is somebody else's data.
WEEKS = """
with ends as (
    select source, sent_day - (sent_day + 3) % 7 as week, message_id, recipient_id as other,
           'sent' as what
    from messages where sender_id = $person
    union all
    select source, sent_day - (sent_day + 3) % 7, message_id, sender_id, 'received'
    from messages where recipient_id = $person
)
select source, week,
       count(distinct case when what = 'sent' then message_id end) as n_sent,
       count(distinct case when what = 'received' then message_id end) as n_received,
       count(distinct other) as n_people
from ends group by source, week order by week, source
"""
RECIPIENTS = (
    "leaders: results about groups of their own part of the organization, never about a person",
    "consultants and HR: results about groups, and reports made of them",
    "operators: counts of imports and the quality of the data, no results",
    "the data protection officer: this answer",
    "nobody outside the organization and its processors; the software sends nothing anywhere",
)
LOGIC = (
    "Of messages only who wrote to whom, when and through which channel is read; no content, no "
    "subject, no attachment. Your address was replaced by a pseudonym under a secret key.",
    "For each addressed message it is noted whether an answer followed within two working days. "
    "The share of answers is compared with what is to be expected for messages of that kind.",
    "Shares and survey answers are averaged over groups of at least {least} people. Groups that "
    "differ from the rest by more than chance are named as warm or cold. Nobody is scored, ranked "
    "or listed, and no decision about a person is made.",
)
RIGHTS = (
    "to have wrong data corrected (Art. 16), at the source: the roster or the directory",
    "to have your data erased (Art. 17)",
    "to have processing restricted (Art. 18) and to object to it (Art. 21): you then stay a "
    "member of your group, and nothing of yours is analysed",
    "to complain to a supervisory authority (Art. 77)",
    "no automated decision is made about you (Art. 22)",
)


def access_request(desk: Desk, told: str, engine: Engine) -> dict[str, Json]:
    """Return everything held about the person who holds an address, as Art. 15 asks.

    Holds no pseudonym, address or name of anybody else. Logged without the address.
    """
    subject = find_subject(desk, told)
    config, made = desk.config, _Made(desk, subject, engine)
    answer: dict[str, Json] = {
        "what": "Answer to a request for access under Art. 15 GDPR",
        "engagement": config.audit.name,
        "version": VERSION,
        "purposes": list(config.audit.purposes),
        "recipients": list(RECIPIENTS),
        "kept_for": made.kept_for(),
        "came_from": made.sources(),
        "logic": [text.format(least=config.privacy.min_people) for text in LOGIC],
        "rights": list(RIGHTS),
        "is_objecting": made.is_objecting(),
        "held": {
            "pseudonym": subject.person_id,
            "identities": made.identities(),
            "roster": made.roster(),
            "messages_by_week_and_source": made.weeks(),
            "weekly_counts": made.own(PERSON_COUNTS, ["week", "measure", "n", "of_n"]),
            "weekly_reply_sums": made.own(
                PERSON_WEEKS, ["week", "outcome", "reply_quality", "n", "n_yes", "excess", "info"]
            ),
            "counts_in": made.groups(),
            "membership": made.own(
                MEMBERSHIP, ["window_id", "is_eligible", "why_not", "tenure_days"]
            ),
            "survey_answers": made.answers(),
        },
        "not_held": [
            "content, subjects or attachments of messages",
            "whom you wrote with: others' data; only how many they were is told",
            "answers to anonymous surveys and coded interviews: they carry no link to you",
        ],
    }
    desk.journal.write("access_request", reason=desk.reason, n_weeks=len(made.weeks()))
    return answer


_AS_ON_THE_ROSTER = ("role_family", "site", "work_mode", "time_zone", "stakeholder")


class _Made:
    """The parts of one answer."""

    def __init__(self, desk: Desk, subject: Subject, engine: Engine) -> None:
        self._desk, self._subject, self._engine = desk, subject, engine
        self._folder = desk.folder

    def kept_for(self) -> dict[str, Json]:
        kept = self._desk.config.retention
        return {
            "messages, ties and weekly counts": f"{kept.message_days} days",
            "answers to named surveys": f"{kept.survey_days} days",
            "results about groups": f"{kept.aggregates_months} months",
            "roster rows and the table of identities": "until the engagement ends",
            "after an erasure": "keyed hashes of your identities, so that you are not imported "
            "again",
        }

    def sources(self) -> list[str]:
        parts = enumerate(self._desk.config.source, start=1)
        return [f"{readers.get(part.reader).meta.title} (source {n})" for n, part in parts]

    def is_objecting(self) -> bool:
        left_out = LeftOut.read(self._folder.left_out, self._desk.key)
        return any(map(left_out.is_objecting, self._subject.digests))

    def identities(self) -> dict[str, Json]:
        held = in_vault(self._desk).get(self._subject.person_id, set())
        own = sorted({*self._subject.clear, *held})
        return {
            "in_clear_in_the_vault": [one for one in own if not one.startswith(f"{NAME}:")],
            "names_in_the_vault": [one for one in own if one.startswith(f"{NAME}:")],
            "keyed_hashes": len(self._subject.digests),
        }

    def roster(self) -> list[Json]:
        people = PEOPLE.read(self._folder.canonical)
        own = people[people["person_id"] == self._subject.person_id]
        names = dict(UNITS.read(self._folder.canonical, ["unit_id", "name"]).to_numpy())
        return [
            {
                "from": _date(row.maybe_whole("valid_from_day")),
                "to": _date(row.maybe_whole("valid_to_day"), -1),
                "kind": row.text("kind"),
                "unit": names.get(row.maybe_text("unit_id")),
                "has_a_manager_on_the_roster": not row.is_null("manager_id"),
                "leads_others": row.flag("is_leader"),
                "joined": _date(row.maybe_whole("joined_day")),
                "level": row.maybe_whole("level"),
                **{name: row.maybe_text(name) for name in _AS_ON_THE_ROSTER},
            }
            for row in rows(own.sort_values("valid_from_day"))
        ]

    def weeks(self) -> list[Json]:
        path = MESSAGES.path(self._folder.canonical)
        frame = self._engine.fetch(WEEKS, {"messages": path}, {"person": self._subject.person_id})
        return list(_records(frame))

    def own(self, contract: Contract, columns: list[str]) -> list[Json]:
        path = contract.path(self._folder.network)
        if not path.exists():
            return []
        frame = contract.read(self._folder.network)
        return list(_records(frame.loc[frame["person_id"] == self._subject.person_id, columns]))

    def groups(self) -> list[Json]:
        if not GROUP_PEOPLE.path(self._folder.results).exists():
            return []
        held = GROUP_PEOPLE.read(self._folder.results)
        own = held[held["person_id"] == self._subject.person_id]
        columns = ["window_id", "group_id", "name", "n_people"]
        named = ORG_GROUPS.read(self._folder.results, columns)
        windows = WINDOWS.read(self._folder.network)
        first = windows.groupby("period_id")["first_day"].min()
        end = windows.groupby("period_id")["end_day"].max()
        found = own.merge(named, on=["window_id", "group_id"], how="left", validate="m:1")
        return [
            {
                "group": row.text("name"),
                "people_in_it": row.whole("n_people"),
                "from": _date(first.get(row.whole("window_id"))),
                "to": _date(end.get(row.whole("window_id")), -1),
            }
            for row in rows(found.sort_values(["window_id", "group_id"]))
        ]

    def answers(self) -> list[Json]:
        path = RESPONSES.path(self._folder.canonical)
        if not path.exists():
            return []
        frame = RESPONSES.read(self._folder.canonical, ["wave_id", "form_id", "item_id", "raw"])
        own = frame[frame["form_id"].isin(self._subject.forms)].drop(columns="form_id")
        return list(_records(own))


def _records(frame: pd.DataFrame) -> Iterator[Json]:
    """Rows as plain values; weeks as dates."""
    whole = [name for name in frame if pd.api.types.is_integer_dtype(frame[name])]
    for row in rows(frame):
        yield {
            str(name): _date(row.maybe_whole(str(name)))
            if name == "week"
            else _plain(row, str(name), is_whole=name in whole)
            for name in frame
        }


def _plain(row: Row, name: str, *, is_whole: bool) -> Json:
    if row.is_null(name) or isinstance(row.cells[name], str):
        return row.maybe_text(name)
    if is_whole:
        return row.whole(name)
    if str(row.cells[name]) in ("True", "False"):
        return row.flag(name)
    return round(row.number(name), 6)


def _date(day: int | float | None, shift: int = 0) -> str | None:
    """A day as a date; none where nobody says, and where a roster row holds from the start."""
    return str(date_of(int(day) + shift)) if day is not None and day > 0 else None
