"""A message table small enough to count by hand: 5 employees, 1 customer, 1 bot, two weeks.

Monday 2026-01-05 is day 20458; everybody works Monday to Friday, 9 to 17 o'clock UTC. The data end
with Sunday of the second week (end day 20472), so what is sent from Thursday 20468 on is censored.

People: ann leads sales (bob, cat); eve leads ops (dan). On the second Monday cat moves to ops, and
eve is her manager. cus is a customer, bot a service.

    id   sent         from -> to (recipients)      what
    m01  Mon 10:00    ann -> bob                   answered by m02 after 2 h
    m02  Mon 12:00    bob -> ann                   reply to m01
    m03  Mon 16:00    bob -> ann, cat (2)          cat answers with m04 after 18 h, 2 of them
                                                   working; ann with m05, too quick; m06 follows up
    m04  Tue 10:00    cat -> bob                   reply to m03
    m05  Mon 16:00:30 ann -> bob                   reply to m03 in half a minute: no answer (P10)
    m06  Thu 11:00    bob -> ann                   follow-up of m03 in its thread
    m07  Wed 9:00     cus -> bob                   answered by m08 after 30 min
    m08  Wed 9:30     bob -> cus                   reply to m07; goes outside, so no observation
    m09  Wed 20:00    eve -> dan (cc, off hours)   m10 answers after 25 working hours: too late
    m10  2nd Tue 10   dan -> eve                   reply to m09
    m11  Fri 10:00    eve -> dan                   follow-up of m09 in its thread, before m10
    m12  Fri 12:00    ann -> bob, cat, dan, eve, 2 more (6): not addressed, but an edge
    m13  Fri 13:00    eve -> bob, one of 40: not even an edge
    m14  Thu 9:00     cat -> bob                   reaction (chat)
    m15  Thu 9:30     dan -> bob, cat              in an open channel (chat, member): not addressed
    m16  2nd Wed 10   cat -> dan                   direct message (chat, member)
    m17  20 s later   dan -> cat                   its answer, paired: a pseudo reply
    m18  2nd Thu 9    bob -> cat                   censored
    m19  Tue 8:00     bot -> bob                   automated
    m20  Thu 10:00    ann -> cat                   mention (chat)
    m21  Thu 10:10    cat -> ann                   explicit reply to m20

Observations (message, recipient): relation, answered?, followed up?
m01 bob down yes no · m02 ann up no no · m03 ann up no YES · m03 cat peer yes no ·
m04 bob peer no no · m05 bob down no no · m06 ann up no no · m07 bob outside yes no ·
m09 dan down no YES · m10 eve up no no · m11 dan down no no · m16 dan peer yes no (pseudo) ·
m17 cat peer no no (pseudo) · m18 cat other no no (censored) · m20 cat down yes no: 15 rows.
m21 is the one reply in a chat thread, and no such reply has an answer: that way is not observed.

Received (week 1; addressed, human, internal): ann m02 m03 m06 m21 = 4; bob m01 m04 m05 = 3;
cat m03 m20 = 2; dan m09 m11 = 2, one off hours. Sent in week 1: ann m01 m05 m12 m20 = 4;
bob m02 m03 m06 m08 = 4; cat m04 m21 = 2; dan m15 = 1, open; eve m09 m11 m13 = 3.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.tables.canonical import MESSAGES, PEOPLE

MONDAY = 20458
END = MONDAY + 14
MOVED = MONDAY + 7


def people() -> pd.DataFrame:
    """Return the people table; cat has two rows."""
    rows = [
        ("ann", MONDAY, None, "employee", "sales", None, True),
        ("bob", MONDAY, None, "employee", "sales", "ann", False),
        ("cat", MONDAY, MOVED, "employee", "sales", "ann", False),
        ("cat", MOVED, None, "employee", "ops", "eve", False),
        ("dan", MONDAY, None, "employee", "ops", "eve", False),
        ("eve", MONDAY, None, "employee", "ops", None, True),
        ("cus", MONDAY, None, "external", None, None, False),
        ("bot", MONDAY, None, "service", None, None, False),
    ]
    names = ["person_id", "valid_from_day", "valid_to_day", "kind", "unit_id", "manager_id"]
    frame = pd.DataFrame(rows, columns=[*names, "is_leader"]).astype({"valid_to_day": "Int32"})
    stakeholder = frame["person_id"].map({"cus": "customer"})
    return frame.assign(time_zone="UTC", stakeholder=stakeholder)


def messages() -> pd.DataFrame:
    """Return the message table that the text above describes."""
    mail = {"channel": "email", "role": "to", "source": "trace", "visibility": "direct"}
    chat = {"channel": "chat", "source": "slack"}
    member = {**chat, "role": "member"}
    channel = {**member, "visibility": "open", "late_s": 1800}
    told = [
        _row("m01", "t1", None, "ann bob 1", (0, 10), mail),
        _row("m02", "t1", "m01", "bob ann 1", (0, 12), mail),
        _row("m03", "t2", None, "bob ann 2", (0, 16), mail),
        _row("m03", "t2", None, "bob cat 2", (0, 16), mail),
        _row("m04", "t2", "m03", "cat bob 1", (1, 10), mail),
        _row("m05", "t2", "m03", "ann bob 1", (0, 16), {**mail, "late_s": 30}),
        _row("m06", "t2", None, "bob ann 1", (3, 11), mail),
        _row("m07", "t3", None, "cus bob 1", (2, 9), mail),
        _row("m08", "t3", "m07", "bob cus 1", (2, 9), {**mail, "late_s": 1800}),
        _row("m09", "t4", None, "eve dan 1", (2, 20), {**mail, "role": "cc"}),
        _row("m10", "t4", "m09", "dan eve 1", (8, 10), mail),
        _row("m11", "t4", None, "eve dan 1", (4, 10), mail),
        _row("m12", "t5", None, "ann bob 6", (4, 12), mail),
        _row("m12", "t5", None, "ann cat 6", (4, 12), mail),
        _row("m12", "t5", None, "ann dan 6", (4, 12), mail),
        _row("m12", "t5", None, "ann eve 6", (4, 12), mail),
        _row("m13", "t6", None, "eve bob 40", (4, 13), mail),
        _row("m14", "t7", None, "cat bob 1", (3, 9), {**chat, "role": "to", "visibility": "open",
                                                      "act": "reaction"}),
        _row("m15", "t7", None, "dan bob 2", (3, 9), channel),
        _row("m15", "t7", None, "dan cat 2", (3, 9), channel),
        _row("m16", "t8", None, "cat dan 1", (9, 10), {**member, "visibility": "direct"}),
        _row("m17", "t8", "m16", "dan cat 1", (9, 10), {**member, "visibility": "direct",
                                                        "late_s": 20, "reply_quality": "pseudo"}),
        _row("m18", "t9", None, "bob cat 1", (10, 9), mail),
        _row("m19", "ta", None, "bot bob 1", (1, 8), {**mail, "is_automated": True}),
        _row("m20", "tb", None, "ann cat 1", (3, 10), {**chat, "role": "mention",
                                                       "visibility": "closed"}),
        _row("m21", "tb", "m20", "cat ann 1", (3, 10), {**chat, "role": "to", "late_s": 600,
                                                        "visibility": "closed"}),
    ]  # fmt: skip
    return pd.DataFrame(told)


def write(folder: Path) -> Path:
    """Write people and messages under their contracts and return the folder."""
    PEOPLE.write(people(), folder)
    MESSAGES.write(messages(), folder)
    return folder


def work_s(day: int, second: int) -> int:
    """Return the scheduled seconds from day 20458 to a second of a day, Monday to Friday 9-17."""
    days = sum(1 for d in range(MONDAY, day) if (d + 3) % 7 < 5)
    today = min(max(second - 9 * 3600, 0), 8 * 3600) if (day + 3) % 7 < 5 else 0
    return days * 8 * 3600 + today


def _row(
    message: str, thread: str, answers: str | None, who: str, when: tuple[int, int], kind: dict
) -> dict[str, object]:
    sender, recipient, count = who.split()
    day, second = MONDAY + when[0], when[1] * 3600 + kind.get("late_s", 0)
    clock = work_s(day, second)
    quality = "none" if answers is None else kind.get("reply_quality", "explicit")
    return {
        "message_id": message, "thread_id": thread, "reply_to_id": answers,
        "sender_id": sender, "recipient_id": recipient, "channel": kind["channel"],
        "act": kind.get("act", "post" if answers is None else "reply"), "role": kind["role"],
        "visibility": kind["visibility"], "n_recipients": int(count),
        "sent_s": day * 86400 + second, "sent_day": day, "sent_hour": second // 3600,
        "sender_work_s": clock, "recipient_work_s": clock,
        "is_off_hours": (day + 3) % 7 > 4 or not 9 * 3600 <= second < 17 * 3600,
        "is_automated": kind.get("is_automated", False),
        "auto_reason": "header" if kind.get("is_automated") else None,
        "reply_quality": quality, "source": kind["source"],
    }  # fmt: skip
