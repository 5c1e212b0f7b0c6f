"""A made-up company as canonical tables: so that the product's own reading of replies is run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.validate.planted import WEEKS_PER_WINDOW, PlantedCompany
from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE
from core.tables.network import REPLIES
from graph.replies import ReplySettings, build_replies

IntArray = npt.NDArray[np.int64]

MONDAY = 20458
OPENS, DAY_S, CALENDAR_DAY_S = 9 * 3600, 8 * 3600, 86400
WORK_DAYS = 5
ASKED, ANSWER, ACKNOWLEDGEMENT = "m", "r", "a"
"""First letters of message ids."""
MEAN_LATENCY_S, MOST_LATENCY_S, HUMAN_S = 5400, 14 * 3600, 90
FASTEST_S, SLOWEST_S = 5, 50
"""Seconds to an automatic acknowledgement."""
ENGINE_MEMORY, ENGINE_THREADS = "1GB", 1


@dataclass(frozen=True)
class Acknowledged:
    """A unit in which a share of all mail is acknowledged by a machine within a minute."""

    unit_id: str
    share: float


def read_back(
    company: PlantedCompany,
    acknowledged: Acknowledged | None,
    rng: np.random.Generator,
    acknowledgement_s: int = 60,
) -> PlantedCompany:
    """The company as the product reads it: its messages written, its replies found again.

    Mail with explicit links; people work Monday to Friday, 9 to 17 o'clock. The observations are
    those of `graph.replies` for the messages that were asked about.
    """
    messages = messages_of(company, acknowledged, rng)
    last = int(company.observations["week"].max())
    settings = ReplySettings(data_end_day=MONDAY + last + 14, acknowledgement_s=acknowledgement_s)
    with TemporaryDirectory() as name:
        root = Path(name)
        PEOPLE.write(_people(company), root / "canonical")
        MESSAGES.write(messages, root / "canonical")
        (root / "spool").mkdir()
        with DuckDBEngine(ENGINE_MEMORY, ENGINE_THREADS, root / "spool") as engine:
            build_replies(engine, root / "canonical", root / "network", settings)
        replies = REPLIES.read(root / "network")
    replies = replies[replies["message_id"].str.startswith(ASKED)]
    week = (replies["week"] - MONDAY).astype("int64")
    rows = replies.assign(
        week=week,
        window_id=week // (7 * WEEKS_PER_WINDOW),
        sender_id=replies["sender_id"].str[1:].astype("int64"),
        recipient_id=replies["recipient_id"].str[1:].astype("int64"),
    )
    return replace(company, observations=rows.reset_index(drop=True))


def messages_of(
    company: PlantedCompany, acknowledged: Acknowledged | None, rng: np.random.Generator
) -> pd.DataFrame:
    """MESSAGES rows: what was asked, the answers, and acknowledgements by machines."""
    rows = company.observations
    n = len(rows)
    sender, recipient = (rows[name].to_numpy(np.int64) for name in ("sender_id", "recipient_id"))
    work_day = rows["week"].to_numpy(np.int64) // 7 * WORK_DAYS + rng.integers(0, WORK_DAYS, n)
    clock = work_day * DAY_S + rng.integers(0, DAY_S, n)
    number = np.arange(n)
    asked = _rows(ASKED, number, (sender, recipient), clock, None)
    answered = rows["is_answered"].to_numpy(np.bool_)
    latency = np.clip(rng.exponential(MEAN_LATENCY_S, n), HUMAN_S, MOST_LATENCY_S)
    late = (clock + latency.astype(np.int64))[answered]
    pairs = (recipient[answered], sender[answered])
    parts = [asked, _rows(ANSWER, number[answered], pairs, late, asked["sent_s"][answered])]
    if acknowledged is not None:
        unit = company.members.set_index("subject_id")["unit_id"]
        inside = unit.reindex(recipient).to_numpy() == acknowledged.unit_id
        by_machine = inside & (rng.random(n) < acknowledged.share)
        soon = rng.integers(FASTEST_S, SLOWEST_S, n)
        at_once = (clock + soon)[by_machine]
        pairs = (recipient[by_machine], sender[by_machine])
        sent = asked["sent_s"][by_machine] + soon[by_machine]
        machine = _rows(ACKNOWLEDGEMENT, number[by_machine], pairs, at_once, sent)
        parts.append(machine.assign(sent_s=sent.to_numpy()))
    return pd.concat(parts, ignore_index=True)


def _rows(
    kind: str,
    number: IntArray,
    who: tuple[IntArray, IntArray],
    clock: IntArray,
    answers: pd.Series | None,
) -> pd.DataFrame:
    """MESSAGES rows at some seconds of the working clock; `answers` says that they are replies."""
    day, second = clock // DAY_S, clock % DAY_S
    calendar = MONDAY + day // WORK_DAYS * 7 + day % WORK_DAYS
    ids = pd.Series(number).astype("string")
    thread = ("t" + ids).to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "message_id": (kind + ids).to_numpy(dtype=object),
            "thread_id": thread,
            "reply_to_id": None if answers is None else (ASKED + ids).to_numpy(dtype=object),
            "sender_id": ("p" + pd.Series(who[0]).astype("string")).to_numpy(dtype=object),
            "recipient_id": ("p" + pd.Series(who[1]).astype("string")).to_numpy(dtype=object),
            "channel": "email",
            "act": "post" if answers is None else "reply",
            "role": "to",
            "visibility": "direct",
            "n_recipients": 1,
            "sent_s": calendar * CALENDAR_DAY_S + OPENS + second,
            "sent_day": calendar,
            "sent_hour": (OPENS + second) // 3600,
            "sender_work_s": clock,
            "recipient_work_s": clock,
            "is_off_hours": False,
            "is_automated": False,
            "reply_quality": "none" if answers is None else "explicit",
            "source": "made_up",
        }
    )


def _people(company: PlantedCompany) -> pd.DataFrame:
    members = company.members
    return pd.DataFrame(
        {
            "person_id": "p" + members["subject_id"].astype("string"),
            "valid_from_day": MONDAY,
            "kind": "employee",
            "unit_id": members["unit_id"],
            "time_zone": "UTC",
            "is_leader": False,
        }
    )
