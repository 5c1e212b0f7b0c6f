"""What `graph/` computes, written naively: plain loops over rows, and networkx."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pandas as pd


def rows_of(frame: pd.DataFrame) -> list[dict]:
    """Return the rows of a frame as dictionaries, missing values as None."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def edges(messages: pd.DataFrame, people: pd.DataFrame, mass_max: int) -> dict[tuple, tuple]:
    """Return weekly edges: key -> messages, direct, weight, threads, replies, reactions, off."""
    staff = set(people.loc[people["kind"] == "employee", "person_id"])
    cells: dict[tuple, list[dict]] = defaultdict(list)
    for m in rows_of(messages):
        if m["is_automated"] or m["n_recipients"] > mass_max:
            continue
        if m["sender_id"] in staff and m["recipient_id"] in staff:
            week = m["sent_day"] - (m["sent_day"] + 3) % 7
            cells[(week, m["sender_id"], m["recipient_id"], m["channel"])].append(m)
    return {
        key: (
            len(ms),
            sum(m["n_recipients"] == 1 for m in ms),
            sum(1 / m["n_recipients"] for m in ms if m["act"] != "reaction"),
            len({m["thread_id"] for m in ms}),
            sum(m["act"] == "reply" for m in ms),
            sum(m["act"] == "reaction" for m in ms),
            sum(m["is_off_hours"] for m in ms),
        )
        for key, ms in cells.items()
    }


def is_addressed(m: dict) -> bool:
    """Return whether a row addresses its recipient (P2 and direct messages)."""
    named = m["role"] != "member" or m["visibility"] == "direct"
    return m["n_recipients"] <= 5 and named and m["act"] != "reaction"


def place(person: str, day: int, people: list[dict]) -> dict:
    """Return the roster row that holds on a day; the first also holds before it begins."""
    rows = sorted(
        (p for p in people if p["person_id"] == person), key=lambda p: p["valid_from_day"]
    )
    for number, p in enumerate(rows):
        starts = number == 0 or p["valid_from_day"] <= day
        if starts and (p["valid_to_day"] is None or day < p["valid_to_day"]):
            return p
    return {"unit_id": None, "manager_id": None}


def replies(
    messages: pd.DataFrame, people: pd.DataFrame, horizon_s: int, censored_from: int
) -> dict[tuple, dict]:
    """Return the observations of the reply model by (message, recipient)."""
    everybody, all_rows = rows_of(people), rows_of(messages)
    kind = {p["person_id"]: p["kind"] for p in everybody}
    human = [m for m in all_rows if not m["is_automated"] and m["act"] != "reaction"]
    observed = [
        m for m in human if is_addressed(m) and m["channel"] in ("email", "chat")
        and kind[m["recipient_id"]] == "employee" and kind[m["sender_id"]] != "service"
    ]  # fmt: skip
    quality_of = _qualities(observed, human)
    out = {}
    for m in observed:
        quality = quality_of[_way_of(m)]
        if quality is None:
            continue
        answer = _first_answer(m, human, quality)
        late = None
        if answer is not None:
            late = max(0, answer["sender_work_s"] - m["recipient_work_s"])
        is_answered = late is not None and late <= horizon_s
        again = [
            f for f in human
            if (f["thread_id"], f["sender_id"], f["recipient_id"])
            == (m["thread_id"], m["sender_id"], m["recipient_id"])
            and f["sent_s"] > m["sent_s"] and (answer is None or f["sent_s"] < answer["sent_s"])
        ]  # fmt: skip
        out[(m["message_id"], m["recipient_id"])] = {
            "relation": _relation(m, kind, everybody),
            "reply_id": None if answer is None else answer["message_id"],
            "reply_quality": quality,
            "latency_s": None if answer is None else answer["sent_s"] - m["sent_s"],
            "work_latency_s": late,
            "is_answered": is_answered,
            "is_followed_up": bool(again) and not is_answered,
            "is_neglected": bool(again) and (late is None or late > 4 * 8 * 3600),
            "is_pulled": bool(m["is_off_hours"]) and late == 0,
            "is_from_senior": _is_senior(m, kind, everybody),
            "watched_work_s": _last_reading(m["recipient_id"], all_rows) - m["recipient_work_s"],
            "is_censored": m["sent_day"] >= censored_from,
            "inbound_load": sum(
                o["recipient_id"] == m["recipient_id"]
                and (o["sent_day"] + 3) // 7 == (m["sent_day"] + 3) // 7
                for o in observed
            ),
        }
    return out


def _way_of(m: dict) -> tuple:
    is_thread = m["channel"] == "chat" and m["act"] == "reply"
    way = "direct" if m["role"] == "member" else "thread" if is_thread else "named"
    return m["source"], m["channel"], way


def _qualities(observed: list[dict], human: list[dict]) -> dict[tuple, str | None]:
    """How answers are known in each way of writing; None where hardly any are seen."""
    out: dict[tuple, str | None] = {}
    for way in {_way_of(m) for m in observed}:
        rows = [m for m in observed if _way_of(m) == way]
        own = sum(_first_answer(m, human, "explicit") is not None for m in rows)
        either = sum(_first_answer(m, human, "pseudo") is not None for m in rows)
        quality, known = ("explicit", own) if 2 * own >= either else ("pseudo", either)
        out[way] = quality if known >= 0.05 * len(rows) else None
    return out


def _first_answer(m: dict, human: list[dict], quality: str) -> dict | None:
    allowed = ("explicit",) if quality == "explicit" else ("explicit", "pseudo")
    least = 60 if m["channel"] == "email" else 0
    found = [
        a for a in human
        if a["reply_to_id"] == m["message_id"] and a["sender_id"] == m["recipient_id"]
        and a["recipient_id"] == m["sender_id"] and a["reply_quality"] in allowed
        and a["sent_s"] - m["sent_s"] >= least
    ]  # fmt: skip
    return min(found, key=lambda a: (a["sent_s"], a["message_id"]), default=None)


def _relation(m: dict, kind: dict[str, str], everybody: list[dict]) -> str:
    if kind[m["sender_id"]] == "external":
        return "outside"
    s = place(m["sender_id"], m["sent_day"], everybody)
    r = place(m["recipient_id"], m["sent_day"], everybody)
    if s["manager_id"] == m["recipient_id"]:
        return "up"
    if r["manager_id"] == m["sender_id"]:
        return "down"
    if s["manager_id"] is not None or r["manager_id"] is not None:
        return "peer" if s["manager_id"] == r["manager_id"] else "other"
    return "peer" if s["unit_id"] is not None and s["unit_id"] == r["unit_id"] else "other"


def _last_reading(person: str, all_rows: list[dict]) -> int:
    sent = [m["sender_work_s"] for m in all_rows if m["sender_id"] == person]
    return max([*sent, *(m["recipient_work_s"] for m in all_rows if m["recipient_id"] == person)])


def _is_senior(m: dict, kind: dict[str, str], everybody: list[dict]) -> bool:
    if kind[m["sender_id"]] == "external":
        return False
    s = place(m["sender_id"], m["sent_day"], everybody)
    r = place(m["recipient_id"], m["sent_day"], everybody)
    has_levels = s.get("level") is not None and r.get("level") is not None
    is_above = has_levels and s["level"] < r["level"]
    return bool(is_above or r["manager_id"] == m["sender_id"])


def threads(
    messages: pd.DataFrame, people: pd.DataFrame, horizon_s: int
) -> tuple[dict[str, dict], dict[tuple[str, str], tuple]]:
    """Return conversations by id, and (messages, was addressed) by conversation and employee."""
    kind = {p["person_id"]: p["kind"] for p in rows_of(people)}
    written = [m for m in rows_of(messages) if m["act"] != "reaction"]
    found, parts = {}, {}
    for thread in {m["thread_id"] for m in written}:
        here = [m for m in written if m["thread_id"] == thread]
        first = min(here, key=lambda m: (m["sent_s"], m["message_id"]))
        if first["is_automated"] or kind[first["sender_id"]] == "service":
            continue
        human = {m["message_id"]: m["sender_id"] for m in here
                 if not m["is_automated"] and kind[m["sender_id"]] != "service"}  # fmt: skip
        back = [m for m in here if m["recipient_id"] == first["sender_id"]
                and m["message_id"] != first["message_id"]
                and m["recipient_work_s"] - first["sender_work_s"] <= horizon_s]  # fmt: skip
        found[thread] = {
            "week": first["sent_day"] - (first["sent_day"] + 3) % 7,
            "is_inside": {kind[p] for p in human.values()} == {"employee"},
            "n_writers": len(set(human.values())),
            "n_messages": len(human),
            "is_answered": bool(back),
            "is_answered_by_human": any(
                m["message_id"] in human
                and (m["channel"] != "email" or m["sent_s"] - first["sent_s"] >= 60)
                for m in back
            ),
        }
        sent_to = {m["recipient_id"] for m in here if m["message_id"] == first["message_id"]
                   and is_addressed(m)} | {first["sender_id"]}  # fmt: skip
        for person in sent_to | set(human.values()):
            if kind[person] == "employee":
                own = sum(p == person for p in human.values())
                parts[(thread, person)] = (own, person in sent_to)
    return found, parts


def counts(messages: pd.DataFrame, people: pd.DataFrame) -> dict[tuple, tuple]:
    """Return person counts: (week, person, measure) -> (n, of_n)."""
    staff = set(people.loc[people["kind"] == "employee", "person_id"])
    leads = set(people.loc[people["is_leader"], "person_id"])
    out: dict[tuple, tuple] = {}
    written = [m for m in rows_of(messages) if m["act"] != "reaction"]
    weeks = {m["sent_day"] - (m["sent_day"] + 3) % 7 for m in written}
    for week, person in itertools.product(weeks, staff):
        now = [m for m in written if week <= m["sent_day"] < week + 7]
        came = [m for m in now if m["recipient_id"] == person]
        counted = [
            m for m in came
            if not m["is_automated"] and m["sender_id"] in staff and is_addressed(m)
        ]  # fmt: skip
        went = {
            m["message_id"]: m for m in now if m["sender_id"] == person and not m["is_automated"]
        }
        n = len(counted)
        if came:
            automated = sum(m["is_automated"] for m in came)
            out[(week, person, "received_automated")] = (automated, len(came))
        if counted:
            off = sum(m["is_off_hours"] for m in counted)
            led = sum(m["sender_id"] in leads for m in counted)
            out[(week, person, "received")] = (n, None)
            out[(week, person, "received_off_hours")] = (off, n)
            out[(week, person, "received_from_leaders")] = (led, n)
        if went:
            out |= _written((week, person), now, staff, rows_of(people))
    return out


def _written(
    key: tuple, now: list[dict], staff: set[str], everybody: list[dict]
) -> dict[tuple, tuple]:
    rows = [m for m in now if m["sender_id"] == key[1] and not m["is_automated"]]
    went = {m["message_id"]: m for m in rows}
    is_open = sum(m["visibility"] == "open" for m in went.values())
    out = {(*key, "sent"): (len(went), None), (*key, "sent_open"): (is_open, len(went))}
    to = [m for m in rows if m["recipient_id"] in staff and is_addressed(m)]
    if to:
        out[(*key, "sent_off_hours")] = (sum(m["is_off_hours"] for m in to), len(to))
    own = _in_team(rows, everybody)
    if own:
        visible = sum(message[0]["visibility"] == "open" for message in own)
        out[(*key, "sent_in_team_visible")] = (visible, len(own))
    return out


def _in_team(rows: list[dict], everybody: list[dict]) -> list[list[dict]]:
    """Rows of each message that went to nobody but the sender's team of that day."""
    found = []
    for message in {m["message_id"] for m in rows}:
        own = [m for m in rows if m["message_id"] == message]
        day, sender = own[0]["sent_day"], own[0]["sender_id"]
        units = [place(m["recipient_id"], day, everybody).get("unit_id") for m in own]
        home = place(sender, day, everybody).get("unit_id")
        if home is not None and all(unit == home for unit in units):
            found.append(own)
    return found
