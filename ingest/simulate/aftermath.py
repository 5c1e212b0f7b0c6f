"""What follows conversations: chasing, evening answers to seniors, acknowledgements of a desk."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import numpy.typing as npt

from ingest.simulate import clock
from ingest.simulate.behaviour import MAIL, Traffic, World, converse, employed

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

CHASED_SHARE = 0.1
"""Of the mail inside that nobody answered, the share whose sender writes again."""
CHASED_AFTER_H = (9.0, 30.0)
EVENING_SHARE, SENIOR_EVENING_SHARE = 0.12, 0.4
"""Of the answers to what came off hours, those given before the next morning."""
EVENING_S = (300, 5_400)
DESK_SHARE = 0.35
"""Of the mail from outside, the share that the desk acknowledges within a minute."""
DESK_S = (5, 45)
NO_REPLY = 0
"""Place of the desk's mailbox among the services."""


def follow_ups(world: World, traffic: Traffic, rng: np.random.Generator) -> Traffic:
    """Senders of mail that nobody answered write again, and that conversation runs on.

    The chance of an answer to a follow-up is that of any message, so what is planted holds for it.
    """
    n_people = len(world.company.people)
    inside = (traffic.sender < n_people) & (traffic.recipient < n_people)
    open_rows = inside & (traffic.channel == MAIL) & ~_has_answer(traffic)
    chosen = traffic.take(open_rows & (rng.random(len(traffic)) < CHASED_SHARE))
    zone = world.zone[chosen.sender]
    waited = rng.uniform(*CHASED_AFTER_H, len(chosen)) * 3_600
    local = clock.when_worked(
        clock.worked(world.clock.local(chosen.sent_s, zone)) + waited.astype(np.int64)
    )
    again = _changed(
        chosen,
        message=int(traffic.message.max(initial=-1)) + 1 + np.arange(len(chosen)),
        parent=chosen.message,
        sent_s=world.clock.utc(local, zone),
        fan_out=np.ones(len(chosen), dtype=np.int64),
        answered=np.zeros(len(chosen), dtype=np.bool_),
    )
    in_time = again.sent_s < world.company.end_day * clock.DAY
    return converse(world, again.take(in_time & employed(world, again)), rng)


def evening_answers(world: World, traffic: Traffic, rng: np.random.Generator) -> Traffic:
    """Move some answers to what came off hours to the same evening; more of them go to seniors.

    Only answers in time that end a conversation move, so that nothing else changes with them.
    """
    n_people = len(world.company.people)
    inside = (traffic.sender < n_people) & (traffic.recipient < n_people)
    asked = _row_answered(traffic)
    is_last = ~np.isin(traffic.message, traffic.parent)
    rows = np.flatnonzero(inside & is_last & (asked >= 0))
    rows = rows[traffic.answered[asked[rows]]]
    came = traffic.sent_s[asked[rows]]
    zone = world.zone[traffic.sender[rows]]
    later = came + rng.integers(*EVENING_S, rows.size)
    level = world.company.people.level
    is_senior = level[traffic.recipient[rows]] < level[traffic.sender[rows]]
    share = np.where(is_senior, SENIOR_EVENING_SHARE, EVENING_SHARE)
    off = _is_off(world.clock.local(came, zone)) & _is_off(world.clock.local(later, zone))
    moved = off & (rng.random(rows.size) < share) & (later < traffic.sent_s[rows])
    sent = traffic.sent_s.copy()
    sent[rows[moved]] = later[moved]
    return _changed(traffic, sent_s=sent)


def acknowledgements(
    world: World, traffic: Traffic, first: int, rng: np.random.Generator
) -> Traffic:
    """A desk acknowledges mail from outside by itself; message numbers from `first`."""
    n_people = len(world.company.people)
    is_root = (traffic.parent < 0) & (traffic.sender >= n_people)
    asked = traffic.take(is_root & (rng.random(len(traffic)) < DESK_SHARE))
    n = len(asked)
    return _changed(
        asked,
        message=first + np.arange(n),
        parent=asked.message,
        sender=np.full(n, len(world) + NO_REPLY),
        recipient=asked.sender,
        sent_s=asked.sent_s + rng.integers(*DESK_S, n),
        fan_out=np.ones(n, dtype=np.int64),
        answered=np.zeros(n, dtype=np.bool_),
    )


def _keys(message: IntArray, person: IntArray, n: int) -> IntArray:
    key: IntArray = message * n + person
    return key


def _row_answered(traffic: Traffic) -> IntArray:
    """For each row the row it answers: of the message answered, that to this sender; else -1."""
    n = int(max(traffic.sender.max(initial=0), traffic.recipient.max(initial=0))) + 1
    keys = _keys(traffic.message, traffic.recipient, n)
    order = np.argsort(keys, kind="stable")
    wanted = _keys(traffic.parent, traffic.sender, n)
    place = np.minimum(np.searchsorted(keys[order], wanted), max(len(traffic) - 1, 0))
    found = order[place] if len(traffic) else place
    return np.where((traffic.parent >= 0) & (keys[found] == wanted), found, -1)


def _has_answer(traffic: Traffic) -> BoolArray:
    """Whether the recipient of each row answered it at any time."""
    found = _row_answered(traffic)
    has = np.zeros(len(traffic), dtype=np.bool_)
    has[found[found >= 0]] = True
    return has


def _is_off(local_s: IntArray) -> BoolArray:
    second = local_s % clock.DAY
    at_work = (second >= clock.START) & (second < clock.START + clock.LENGTH)
    off: BoolArray = ~at_work | (clock.weekday(local_s) > clock.FRIDAY)
    return off


def _changed(traffic: Traffic, **columns: IntArray | BoolArray) -> Traffic:
    kept = {f.name: getattr(traffic, f.name) for f in fields(Traffic)}
    return Traffic(**{**kept, **columns})
